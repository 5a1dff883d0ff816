#include "server/verb/errors.h"

#include <string>

#include "common/error.h"

namespace profilesync::verb {

absl::Status NotFound(std::string_view resource) {
  const std::string name(resource);
  return MakeError(absl::StatusCode::kNotFound, v1::RESOURCE_NOT_FOUND, "there is no " + name,
                   {{"resource", name}});
}

absl::Status AlreadyExists(std::string_view resource) {
  const std::string name(resource);
  return MakeError(absl::StatusCode::kAlreadyExists, v1::RESOURCE_EXISTS, name + " exists already",
                   {{"resource", name}});
}

}  // namespace profilesync::verb

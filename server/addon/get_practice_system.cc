#include "server/addon/get_practice_system.h"

#include <string_view>

#include "common/resource_name.h"
#include "server/addon/practice_system.h"
#include "server/verb/errors.h"

namespace profilesync::addon {

absl::StatusOr<v1::PracticeSystem> GetPracticeSystem(const Environment& environment,
                                                     const access::Call& /*call*/,
                                                     const v1::GetPracticeSystemRequest& request,
                                                     const store::Reader& /*reader*/) {
  const std::string_view id = LastId(request.name());
  const connector::Connector* connector = environment.connectors.Find(id);
  if (connector == nullptr) {
    return verb::NotFound(request.name());
  }
  return ToPracticeSystem(id, *connector);
}

}  // namespace profilesync::addon

#include "server/verb/find.h"

#include <map>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"

namespace profilesync::verb {
namespace {

template <typename T>
absl::StatusOr<T> OrNotFound(store::Found<T> found, std::string_view name) {
  if (!found.ok()) {
    return std::move(found).status();
  }
  if (!found->has_value()) {
    return NotFound(name);
  }
  return std::move(**found);
}

// Another one may have been made under its name since.
bool FetchesAlike(const v1::AddOn& a, const v1::AddOn& b) {
  const auto sources = [](const v1::AddOn& add_on) {
    const auto& map = add_on.settings().field_sources();
    return std::map<std::string, std::string>(map.begin(), map.end());
  };
  return a.practice_system() == b.practice_system() && a.tenant_id() == b.tenant_id() &&
         sources(a) == sources(b);
}

}  // namespace

absl::StatusOr<v1::Firm> FindFirm(const store::Reader& reader, std::string_view name) {
  return OrNotFound(reader.FindFirm(LastId(name)), name);
}

absl::StatusOr<v1::AddOn> FindAddOn(const store::Reader& reader, std::string_view name) {
  return OrNotFound(reader.FindAddOn(FirmOf(name), LastId(name)), name);
}

absl::StatusOr<store::ProfileRow> FindProfile(const store::Reader& reader, std::string_view name) {
  return OrNotFound(reader.FindProfile(FirmOf(name), LastId(name)), name);
}

absl::StatusOr<store::LinkRow> FindLink(const store::Reader& reader, std::string_view name) {
  return OrNotFound(reader.FindLink(FirmOf(name), LastId(name)), name);
}

absl::StatusOr<store::SyncOperationRow> FindSyncOperation(const store::Reader& reader,
                                                          std::string_view name) {
  return OrNotFound(reader.FindSyncOperation(FirmOf(name), LastId(name)), name);
}

absl::StatusOr<v1::AddOn> FindActiveAddOn(const store::Reader& reader, std::string_view name) {
  ASSIGN_OR_RETURN(v1::AddOn add_on, FindAddOn(reader, name));
  RETURN_IF_ERROR(CheckActive(add_on));
  return add_on;
}

absl::Status CheckStillFetchedBy(const v1::AddOn& then, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const v1::AddOn now, FindActiveAddOn(reader, then.name()));
  return FetchesAlike(then, now)
             ? absl::OkStatus()
             : MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                         then.name() + " changed while the practice system was asked: try again",
                         {{"resource", then.name()}});
}

absl::Status CheckActive(const v1::AddOn& add_on) {
  const auto refuse = [&](v1::ErrorReason reason, std::string_view why) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason,
                     "add-on " + add_on.name() + " " + std::string(why),
                     {{"add_on", add_on.name()}, {"state", v1::AddOn::State_Name(add_on.state())}});
  };
  switch (add_on.state()) {
    case v1::AddOn::ACTIVE:
      return absl::OkStatus();
    case v1::AddOn::NEEDS_REAUTHORISATION:
      return refuse(v1::NEEDS_REAUTHORISATION, "needs to be reauthorised");
    case v1::AddOn::ACCESS_DENIED:
      return refuse(v1::ACCESS_DENIED, "is denied access by the practice system");
    default:
      return refuse(v1::ADD_ON_NOT_ACTIVE, "isn't active");
  }
}

}  // namespace profilesync::verb

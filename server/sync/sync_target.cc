#include "server/sync/sync_target.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

absl::Status LinkRequired(const std::string& profile, const std::string& under) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::LINK_REQUIRED,
                   profile + " isn't linked" + under + ": link it first", {{"profile", profile}});
}

// The profile's only link.
absl::StatusOr<store::LinkRow> OnlyLink(const store::Reader& reader, const std::string& profile) {
  const std::string_view firm = FirmOf(profile);
  ASSIGN_OR_RETURN(
      std::vector<store::LinkRow> links,
      reader.ListLinks(firm, {.profile_id = std::string(LastId(profile))}, "", /*limit=*/2));
  if (links.empty()) {
    ASSIGN_OR_RETURN(const auto add_ons, reader.ListAddOns(firm, "", /*limit=*/1));
    if (add_ons.empty()) {
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::ADD_ON_REQUIRED,
                       "the firm has no add-on: activate one first", {{"firm", FirmName(firm)}});
    }
    return LinkRequired(profile, "");
  }
  if (links.size() > 1) {
    Violations violations;
    violations.Add("add_on", "must be given: the profile is linked under several add-ons");
    return violations.ToStatus();
  }
  return std::move(links.front());
}

}  // namespace

absl::StatusOr<store::LinkRow> FindSyncTarget(const store::Reader& reader,
                                              const v1::SyncProfileRequest& request) {
  RETURN_IF_ERROR(verb::FindProfile(reader, request.name()).status());
  if (request.add_on().empty()) {
    ASSIGN_OR_RETURN(store::LinkRow link, OnlyLink(reader, request.name()));
    RETURN_IF_ERROR(verb::FindActiveAddOn(reader, link.link.add_on()).status());
    return link;
  }
  RETURN_IF_ERROR(verb::FindActiveAddOn(reader, request.add_on()).status());
  ASSIGN_OR_RETURN(std::optional<store::LinkRow> link,
                   reader.FindLinkOfProfile(FirmOf(request.name()), LastId(request.name()),
                                            LastId(request.add_on())));
  if (!link) {
    return LinkRequired(request.name(), " under " + request.add_on());
  }
  return *std::move(link);
}

}  // namespace profilesync::sync

#include "server/sync/get_profile_diffs.h"

#include <optional>
#include <string>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/sync/find_diff.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

absl::StatusOr<v1::AddOnDiff> Entry(const store::Reader& reader, std::string_view profile,
                                    const v1::AddOn& add_on) {
  const std::string_view firm = FirmOf(profile);
  v1::AddOnDiff entry;
  entry.set_add_on(add_on.name());
  entry.set_add_on_display_name(add_on.display_name());
  entry.set_add_on_state(add_on.state());
  ASSIGN_OR_RETURN(const std::optional<store::LinkRow> link,
                   reader.FindLinkOfProfile(firm, LastId(profile), LastId(add_on.name())));
  if (link) {
    entry.set_link(link->link.name());
    ASSIGN_OR_RETURN(const std::string bytes,
                     FindDiffBytes(reader, DiffName(firm, LastId(link->link.name()))));
    ASSIGN_OR_RETURN(*entry.mutable_diff(), ParseDiff(bytes));
  }
  if (add_on.state() != v1::AddOn::ACTIVE) {
    entry.set_missing_prerequisite(v1::AddOnDiff::ADD_ON_NOT_ACTIVE);
  } else if (!link) {
    entry.set_missing_prerequisite(v1::AddOnDiff::LINK_REQUIRED);
  } else if (!link->link.has_refresh_time()) {
    entry.set_missing_prerequisite(v1::AddOnDiff::REFRESH_REQUIRED);
  }
  return entry;
}

}  // namespace

absl::StatusOr<v1::ProfileDiffs> GetProfileDiffs(const Environment& /*environment*/,
                                                 const access::Call& /*call*/,
                                                 const v1::GetProfileDiffsRequest& request,
                                                 const store::Reader& reader) {
  constexpr std::string_view kSuffix = "/diffs";
  constexpr int kMostAddOns = 1000;
  const std::string_view profile =
      std::string_view(request.name()).substr(0, request.name().size() - kSuffix.size());
  RETURN_IF_ERROR(verb::FindProfile(reader, profile).status());
  ASSIGN_OR_RETURN(const std::vector<v1::AddOn> add_ons,
                   reader.ListAddOns(FirmOf(profile), "", kMostAddOns));
  v1::ProfileDiffs diffs;
  diffs.set_name(request.name());
  if (add_ons.empty()) {
    diffs.add_add_on_diffs()->set_missing_prerequisite(v1::AddOnDiff::ADD_ON_REQUIRED);
  }
  for (const v1::AddOn& add_on : add_ons) {
    ASSIGN_OR_RETURN(*diffs.add_add_on_diffs(), Entry(reader, profile, add_on));
  }
  return diffs;
}

}  // namespace profilesync::sync

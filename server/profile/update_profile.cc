#include "server/profile/update_profile.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/mask.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/model/save_profile.h"
#include "server/profile/check_profile.h"
#include "server/profile/new_profile.h"
#include "server/verb/errors.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"
#include "server/verb/update_mask.h"

namespace profilesync::profile {
namespace {

// ABORTED, naming every field that has changed since the revision at which the caller read it.
absl::Status CheckRevisions(const v1::Profile& stored, const v1::Profile& given) {
  std::vector<std::string> moved;
  for (const auto& [field, revision] : given.field_revisions()) {
    const auto found = stored.field_revisions().find(field);
    if (found != stored.field_revisions().end() && found->second > revision) {
      moved.push_back(field);
    }
  }
  if (moved.empty()) {
    return absl::OkStatus();
  }
  std::sort(moved.begin(), moved.end());
  return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                   stored.name() + " has changed since it was read: " + absl::StrJoin(moved, ", "),
                   {{"resource", stored.name()}, {"fields", absl::StrJoin(moved, ",")}});
}

// A sensitive value that comes back as it was shown stands for the stored one.
void UnmaskUnchanged(const v1::Profile& stored, v1::Profile* updated) {
  for (const Field& field : Catalogue::Get().All()) {
    if (field.sensitive() && !field.Text(stored.fields()).empty() &&
        field.Text(updated->fields()) == Masked(field.Text(stored.fields()))) {
      field.Set(updated->mutable_fields(), field.Get(stored.fields()));
    }
  }
}

// A typing error mustn't take the protection away that a revision gives.
void CheckRevisionNames(const v1::Profile& given, Violations* violations) {
  for (const auto& [field, revision] : given.field_revisions()) {
    if (Catalogue::Get().Find(field) == nullptr && field != "kind" && field != "region_code") {
      violations->Add("profile.field_revisions[" + field + "]", "there is no such field");
    }
  }
}

absl::StatusOr<v1::Profile> Updated(const v1::Firm& firm, const v1::Profile& stored,
                                    const v1::UpdateProfileRequest& request) {
  v1::Profile updated = stored;
  Violations violations;
  verb::ApplyUpdateMask(request.update_mask(), request.profile(), &updated, &violations);
  if (verb::Touches(request.update_mask(), "field_revisions")) {
    violations.Add("update_mask", "field_revisions is read beside the mask, not through it");
  }
  CheckRevisionNames(request.profile(), &violations);
  UnmaskUnchanged(stored, &updated);
  CheckProfile(firm, updated, model::ChangedFields(stored, updated), "profile", &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return updated;
}

}  // namespace

absl::StatusOr<v1::Profile> UpdateProfile(const Environment& environment, const access::Call& call,
                                          const v1::UpdateProfileRequest& request,
                                          store::Transaction& transaction) {
  const std::string_view firm_id = FirmOf(request.profile().name());
  const std::string_view profile_id = LastId(request.profile().name());
  ASSIGN_OR_RETURN(const v1::Firm firm, verb::FindFirm(transaction, FirmName(firm_id)));
  ASSIGN_OR_RETURN(const std::optional<store::ProfileRow> stored,
                   transaction.FindProfile(firm_id, profile_id));
  if (!stored) {
    if (!request.allow_missing()) {
      return verb::NotFound(request.profile().name());
    }
    v1::CreateProfileRequest create;
    create.set_profile_id(std::string(profile_id));
    *create.mutable_profile() = request.profile();
    Violations violations;
    CheckRevisionNames(request.profile(), &violations);
    const v1::Profile profile = NewProfile(environment, firm, create, "", &violations);
    RETURN_IF_ERROR(violations.ToStatus());
    return StoreNewProfile(environment, call, firm, profile, transaction);
  }
  RETURN_IF_ERROR(
      verb::CheckEtag(request.profile().etag(), stored->profile.etag(), request.profile().name()));
  ASSIGN_OR_RETURN(v1::Profile updated, Updated(firm, stored->profile, request));
  RETURN_IF_ERROR(CheckRevisions(stored->profile, request.profile()));
  ASSIGN_OR_RETURN(
      store::ProfileRow saved,
      model::SaveProfile(
          environment, transaction, firm, stored, std::move(updated),
          {.source = v1::ProfileChange::PLATFORM, .actor = call.caller.Actor(), .now = call.now}));
  // A save asks for a refresh of the profile's links, whether or not it changed anything. A fetch
  // that is under way started before this save, so it won't take this mark away. A mark in the
  // future puts off a refresh that failed.
  RETURN_IF_ERROR(
      model::RestateLinks(environment, transaction, firm_id,
                          {.profile_id = std::string(profile_id)}, [&](model::LinkState& state) {
                            state.link.refresh_due = std::max(state.link.refresh_due, call.now);
                          }));
  return model::Shown(std::move(saved.profile));
}

}  // namespace profilesync::profile

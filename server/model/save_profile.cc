#include "server/model/save_profile.h"

#include <cstdint>
#include <utility>

#include "common/catalogue.h"
#include "common/mask.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_sides.h"
#include "server/model/side_forms.h"
#include "server/verb/etag.h"

namespace profilesync::model {
namespace {

storage::v1::FieldForms FormsOf(const v1::Firm& firm,
                                const std::optional<store::ProfileRow>& before,
                                const v1::Profile& after, const std::vector<std::string>& changed) {
  const Normaliser normaliser = NormaliserOf(firm, after);
  if (!before) {
    return SideForms::Make(normaliser, after.fields()).Store(normaliser);
  }
  SideForms forms = SideForms::Load(normaliser, before->profile.fields(), before->extra.forms());
  for (const std::string& name : changed) {
    if (const Field* field = Catalogue::Get().Find(name)) {
      forms.Remake(normaliser, *field, after.fields());
    }
  }
  return forms.Store(normaliser);
}

absl::Status Log(store::Transaction& transaction, std::string_view firm_id,
                 const v1::Profile& after, v1::ProfileChange::Action action,
                 const std::vector<std::string>& changed, const ChangeOrigin& origin) {
  v1::ProfileChange change;
  *change.mutable_profile() = Shown(after);
  change.set_action(action);
  change.set_source(origin.source);
  change.mutable_changed_fields()->Assign(changed.begin(), changed.end());
  change.set_sync_operation(origin.sync_operation);
  change.set_actor(origin.actor);
  *change.mutable_change_time() = ToProto(origin.now);
  return transaction.AppendProfileChange(firm_id, &change).status();
}

}  // namespace

std::vector<std::string> ChangedFields(const v1::Profile& before, const v1::Profile& after) {
  std::vector<std::string> changed;
  for (const Field& field : Catalogue::Get().All()) {
    if (!field.SameIn(before.fields(), after.fields())) {
      changed.emplace_back(field.name());
    }
  }
  if (before.kind() != after.kind()) {
    changed.emplace_back("kind");
  }
  if (before.region_code() != after.region_code()) {
    changed.emplace_back("region_code");
  }
  return changed;
}

absl::StatusOr<store::ProfileRow> SaveProfile(const Environment& environment,
                                              store::Transaction& transaction, const v1::Firm& firm,
                                              const std::optional<store::ProfileRow>& before,
                                              v1::Profile after, const ChangeOrigin& origin) {
  const std::vector<std::string> changed =
      ChangedFields(before ? before->profile : v1::Profile::default_instance(), after);
  if (before && changed.empty()) {
    return *before;
  }
  const std::string_view firm_id = LastId(firm.name());
  ASSIGN_OR_RETURN(const std::int64_t latest, transaction.LatestRevision(firm_id));
  const std::int64_t revision = latest + 1;
  if (before) {
    *after.mutable_field_revisions() = before->profile.field_revisions();
    *after.mutable_create_time() = before->profile.create_time();
  } else {
    after.clear_field_revisions();
    *after.mutable_create_time() = ToProto(origin.now);
  }
  for (const std::string& name : changed) {
    (*after.mutable_field_revisions())[name] = revision;
  }
  after.set_revision(revision);
  *after.mutable_update_time() = ToProto(origin.now);
  verb::SetEtag(environment.etag_key, &after);
  store::ProfileRow row;
  *row.extra.mutable_forms() = FormsOf(firm, before, after, changed);
  RETURN_IF_ERROR(Log(transaction, firm_id, after,
                      before ? v1::ProfileChange::UPDATED : v1::ProfileChange::CREATED, changed,
                      origin));
  row.profile = std::move(after);
  RETURN_IF_ERROR(transaction.PutProfile(row));
  return row;
}

v1::Profile Shown(v1::Profile profile) {
  MaskSensitive(profile.mutable_fields());
  return profile;
}

}  // namespace profilesync::model

#include <google/protobuf/text_format.h>

#include "common/resource_name.h"
#include "server/store/contract/store_contract.h"

namespace profilesync::store {

v1::Firm MakeFirm(const std::string& firm) {
  v1::Firm made;
  made.set_name(FirmName(firm));
  made.set_display_name("Firm " + firm);
  return made;
}

v1::AddOn MakeAddOn(const std::string& firm, const std::string& id, const std::string& system,
                    const std::string& tenant) {
  v1::AddOn add_on;
  add_on.set_name(AddOnName(firm, id));
  add_on.set_practice_system(PracticeSystemName(system));
  add_on.set_tenant_id(tenant);
  return add_on;
}

v1::FieldRule MakeFieldRule(const std::string& firm, const std::string& add_on,
                            const std::string& field) {
  v1::FieldRule rule;
  rule.set_name(FieldRuleName(firm, add_on, field));
  rule.add_allowed_directions(v1::TO_PROFILE);
  return rule;
}

ProfileRow MakeProfile(const std::string& firm, const std::string& id,
                       const std::string& display_name, int create_time, int update_time) {
  ProfileRow row;
  row.profile.set_name(ProfileName(firm, id));
  row.profile.mutable_fields()->set_name(display_name);
  row.profile.mutable_create_time()->set_seconds(create_time);
  row.profile.mutable_update_time()->set_seconds(update_time);
  auto* form = row.extra.mutable_forms()->add_forms();
  form->set_field_number(type::ClientFields::kNameFieldNumber);
  form->set_form(display_name);
  return row;
}

LinkRow MakeLink(const std::string& firm, const std::string& id, const std::string& profile,
                 const std::string& add_on, const std::string& client) {
  LinkRow row;
  row.link.set_name(LinkName(firm, id));
  row.link.set_profile(ProfileName(firm, profile));
  row.link.set_add_on(AddOnName(firm, add_on));
  row.link.set_practice_client_id(client);
  return row;
}

SyncOperationRow MakeOperation(const std::string& firm, const std::string& id,
                               const std::string& profile, const std::string& link,
                               v1::SyncOperation::State state, int create_time) {
  SyncOperationRow row;
  row.operation.set_name(SyncOperationName(firm, id));
  row.operation.set_profile(ProfileName(firm, profile));
  row.operation.set_link(LinkName(firm, link));
  row.operation.set_state(state);
  row.operation.mutable_create_time()->set_seconds(create_time);
  row.journal.set_pre_image("pre-image of " + id);
  row.fence = create_time + 1;
  return row;
}

DiffRow MakeDiff(const std::string& link, std::int64_t sequence, const std::string& diff,
                 int differ_time) {
  return {.link_id = link,
          .diff = diff,
          .sequence = sequence,
          .add_on_id = "a",
          .differ_time = absl::FromUnixSeconds(differ_time),
          .differing = {{1, 7}}};
}

v1::ProfileChange MakeChange(const std::string& firm, const std::string& profile) {
  v1::ProfileChange change;
  change.mutable_profile()->set_name(ProfileName(firm, profile));
  change.set_action(v1::ProfileChange::UPDATED);
  return change;
}

std::string TextOf(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

std::string IdOf(const std::string& name) { return std::string(LastId(name)); }

}  // namespace profilesync::store

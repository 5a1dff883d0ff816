#include "server/profile/export_plan.h"

#include <algorithm>
#include <string>

#include "common/catalogue.h"
#include "common/mask.h"
#include "server/model/field_bases.h"
#include "server/model/field_values.h"
#include "server/model/link_sides.h"
#include "server/model/masked_outcome.h"
#include "server/model/operation_history.h"

namespace profilesync::profile {
namespace {

void JudgeField(const Normaliser& normaliser, const storage::v1::JournalField& planned,
                const type::ClientFields& created,
                const std::optional<std::vector<connector::OtherChange>>& masked,
                v1::FieldResult* result) {
  const Field& field = *Catalogue::Get().Find(planned.field());
  result->clear_message();
  if (field.sensitive()) {
    model::JudgeMasked(field, masked.value_or(std::vector<connector::OtherChange>()), result);
    if (!masked) {
      result->set_message("the client was found by its other values; this one wasn't compared");
    }
    return;
  }
  if (!field.Has(created)) {
    result->set_outcome(v1::FieldResult::APPLIED);
    result->set_message("the practice system took the value and doesn't show the field");
    return;
  }
  const type::FieldValue kept = field.Get(created);
  if (normaliser.Normalise(field, kept) == normaliser.Normalise(field, planned.wanted())) {
    result->set_outcome(v1::FieldResult::APPLIED);
  } else if (!kept.value_case()) {
    result->set_outcome(v1::FieldResult::REFUSED);
    result->set_message(model::kLeftBlank);
  } else {
    result->set_outcome(v1::FieldResult::COERCED);
    *result->mutable_kept_value() = kept;
  }
}

// There is no client without a name.
bool MayPush(const model::FieldRules& rules, const Field& field) {
  return field.kind() == type::PERSON_OR_ENTITY_NAME ||
         model::AllowedBy(rules.Find(field)).to_practice;
}

}  // namespace

bool AllowAll(const model::FieldRules& rules, const storage::v1::SyncJournal& journal) {
  const auto& fields = journal.fields();
  return std::all_of(fields.begin(), fields.end(), [&](const storage::v1::JournalField& planned) {
    return MayPush(rules, *Catalogue::Get().Find(planned.field()));
  });
}

void PlanExport(const connector::Connector& connector, const connector::Tenant& tenant,
                const model::FieldRules& rules, const v1::Profile& profile,
                v1::SyncOperation* operation, storage::v1::SyncJournal* journal) {
  for (const Field& field : Catalogue::Get().All()) {
    const type::FieldValue value = field.Get(profile.fields());
    if (IsBlank(value) || !field.AppliesTo(profile.kind()) ||
        !connector.CanWrite(tenant, field.name()) || !MayPush(rules, field)) {
      continue;
    }
    const std::string name(field.name());
    storage::v1::JournalField* planned = journal->add_fields();
    planned->set_field(name);
    planned->set_to_practice(true);
    *planned->mutable_profile_before() = value;
    *planned->mutable_wanted() = model::ForPractice(field, value, type::FieldValue());
    const auto revision = profile.field_revisions().find(name);
    planned->set_profile_field_revision(
        revision == profile.field_revisions().end() ? 0 : revision->second);
    v1::FieldResult* result = operation->add_field_results();
    result->set_field(name);
    result->set_direction(v1::TO_PRACTICE);
    *result->mutable_wanted_value() = Shown(field, planned->wanted());
  }
}

type::ClientFields WantedFields(const storage::v1::SyncJournal& journal) {
  type::ClientFields wanted;
  for (const storage::v1::JournalField& planned : journal.fields()) {
    Catalogue::Get().Find(planned.field())->Set(&wanted, planned.wanted());
  }
  return wanted;
}

bool HasWantedName(const Normaliser& normaliser, const storage::v1::SyncJournal& journal,
                   const type::PracticeClient& client) {
  const Field& name = *Catalogue::Get().Find("name");
  return normaliser.Normalise(name, client.fields()) ==
         normaliser.Normalise(name, WantedFields(journal));
}

bool MayBeCreated(const Normaliser& normaliser, const storage::v1::SyncJournal& journal,
                  const type::PracticeClient& client) {
  if (!HasWantedName(normaliser, journal, client)) {
    return false;
  }
  for (const storage::v1::JournalField& planned : journal.fields()) {
    const Field& field = *Catalogue::Get().Find(planned.field());
    if (!field.sensitive() && field.Has(client.fields()) &&
        normaliser.Normalise(field, client.fields()) !=
            normaliser.Normalise(field, planned.wanted())) {
      return false;
    }
  }
  return true;
}

void JudgeCreated(const Normaliser& normaliser, const storage::v1::SyncJournal& journal,
                  const type::PracticeClient& client,
                  const std::optional<std::vector<connector::OtherChange>>& masked,
                  v1::SyncOperation* operation) {
  bool all = true;
  for (int i = 0; i < journal.fields_size(); ++i) {
    v1::FieldResult* result = operation->mutable_field_results(i);
    JudgeField(normaliser, journal.fields(i), client.fields(), masked, result);
    all = all && model::IsWritten(*result);
  }
  operation->set_state(all ? v1::SyncOperation::DONE : v1::SyncOperation::PARTLY_DONE);
}

void SetResults(v1::FieldResult::Outcome outcome, v1::SyncOperation* operation) {
  for (v1::FieldResult& result : *operation->mutable_field_results()) {
    result.set_outcome(outcome);
    result.clear_message();
  }
}

void SetCreatedBases(const storage::v1::SyncJournal& journal, const v1::SyncOperation& operation,
                     std::string_view etag_key, model::LinkState* state) {
  const model::LinkSides sides(*state, etag_key);
  model::FieldBases bases = model::FieldBases::Load(sides.normaliser(), state->link.bases);
  for (int i = 0; i < journal.fields_size(); ++i) {
    const Field& field = *Catalogue::Get().Find(journal.fields(i).field());
    if (model::IsWritten(operation.field_results(i)) && sides.PracticeKnown(field) &&
        !field.sensitive()) {
      bases.Set(field, sides.BaseOf(field, journal.fields(i).profile_before(),
                                    sides.PracticeValue(field)));
    }
  }
  state->link.bases = bases.Store(sides.normaliser());
}

}  // namespace profilesync::profile

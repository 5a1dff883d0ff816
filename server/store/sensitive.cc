#include "server/store/sensitive.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/catalogue.h"
#include "common/mask.h"
#include "common/status.h"

namespace profilesync::store {
namespace {

constexpr std::string_view kMask = "******";  // as Masked() begins

std::string ContextOf(const v1::Profile& profile, const std::string& field) {
  return absl::StrCat("profile ", profile.name(), " ", field);
}

bool IsSensitive(int field_number) {
  const Field* field = Catalogue::Get().FindByNumber(field_number);
  return field != nullptr && field->sensitive();
}

bool IsSensitive(const std::string& field_name) {
  const Field* field = Catalogue::Get().Find(field_name);
  return field != nullptr && field->sensitive();
}

void MaskValue(type::FieldValue* value) {
  if (value->has_text() && !std::string_view(value->text()).starts_with(kMask)) {
    value->set_text(Masked(value->text()));
  }
}

}  // namespace

void SealValues(const Sealer& sealer, ProfileRow* row) {
  row->extra.clear_sealed_values();
  for (const Field& field : Catalogue::Get().All()) {
    if (!field.sensitive() || !field.Has(row->profile.fields())) {
      continue;
    }
    const std::string name(field.name());
    (*row->extra.mutable_sealed_values())[name] =
        sealer.Seal(field.Text(row->profile.fields()), ContextOf(row->profile, name));
    field.Clear(row->profile.mutable_fields());
  }
  if (!row->extra.has_forms()) {
    return;
  }
  auto* forms = row->extra.mutable_forms()->mutable_forms();
  forms->erase(std::remove_if(forms->begin(), forms->end(),
                              [](const storage::v1::FieldForm& form) {
                                return IsSensitive(form.field_number());
                              }),
               forms->end());
}

absl::Status OpenValues(const Sealer& sealer, ProfileRow* row) {
  for (const auto& [name, sealed] : row->extra.sealed_values()) {
    ASSIGN_OR_RETURN(std::string plain, sealer.Open(sealed, ContextOf(row->profile, name)));
    if (const Field* field = Catalogue::Get().Find(name); field != nullptr) {
      type::FieldValue value;
      value.set_text(std::move(plain));
      field->Set(row->profile.mutable_fields(), value);
    }
  }
  row->extra.clear_sealed_values();
  return absl::OkStatus();
}

bool HoldsSensitive(const storage::v1::Snapshot& snapshot) {
  const auto& fields = Catalogue::Get().All();
  return std::any_of(fields.begin(), fields.end(), [&snapshot](const Field& field) {
    return field.sensitive() && field.Has(snapshot.client().fields());
  });
}

bool HoldsSensitive(const storage::v1::FieldBases& bases) {
  return std::any_of(
      bases.bases().begin(), bases.bases().end(),
      [](const storage::v1::FieldBase& base) { return IsSensitive(base.field_number()); });
}

void MaskRecord(v1::ProfileChange* change) {
  if (!change->profile().has_fields()) {
    return;
  }
  type::ClientFields* const fields = change->mutable_profile()->mutable_fields();
  for (const Field& field : Catalogue::Get().All()) {
    if (field.sensitive() && field.Has(*fields)) {
      type::FieldValue value;
      value.set_text(std::string(field.Text(*fields)));
      MaskValue(&value);
      field.Set(fields, value);
    }
  }
}

void MaskRecord(v1::SyncOperation* operation) {
  for (v1::FieldResult& result : *operation->mutable_field_results()) {
    if (IsSensitive(result.field())) {
      if (result.has_old_value()) {
        MaskValue(result.mutable_old_value());
      }
      if (result.has_wanted_value()) {
        MaskValue(result.mutable_wanted_value());
      }
      if (result.has_kept_value()) {
        MaskValue(result.mutable_kept_value());
      }
    }
  }
  for (v1::UnaskedChange& change : *operation->mutable_unasked_changes()) {
    if (IsSensitive(change.field())) {
      if (change.has_old_value()) {
        MaskValue(change.mutable_old_value());
      }
      if (change.has_new_value()) {
        MaskValue(change.mutable_new_value());
      }
    }
  }
}

void MaskRecord(v1::FieldHistoryEntry* entry) {
  if (IsSensitive(entry->field())) {
    if (entry->has_old_value()) {
      MaskValue(entry->mutable_old_value());
    }
    if (entry->has_new_value()) {
      MaskValue(entry->mutable_new_value());
    }
  }
}

}  // namespace profilesync::store

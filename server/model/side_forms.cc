#include "server/model/side_forms.h"

namespace profilesync::model {

SideForms SideForms::Load(const Normaliser& normaliser, const type::ClientFields& fields,
                          const storage::v1::FieldForms& stored) {
  if (stored.normaliser_version() != normaliser.version()) {
    return Make(normaliser, fields);
  }
  SideForms forms;
  for (const auto& form : stored.forms()) {
    if (const Field* field = Catalogue::Get().FindByNumber(form.field_number())) {
      forms.forms_[field->index()].bytes = form.form();
    }
  }
  return forms;
}

SideForms SideForms::Make(const Normaliser& normaliser, const type::ClientFields& fields) {
  SideForms forms;
  for (const Field& field : Catalogue::Get().All()) {
    forms.Remake(normaliser, field, fields);
  }
  return forms;
}

void SideForms::Remake(const Normaliser& normaliser, const Field& field,
                       const type::ClientFields& fields) {
  forms_[field.index()] = normaliser.Normalise(field, fields);
}

storage::v1::FieldForms SideForms::Store(const Normaliser& normaliser) const {
  storage::v1::FieldForms stored;
  stored.set_normaliser_version(normaliser.version());
  for (const Field& field : Catalogue::Get().All()) {
    const NormalForm& form = forms_[field.index()];
    if (!form.blank()) {
      auto* entry = stored.add_forms();
      entry->set_field_number(field.number());
      entry->set_form(form.bytes);
    }
  }
  return stored;
}

}  // namespace profilesync::model

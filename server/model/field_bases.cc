#include "server/model/field_bases.h"

#include <utility>

namespace profilesync::model {

FieldBases FieldBases::Load(const Normaliser& normaliser, const storage::v1::FieldBases& stored) {
  FieldBases bases;
  const bool remake = stored.normaliser_version() != normaliser.version();
  for (const auto& base : stored.bases()) {
    const Field* field = Catalogue::Get().FindByNumber(base.field_number());
    if (field == nullptr) {
      continue;
    }
    storage::v1::FieldBase& kept = bases.bases_[field->index()] = base;
    if (remake) {
      kept.set_profile_form(normaliser.Normalise(*field, base.profile_value()).bytes);
      kept.set_practice_form(normaliser.Normalise(*field, base.practice_value()).bytes);
    }
  }
  return bases;
}

const storage::v1::FieldBase* FieldBases::Find(const Field& field, std::string_view source) const {
  const auto* base = Find(field);
  return base != nullptr && base->source() == source ? base : nullptr;
}

const storage::v1::FieldBase* FieldBases::Find(const Field& field) const {
  const auto& base = bases_[field.index()];
  return base.field_number() == 0 ? nullptr : &base;
}

void FieldBases::Set(const Field& field, storage::v1::FieldBase base) {
  base.set_field_number(field.number());
  bases_[field.index()] = std::move(base);
}

void FieldBases::Clear(const Field& field) { bases_[field.index()].Clear(); }

storage::v1::FieldBases FieldBases::Store(const Normaliser& normaliser) const {
  storage::v1::FieldBases stored;
  stored.set_normaliser_version(normaliser.version());
  for (const auto& base : bases_) {
    if (base.field_number() != 0) {
      *stored.add_bases() = base;
    }
  }
  return stored;
}

}  // namespace profilesync::model

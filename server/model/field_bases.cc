#include "server/model/field_bases.h"

#include <string>
#include <utility>

#include "common/compare.h"

namespace profilesync::model {
namespace {

bool Agreed(const storage::v1::FieldBase& base) {
  return base.profile_form() == base.practice_form();
}

}  // namespace

storage::v1::FieldBase FieldBases::Make(const Normaliser& normaliser, const Field& field,
                                        const type::FieldValue& profile_value,
                                        std::string_view profile_form,
                                        const type::FieldValue& practice_value,
                                        std::string_view practice_form, std::string_view source) {
  storage::v1::FieldBase base;
  base.set_field_number(field.number());
  *base.mutable_profile_value() = profile_value;
  *base.mutable_practice_value() = practice_value;
  base.set_profile_form(std::string(profile_form));
  base.set_practice_form(std::string(practice_form));
  base.set_source(std::string(source));
  if (profile_form == practice_form) {
    base.set_format_rule(std::string(FormatRule(normaliser, field, profile_value, practice_value)));
  }
  return base;
}

storage::v1::FieldBase FieldBases::Make(const Normaliser& normaliser, const Field& field,
                                        const type::FieldValue& profile_value,
                                        const type::FieldValue& practice_value,
                                        std::string_view source) {
  return Make(normaliser, field, profile_value, normaliser.Normalise(field, profile_value).bytes,
              practice_value, normaliser.Normalise(field, practice_value).bytes, source);
}

FieldBases FieldBases::Load(const Normaliser& normaliser, const storage::v1::FieldBases& stored) {
  FieldBases bases;
  const bool remake = stored.normaliser_version() != normaliser.version();
  for (const auto& base : stored.bases()) {
    const Field* field = Catalogue::Get().FindByNumber(base.field_number());
    if (field == nullptr) {
      continue;
    }
    if (remake) {
      bases.SetAnew(normaliser, *field, base);
    } else {
      bases.bases_[field->index()] = base;
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

void FieldBases::SetAnew(const Normaliser& normaliser, const Field& field,
                         const storage::v1::FieldBase& base) {
  storage::v1::FieldBase anew =
      Make(normaliser, field, base.profile_value(), base.practice_value(), base.source());
  if (Agreed(base) && !Agreed(anew)) {
    Clear(field);
  } else {
    Set(field, std::move(anew));
  }
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

#pragma once

#include <string_view>
#include <vector>

#include "common/catalogue.h"
#include "common/normalise.h"
#include "profilesync/storage/v1/records.pb.h"

namespace profilesync::model {

// The bases of one link by field: per field the pair of values last known to agree, or what was
// asked and what the practice system kept of it. A value object.
class FieldBases {
 public:
  // The base that a pair of values makes, whose forms are at hand or not.
  static storage::v1::FieldBase Make(const Normaliser& normaliser, const Field& field,
                                     const type::FieldValue& profile_value,
                                     std::string_view profile_form,
                                     const type::FieldValue& practice_value,
                                     std::string_view practice_form, std::string_view source);
  static storage::v1::FieldBase Make(const Normaliser& normaliser, const Field& field,
                                     const type::FieldValue& profile_value,
                                     const type::FieldValue& practice_value,
                                     std::string_view source);

  // What another normaliser made is set anew.
  static FieldBases Load(const Normaliser& normaliser, const storage::v1::FieldBases& stored);

  // nullptr when the field has no base, or has one whose source isn't `source`.
  const storage::v1::FieldBase* Find(const Field& field, std::string_view source) const;
  // As Find, whatever the source.
  const storage::v1::FieldBase* Find(const Field& field) const;
  void Set(const Field& field, storage::v1::FieldBase base);
  // Sets a base that maybe another normaliser made, with forms made from its values. A pair that
  // agreed by the old forms and doesn't by the new is no base: only of what the practice system
  // kept in a form of its own may the two halves differ.
  void SetAnew(const Normaliser& normaliser, const Field& field,
               const storage::v1::FieldBase& base);
  void Clear(const Field& field);

  storage::v1::FieldBases Store(const Normaliser& normaliser) const;

 private:
  FieldBases() : bases_(Catalogue::Get().size()) {}

  std::vector<storage::v1::FieldBase> bases_;  // field_number 0: none
};

}  // namespace profilesync::model

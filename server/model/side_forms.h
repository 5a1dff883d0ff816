#pragma once

#include <string_view>
#include <vector>

#include "common/catalogue.h"
#include "common/normal_form.h"
#include "common/normalise.h"
#include "profilesync/storage/v1/records.pb.h"

namespace profilesync::model {

// The normal forms of one side's values, by Field::index(). A value object.
class SideForms {
 public:
  // Those that are stored, if this normaliser made them; else made anew from the values.
  static SideForms Load(const Normaliser& normaliser, const type::ClientFields& fields,
                        const storage::v1::FieldForms& stored);
  static SideForms Make(const Normaliser& normaliser, const type::ClientFields& fields);

  // Makes the form of one field anew, after its value changed.
  void Remake(const Normaliser& normaliser, const Field& field, const type::ClientFields& fields);

  std::string_view Of(const Field& field) const { return forms_[field.index()].bytes; }
  bool Parsed(const Field& field) const { return forms_[field.index()].parsed(); }

  storage::v1::FieldForms Store(const Normaliser& normaliser) const;

 private:
  SideForms() : forms_(Catalogue::Get().size()) {}

  std::vector<NormalForm> forms_;
};

}  // namespace profilesync::model

#pragma once

#include <string>
#include <string_view>

#include "common/catalogue.h"
#include "common/normal_form.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// Raised whenever a rule of ours changes what a normal form is.
inline constexpr int kNormaliserRules = 3;

// Makes the normal forms of the values of one link's two sides. Cheap to make and to copy,
// immutable and thread-safe.
class Normaliser {
 public:
  // `region` is the profile's country, else the firm's (ISO alpha-2; "" where neither is known);
  // `kind` is the profile's. Both hold for both sides of a link.
  Normaliser(std::string_view region, type::PartyKind kind);

  const std::string& region() const { return region_; }
  // What forms depend on besides the value: our rules, libphonenumber's and ICU's versions, the
  // region, and whether names are persons'. A stored form of another version is computed anew.
  const std::string& version() const { return version_; }

  // The part of every version that is the same for all regions and kinds.
  static const std::string& RulesVersion();

  // The form of `field`'s value; of a blank one, and of a sensitive field's, the empty form.
  NormalForm Normalise(const Field& field, const type::FieldValue& value) const;
  // The same, of the value that `fields` holds in place; an absent one is blank.
  NormalForm Normalise(const Field& field, const type::ClientFields& fields) const;

 private:
  NormalForm NormaliseText(const Field& field, std::string_view text) const;

  std::string region_;
  type::PartyKind kind_;
  std::string version_;
};

}  // namespace profilesync

#pragma once

#include "common/catalogue.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync::model {

// A value of the profile as it is written to the practice client, which now holds `practice`: a
// country becomes text that the practice system's people read; white space around texts and blank
// address lines stay behind.
type::FieldValue ForPractice(const Field& field, const type::FieldValue& profile,
                             const type::FieldValue& practice);
// A value of the practice client as it is written to the profile: a country that is recognised
// becomes its ISO code.
type::FieldValue ForProfile(const Field& field, const type::FieldValue& practice);

}  // namespace profilesync::model

#pragma once

#include <string>
#include <string_view>

#include "common/catalogue.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// A sensitive value as it is shown: six asterisks, which tell nothing of its length, and its last
// three characters. Shorter ones than six characters are asterisks only; blank stays blank.
std::string Masked(std::string_view value);

// A value of `field` as callers see it: masked where the field is sensitive.
type::FieldValue Shown(const Field& field, type::FieldValue value);

// Masks every sensitive field that is present.
void MaskSensitive(type::ClientFields* fields);

}  // namespace profilesync

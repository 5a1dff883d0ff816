#pragma once

#include <string_view>

#include "common/error.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace profilesync::verb {

// Replaces in `to` each value that `mask` names by that of `from`, whole: an address with all of
// its parts, a list with all of its elements; what `from` hasn't set is cleared. `from` and `to`
// are of one type. Paths may lead into messages ("fields.primary_phone"), not into lists or maps.
// "etag" is passed over, so that a mask of all fields works.
//
// Added to `violations`, under "update_mask": an empty mask, an unknown path, and a field that
// callers can't change (OUTPUT_ONLY, IDENTIFIER or IMMUTABLE). `to` is then left half changed.
void ApplyUpdateMask(const google::protobuf::FieldMask& mask, const google::protobuf::Message& from,
                     google::protobuf::Message* to, Violations* violations);

// Whether `mask` names the field at `path`, the message it is in, or a part of it.
bool Touches(const google::protobuf::FieldMask& mask, std::string_view path);

}  // namespace profilesync::verb

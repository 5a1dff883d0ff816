#pragma once

#include <vector>

#include "common/catalogue.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/connector/connector.h"

namespace profilesync::model {

// How a result says that a value was lost: the practice system took the write and left the field
// blank.
inline constexpr char kLeftBlank[] = "the practice system left it blank";

// Sets the outcome of a masked field that was written, from what the connector says of it. No more
// can be known than that the practice system took it, and that what is visible is of the value that
// was written.
void JudgeMasked(const Field& field, const std::vector<connector::OtherChange>& changes,
                 v1::FieldResult* result);

}  // namespace profilesync::model

#pragma once

#include "common/error.h"
#include "profilesync/v1/firm.pb.h"

namespace profilesync::firm {

// Adds to `violations` what is wrong with the values of a firm that is to be stored, under "firm.".
void CheckFirm(const v1::Firm& firm, Violations* violations);

}  // namespace profilesync::firm

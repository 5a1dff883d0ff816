#pragma once

#include <cstdint>

#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::xpm_sandbox {

// An invented client of a New Zealand or Australian practice, the same for the same seed, index and
// practice: individuals, companies, trusts, partnerships and super funds with addresses, phones,
// tax numbers, contacts, notes, groups and relationships. None is archived or deleted. UUIDs differ
// by seed and index; names may repeat, as they do.
ClientRecord GeneratedClient(uint64_t seed, uint64_t index, const Practice& practice);

}  // namespace profilesync::xpm_sandbox

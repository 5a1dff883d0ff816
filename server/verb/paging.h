#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/error.h"
#include "server/store/records.h"

namespace profilesync::verb {

// The number of rows to answer with: 50 unless asked, `largest` at most. A negative page_size is
// added to `violations`.
int PageSize(std::int32_t asked, Violations* violations, int largest = 1000);

// A place in a list as the text that access::PageTokens carry, and back. Text that no cursor made
// gives the cursor of the list's start.
std::string ToPosition(const store::Cursor& cursor);
store::Cursor FromPosition(std::string_view position);

}  // namespace profilesync::verb

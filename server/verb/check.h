#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/ids.h"

namespace profilesync::verb {

// Checks of values that callers set. What is wrong is added to `violations` under `field`, the
// value's path in the request.

// In bytes.
inline constexpr std::size_t kLongestDisplayName = 255;
inline constexpr std::size_t kLongestPracticeClientId = 255;

// Text of `longest` bytes at most, without control characters; blank only unless `required`.
void CheckText(std::string_view field, std::string_view text, std::size_t longest, bool required,
               Violations* violations);

// An id that the caller chose for a new resource; "" where it leaves that to the server.
void CheckId(std::string_view field, std::string_view chosen, Violations* violations);

// The id for a new resource: the one that the caller chose, if it is valid, else a new one.
std::string ChooseId(std::string_view field, std::string_view chosen, IdSource& ids,
                     Violations* violations);

}  // namespace profilesync::verb

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/error.h"
#include "google/protobuf/message.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/records.h"

namespace profilesync::verb {

// The number of rows to answer with: 50 unless asked, `largest` at most. A negative page_size is
// added to `violations`.
int PageSize(std::int32_t asked, Violations* violations, int largest = 1000);

// Where the request's page token says that its page begins; "" for the first one. INVALID_ARGUMENT
// with `violations` and what is wrong with the token, INVALID_PAGE_TOKEN where that is all.
absl::StatusOr<std::string> TakePosition(const Environment& environment, const access::Call& call,
                                         const google::protobuf::Message& request,
                                         Violations violations);

// A place in a list as the text that access::PageTokens carry, and back. Text that no cursor made
// gives the cursor of the list's start.
std::string ToPosition(const store::Cursor& cursor);
store::Cursor FromPosition(std::string_view position);

}  // namespace profilesync::verb

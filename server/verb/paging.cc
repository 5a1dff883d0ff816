#include "server/verb/paging.h"

#include <algorithm>

namespace profilesync::verb {

int PageSize(std::int32_t asked, Violations* violations, int largest) {
  constexpr int kUnlessAsked = 50;
  if (asked < 0) {
    violations->Add("page_size", "must not be negative");
  }
  return asked <= 0 ? kUnlessAsked : std::min<int>(asked, largest);
}

absl::StatusOr<std::string> TakePosition(const Environment& environment, const access::Call& call,
                                         const google::protobuf::Message& request,
                                         Violations violations) {
  auto position = environment.page_tokens.Take(call, request);
  if (violations.empty()) {
    return position;
  }
  violations.AddOf(position.status());
  return violations.ToStatus();
}

// Ids hold no slash; keys may hold anything.
std::string ToPosition(const store::Cursor& cursor) { return cursor.id + "/" + cursor.key; }

store::Cursor FromPosition(std::string_view position) {
  const std::size_t slash = position.find('/');
  if (slash == std::string_view::npos) {
    return {};
  }
  return {.key = std::string(position.substr(slash + 1)),
          .id = std::string(position.substr(0, slash))};
}

}  // namespace profilesync::verb

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "server/access/call.h"

namespace profilesync::access {

// Makes and reads page tokens: places in a list, sealed to who asked and what for. A token holds
// for the same service and the same request, its page_size and page_token aside; every list has a
// request message of its own, so that it holds for one method only, and firm and filter are in the
// request. Immutable, so thread-safe.
class PageTokens {
 public:
  // `key` is 32 bytes.
  explicit PageTokens(std::string key) : key_(std::move(key)) {}

  // The token for the page that goes on after `position`, which must not be "".
  std::string Give(const Call& call, const google::protobuf::Message& request,
                   std::string_view position) const;

  // The position in the request's page_token; "" on the first page. INVALID_ARGUMENT
  // (INVALID_PAGE_TOKEN) unless Give made the token for such a caller and request.
  absl::StatusOr<std::string> Take(const Call& call,
                                   const google::protobuf::Message& request) const;

 private:
  std::string Seal(const Call& call, const google::protobuf::Message& request,
                   std::string_view position) const;

  const std::string key_;
};

}  // namespace profilesync::access

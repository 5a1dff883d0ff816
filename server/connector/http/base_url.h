#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace profilesync::connector::http {

// Names and values of a URL's query, not yet percent-encoded.
using Query = std::vector<std::pair<std::string, std::string>>;

// Where a practice system is reached. Every request goes below it. An immutable value.
class BaseUrl {
 public:
  // INVALID_ARGUMENT, with a message that doesn't repeat `url`, unless it is https, or http to a
  // loopback address, without user, query and fragment.
  static absl::StatusOr<BaseUrl> Parse(std::string_view url);

  // The URL of `path`, which is relative and already encoded, with `query`.
  std::string Resolve(std::string_view path, const Query& query) const;

  bool encrypted() const { return encrypted_; }

 private:
  BaseUrl(std::string url, bool encrypted) : url_(std::move(url)), encrypted_(encrypted) {}

  std::string url_;  // ends in "/"
  bool encrypted_;
};

// `text` with everything but letters, digits and -._~ percent-encoded.
std::string PercentEncode(std::string_view text);
// The reverse; what isn't a well-formed escape stays as it is.
std::string PercentDecode(std::string_view text);

}  // namespace profilesync::connector::http

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace profilesync::xpm_sandbox {

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request as it came.
struct HttpRequest {
  std::string method;
  std::string path;   // still percent-encoded, without the query
  std::string query;  // likewise, without the '?'
  Headers headers;
  std::string body;
  std::string peer_ip;
  // Whether the caller has closed its end of the connection.
  std::function<bool()> caller_gone;

  // The first header of that name, in any case.
  std::optional<std::string> Header(const std::string& name) const;
  // A query parameter, decoded, its name in any case (the docs have modifiedsince and
  // modifiedSince).
  std::optional<std::string> Parameter(const std::string& name) const;
};

// How much of a reply reaches the caller.
enum class Delivery {
  kWhole,
  kHalfThenClose,  // the headers and half the body, then the end of the connection
  kHalfThenReset,  // likewise, with a reset
  kChunked,        // in chunks, instead of with a Content-Length
  kChunkedNoEnd,   // likewise, then the end of the connection instead of the last chunk
  kNone,           // the connection ends without a byte
};

// A reply, sent to the byte as it stands here; Content-Length is added.
struct HttpReply {
  int status = 200;
  Headers headers;
  std::string body;
  // Spaces put into the body at `pad_at` while it is sent.
  int64_t pad_bytes = 0;
  size_t pad_at = 0;
  Delivery delivery = Delivery::kWhole;

  // As HttpRequest's.
  std::optional<std::string> Header(const std::string& name) const;
};

// "Not Found" for 404.
std::string ReasonOf(int status);

// %xx and '+' undone.
std::string UrlDecode(const std::string& text);
// All but RFC 3986's unreserved characters as %XX.
std::string UrlEncode(const std::string& text);

}  // namespace profilesync::xpm_sandbox

#include "server/connector/http/base_url.h"

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace profilesync::connector::http {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlDeleter>;

// nullopt where the URL has no such part.
std::optional<std::string> Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) {
    return std::nullopt;
  }
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool IsLoopback(std::string_view host) {
  return absl::EqualsIgnoreCase(AV(host), "localhost") || host == "[::1]" ||
         (absl::StartsWith(AV(host), "127.") &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

absl::StatusOr<BaseUrl> BaseUrl::Parse(std::string_view url) {
  const UrlHandle handle(curl_url());
  const std::string copy(url);
  if (copy.find('\0') != std::string::npos ||
      curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), 0) != CURLUE_OK) {
    return absl::InvalidArgumentError("is not an absolute URL");
  }
  const std::string scheme = Part(handle.get(), CURLUPART_SCHEME).value_or("");
  if (scheme != "https" && scheme != "http") {
    return absl::InvalidArgumentError("must begin with https://");
  }
  if (scheme == "http" && !IsLoopback(Part(handle.get(), CURLUPART_HOST).value_or(""))) {
    return absl::InvalidArgumentError("must begin with https:// unless it is a loopback address");
  }
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    if (Part(handle.get(), part)) {
      return absl::InvalidArgumentError("must have no user, query or fragment");
    }
  }
  std::string base = Part(handle.get(), CURLUPART_URL).value_or("");
  if (!absl::EndsWith(base, "/")) {
    base += '/';
  }
  return BaseUrl(std::move(base), scheme == "https");
}

std::string BaseUrl::Resolve(std::string_view path, const Query& query) const {
  std::string url = absl::StrCat(url_, AV(path));
  char separator = '?';
  for (const auto& [name, value] : query) {
    absl::StrAppend(&url, std::string(1, separator), PercentEncode(name), "=",
                    PercentEncode(value));
    separator = '&';
  }
  return url;
}

std::string PercentEncode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
                        HexValue(text[i + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace profilesync::connector::http

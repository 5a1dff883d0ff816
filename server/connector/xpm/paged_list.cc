#include "server/connector/xpm/paged_list.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "server/connector/http/base_url.h"

namespace profilesync::connector::xpm {
namespace {

// Whether `text`, which starts behind an `&`, begins an entity of XML's own or a character
// reference.
bool BeginsEntity(std::string_view text) {
  const std::string_view name = text.substr(0, std::min(text.find(';'), text.size()));
  if (name.size() == text.size() || name.size() > 10) {
    return false;
  }
  if (name.substr(0, 1) == "#") {
    return name.size() > 1 && std::all_of(name.begin() + 1, name.end(),
                                          [](unsigned char c) { return absl::ascii_isalnum(c); });
  }
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

}  // namespace

std::string PageTokenOf(std::string_view next_page_url) {
  const auto query = next_page_url.find('?');
  if (query == std::string_view::npos) {
    return "";
  }
  for (absl::string_view pair : absl::StrSplit(AV(next_page_url.substr(query + 1)), '&')) {
    if (absl::ConsumePrefix(&pair, "pageToken=")) {
      return http::PercentDecode(SV(absl::StripAsciiWhitespace(pair)));
    }
  }
  return "";
}

std::string EscapeBareAmpersands(std::string_view document) {
  std::string escaped;
  escaped.reserve(document.size());
  for (std::size_t i = 0; i < document.size(); ++i) {
    escaped += document[i];
    if (document[i] == '&' && !BeginsEntity(document.substr(i + 1, 12))) {
      escaped += "amp;";
    }
  }
  return escaped;
}

}  // namespace profilesync::connector::xpm

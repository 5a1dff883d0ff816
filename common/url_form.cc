#include "common/url_form.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/status.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

// Removes `prefix` whatever its case.
bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (!absl::StartsWithIgnoreCase(AV(*text), AV(prefix))) {
    return false;
  }
  text->remove_prefix(prefix.size());
  return true;
}

// Removes the port from `authority` and returns ":port", or "" where it is `default_port` or none.
// Returns "?" for what isn't a port.
std::string TakePort(std::string_view* authority, std::string_view default_port) {
  const auto colon = authority->rfind(':');
  if (colon == std::string_view::npos) {
    return "";
  }
  const std::string_view port = authority->substr(colon + 1);
  *authority = authority->substr(0, colon);
  const bool digits =
      std::all_of(port.begin(), port.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
  if (port.empty() || port.size() > 5 || !digits) {
    return "?";
  }
  return port == default_port ? "" : ":" + std::string(port);
}

// `rest` is path, query and fragment. Slashes at the end of the path don't count.
std::string CanonicalRest(std::string_view rest) {
  const auto path_end = std::min(rest.find_first_of("?#"), rest.size());
  std::string_view path = rest.substr(0, path_end);
  if (!path.empty() && path.back() == '/') {
    path.remove_suffix(1);
  }
  return std::string(path) + std::string(rest.substr(path_end));
}

// Whether a text that can't be read may be the address of a page all the same: only that says
// something by the case of its letters. "Coming soon" and "N/A" don't.
bool MayHavePath(std::string_view text) {
  return text.find_first_of(".:") != std::string_view::npos &&
         text.find_first_of("/\\?#") != std::string_view::npos;
}

}  // namespace

NormalForm UrlForm(std::string_view text) {
  const std::string url = ComposeUnicode(CollapseWhiteSpace(text));
  const auto unparsed = [&] {
    return NormalForm::Unparsed(MayHavePath(url) ? url : EvenOutQuotes(FoldText(url)));
  };
  std::string_view rest = url;
  std::string_view default_port;
  if (TakePrefix(&rest, "https://")) {
    default_port = "443";
  } else if (TakePrefix(&rest, "http://")) {
    default_port = "80";
  } else {
    TakePrefix(&rest, "//");
  }
  const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  const std::string port = TakePort(&authority, default_port);
  std::string host = AsciiHost(authority);
  if (!host.empty() && host.back() == '.') {
    host.pop_back();
  }
  if (port == "?" || host.find('.') == std::string::npos || url.find_first_of(" \\") != url.npos) {
    return unparsed();
  }
  return NormalForm::Parsed(host + port + CanonicalRest(rest.substr(authority_end)));
}

}  // namespace profilesync

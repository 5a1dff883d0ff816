#include "client/cli/redirect.h"

#include <curl/curl.h>

#include <map>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/cli/context.h"
#include "client/cli/text.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
using CurlText = std::unique_ptr<char, FreeText>;

std::string Decode(std::string_view text) {
  const std::string spaced = absl::StrReplaceAll(AV(text), {{"+", " "}});
  int size = 0;
  const CurlText decoded(
      curl_easy_unescape(nullptr, spaced.data(), static_cast<int>(spaced.size()), &size));
  return decoded == nullptr ? std::string() : std::string(decoded.get(), size);
}

std::string QueryOf(const std::string& address) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  char* query = nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, address.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
          CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_QUERY, &query, 0) != CURLUE_OK) {
    return "";
  }
  return CurlText(query).get();
}

}  // namespace

absl::StatusOr<Redirect> ParseRedirect(std::string_view address) {
  std::map<std::string, std::string> parameters;
  const std::string query = QueryOf(std::string(absl::StripAsciiWhitespace(AV(address))));
  for (const absl::string_view part : absl::StrSplit(query, '&')) {
    const std::vector<std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (pair.size() == 2) {
      parameters.emplace(Decode(pair[0]), Decode(pair[1]));
    }
  }
  if (parameters.contains("error")) {
    const std::string& description = parameters["error_description"];
    return absl::FailedPreconditionError(Printable(absl::StrCat(
        "it was refused: ", parameters["error"], description.empty() ? "" : ": ", description)));
  }
  if (parameters["code"].empty() || parameters["state"].empty()) {
    return UsageError(
        "that isn't the address that the practice system sends back to: it must have `code` and "
        "`state`");
  }
  return Redirect{parameters["state"], parameters["code"]};
}

}  // namespace profilesync::cli

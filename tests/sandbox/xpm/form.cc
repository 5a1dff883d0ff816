#include "tests/sandbox/xpm/form.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/sandbox/xpm/http_message.h"

namespace profilesync::xpm_sandbox {
namespace {

using Pair = std::pair<std::string, std::string>;

constexpr char kLeftOut[] = "(left out)";

// Parameters whose values anyone may see.
const std::set<std::string>& Harmless() {
  static const auto* const kNames = new std::set<std::string>{
      "grant_type",   "token_type_hint", "response_type",  "client_id",
      "redirect_uri", "scope",           "code_challenge", "code_challenge_method"};
  return *kNames;
}

// Those of which the log shows the name.
const std::set<std::string>& Known() {
  static const auto* const kNames = new std::set<std::string>{
      "code", "code_verifier", "refresh_token", "token", "state", "client_secret"};
  return *kNames;
}

}  // namespace

std::string Form::Get(const std::string& name) const {
  const auto it = values.find(name);
  return it == values.end() ? "" : it->second;
}

Form ParseForm(const std::string& text) {
  Form form;
  const std::vector<std::string> pairs = absl::StrSplit(text, '&', absl::SkipEmpty());
  for (const std::string& pair : pairs) {
    const Pair kv = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    const std::string name = UrlDecode(kv.first);
    if (!form.values.emplace(name, UrlDecode(kv.second)).second) form.repeated.insert(name);
  }
  return form;
}

std::string FormForLog(const std::string& text) {
  std::vector<std::string> out;
  const std::vector<std::string> pairs = absl::StrSplit(text, '&', absl::SkipEmpty());
  for (const std::string& pair : pairs) {
    const Pair kv = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (Harmless().contains(kv.first)) {
      out.push_back(pair);
    } else if (Known().contains(kv.first)) {
      out.push_back(absl::StrCat(kv.first, "=", kLeftOut));
    } else {
      out.push_back(kLeftOut);  // who knows what a client puts where a name should be
    }
  }
  return absl::StrJoin(out, "&");
}

}  // namespace profilesync::xpm_sandbox

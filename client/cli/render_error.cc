#include "client/cli/render_error.h"

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/context.h"
#include "client/cli/text.h"
#include "client/cpp/error.h"
#include "common/error.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

// What to do about a reason; $name stands for the metadata of that name.
struct Advice {
  v1::ErrorReason reason;
  std::string_view next;
};

constexpr Advice kAdvice[] = {
    {v1::REQUEST_ID_REUSED, "leave request_id out: one is made for each call"},
    {v1::UNAUTHENTICATED, "give --token-file or set PROFILESYNC_CLIENT_TOKEN_FILE"},
    {v1::FIRM_NOT_ALLOWED, "check --firm, or use a token that names the firm"},
    {v1::LINK_EXISTS, "look at it: profilesync link get $link"},
    {v1::ADD_ON_REQUIRED, "activate one: profilesync add-on activate PRACTICE_SYSTEM"},
    {v1::LINK_REQUIRED,
     "find the client (profilesync search NAME), then: profilesync link create PROFILE CLIENT_ID"},
    {v1::ADD_ON_NOT_ACTIVE, "look at it: profilesync add-on get $add_on"},
    {v1::NEEDS_REAUTHORISATION, "profilesync add-on reauthorise $add_on"},
    {v1::WRITES_SUSPENDED,
     "see why (profilesync add-on get $add_on), bring back what was lost (profilesync operation "
     "restore OPERATION), then: profilesync add-on resume-writes $add_on"},
    {v1::FIELD_RULE_FORBIDS,
     "leave the fields out, or change the rules: profilesync rule list --add-on $add_on"},
    {v1::PREFERENCE_TAKEN, "look at it: profilesync rule get $field_rule"},
    {v1::HAS_LINKS, "delete the links first, or give --force"},
    {v1::OPERATION_UNFINISHED, "look at it: profilesync operation get $operation"},
    {v1::CHANGED_SINCE_READ, "look again and decide anew: profilesync diff PROFILE"},
    {v1::DEADLINE_PASSED, "--timeout SECONDS waits longer"},
    {v1::PRACTICE_SYSTEM_UNAVAILABLE, "the practice system is away: try again later"},
};

std::string AdviceFor(v1::ErrorReason reason, const google::rpc::ErrorInfo& info) {
  for (const Advice& advice : kAdvice) {
    if (advice.reason != reason) {
      continue;
    }
    std::string next(advice.next);
    for (const auto& [key, value] : info.metadata()) {
      const std::string placeholder = "$" + key;
      for (auto at = next.find(placeholder); at != std::string::npos;
           at = next.find(placeholder, at + value.size())) {
        next.replace(at, placeholder.size(), value);
      }
    }
    // Metadata that the server left out would leave a placeholder standing.
    return next.find('$') == std::string::npos ? next : "";
  }
  return "";
}

std::string ReasonLine(const google::rpc::ErrorInfo& info) {
  const std::map<std::string, std::string> metadata(info.metadata().begin(), info.metadata().end());
  const std::string particulars = absl::StrJoin(metadata, ", ", absl::PairFormatter(" "));
  return absl::StrCat("  reason: ", info.reason(),
                      particulars.empty() ? "" : absl::StrCat(" (", particulars, ")"), "\n");
}

}  // namespace

std::string RenderError(const Style& style, const absl::Status& status, std::string_view advice) {
  const auto violations = ViolationsOf(status);
  std::string out = Red(style, "error:");
  if (IsUsageError(status)) {
    return absl::StrCat(out, " ", AV(Printable(SV(status.message()), true)), "\n");
  }
  // With violations, the message is their sum.
  absl::StrAppend(
      &out, " ", absl::StatusCodeToString(status.code()), ": ",
      violations.empty() ? Printable(SV(status.message()), true) : "the request isn't valid", "\n");
  for (const auto& violation : violations) {
    absl::StrAppend(&out, "  ", Printable(violation.field()), ": ",
                    Printable(violation.description()), "\n");
  }
  std::string next(advice);
  if (const auto info = ErrorInfoOf(status)) {
    absl::StrAppend(&out, Printable(ReasonLine(*info), true));
    if (std::string own = AdviceFor(ReasonOf(status), *info); !own.empty()) {
      next = std::move(own);
    }
  }
  if (const auto operation = client::SyncOperationOf(status)) {
    // Why it stopped says nothing of what it had done by then.
    next = absl::StrCat("see what was done: profilesync operation get ", operation->name());
  }
  if (!next.empty()) {
    absl::StrAppend(&out, "  next: ", Printable(next), "\n");
  }
  if (const auto wait = RetryAfterOf(status)) {
    const std::int64_t seconds = absl::ToInt64Seconds(absl::Ceil(*wait, absl::Seconds(1)));
    absl::StrAppend(&out, "  try again in ", seconds, " s\n");
  }
  return out;
}

}  // namespace profilesync::cli

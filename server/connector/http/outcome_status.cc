#include "server/connector/http/outcome_status.h"

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace profilesync::connector::http {

absl::Status StatusOfOutcome(const HttpResult& result) {
  switch (result.outcome) {
    case HttpResult::Outcome::kAnswered:
      return absl::OkStatus();
    case HttpResult::Outcome::kDeadlineExceeded:
      return MakeError(absl::StatusCode::kDeadlineExceeded, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                       "the practice system didn't answer before the deadline");
    case HttpResult::Outcome::kShuttingDown:
      return MakeError(absl::StatusCode::kUnavailable, v1::SHUTTING_DOWN, result.error);
    default:
      return MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                       absl::StrCat("no usable answer from the practice system: ", result.error));
  }
}

}  // namespace profilesync::connector::http

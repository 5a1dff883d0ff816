#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "profilesync/v1/error_reason.pb.h"

namespace profilesync {

// Errors are absl::Status values. What a caller's program needs besides code and message rides
// along as payloads of google.rpc types, which the gRPC edge hands on unchanged.

// The ErrorInfo domain of every error that profilesync makes.
inline constexpr std::string_view kErrorDomain = "profilesync";

// An error with a reason that programs can act on. `metadata` becomes ErrorInfo.metadata.
absl::Status MakeError(absl::StatusCode code, v1::ErrorReason reason, std::string_view message,
                       std::initializer_list<std::pair<std::string, std::string>> metadata = {});

// Adds "try again after `delay`" to `status`.
absl::Status WithRetryAfter(absl::Status status, absl::Duration delay);

// The parts of an error; ERROR_REASON_UNSPECIFIED, nullopt or empty where it has none.
v1::ErrorReason ReasonOf(const absl::Status& status);
std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& status);
std::optional<absl::Duration> RetryAfterOf(const absl::Status& status);
std::vector<google::rpc::BadRequest::FieldViolation> ViolationsOf(const absl::Status& status);

// A violation that stands for `count` more which aren't listed, and how many a violation stands
// for.
google::rpc::BadRequest::FieldViolation MoreViolations(int count);
int CountOf(const google::rpc::BadRequest::FieldViolation& violation);

// Collects everything that is wrong with a request, so that one error lists it all: the first
// hundred, and how many more there are. Not thread-safe.
class Violations {
 public:
  // `field` is the path of the offending field in the request, as in BadRequest.FieldViolation.
  void Add(std::string_view field, std::string_view description);
  void Add(const Violations& others);
  // Those of an error, as ViolationsOf tells them, but for fields that had some before.
  void AddOf(const absl::Status& error);
  bool empty() const { return violations_.field_violations().empty(); }
  // OK when nothing was added, else INVALID_ARGUMENT with BadRequest and, unless another is given,
  // reason INVALID_REQUEST. The message names every violation.
  absl::Status ToStatus(v1::ErrorReason reason = v1::INVALID_REQUEST) const;

 private:
  // More than fits into an error that gRPC carries. Without a bound one request of a great many
  // faults would keep a thread, the store's writer even, for minutes.
  static constexpr int kMostListed = 100;

  google::rpc::BadRequest violations_;
  int unlisted_ = 0;
};

}  // namespace profilesync

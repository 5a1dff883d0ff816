#include "common/error.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"

namespace profilesync {
namespace {

template <typename Detail>
std::string TypeUrl() {
  return absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name());
}

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

template <typename Detail>
std::optional<Detail> Extract(const absl::Status& status) {
  const auto payload = status.GetPayload(TypeUrl<Detail>());
  Detail detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return detail;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, v1::ErrorReason reason, std::string_view message,
                       std::initializer_list<std::pair<std::string, std::string>> metadata) {
  absl::Status status(code, AV(message));
  google::rpc::ErrorInfo info;
  info.set_reason(v1::ErrorReason_Name(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  Attach(status, info);
  return status;
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo retry;
  const absl::Duration whole = absl::Trunc(delay, absl::Nanoseconds(1));
  const std::int64_t seconds = absl::ToInt64Seconds(whole);
  retry.mutable_retry_delay()->set_seconds(seconds);
  retry.mutable_retry_delay()->set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(whole - absl::Seconds(seconds))));
  Attach(status, retry);
  return status;
}

std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& status) {
  return Extract<google::rpc::ErrorInfo>(status);
}

v1::ErrorReason ReasonOf(const absl::Status& status) {
  const auto info = ErrorInfoOf(status);
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  if (info && info->domain() == kErrorDomain) {
    v1::ErrorReason_Parse(info->reason(), &reason);
  }
  return reason;
}

std::optional<absl::Duration> RetryAfterOf(const absl::Status& status) {
  const auto retry = Extract<google::rpc::RetryInfo>(status);
  if (!retry) {
    return std::nullopt;
  }
  return absl::Seconds(retry->retry_delay().seconds()) +
         absl::Nanoseconds(retry->retry_delay().nanos());
}

std::vector<google::rpc::BadRequest::FieldViolation> ViolationsOf(const absl::Status& status) {
  const auto bad = Extract<google::rpc::BadRequest>(status);
  if (!bad) {
    return {};
  }
  return {bad->field_violations().begin(), bad->field_violations().end()};
}

google::rpc::BadRequest::FieldViolation MoreViolations(int count) {
  google::rpc::BadRequest::FieldViolation more;
  more.set_description(absl::StrCat("and ", count, " more"));
  return more;
}

int CountOf(const google::rpc::BadRequest::FieldViolation& violation) {
  absl::string_view description = violation.description();
  int count = 0;
  return violation.field().empty() && absl::ConsumePrefix(&description, "and ") &&
                 absl::ConsumeSuffix(&description, " more") && absl::SimpleAtoi(description, &count)
             ? count
             : 1;
}

void Violations::Add(std::string_view field, std::string_view description) {
  if (violations_.field_violations_size() == kMostListed) {
    ++unlisted_;
    return;
  }
  auto* violation = violations_.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description));
}

void Violations::Add(const Violations& others) {
  for (const auto& violation : others.violations_.field_violations()) {
    Add(violation.field(), violation.description());
  }
  unlisted_ += others.unlisted_;
}

void Violations::AddOf(const absl::Status& error) {
  const auto& listed = violations_.field_violations();
  const int known = listed.size();
  for (const auto& violation : ViolationsOf(error)) {
    if (const int count = CountOf(violation); count > 1) {
      unlisted_ += count;
    } else if (std::none_of(listed.begin(), listed.begin() + known, [&](const auto& other) {
                 return other.field() == violation.field();
               })) {
      Add(violation.field(), violation.description());
    }
  }
}

absl::Status Violations::ToStatus(v1::ErrorReason reason) const {
  if (empty()) {
    return absl::OkStatus();
  }
  std::string message;
  for (const auto& violation : violations_.field_violations()) {
    absl::StrAppend(&message, message.empty() ? "" : "; ", violation.field(), ": ",
                    violation.description());
  }
  google::rpc::BadRequest listed = violations_;
  if (unlisted_ > 0) {
    *listed.add_field_violations() = MoreViolations(unlisted_);
    absl::StrAppend(&message, "; ", MoreViolations(unlisted_).description());
  }
  absl::Status status = MakeError(absl::StatusCode::kInvalidArgument, reason, message);
  Attach(status, listed);
  return status;
}

}  // namespace profilesync

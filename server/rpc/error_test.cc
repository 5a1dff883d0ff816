#include "server/rpc/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace profilesync::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <typename Detail>
std::optional<Detail> DetailOf(const grpc::Status& status) {
  google::rpc::Status parsed;
  EXPECT_TRUE(parsed.ParseFromString(status.error_details()));
  EXPECT_EQ(parsed.code(), status.error_code());
  EXPECT_EQ(parsed.message(), status.error_message());
  Detail detail;
  for (const auto& any : parsed.details()) {
    if (any.UnpackTo(&detail)) {
      return detail;
    }
  }
  return std::nullopt;
}

TEST(ErrorTest, OkIsOk) { EXPECT_TRUE(ToPublicError(absl::OkStatus(), "c").status.ok()); }

TEST(ErrorTest, PayloadsBecomeDetails) {
  Violations violations;
  violations.Add("firm.display_name", "must be set");
  const absl::Status error = WithRetryAfter(violations.ToStatus(), absl::Milliseconds(1500));
  const PublicError told = ToPublicError(error, "c");
  EXPECT_EQ(told.status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(told.detail, "");
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(told.status)->reason(), "INVALID_REQUEST");
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(told.status)->domain(), "profilesync");
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(told.status)->field_violations(0).field(),
            "firm.display_name");
  EXPECT_EQ(DetailOf<google::rpc::RetryInfo>(told.status)->retry_delay().nanos(), 500'000'000);
}

TEST(ErrorTest, EveryErrorHasAReason) {
  struct Case {
    absl::StatusCode code;
    const char* reason;
  };
  const Case cases[] = {
      {absl::StatusCode::kInvalidArgument, "INVALID_REQUEST"},
      {absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"},
      {absl::StatusCode::kAlreadyExists, "RESOURCE_EXISTS"},
      {absl::StatusCode::kPermissionDenied, "ROLE_TOO_LOW"},
      {absl::StatusCode::kUnauthenticated, "UNAUTHENTICATED"},
      {absl::StatusCode::kAborted, "CHANGED_SINCE_READ"},
      {absl::StatusCode::kResourceExhausted, "SERVER_BUSY"},
      {absl::StatusCode::kUnavailable, "STORE_UNAVAILABLE"},
      {absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED"},
      {absl::StatusCode::kCancelled, "DEADLINE_PASSED"},
      {absl::StatusCode::kUnimplemented, "NOT_IMPLEMENTED"},
      {absl::StatusCode::kFailedPrecondition, "ERROR_REASON_UNSPECIFIED"},
  };
  for (const Case& c : cases) {
    const PublicError told =
        ToPublicError(WithRetryAfter(absl::Status(c.code, "why"), absl::Seconds(1)), "c");
    EXPECT_EQ(static_cast<int>(told.status.error_code()), static_cast<int>(c.code));
    EXPECT_EQ(told.status.error_message(), "why");
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(told.status)->reason(), c.reason);
    EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(told.status).has_value());  // payloads stay
  }
}

TEST(ErrorTest, OfADefectTheCallerLearnsTheCallsIdOnly) {
  for (const auto code :
       {absl::StatusCode::kInternal, absl::StatusCode::kUnknown, absl::StatusCode::kDataLoss}) {
    const PublicError told =
        ToPublicError(absl::Status(code, "/var/lib/x.db: SELECT * FROM firms"), "call-7");
    EXPECT_EQ(told.status.error_code(), grpc::INTERNAL);
    EXPECT_THAT(told.status.error_message(), HasSubstr("call-7"));
    EXPECT_THAT(told.status.error_message(), Not(HasSubstr("SELECT")));
    EXPECT_THAT(told.status.error_details(), Not(HasSubstr("SELECT")));
    EXPECT_EQ(told.detail, "/var/lib/x.db: SELECT * FROM firms");
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(told.status)->reason(), "INTERNAL_DEFECT");
  }
}

TEST(ErrorTest, FitsIntoTheHeadersThatCarryIt) {
  Violations violations;
  for (int i = 0; i < 1000; ++i) {
    violations.Add("requests[" + std::to_string(i) + "].profile.fields.email", "isn't é-mail");
  }
  const PublicError told = ToPublicError(violations.ToStatus(), "c");
  EXPECT_LE(told.status.error_message().size(), 1030u);
  EXPECT_LE(told.status.error_details().size(), 5000u);
  const auto bad = DetailOf<google::rpc::BadRequest>(told.status);
  ASSERT_TRUE(bad.has_value());
  const int kept = bad->field_violations_size() - 1;
  EXPECT_GT(kept, 10);
  EXPECT_EQ(bad->field_violations(kept).description(),
            "and " + std::to_string(1000 - kept) + " more");
}

}  // namespace
}  // namespace profilesync::rpc

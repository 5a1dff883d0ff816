#include "common/error.h"

#include "common/status.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(MakeErrorTest, CarriesReasonAndMetadata) {
  const absl::Status status = MakeError(absl::StatusCode::kNotFound, v1::RESOURCE_NOT_FOUND,
                                        "no such link", {{"resource", "firms/a/links/b"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(SV(status.message()), "no such link");
  EXPECT_EQ(ReasonOf(status), v1::RESOURCE_NOT_FOUND);
  const auto info = ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(info->domain(), "profilesync");
  EXPECT_EQ(info->metadata().at("resource"), "firms/a/links/b");
}

TEST(MakeErrorTest, OtherErrorsHaveNoParts) {
  for (const absl::Status& status : {absl::OkStatus(), absl::InternalError("x")}) {
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNSPECIFIED);
    EXPECT_FALSE(ErrorInfoOf(status).has_value());
    EXPECT_FALSE(RetryAfterOf(status).has_value());
    EXPECT_TRUE(ViolationsOf(status).empty());
  }
}

TEST(MakeErrorTest, ForeignDomainsAndDamagedPartsHaveNoReason) {
  google::rpc::ErrorInfo info;
  info.set_domain("elsewhere");
  info.set_reason("RESOURCE_NOT_FOUND");
  absl::Status status = absl::NotFoundError("x");
  const std::string url = "type.googleapis.com/google.rpc.ErrorInfo";
  status.SetPayload(url, absl::Cord(info.SerializeAsString()));
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNSPECIFIED);
  status.SetPayload(url, absl::Cord("\xff"));
  EXPECT_FALSE(ErrorInfoOf(status).has_value());
}

TEST(WithRetryAfterTest, KeepsTheDelayAndTheRest) {
  for (const absl::Duration delay :
       {absl::ZeroDuration(), absl::Milliseconds(1500), absl::Hours(30), absl::Nanoseconds(1)}) {
    const absl::Status status = WithRetryAfter(
        MakeError(absl::StatusCode::kResourceExhausted, v1::SERVER_BUSY, "busy"), delay);
    EXPECT_EQ(RetryAfterOf(status), delay);
    EXPECT_EQ(ReasonOf(status), v1::SERVER_BUSY);
  }
}

TEST(ViolationsTest, ListsAllOfThem) {
  Violations violations;
  EXPECT_TRUE(violations.empty());
  EXPECT_TRUE(violations.ToStatus().ok());
  violations.Add("profile.fields.email", "is not an e-mail address");
  violations.Add("profile.kind", "is missing");
  EXPECT_FALSE(violations.empty());
  const absl::Status status = violations.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), v1::INVALID_REQUEST);
  EXPECT_EQ(SV(status.message()),
            "profile.fields.email: is not an e-mail address; profile.kind: is missing");
  const auto listed = ViolationsOf(status);
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[1].field(), "profile.kind");
  EXPECT_EQ(ReasonOf(violations.ToStatus(v1::FOREIGN_ETAG)), v1::FOREIGN_ETAG);
}

TEST(ViolationsTest, ListsAHundredAndCountsTheRest) {
  Violations some;
  for (int i = 0; i < 70; ++i) {
    some.Add("field", "is wrong");
  }
  Violations all = some;
  all.Add(some);
  all.Add("field", "is wrong");
  const absl::Status status = all.ToStatus();
  ASSERT_EQ(ViolationsOf(status).size(), 101u);
  EXPECT_EQ(ViolationsOf(status).back().description(), "and 41 more");
  EXPECT_TRUE(SV(status.message()).ends_with("; and 41 more"));
  Violations again;
  again.AddOf(status);
  EXPECT_EQ(ViolationsOf(again.ToStatus()).back().description(), "and 41 more");
}

TEST(ViolationsTest, TakeThoseOfAnErrorButForFieldsThatHadSome) {
  Violations found;
  found.Add("name", "must be set");
  found.Add("filter", "one term is unknown");
  found.Add("filter", "another is");
  Violations all;
  all.Add("name", "must be set: firms/{firm}");
  all.AddOf(found.ToStatus());
  all.AddOf(absl::NotFoundError("x"));
  std::vector<std::string> told;
  for (const auto& violation : ViolationsOf(all.ToStatus())) {
    told.push_back(violation.field() + " " + violation.description());
  }
  EXPECT_EQ(told, (std::vector<std::string>{"name must be set: firms/{firm}",
                                            "filter one term is unknown", "filter another is"}));
}

}  // namespace
}  // namespace profilesync

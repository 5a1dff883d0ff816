#include "server/verb/long_operation.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/status.h"
#include "tests/support/test_environment.h"

namespace profilesync::verb {
namespace {

using google::longrunning::Operation;

class LongOperationTest : public ::testing::Test {
 protected:
  LongOperationTest() {
    v1::Firm firm;
    firm.set_name("firms/f");
    EXPECT_TRUE(
        Write([&](store::Transaction& transaction) { return transaction.PutFirm(firm); }).ok());
    operation_.set_name("firms/f/operations/o");
  }

  absl::Status Write(const store::Store::WriteBody& body) {
    return test_.store().WriteAndWait(body);
  }
  absl::Status Run() {
    return Write([&](store::Transaction& transaction) {
      return StoreRunning(test_.environment(), operation_, transaction);
    });
  }
  absl::Status Finish() {
    operation_.set_done(true);
    return Write([&](store::Transaction& transaction) {
      return StoreDone(test_.environment(), operation_, transaction);
    });
  }
  Operation Stored() {
    Operation stored;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto row, reader.FindLongOperation("f", "o"));
                      EXPECT_TRUE(stored.ParseFromString(row->operation));
                      EXPECT_EQ(row->done, stored.done());
                      return absl::OkStatus();
                    })
                    .ok());
    return stored;
  }

  testing::TestEnvironment test_;
  Operation operation_;
};

TEST(ToRpcStatusTest, KeepsReasonAndRetryInfo) {
  const google::rpc::Status rpc =
      ToRpcStatus(WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted,
                                           v1::PRACTICE_BUDGET_EXHAUSTED, "no more calls"),
                                 absl::Seconds(22)));
  EXPECT_EQ(rpc.code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(rpc.message(), "no more calls");
  google::rpc::ErrorInfo info;
  google::rpc::RetryInfo retry;
  for (const auto& detail : rpc.details()) {
    EXPECT_TRUE(detail.UnpackTo(&info) || detail.UnpackTo(&retry)) << detail.type_url();
  }
  EXPECT_EQ(info.reason(), "PRACTICE_BUDGET_EXHAUSTED");
  EXPECT_EQ(retry.retry_delay().seconds(), 22);
}

TEST_F(LongOperationTest, OneAtWorkIsLeftAlone) {
  ASSERT_TRUE(Run().ok());
  test_.clock().Advance(absl::Minutes(14));
  ASSERT_TRUE(EndAbandonedOperations(test_.environment()).ok());
  EXPECT_FALSE(Stored().done());
  ASSERT_TRUE(Run().ok()) << "each step renews the lease";
  test_.clock().Advance(absl::Minutes(14));
  ASSERT_TRUE(EndAbandonedOperations(test_.environment()).ok());
  EXPECT_FALSE(Stored().done());
  EXPECT_TRUE(Finish().ok());
}

TEST_F(LongOperationTest, AnAbandonedOneIsEndedAndStaysSo) {
  ASSERT_TRUE(Run().ok());
  test_.clock().Advance(absl::Minutes(16));
  ASSERT_TRUE(EndAbandonedOperations(test_.environment()).ok());
  const Operation ended = Stored();
  EXPECT_TRUE(ended.done());
  EXPECT_EQ(ended.error().code(), static_cast<int>(absl::StatusCode::kUnavailable));
  google::rpc::ErrorInfo info;
  ASSERT_EQ(ended.error().details_size(), 1);
  ASSERT_TRUE(ended.error().details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "SHUTTING_DOWN");
  EXPECT_TRUE(absl::IsAborted(Run())) << "whoever still works at it comes too late";
  EXPECT_TRUE(absl::IsAborted(Finish()));
  EXPECT_EQ(Stored().SerializeAsString(), ended.SerializeAsString());
}

TEST_F(LongOperationTest, OneThatIsDoneIsNotEnded) {
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(Finish().ok());
  test_.clock().Advance(absl::Hours(1));
  ASSERT_TRUE(EndAbandonedOperations(test_.environment()).ok());
  EXPECT_FALSE(Stored().has_error());
}

}  // namespace
}  // namespace profilesync::verb

#include "client/cpp/error.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "google/rpc/error_details.pb.h"

namespace profilesync::client {
namespace {

using v1::FieldResult;
using v1::SyncOperation;

TEST(FromGrpc, IsOkForOk) { EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok()); }

TEST(FromGrpc, KeepsCodeMessageAndDetails) {
  google::rpc::Status rpc;
  google::rpc::ErrorInfo info;
  info.set_domain("profilesync");
  info.set_reason("LINK_EXISTS");
  (*info.mutable_metadata())["link"] = "firms/a/links/b";
  rpc.add_details()->PackFrom(info);
  google::rpc::BadRequest bad;
  bad.add_field_violations()->set_field("link.profile");
  rpc.add_details()->PackFrom(bad);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(12);
  rpc.add_details()->PackFrom(retry);

  const absl::Status status = FromGrpc(
      grpc::Status(grpc::StatusCode::ALREADY_EXISTS, "linked already", rpc.SerializeAsString()));
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status.message(), "linked already");
  EXPECT_EQ(ReasonOf(status), v1::LINK_EXISTS);
  EXPECT_EQ(ErrorInfoOf(status)->metadata().at("link"), "firms/a/links/b");
  ASSERT_EQ(ViolationsOf(status).size(), 1u);
  EXPECT_EQ(ViolationsOf(status)[0].field(), "link.profile");
  EXPECT_EQ(RetryAfterOf(status), absl::Seconds(12));
}

TEST(FromGrpc, ToleratesDetailsThatCannotBeRead) {
  const absl::Status status = FromGrpc(grpc::Status(grpc::StatusCode::NOT_FOUND, "no", "\xff\xff"));
  EXPECT_EQ(status, absl::NotFoundError("no"));
}

struct StateCase {
  SyncOperation::State state;
  absl::StatusCode code;

  friend void PrintTo(const StateCase& row, std::ostream* out) {
    *out << SyncOperation::State_Name(row.state);
  }
};

class RequireDoneTest : public testing::TestWithParam<StateCase> {};

TEST_P(RequireDoneTest, RaisesUnlessDone) {
  SyncOperation operation;
  operation.set_name("firms/a/syncOperations/b");
  operation.set_state(GetParam().state);
  const auto done = RequireDone(operation);
  EXPECT_EQ(done.status().code(), GetParam().code);
  EXPECT_EQ(SyncOperationOf(done.status()).has_value(), !done.ok());
}

INSTANTIATE_TEST_SUITE_P(
    States, RequireDoneTest,
    testing::Values(StateCase{SyncOperation::STATE_UNSPECIFIED, absl::StatusCode::kOk},
                    StateCase{SyncOperation::DONE, absl::StatusCode::kOk},
                    StateCase{SyncOperation::PLANNED, absl::StatusCode::kUnknown},
                    StateCase{SyncOperation::PUSHING, absl::StatusCode::kUnknown},
                    StateCase{SyncOperation::PARTLY_DONE, absl::StatusCode::kAborted},
                    StateCase{SyncOperation::FAILED, absl::StatusCode::kFailedPrecondition},
                    StateCase{SyncOperation::UNKNOWN, absl::StatusCode::kUnknown},
                    StateCase{SyncOperation::NEEDS_ATTENTION, absl::StatusCode::kUnknown}));

TEST(RequireDone, SaysWhichFieldsAndWhy) {
  SyncOperation operation;
  operation.set_name("firms/a/syncOperations/b");
  operation.set_state(SyncOperation::FAILED);
  auto* applied = operation.add_field_results();
  applied->set_field("email");
  applied->set_outcome(FieldResult::APPLIED);
  auto* refused = operation.add_field_results();
  refused->set_field("website");
  refused->set_outcome(FieldResult::REFUSED);
  refused->set_message("too long");
  google::rpc::ErrorInfo info;
  info.set_domain("profilesync");
  info.set_reason("REFUSED_BY_PRACTICE_SYSTEM");
  operation.mutable_error()->set_code(9);
  operation.mutable_error()->set_message("Client not valid");
  operation.mutable_error()->add_details()->PackFrom(info);

  const absl::Status status = RequireDone(operation).status();
  EXPECT_EQ(status.message(),
            "the sync operation firms/a/syncOperations/b is FAILED: website REFUSED (too long): "
            "Client not valid");
  EXPECT_EQ(ReasonOf(status), v1::REFUSED_BY_PRACTICE_SYSTEM);
  EXPECT_EQ(SyncOperationOf(status)->field_results_size(), 2);
}

TEST(SyncOperationOf, IsNothingForAnotherError) {
  EXPECT_FALSE(SyncOperationOf(absl::NotFoundError("")).has_value());
}

}  // namespace
}  // namespace profilesync::client

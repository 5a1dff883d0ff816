// Long-running operations in the store, and the runs of their work.
#include "server/verb/long_operation.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/connector/stop.h"
#include "server/store/leases.h"
#include "server/verb/long_job.h"
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
    call_.caller.person = "ana";
    call_.caller.role = config::v1::EDITOR;
    request_.set_parent("firms/f");
    request_.set_filter("kind = TRUST");
    request_.set_request_id("6f1f6c40-5fbb-4f2e-8a8c-0d8a7b0a7c11");
  }

  absl::Status Write(const store::Store::WriteBody& body) {
    return test_.store().WriteAndWait(body);
  }
  absl::StatusOr<Begun> TryBegin(const std::string& holder = "") {
    Begun begun;
    RETURN_IF_ERROR(Write([&](store::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(
          begun, BeginLongOperation(environment_,
                                    {.call = call_,
                                     .request = request_,
                                     .request_id = RequestId(std::string(32, 'e'), call_, request_),
                                     .firm_id = "f",
                                     .metadata = Progress(0),
                                     .holder = holder},
                                    transaction));
      return absl::OkStatus();
    }));
    return begun;
  }
  std::string Begin(const std::string& holder = "") {
    const auto begun = TryBegin(holder);
    EXPECT_TRUE(begun.ok()) << begun.status();
    return begun.ok() ? begun->operation.name() : "";
  }

  static v1::ImportPracticeClientsMetadata Progress(int done) {
    v1::ImportPracticeClientsMetadata progress;
    progress.set_done_count(done);
    return progress;
  }
  absl::Status StoreProgress(LongJob& job, int done) {
    return Write([&](store::Transaction& transaction) {
      return job.StoreProgress(Progress(done), transaction);
    });
  }
  absl::Status Append(LongJob& job, const std::string& tenant) {
    storage::v1::ImportStep step;
    step.set_tenant_id(tenant);
    return Write(
        [&](store::Transaction& transaction) { return job.AppendStep(step, transaction); });
  }
  void RequestCancel(const std::string& name) {
    EXPECT_TRUE(Write([&](store::Transaction& transaction) -> absl::Status {
                  const std::string id = name.substr(name.rfind('/') + 1);
                  ASSIGN_OR_RETURN(auto row, transaction.FindLongOperation("f", id));
                  row->cancel_requested = true;
                  return transaction.PutLongOperation("f", id, *row);
                }).ok());
  }

  absl::StatusOr<Operation> Stored(const std::string& name) {
    absl::StatusOr<Operation> stored = absl::UnknownError("not read");
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) {
                      stored = FindOperation(reader, name);
                      return absl::OkStatus();
                    })
                    .ok());
    return stored;
  }
  bool AtWork(const std::string& name) {
    bool at_work = false;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(at_work, IsAtWork(environment_, name, reader));
                      return absl::OkStatus();
                    })
                    .ok());
    return at_work;
  }

  // A job looks in the background.
  static bool WaitUntil(const std::function<bool()>& done) {
    for (int i = 0; i < 1000 && !done(); ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return done();
  }

  testing::TestEnvironment test_;
  const Environment& environment_ = test_.environment();
  access::Call call_ = test_.Call();
  v1::ImportPracticeClientsRequest request_;
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

TEST_F(LongOperationTest, ARunKnowsWhatWasAskedForAndByWhom) {
  const std::string name = Begin();
  EXPECT_FALSE(AtWork(name));
  test_.clock().Advance(absl::Hours(1));
  LongJob job(environment_, name, "me");
  ASSERT_TRUE(job.Take().ok());
  EXPECT_TRUE(AtWork(name));
  v1::ImportPracticeClientsRequest request;
  ASSERT_TRUE(job.ReadRequest(&request));
  EXPECT_EQ(request.SerializeAsString(), request_.SerializeAsString());
  EXPECT_EQ(job.Call().caller.Actor(), "test/ana");
  EXPECT_EQ(job.Call().caller.role, config::v1::EDITOR);
  EXPECT_EQ(job.Call().now, call_.now);
  EXPECT_TRUE(job.steps().empty());
  EXPECT_EQ(job.cut_offs(), 0);
  EXPECT_TRUE(job.Check().ok());
}

TEST_F(LongOperationTest, OneAtWorkIsLeftAlone) {
  const std::string name = Begin();
  LongJob job(environment_, name, "me");
  ASSERT_TRUE(job.Take().ok());
  EXPECT_TRUE(absl::IsAborted(LongJob(environment_, name, "you").Take()));
  // Its lease is renewed all the while.
  test_.clock().Advance(store::kLongOperationLease - absl::Seconds(1));
  EXPECT_TRUE(WaitUntil([&] {
    bool renewed = false;
    test_.store()
        .Read([&](const store::Reader& reader) -> absl::Status {
          ASSIGN_OR_RETURN(const auto lease, reader.FindLease(store::LongOperationLeaseKey(name)));
          renewed = lease->expiry == environment_.clock.Now() + store::kLongOperationLease;
          return absl::OkStatus();
        })
        .IgnoreError();
    return renewed;
  }));
  EXPECT_TRUE(absl::IsAborted(LongJob(environment_, name, "you").Take()));
  EXPECT_TRUE(job.EndWith(Progress(1)).done());
  EXPECT_FALSE(AtWork(name));
}

TEST_F(LongOperationTest, OneThatBeginsAtWorkIsItsHolders) {
  const std::string name = Begin("me");
  EXPECT_TRUE(AtWork(name));
  EXPECT_TRUE(absl::IsAborted(LongJob(environment_, name, "you").Take()));
  LongJob job(environment_, name, "me");
  ASSERT_TRUE(job.Take().ok());
  EXPECT_EQ(job.cut_offs(), 0);
}

TEST_F(LongOperationTest, TheNextRunGoesOnWhereOneWasCutOff) {
  const std::string name = Begin();
  LongJob lost(environment_, name, "killed");
  ASSERT_TRUE(lost.Take().ok());
  ASSERT_TRUE(StoreProgress(lost, 2).ok());
  ASSERT_TRUE(Append(lost, "one").ok());
  test_.clock().Advance(store::kLongOperationLease + absl::Seconds(1));
  LongJob job(environment_, name, "next");
  ASSERT_TRUE(job.Take().ok());
  EXPECT_EQ(job.cut_offs(), 1);
  ASSERT_EQ(job.steps().size(), 1U);
  storage::v1::ImportStep step;
  ASSERT_TRUE(step.ParseFromString(job.steps()[0]));
  EXPECT_EQ(step.tenant_id(), "one");
  // Whoever comes too late stores nothing, and is told.
  EXPECT_TRUE(absl::IsAborted(StoreProgress(lost, 9)));
  EXPECT_TRUE(absl::IsAborted(lost.Check()));
  EXPECT_FALSE(lost.EndWith(Progress(9)).done());
  v1::ImportPracticeClientsMetadata progress;
  ASSERT_TRUE(Stored(name)->metadata().UnpackTo(&progress));
  EXPECT_EQ(progress.done_count(), 2);
  EXPECT_TRUE(job.Check().ok());
  EXPECT_TRUE(job.EndWith(Progress(3)).done());
  EXPECT_TRUE(absl::IsAborted(LongJob(environment_, name, "late").Take()));
}

TEST_F(LongOperationTest, RunsThatAreCutOffInARowAreCounted) {
  const std::string name = Begin();
  std::vector<std::unique_ptr<LongJob>> jobs;
  for (int i = 0; i < 4; ++i) {
    jobs.push_back(std::make_unique<LongJob>(environment_, name, absl::StrCat("run ", i)));
    ASSERT_TRUE(jobs.back()->Take().ok());
    EXPECT_EQ(jobs.back()->cut_offs(), i);
    test_.clock().Advance(store::kLongOperationLease + absl::Seconds(1));
  }
  ASSERT_TRUE(StoreProgress(*jobs.back(), 1).ok());
  LongJob next(environment_, name, "next");
  ASSERT_TRUE(next.Take().ok());
  EXPECT_EQ(next.cut_offs(), 1) << "it had done something";
}

TEST_F(LongOperationTest, WhatIsLeftIsFreeAtOnce) {
  const std::string name = Begin();
  {
    LongJob left(environment_, name, "stops");
    ASSERT_TRUE(left.Take().ok());
    ASSERT_TRUE(Append(left, "one").ok());
    EXPECT_FALSE(left.Leave().done());
  }
  EXPECT_FALSE(AtWork(name));
  LongJob job(environment_, name, "next");
  ASSERT_TRUE(job.Take().ok());
  EXPECT_EQ(job.cut_offs(), 0);
  EXPECT_EQ(job.steps().size(), 1U);
}

TEST_F(LongOperationTest, ARunIsToldToEnd) {
  const std::string name = Begin();
  LongJob job(environment_, name, "me");
  ASSERT_TRUE(job.Take().ok());
  {
    std::stop_source stop;
    connector::StopOfThread() = stop.get_token();
    EXPECT_TRUE(job.Check().ok());
    stop.request_stop();
    EXPECT_EQ(ReasonOf(job.Check()), v1::SHUTTING_DOWN);
    EXPECT_TRUE(job.MustStop());
    connector::StopOfThread() = std::stop_token();
  }
  RequestCancel(name);
  EXPECT_TRUE(WaitUntil([&] { return !job.Check().ok(); })) << "though it does nothing itself";
  EXPECT_EQ(ReasonOf(job.Check()), v1::OPERATION_CANCELLED);
  EXPECT_TRUE(StoreProgress(job, 1).ok()) << "what it has done can still be stored";
  const Operation ended = job.EndWith(job.Check());
  EXPECT_EQ(ended.error().code(), static_cast<int>(absl::StatusCode::kCancelled));
  EXPECT_EQ(Stored(name)->SerializeAsString(), ended.SerializeAsString());
}

TEST_F(LongOperationTest, ARunAfterOneWasToBeCancelledKnows) {
  const std::string name = Begin();
  RequestCancel(name);
  LongJob job(environment_, name, "me");
  ASSERT_TRUE(job.Take().ok());
  EXPECT_EQ(ReasonOf(job.Check()), v1::OPERATION_CANCELLED);
}

TEST_F(LongOperationTest, ARequestIdFindsTheOperationUntilItIsDeleted) {
  const std::string name = Begin();
  EXPECT_EQ(Begin(), name);
  LongJob(environment_, name, "me").Take().IgnoreError();
  LongJob job(environment_, name, "you");
  ASSERT_TRUE(job.Take().ok());
  job.EndWith(Progress(1));
  EXPECT_TRUE(TryBegin()->operation.done()) << "as it is now";
  ASSERT_TRUE(Write([&](store::Transaction& transaction) {
                return transaction.DeleteLongOperation("f", name.substr(name.rfind('/') + 1));
              }).ok());
  EXPECT_TRUE(absl::IsNotFound(TryBegin().status()));
}

TEST_F(LongOperationTest, OneThatAnEarlierVersionBeganHasNoRequest) {
  Operation operation;
  operation.set_name("firms/f/operations/old");
  ASSERT_TRUE(Write([&](store::Transaction& transaction) {
                return StoreBegun(environment_, operation, transaction);
              }).ok());
  LongJob job(environment_, operation.name(), "me");
  ASSERT_TRUE(job.Take().ok());
  EXPECT_FALSE(job.ReadRequest(&request_));
  EXPECT_TRUE(job.EndWith(CutOffByShutdown()).done());
}

}  // namespace
}  // namespace profilesync::verb

// The adapter by itself: a service of its own over verbs that go wrong in every way.
#include "server/rpc/unary.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "server/rpc/roles.h"
#include "tests/support/test_environment.h"

namespace profilesync::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What the verbs of the test do, by the id of the firm that they are asked for.
absl::Status Act(const std::string& firm) {
  if (firm == "throws") {
    throw std::runtime_error("sentinel: /var/lib/secret");
  }
  if (firm == "fails") {
    return absl::InternalError("sentinel: SELECT * FROM firms");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Firm> ReadVerb(const Environment&, const access::Call&,
                                  const v1::GetFirmRequest& request, const store::Reader&) {
  RETURN_IF_ERROR(Act(request.name().substr(6)));
  v1::Firm firm;
  firm.set_name(request.name());
  return firm;
}

absl::StatusOr<v1::Firm> WriteVerb(const Environment&, const access::Call&,
                                   const v1::CreateFirmRequest& request,
                                   store::Transaction& transaction) {
  v1::Firm firm = request.firm();
  firm.set_name("firms/" + request.firm_id());
  RETURN_IF_ERROR(transaction.PutFirm(firm));
  RETURN_IF_ERROR(Act(request.firm_id()));
  return firm;
}

// The call that the verb of the third shape had last, kept beyond its end.
access::Call last_call;

absl::StatusOr<v1::Firm> PracticeVerb(const Environment&, const access::Call& call,
                                      const v1::UpdateFirmRequest& request) {
  last_call = call;
  const std::string firm = request.firm().name().substr(6);
  // Bounded, so that a cancellation that doesn't come fails the test instead of hanging it.
  for (int i = 0; firm == "waits" && i < 1000; ++i) {
    RETURN_IF_ERROR(access::CheckAlive(call, absl::Now()));
    absl::SleepFor(absl::Milliseconds(10));
  }
  RETURN_IF_ERROR(Act(firm));
  return request.firm();
}

class BadFirmService final : public v1::FirmService::CallbackService {
 public:
  explicit BadFirmService(const Unary& unary) : unary_(unary) {}

  Reactor* GetFirm(Context* c, const v1::GetFirmRequest* q, v1::Firm* r) override {
    return unary_.Read(c, q, r, kViewer, ReadVerb);
  }
  Reactor* CreateFirm(Context* c, const v1::CreateFirmRequest* q, v1::Firm* r) override {
    return unary_.Write(c, q, r, kOperator, WriteVerb);
  }
  Reactor* UpdateFirm(Context* c, const v1::UpdateFirmRequest* q, v1::Firm* r) override {
    return unary_.Practice(c, q, r, kOperator, PracticeVerb);
  }
  Reactor* ListFirms(Context* c, const v1::ListFirmsRequest* q, v1::ListFirmsResponse*) override {
    return unary_.NotYet(c, q, kViewer);
  }

 private:
  const Unary& unary_;
};

class UnaryTest : public ::testing::Test {
 protected:
  UnaryTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::FirmService::NewStub(server_->InProcessChannel({}));
  }
  ~UnaryTest() override { server_->Shutdown(); }

  grpc::Status Read(const std::string& firm) {
    grpc::ClientContext context;
    v1::GetFirmRequest request;
    request.set_name("firms/" + firm);
    v1::Firm response;
    return stub_->GetFirm(&context, request, &response);
  }
  grpc::Status Write(const std::string& firm) {
    grpc::ClientContext context;
    v1::CreateFirmRequest request;
    request.set_firm_id(firm);
    v1::Firm response;
    return stub_->CreateFirm(&context, request, &response);
  }
  grpc::Status Practice(const std::string& firm) {
    grpc::ClientContext context;
    return Practice(&context, firm);
  }
  grpc::Status Practice(grpc::ClientContext* context, const std::string& firm) {
    v1::UpdateFirmRequest request;
    request.mutable_firm()->set_name("firms/" + firm);
    v1::Firm response;
    return stub_->UpdateFirm(context, request, &response);
  }
  // How many calls of the third shape ended with `code`, once there is one; 0 if that takes long.
  std::int64_t PracticeEnds(absl::StatusCode code) {
    const auto& calls = methods_.Of(v1::UpdateFirmRequest::descriptor()).calls;
    for (int i = 0; calls.Count(code) == 0 && i < 500; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    return calls.Count(code);
  }
  bool Stored(const std::string& firm) {
    bool found = false;
    EXPECT_TRUE(environment_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto row, reader.FindFirm(firm));
                      found = row.has_value();
                      return absl::OkStatus();
                    })
                    .ok());
    return found;
  }

  testing::TestEnvironment environment_;
  const std::unique_ptr<access::Authenticator> authenticator_ = access::Authenticator::ForLocal();
  const MethodTable methods_;
  const Gate gate_{*authenticator_, methods_, environment_.environment()};
  Executor practice_{{.threads = 1, .queue = 1}};
  const Unary unary_{gate_, environment_.environment(), practice_};
  BadFirmService service_{unary_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::FirmService::Stub> stub_;
};

TEST_F(UnaryTest, EveryShapeAnswers) {
  EXPECT_TRUE(Read("good").ok());
  EXPECT_TRUE(Write("good").ok());
  EXPECT_TRUE(Practice("good").ok());
  EXPECT_TRUE(Stored("good"));
}

TEST_F(UnaryTest, WhateverAVerbDoesTheCallEndsAndNothingLeaks) {
  for (const char* firm : {"throws", "fails"}) {
    for (const grpc::Status& status : {Read(firm), Write(firm), Practice(firm)}) {
      EXPECT_EQ(status.error_code(), grpc::INTERNAL);
      EXPECT_THAT(status.error_message(), HasSubstr("the server's log has it under"));
      EXPECT_THAT(status.error_message() + status.error_details(), Not(HasSubstr("sentinel")));
    }
    EXPECT_FALSE(Stored(firm));  // what the verb wrote was rolled back
  }
}

TEST_F(UnaryTest, AVerbLearnsThatItsCallerHungUp) {
  grpc::ClientContext context;
  std::thread caller([&] { EXPECT_EQ(Practice(&context, "waits").error_code(), grpc::CANCELLED); });
  absl::SleepFor(absl::Milliseconds(500));
  context.TryCancel();
  caller.join();
  EXPECT_EQ(PracticeEnds(absl::StatusCode::kCancelled), 1);
}

TEST_F(UnaryTest, AVerbLearnsThatItsCallersDeadlinePassed) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
  EXPECT_EQ(Practice(&context, "waits").error_code(), grpc::DEADLINE_EXCEEDED);
  EXPECT_EQ(PracticeEnds(absl::StatusCode::kDeadlineExceeded), 1);
}

TEST_F(UnaryTest, ACallThatOutlivesItsRpcMayBeAskedAndIsntCancelled) {
  EXPECT_TRUE(Practice("good").ok());
  server_->Shutdown();
  ASSERT_TRUE(last_call.cancelled);
  EXPECT_FALSE(last_call.cancelled());
}

TEST_F(UnaryTest, AFullExecutorRefusesAtOnce) {
  practice_.Stop();
  const grpc::Status refused = Practice("good");
  EXPECT_EQ(refused.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.error_details(), HasSubstr("SERVER_BUSY"));
  EXPECT_THAT(refused.error_details(), HasSubstr("google.rpc.RetryInfo"));
}

TEST_F(UnaryTest, AStoreThatStopsIsSaid) {
  environment_.store().Shutdown();
  EXPECT_EQ(Write("good").error_code(), grpc::UNAVAILABLE);
  EXPECT_TRUE(Read("good").ok());
}

TEST_F(UnaryTest, EveryEndIsCountedByItsCode) {
  Read("good");
  Read("fails");
  Read("not/a/name");
  const auto& calls = methods_.Of(v1::GetFirmRequest::descriptor()).calls;
  EXPECT_EQ(calls.Count(absl::StatusCode::kOk), 1);
  EXPECT_EQ(calls.Count(absl::StatusCode::kInternal), 1);
  EXPECT_EQ(calls.Count(absl::StatusCode::kInvalidArgument), 1);
}

}  // namespace
}  // namespace profilesync::rpc

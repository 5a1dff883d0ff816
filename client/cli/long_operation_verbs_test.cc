#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "client/cli/test_verb.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/profile_service.pb.h"

namespace profilesync::cli {
namespace {

using google::longrunning::Operation;
using testing::HasSubstr;

// Three operations: one at work that is done when it is asked for again, one done and one failed.
class Operations final : public google::longrunning::Operations::Service {
 public:
  Operations() {
    v1::ImportPracticeClientsMetadata metadata;
    metadata.set_done_count(40);
    metadata.set_total_count(90);
    for (const char* id : {"running", "done", "failed"}) {
      Operation& operation = operations_[absl::StrCat("firms/acme/operations/", id)];
      operation.set_name(absl::StrCat("firms/acme/operations/", id));
      operation.mutable_metadata()->PackFrom(metadata);
      operation.set_done(*id != 'r');
    }
    v1::ImportPracticeClientsResponse response;
    response.add_results()->set_practice_client_id("c1");
    operations_["firms/acme/operations/done"].mutable_response()->PackFrom(response);
    operations_["firms/acme/operations/failed"].mutable_error()->set_code(14);
    operations_["firms/acme/operations/failed"].mutable_error()->set_message("the list broke");
  }

  grpc::Status ListOperations(grpc::ServerContext*,
                              const google::longrunning::ListOperationsRequest* request,
                              google::longrunning::ListOperationsResponse* response) override {
    filter = request->filter();
    for (const auto& [name, operation] : operations_) {
      *response->add_operations() = operation;
    }
    return grpc::Status::OK;
  }
  grpc::Status GetOperation(grpc::ServerContext*,
                            const google::longrunning::GetOperationRequest* request,
                            Operation* operation) override {
    *operation = operations_[request->name()];
    operations_[request->name()].set_done(true);
    return grpc::Status::OK;
  }
  grpc::Status CancelOperation(grpc::ServerContext*,
                               const google::longrunning::CancelOperationRequest* request,
                               google::protobuf::Empty*) override {
    cancelled = request->name();
    return grpc::Status::OK;
  }
  grpc::Status DeleteOperation(grpc::ServerContext*,
                               const google::longrunning::DeleteOperationRequest* request,
                               google::protobuf::Empty*) override {
    deleted = request->name();
    return grpc::Status::OK;
  }

  std::string filter;
  std::string cancelled;
  std::string deleted;

 private:
  std::map<std::string, Operation> operations_;
};

using LongOperationVerbsTest = VerbTest<Operations>;

TEST_F(LongOperationVerbsTest, ListShowsHowFarEachIs) {
  EXPECT_EQ(Run({"long-operation", "list", "--filter", "done = false", "--width", "120"}), kOk)
      << err_.str();
  EXPECT_EQ(service_.filter, "done = false");
  EXPECT_THAT(out_.str(),
              HasSubstr("firms/acme/operations/running  ImportPracticeClients  no    40"));
  EXPECT_THAT(out_.str(), HasSubstr("the list broke"));
}

TEST_F(LongOperationVerbsTest, GetShowsWhatAnOperationHolds) {
  EXPECT_EQ(Run({"long-operation", "get", "done"}), kOk) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("metadata.done_count"));
  EXPECT_THAT(out_.str(), HasSubstr("response.results[0].practice_client_id  c1"));
  EXPECT_EQ(Run({"operation", "get", "firms/acme/operations/done"}), kOk) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("response.results[0].practice_client_id  c1"));
}

TEST_F(LongOperationVerbsTest, WaitEndsAsTheOperationDid) {
  EXPECT_EQ(Run({"long-operation", "wait", "running"}), kOk) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("done                  yes"));
  EXPECT_EQ(Run({"long-operation", "wait", "failed"}), kError);
  EXPECT_THAT(out_.str(), HasSubstr("the list broke"));
}

TEST_F(LongOperationVerbsTest, CancelAndDeleteNameTheOperation) {
  EXPECT_EQ(Run({"long-operation", "cancel", "running"}), kOk) << err_.str();
  EXPECT_EQ(service_.cancelled, "firms/acme/operations/running");
  EXPECT_EQ(Run({"long-operation", "delete", "done"}), kOk) << err_.str();
  EXPECT_EQ(service_.deleted, "firms/acme/operations/done");
  EXPECT_EQ(out_.str(), "deleted firms/acme/operations/done\n");
  EXPECT_EQ(Run({"long-operation", "delete"}), kUsage);
}

}  // namespace
}  // namespace profilesync::cli

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/test_verb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"

namespace profilesync::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// Imports at once, and fails for the client "nope".
class Profiles final : public v1::ProfileService::Service {
 public:
  grpc::Status ImportPracticeClients(grpc::ServerContext*,
                                     const v1::ImportPracticeClientsRequest* request,
                                     google::longrunning::Operation* operation) override {
    imported = *request;
    v1::ImportPracticeClientsResponse response;
    for (const auto& client : request->practice_clients()) {
      auto* result = response.add_results();
      result->set_practice_client_id(client.practice_client_id());
      result->set_outcome(client.practice_client_id() == "nope" ? v1::ImportResult::FAILED
                                                                : v1::ImportResult::IMPORTED);
    }
    operation->set_done(true);
    operation->mutable_response()->PackFrom(response);
    return grpc::Status::OK;
  }

  v1::ImportPracticeClientsRequest imported;
};

using ImportTest = VerbTest<Profiles>;

TEST_F(ImportTest, SendsTheClientsThatAreNamed) {
  EXPECT_EQ(Run({"import", "c1=p1", "c2", "--add-on", "xpm"}), kOk) << err_.str();
  EXPECT_EQ(service_.imported.add_on(), "firms/acme/addOns/xpm");
  ASSERT_EQ(service_.imported.practice_clients_size(), 2);
  EXPECT_EQ(service_.imported.practice_clients(0).profile_id(), "p1");
  EXPECT_EQ(service_.imported.practice_clients(1).practice_client_id(), "c2");
}

TEST_F(ImportTest, EndsWith1WhenAClientFailed) {
  EXPECT_EQ(Run({"import", "c1", "nope", "--add-on", "xpm"}), kError);
  EXPECT_THAT(out_.str(), HasSubstr("FAILED"));
  EXPECT_EQ(err_.str(), "error: 1 of 2 clients failed\n");
}

TEST_F(ImportTest, TakesEitherClientsOrAFilter) {
  EXPECT_EQ(Run({"import"}), kUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--filter"));
  EXPECT_EQ(Run({"import", "a", "--filter", "kind = TRUST"}), kUsage);
}

}  // namespace
}  // namespace profilesync::cli

// Tokens that end while the add-on is in use.
#include <atomic>
#include <thread>

#include "tests/integration/authorisation/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

class RenewTest : public AuthorisationTest {
 protected:
  // As many searches at once; how many succeeded.
  int SearchAtOnce(int count) {
    std::atomic<int> succeeded = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&] {
        const grpc::Status status = Search();
        succeeded += status.ok() ? 1 : 0;
        EXPECT_TRUE(status.ok()) << status.error_message();
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    return succeeded;
  }
};

TEST_F(RenewTest, FiftyCallsAtOnceRenewOnce) {
  Activate();
  xpm_.ExpireAccessTokens();
  xpm_.ClearCalls();
  EXPECT_EQ(SearchAtOnce(50), 50);
  EXPECT_EQ(Calls("connect/token"), 1);
}

TEST_F(RenewTest, TwoServersOnOneStoreRenewOnce) {
  Activate();
  const auto second = app::App::Start(config_);
  ASSERT_TRUE(second.ok()) << second.status();
  const auto theirs = v1::LinkService::NewStub(
      grpc::CreateChannel((*second)->address(), grpc::InsecureChannelCredentials()));
  xpm_.ExpireAccessTokens();
  xpm_.ClearCalls();
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&, i] {
      v1::SearchPracticeClientsRequest request;
      request.set_parent(kAddOn);
      request.set_query("anybody");
      v1::SearchPracticeClientsResponse response;
      const grpc::Status status =
          Call(i % 2 == 0 ? *links_ : *theirs, &v1::LinkService::Stub::SearchPracticeClients,
               request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(Calls("connect/token"), 1);
}

TEST_F(RenewTest, AnAnswerThatGotLostIsAskedForAgain) {
  Activate();
  xpm_.ExpireAccessTokens();
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "connect/token", .kind = FaultKind::kDrop, .applied = true})
          .ok());
  const grpc::Status status = Search();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(Get().state(), v1::AddOn::ACTIVE);
  EXPECT_TRUE(Search().ok());
  EXPECT_EQ(Calls("connect/token"), 3);
}

TEST_F(RenewTest, AnAuthorisationThatIsOverMustBeRenewedByAPerson) {
  Activate();
  const std::string link = MakeALink();
  xpm_.RevokeGrants();
  grpc::Status status = Search();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "NEEDS_REAUTHORISATION") << status.error_message();
  EXPECT_EQ(Get().state(), v1::AddOn::NEEDS_REAUTHORISATION);
  v1::GetProfileDiffsRequest diffs;
  diffs.set_name("firms/harbour/profiles/p/diffs");
  v1::ProfileDiffs shown;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::GetProfileDiffs, diffs, &shown).ok());
  EXPECT_EQ(shown.add_on_diffs(0).missing_prerequisite(), v1::AddOnDiff::ADD_ON_NOT_ACTIVE);

  xpm_.ClearCalls();
  status = Search();
  EXPECT_EQ(ReasonOf(status), "NEEDS_REAUTHORISATION") << status.error_message();
  EXPECT_TRUE(xpm_.calls().empty()) << "nobody is asked in vain";

  Authorise(Reauthorise());
  EXPECT_EQ(Refresh(link).name(), link + "/diff");
}

TEST_F(RenewTest, AnActiveAddOnIsUsedWhileItIsReauthorised) {
  Activate();
  const v1::AddOn again = Reauthorise();
  EXPECT_EQ(again.state(), v1::AddOn::ACTIVE);
  EXPECT_TRUE(Search().ok());
  const v1::AuthoriseAddOnRequest request = Consent(again);
  xpm_.ExpireAccessTokens();
  EXPECT_TRUE(Search().ok());
  v1::AddOn add_on;
  EXPECT_TRUE(TryAuthorise(request, &add_on).ok());
  EXPECT_EQ(add_on.authorise_uri(), "");
  EXPECT_TRUE(Search().ok());
}

TEST_F(RenewTest, ATokenThatIsRefusedForEverIsRenewedOnce) {
  Activate();
  xpm_.ClearCalls();
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/search",
                                .kind = FaultKind::kUnauthorized,
                                .times = xpm_sandbox::Fault::kUntilCleared})
                  .ok());
  const grpc::Status status = Search();
  EXPECT_EQ(ReasonOf(status), "NEEDS_REAUTHORISATION") << status.error_message();
  EXPECT_EQ(Calls("connect/token"), 1);
  EXPECT_EQ(Calls("client.api/search"), 2);
  EXPECT_EQ(ReasonOf(Search()), "NEEDS_REAUTHORISATION");
  EXPECT_EQ(Calls("connect/token"), 1) << "the next token wouldn't help either";
  // Only the authorisation server's word ends an authorisation.
  EXPECT_EQ(Get().state(), v1::AddOn::ACTIVE);
  xpm_.ClearFaults();
  EXPECT_TRUE(Search().ok());
}

TEST_F(RenewTest, AnAddOnThatIsDeniedAccessSaysSo) {
  Activate();
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/search", .kind = FaultKind::kForbidden}).ok());
  const grpc::Status status = Search();
  EXPECT_EQ(ReasonOf(status), "ACCESS_DENIED") << status.error_message();
  EXPECT_EQ(Get().state(), v1::AddOn::ACCESS_DENIED);
  xpm_.ClearCalls();
  EXPECT_EQ(ReasonOf(Search()), "ACCESS_DENIED");
  EXPECT_TRUE(xpm_.calls().empty()) << "nobody is asked in vain";
  Authorise(Reauthorise());
  EXPECT_TRUE(Search().ok());
}

}  // namespace
}  // namespace profilesync::testing

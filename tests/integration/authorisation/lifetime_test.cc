// What the passing of time does to states and tokens: the verbs by themselves, with the sandbox, on
// one clock that the test moves.
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/addon/authorise_add_on.h"
#include "server/addon/create_add_on.h"
#include "server/connector/xpm/make_xpm_connector.h"
#include "server/model/add_on_credentials.h"
#include "server/store/leases.h"
#include "server/verb/find.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

constexpr char kFirm[] = "firms/f";
constexpr char kAddOnName[] = "firms/f/addOns/xpm";
constexpr char kClientSecret[] = "client-secret";
constexpr char kRedirectUri[] = "https://platform.example/back";

class LifetimeTest : public ::testing::Test {
 protected:
  LifetimeTest()
      : xpm_({.client_id = "app",
              .client_secret = kClientSecret,
              .redirect_uris = {kRedirectUri},
              .clock = [this] { return test_.clock().Now(); }}) {
    std::ofstream(folder_.File("client-secret")) << kClientSecret;
    std::filesystem::permissions(folder_.File("client-secret"), std::filesystem::perms::owner_read);
    config::v1::XpmConfig config;
    config.set_base_url(xpm_.base_url() + "/practicemanager/3.1/");
    config::v1::XeroOAuthConfig& oauth = *config.mutable_oauth();
    oauth.set_client_id("app");
    oauth.set_client_secret_file(folder_.File("client-secret"));
    oauth.set_redirect_uri(kRedirectUri);
    oauth.set_login_base_url(xpm_.base_url() + "/");
    oauth.set_identity_base_url(xpm_.base_url() + "/");
    oauth.set_connections_base_url(xpm_.base_url() + "/");
    auto connector = connector::xpm::MakeXpmConnector(config, "", test_.clock());
    EXPECT_TRUE(connector.ok()) << connector.status();
    connector_ = *std::move(connector);
    test_.connectors().Add("xpm", connector_.get());
    Write([](store::Transaction& t) {
      v1::Firm firm;
      firm.set_name(kFirm);
      return t.PutFirm(firm);
    });
  }

  void Write(const store::Store::WriteBody& body) {
    const absl::Status status = test_.store().WriteAndWait(body);
    EXPECT_TRUE(status.ok()) << status;
  }

  v1::AddOn Create() {
    v1::CreateAddOnRequest request;
    request.set_parent(kFirm);
    request.set_add_on_id("xpm");
    request.mutable_add_on()->set_practice_system("practiceSystems/xpm");
    v1::AddOn made;
    const access::Call call = test_.Call();
    Write([&](store::Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(made, addon::CreateAddOn(test_.environment(), call, request, t));
      return absl::OkStatus();
    });
    return made;
  }

  absl::StatusOr<v1::AddOn> Authorise(const v1::AddOn& add_on, const access::Call& call) {
    const auto redirect = xpm_.Authorise(add_on.authorise_uri());
    EXPECT_TRUE(redirect.ok()) << redirect.status();
    v1::AuthoriseAddOnRequest request;
    request.set_name(kAddOnName);
    request.set_state(redirect->state);
    request.set_code(redirect->code);
    return addon::AuthoriseAddOn(test_.environment(), call, request);
  }

  void Activate() {
    const auto authorised = Authorise(Create(), test_.Call());
    ASSERT_TRUE(authorised.ok()) << authorised.status();
    EXPECT_EQ(authorised->state(), v1::AddOn::ACTIVE);
    token_ = Token().value_or("none");
    xpm_.ClearCalls();
  }

  // A token for a call that has no time to wait.
  absl::StatusOr<std::string> Token() {
    return model::AddOnCredentials(test_.environment(), *connector_->authoriser(), kAddOnName)
        .AccessToken(test_.clock().Now());
  }
  std::size_t Renewals() { return xpm_.calls("connect/token").size(); }

  v1::AddOn::State State() {
    v1::AddOn add_on;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(add_on, verb::FindAddOn(reader, kAddOnName));
                      return absl::OkStatus();
                    })
                    .ok());
    return add_on.state();
  }

  TestEnvironment test_;
  xpm_sandbox::XpmSandbox xpm_;
  TemporaryFolder folder_;
  std::unique_ptr<connector::Connector> connector_;
  std::string token_;  // the first one
};

TEST_F(LifetimeTest, AStateEndsAfterTenMinutes) {
  const v1::AddOn add_on = Create();
  test_.clock().Advance(absl::Minutes(10));
  const absl::Status status = Authorise(add_on, test_.Call()).status();
  EXPECT_EQ(profilesync::ReasonOf(status), v1::INVALID_REQUEST) << status;
  EXPECT_EQ(xpm_.calls("connect/token").size(), 0U);
}

TEST_F(LifetimeTest, AStateIsGoodUntilThen) {
  const v1::AddOn add_on = Create();
  test_.clock().Advance(absl::Minutes(10) - absl::Seconds(1));
  EXPECT_TRUE(Authorise(add_on, test_.Call()).ok());
}

TEST_F(LifetimeTest, OnlyWhoBeganAnAuthorisationCanCompleteIt) {
  const v1::AddOn add_on = Create();
  for (const char* person : {"somebody", "test"}) {
    access::Call call = test_.Call();
    call.caller.person = person;
    const absl::Status status = Authorise(add_on, call).status();
    EXPECT_EQ(profilesync::ReasonOf(status), v1::INVALID_REQUEST) << status;
  }
  EXPECT_TRUE(Authorise(add_on, test_.Call()).ok());
}

TEST_F(LifetimeTest, ATokenIsRenewedBeforeItEnds) {
  Activate();
  test_.clock().Advance(absl::Minutes(24));
  EXPECT_EQ(*Token(), token_);
  EXPECT_EQ(Renewals(), 0U);
  test_.clock().Advance(absl::Minutes(2));
  const std::string renewed = *Token();
  EXPECT_NE(renewed, token_);
  EXPECT_EQ(*Token(), renewed);
  EXPECT_EQ(Renewals(), 1U);
  test_.clock().Advance(absl::Minutes(26));
  EXPECT_NE(*Token(), renewed);
  EXPECT_EQ(Renewals(), 2U);
}

TEST_F(LifetimeTest, ATokenServesToItsEndWhileItCannotBeRenewed) {
  Activate();
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "connect/token",
                                .kind = FaultKind::kUnavailable,
                                .times = xpm_sandbox::Fault::kUntilCleared})
                  .ok());
  test_.clock().Advance(absl::Minutes(29));
  EXPECT_EQ(*Token(), token_);
  test_.clock().Advance(absl::Seconds(40));
  const absl::Status status = Token().status();
  EXPECT_EQ(profilesync::ReasonOf(status), v1::PRACTICE_SYSTEM_UNAVAILABLE) << status;
  EXPECT_EQ(State(), v1::AddOn::ACTIVE);
  xpm_.ClearFaults();
  EXPECT_TRUE(Token().ok());
}

TEST_F(LifetimeTest, WhoeverRenewsIsWaitedForOnlyOnceTheTokenHasEnded) {
  Activate();
  test_.clock().Advance(absl::Minutes(26));
  const absl::Time now = test_.clock().Now();
  Write([&](store::Transaction& t) {
    return t
        .AcquireLease(store::CredentialsLeaseKey(kAddOnName), "another process", now,
                      now + absl::Minutes(5))
        .status();
  });
  EXPECT_EQ(*Token(), token_);
  test_.clock().Advance(absl::Minutes(4));
  const absl::Status status = Token().status();
  EXPECT_EQ(profilesync::ReasonOf(status), v1::DEADLINE_PASSED) << status;
  // It died.
  test_.clock().Advance(absl::Minutes(1));
  EXPECT_TRUE(Token().ok());
  EXPECT_EQ(Renewals(), 1U);
}

TEST_F(LifetimeTest, AnAnswerThatGotLostCanBeHadForHalfAnHour) {
  Activate();
  test_.clock().Advance(absl::Hours(1));
  const auto lose = [&] {
    ASSERT_TRUE(
        xpm_.InjectFault({.endpoint = "connect/token", .kind = FaultKind::kDrop, .applied = true})
            .ok());
    EXPECT_FALSE(Token().ok());
  };
  lose();
  test_.clock().Advance(absl::Minutes(29));
  EXPECT_TRUE(Token().ok());

  test_.clock().Advance(absl::Hours(1));
  lose();
  test_.clock().Advance(absl::Minutes(31));
  const absl::Status status = Token().status();
  EXPECT_EQ(profilesync::ReasonOf(status), v1::NEEDS_REAUTHORISATION) << status;
  EXPECT_EQ(State(), v1::AddOn::NEEDS_REAUTHORISATION);
}

TEST_F(LifetimeTest, UnusedForSixtyDaysAnAuthorisationEnds) {
  Activate();
  test_.clock().Advance(absl::Hours(24 * 59));
  EXPECT_TRUE(Token().ok());
  test_.clock().Advance(absl::Hours(24 * 61));
  const absl::Status status = Token().status();
  EXPECT_EQ(profilesync::ReasonOf(status), v1::NEEDS_REAUTHORISATION) << status;
}

}  // namespace
}  // namespace profilesync::testing

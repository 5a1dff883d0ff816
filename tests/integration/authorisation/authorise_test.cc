// From activating an add-on to its use, without a browser: what a person would consent to is
// consented to at the sandbox's identity provider.
#include "absl/strings/str_cat.h"
#include "tests/integration/authorisation/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::HasSubstr;
using xpm_sandbox::FaultKind;

constexpr char kRequestId[] = "8f14e45f-ceea-467f-a0e6-0d7a0e8a1c11";

class AuthoriseTest : public AuthorisationTest {
 protected:
  // Refused as `field` of the request, and nothing has changed.
  void ExpectRefused(const v1::AuthoriseAddOnRequest& request, const std::string& field) {
    const std::string before = Get(request.name()).DebugString();
    v1::AddOn add_on;
    const grpc::Status status = TryAuthorise(request, &add_on);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_EQ(ViolatedFields(status), std::vector<std::string>{field}) << status.error_message();
    EXPECT_EQ(Get(request.name()).DebugString(), before);
  }
  void ExpectFails(const v1::AuthoriseAddOnRequest& request, grpc::StatusCode code,
                   const std::string& reason) {
    v1::AddOn add_on;
    const grpc::Status status = TryAuthorise(request, &add_on);
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_EQ(ReasonOf(status), reason) << status.error_message();
  }
};

TEST_F(AuthoriseTest, ActivatingWaitsForAPerson) {
  const v1::AddOn add_on = Create();
  EXPECT_EQ(add_on.state(), v1::AddOn::PENDING_AUTHORISATION);
  EXPECT_EQ(add_on.tenant_id(), "");
  EXPECT_THAT(add_on.authorise_uri(),
              ::testing::StartsWith(xpm_.base_url() + "/identity/connect/authorize?"));
  EXPECT_THAT(add_on.authorise_uri(), HasSubstr("code_challenge_method=S256"));
  EXPECT_THAT(add_on.authorise_uri(), HasSubstr("offline_access"));
  EXPECT_EQ(Get().DebugString(), add_on.DebugString());
  const grpc::Status status = Search();
  EXPECT_EQ(ReasonOf(status), "ADD_ON_NOT_ACTIVE") << status.error_message();
  EXPECT_TRUE(xpm_.calls().empty());
}

TEST_F(AuthoriseTest, CompletingTurnsItActive) {
  const v1::AddOn add_on = Activate();
  EXPECT_EQ(add_on.tenant_id(), xpm_.tenant_id());
  EXPECT_EQ(add_on.authorise_uri(), "");
  EXPECT_EQ(Calls("connect/token"), 1);
  EXPECT_EQ(Calls("connections"), 1);
  const grpc::Status status = Search();
  EXPECT_TRUE(status.ok()) << status.error_message();
  const std::string link = MakeALink();
  EXPECT_EQ(Diff(link).name(), link + "/diff");
}

TEST_F(AuthoriseTest, TheTokensOutliveARestart) {
  Activate();
  StopServer();
  StartServer();
  EXPECT_TRUE(Search().ok());
  EXPECT_EQ(Calls("connect/token"), 1);
}

TEST_F(AuthoriseTest, AStateIsGoodOnce) {
  const v1::AuthoriseAddOnRequest request = Consent(Create());
  v1::AddOn add_on;
  ASSERT_TRUE(TryAuthorise(request, &add_on).ok());
  ExpectRefused(request, "state");
  EXPECT_EQ(Calls("connect/token"), 1);
}

TEST_F(AuthoriseTest, AStateThatWasNotGivenOutIsRefused) {
  v1::AuthoriseAddOnRequest request = Consent(Create());
  const std::string state = request.state();
  request.set_state(state.substr(1) + state.substr(0, 1));
  ExpectRefused(request, "state");
  request.set_state("short");
  ExpectRefused(request, "state");
  request.set_state("");
  ExpectRefused(request, "state");
  EXPECT_EQ(Calls("connect/token"), 0);
}

TEST_F(AuthoriseTest, ANewAuthorisationEndsTheOneBefore) {
  const v1::AddOn first = Create();
  const v1::AddOn second = Reauthorise();
  EXPECT_NE(first.authorise_uri(), second.authorise_uri());
  ExpectRefused(Consent(first), "state");
  Authorise(second);
}

TEST_F(AuthoriseTest, OfAnotherAddOnItIsRefused) {
  const v1::AddOn add_on = Create();
  v1::AddOn other;
  ASSERT_TRUE(TryCreate(&other, "", "other").ok());
  v1::AuthoriseAddOnRequest request = Consent(add_on);
  request.set_name(other.name());
  ExpectRefused(request, "state");
}

TEST_F(AuthoriseTest, ACodeThatTheProviderRefusesIsRefused) {
  v1::AuthoriseAddOnRequest request = Consent(Create());
  request.set_code("made-up");
  ExpectRefused(request, "code");
}

TEST_F(AuthoriseTest, WhatIsMissingIsListed) {
  v1::AuthoriseAddOnRequest request;
  request.set_name(Create().name());
  v1::AddOn add_on;
  const grpc::Status status = TryAuthorise(request, &add_on);
  EXPECT_EQ(ViolatedFields(status), (std::vector<std::string>{"state", "code"}));
}

TEST_F(AuthoriseTest, OneOfSeveralTenantsMustBeNamed) {
  SetTenants({{xpm_.tenant_id(), xpm_sandbox::kPracticeManager, "Harbour"},
              {kOtherTenant, xpm_sandbox::kPracticeManager, "Pine"}});
  v1::AuthoriseAddOnRequest request = Consent(Create());
  v1::AddOn add_on;
  grpc::Status status = TryAuthorise(request, &add_on);
  EXPECT_EQ(ViolatedFields(status), std::vector<std::string>{"tenant_id"});
  EXPECT_THAT(status.error_message(), HasSubstr(absl::StrCat(kOtherTenant, " (Pine)")));
  EXPECT_THAT(status.error_message(), HasSubstr(xpm_.tenant_id() + " (Harbour)"));
  request.set_tenant_id("elsewhere");
  ExpectRefused(request, "tenant_id");

  request.set_tenant_id(kOtherTenant);
  status = TryAuthorise(request, &add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(add_on.tenant_id(), kOtherTenant);
  EXPECT_EQ(Calls("connect/token"), 1) << "the code is redeemed once";
}

TEST_F(AuthoriseTest, TenantsOfOtherProductsDoNotCount) {
  SetTenants({{xpm_.tenant_id(), xpm_sandbox::kPracticeManager, "Harbour"},
              {kOtherTenant, xpm_sandbox::kOrganisation, "A client's books"}});
  EXPECT_EQ(Activate().tenant_id(), xpm_.tenant_id());
}

TEST_F(AuthoriseTest, WithoutATenantThereIsNothingToUse) {
  SetTenants({{kOtherTenant, xpm_sandbox::kOrganisation, "A client's books"}});
  ExpectFails(Consent(Create()), grpc::StatusCode::FAILED_PRECONDITION, "ACCESS_DENIED");
  EXPECT_EQ(Get().state(), v1::AddOn::PENDING_AUTHORISATION);
}

TEST_F(AuthoriseTest, ATenantThatWasAskedForBeforehandMustBeReached) {
  v1::AddOn add_on;
  ASSERT_TRUE(TryCreate(&add_on, kOtherTenant).ok());
  EXPECT_EQ(add_on.tenant_id(), kOtherTenant);
  ExpectFails(Consent(add_on), grpc::StatusCode::FAILED_PRECONDITION, "TENANT_MISMATCH");
  SetTenants({{xpm_.tenant_id(), xpm_sandbox::kPracticeManager, "Harbour"},
              {kOtherTenant, xpm_sandbox::kPracticeManager, "Pine"}});
  EXPECT_EQ(Authorise(Reauthorise()).tenant_id(), kOtherTenant);
}

TEST_F(AuthoriseTest, ReauthorisingForAnotherTenantIsRefused) {
  Activate();
  const std::string link = MakeALink();
  SetTenants({{kOtherTenant, xpm_sandbox::kPracticeManager, "Pine"}});
  const v1::AddOn again = Reauthorise();
  EXPECT_EQ(again.state(), v1::AddOn::ACTIVE);
  const v1::AuthoriseAddOnRequest request = Consent(again);
  ExpectFails(request, grpc::StatusCode::FAILED_PRECONDITION, "TENANT_MISMATCH");
  EXPECT_EQ(Get().tenant_id(), xpm_.tenant_id());
  EXPECT_EQ(Diff(link).name(), link + "/diff");
}

TEST_F(AuthoriseTest, AnotherAddOnsTenantIsRefused) {
  Activate();
  v1::AddOn second;
  ASSERT_TRUE(TryCreate(&second, "", "second").ok());
  ExpectFails(Consent(second), grpc::StatusCode::ALREADY_EXISTS, "RESOURCE_EXISTS");
  EXPECT_EQ(Get(second.name()).state(), v1::AddOn::PENDING_AUTHORISATION);
}

TEST_F(AuthoriseTest, WhatFailedMeanwhileIsTriedAgainWithTheSameCode) {
  const v1::AuthoriseAddOnRequest request = Consent(Create());
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "connections", .kind = FaultKind::kUnavailable}).ok());
  ExpectFails(request, grpc::StatusCode::UNAVAILABLE, "PRACTICE_SYSTEM_UNAVAILABLE");
  v1::AddOn add_on;
  const grpc::Status status = TryAuthorise(request, &add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(Calls("connect/token"), 1);

  v1::AuthoriseAddOnRequest other = Consent(Reauthorise());
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "connections", .kind = FaultKind::kUnavailable}).ok());
  ExpectFails(other, grpc::StatusCode::UNAVAILABLE, "PRACTICE_SYSTEM_UNAVAILABLE");
  other.set_code("another");
  ExpectRefused(other, "state");
}

TEST_F(AuthoriseTest, AProviderThatDoesNotAnswerIsUnavailable) {
  const v1::AuthoriseAddOnRequest request = Consent(Create());
  for (const FaultKind kind : {FaultKind::kUnavailable, FaultKind::kHtml, FaultKind::kDrop}) {
    ASSERT_TRUE(xpm_.InjectFault({.endpoint = "connect/token", .kind = kind}).ok());
    ExpectFails(request, grpc::StatusCode::UNAVAILABLE, "PRACTICE_SYSTEM_UNAVAILABLE");
    EXPECT_EQ(Get().state(), v1::AddOn::PENDING_AUTHORISATION);
  }
  v1::AddOn add_on;
  EXPECT_TRUE(TryAuthorise(request, &add_on).ok());
}

TEST_F(AuthoriseTest, AClientSecretThatIsNotAcceptedIsTheOperatorsAffair) {
  const v1::AuthoriseAddOnRequest request = Consent(Create());
  xpm_.SetClientSecret("another");
  v1::AddOn add_on;
  const grpc::Status status = TryAuthorise(request, &add_on);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("isn't accepted by the authorisation server"));
  xpm_.SetClientSecret(kClientSecret);
  EXPECT_TRUE(TryAuthorise(request, &add_on).ok());
}

TEST_F(AuthoriseTest, ARequestIdGetsTheRecordedAnswer) {
  v1::AuthoriseAddOnRequest request = Consent(Create());
  request.set_request_id(kRequestId);
  v1::AddOn first, second;
  ASSERT_TRUE(TryAuthorise(request, &first).ok());
  const grpc::Status status = TryAuthorise(request, &second);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(first.DebugString(), second.DebugString());
}

TEST_F(AuthoriseTest, ValidatingAsksNobody) {
  v1::AuthoriseAddOnRequest request = Consent(Create());
  request.set_validate_only(true);
  v1::AddOn add_on;
  EXPECT_TRUE(TryAuthorise(request, &add_on).ok());
  EXPECT_EQ(Get().state(), v1::AddOn::PENDING_AUTHORISATION);
  EXPECT_EQ(Calls("connect/token"), 0);
  request.set_state("made-up");
  ExpectRefused(request, "state");
}

TEST_F(AuthoriseTest, DeactivatingDestroysTheTokensAndKeepsTheLinks) {
  Activate();
  const std::string link = MakeALink();
  v1::DeactivateAddOnRequest request;
  request.set_name(kAddOn);
  v1::AddOn add_on;
  ASSERT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::DeactivateAddOn, request, &add_on).ok());
  EXPECT_EQ(ReasonOf(Search()), "ADD_ON_NOT_ACTIVE");

  const v1::AddOn again = Reauthorise();
  EXPECT_EQ(again.state(), v1::AddOn::PENDING_AUTHORISATION);
  EXPECT_EQ(ReasonOf(Search()), "ADD_ON_NOT_ACTIVE");
  Authorise(again);
  EXPECT_EQ(Refresh(link).name(), link + "/diff");
}

TEST_F(AuthoriseTest, UnauthorisedItCanBeDeactivatedAndDeleted) {
  const v1::AuthoriseAddOnRequest consent = Consent(Create());
  v1::DeactivateAddOnRequest deactivate;
  deactivate.set_name(kAddOn);
  v1::AddOn add_on;
  ASSERT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::DeactivateAddOn, deactivate, &add_on).ok());
  EXPECT_EQ(add_on.authorise_uri(), "");
  ExpectRefused(consent, "state");
  v1::DeleteAddOnRequest remove;
  remove.set_name(kAddOn);
  google::protobuf::Empty empty;
  ASSERT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::DeleteAddOn, remove, &empty).ok());
  Activate();
}

class TokenFileTest : public SyncTest {};

TEST_F(TokenFileTest, ThereIsNothingToAuthorise) {
  v1::AuthoriseAddOnRequest request;
  request.set_name(kAddOn);
  request.set_state("state");
  request.set_code("code");
  v1::AddOn add_on;
  const grpc::Status status =
      Call(*add_ons_, &v1::AddOnService::Stub::AuthoriseAddOn, request, &add_on);
  EXPECT_EQ(ReasonOf(status), "UNSUPPORTED_BY_PRACTICE_SYSTEM") << status.error_message();
}

}  // namespace
}  // namespace profilesync::testing

// A server that dies while it renews an add-on's tokens.
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "tests/integration/crash/fixture.h"

namespace profilesync::testing {
namespace {

constexpr char kClientSecret[] = "sentinel-client-secret-1c9e";
constexpr char kRedirectUri[] = "https://platform.example/back";

class RenewalCrashTest : public ServerProcessTest,
                         public ::testing::WithParamInterface<const char*> {
 protected:
  RenewalCrashTest()
      : ServerProcessTest({.client_id = "app",
                           .client_secret = kClientSecret,
                           .redirect_uris = {kRedirectUri},
                           .limits = {0, 0, 0, 0}}) {
    const std::string url = xpm_.base_url();
    SetUpServer(absl::StrCat("base_url: '", url, "/practicemanager/3.1/' oauth { client_id: 'app' ",
                             "client_secret_file: '", WriteSecret("client-secret", kClientSecret),
                             "' redirect_uri: '", kRedirectUri, "' login_base_url: '", url,
                             "/' identity_base_url: '", url, "/' connections_base_url: '", url,
                             "/' }"));
    v1::CreateAddOnRequest create;
    create.set_parent("firms/f");
    create.set_add_on_id("xpm");
    create.mutable_add_on()->set_practice_system("practiceSystems/xpm");
    const auto add_on = Must<v1::AddOnService>(&v1::AddOnService::Stub::CreateAddOn, create);
    const auto redirect = xpm_.Authorise(add_on.authorise_uri());
    EXPECT_TRUE(redirect.ok()) << redirect.status();
    v1::AuthoriseAddOnRequest authorise;
    authorise.set_name(add_on.name());
    authorise.set_state(redirect->state);
    authorise.set_code(redirect->code);
    Must<v1::AddOnService>(&v1::AddOnService::Stub::AuthoriseAddOn, authorise);
  }
  ~RenewalCrashTest() override {
    for (const std::string& secret : xpm_.IssuedSecrets()) {
      sweep_.AddSecret(secret);
    }
  }

  grpc::Status Search() {
    v1::SearchPracticeClientsRequest request;
    request.set_parent("firms/f/addOns/xpm");
    request.set_query("anybody");
    v1::SearchPracticeClientsResponse response;
    return Call<v1::LinkService>(&v1::LinkService::Stub::SearchPracticeClients, request, &response);
  }
};

TEST_P(RenewalCrashTest, TheNextStartGoesOn) {
  Start(absl::StrCat(GetParam(), "=kill"));
  xpm_.ExpireAccessTokens();
  EXPECT_FALSE(Search().ok());
  EXPECT_EQ(server_->WaitForEnd(), SIGKILL);

  Start("");
  grpc::Status status;
  // The dead server's lease on the tokens has to end first.
  for (int i = 0; i < 3 && !(status = Search()).ok(); ++i) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << status.error_message();
  }
  EXPECT_TRUE(status.ok()) << status.error_message();
}

INSTANTIATE_TEST_SUITE_P(All, RenewalCrashTest,
                         ::testing::Values("credentials.after_refresh", "credentials.after_store"),
                         [](const auto& point) {
                           return std::string(point.param).substr(sizeof("credentials.") - 1);
                         });

}  // namespace
}  // namespace profilesync::testing

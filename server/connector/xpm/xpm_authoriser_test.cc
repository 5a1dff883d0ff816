#include "server/connector/xpm/xpm_authoriser.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/connector/xpm/make_authoriser.h"

namespace profilesync::connector::xpm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kOurs[] = R"(
  client_id: "our id" client_secret_variable: "XPM_AUTHORISER_TEST_SECRET"
  redirect_uri: "https://platform.example/back?x=1" )";

class XpmAuthoriserTest : public ::testing::Test {
 protected:
  XpmAuthoriserTest() { setenv("XPM_AUTHORISER_TEST_SECRET", "sentinel", 1); }

  std::unique_ptr<Authoriser> Make(const std::string& text) {
    config::v1::XeroOAuthConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
    violations_ = {};
    return MakeAuthoriser(config, {}, clock_, &violations_);
  }
  std::vector<std::string> Wrong(const std::string& text) {
    EXPECT_EQ(Make(text), nullptr);
    std::vector<std::string> fields;
    for (const auto& violation : ViolationsOf(violations_.ToStatus())) {
      fields.push_back(violation.field());
    }
    return fields;
  }

  const SystemClock clock_{};
  Violations violations_;
};

TEST_F(XpmAuthoriserTest, SendsAPersonToXero) {
  const auto authoriser = Make(kOurs);
  ASSERT_NE(authoriser, nullptr) << violations_.ToStatus();
  EXPECT_EQ(*authoriser->AuthoriseUri("st", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "https://login.xero.com/identity/connect/authorize?response_type=code"
            "&client_id=our%20id&redirect_uri=https%3A%2F%2Fplatform.example%2Fback%3Fx%3D1"
            "&scope=offline_access%20practicemanager.client&state=st"
            "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            "&code_challenge_method=S256");
}

TEST_F(XpmAuthoriserTest, ListsAllThatIsWrong) {
  EXPECT_THAT(Wrong(R"(login_base_url: "http://login.xero.com/" identity_base_url: "ftp://a/"
                       connections_base_url: "x" scopes: "practicemanager")"),
              ElementsAre("oauth.login_base_url", "oauth.identity_base_url",
                          "oauth.connections_base_url", "oauth.client_id",
                          "oauth.client_secret_file", "oauth.redirect_uri", "oauth.scopes"));
  EXPECT_THAT(Wrong(absl::StrCat(kOurs, R"(client_id_variable: "X" client_secret_file: "/y")")),
              ElementsAre("oauth.client_id", "oauth.client_secret_file"));
}

TEST_F(XpmAuthoriserTest, RefusesASecretThatCantBeHad) {
  unsetenv("XPM_AUTHORISER_TEST_SECRET");
  EXPECT_THAT(Wrong(kOurs), ElementsAre("oauth.client_secret_variable"));
  EXPECT_THAT(Wrong(R"(client_id: "a" client_secret_file: "/nowhere" redirect_uri: "https://b/")"),
              ElementsAre("oauth.client_secret_file"));
}

TEST(ParseConnectionsTest, KeepsThoseOfPracticeManager) {
  const auto tenants = ParseConnections(R"([
    {"id":"1","tenantId":"c1d7","tenantType":"PRACTICEMANAGER","tenantName":"Harbour"},
    {"id":"2","tenantId":"a2","tenantType":"PRACTICEMANAGER","tenantName":null},
    {"id":"3","tenantId":"b3","tenantType":"ORGANISATION","tenantName":"Org"},
    {"id":"4","tenantId":"not an id","tenantType":"PRACTICEMANAGER"},
    {"id":"5","tenantType":"PRACTICEMANAGER"}, 7])");
  ASSERT_TRUE(tenants.ok()) << tenants.status();
  ASSERT_EQ(tenants->size(), 2u);
  EXPECT_EQ((*tenants)[0].id, "a2");
  EXPECT_EQ((*tenants)[0].display_name, "");
  EXPECT_EQ((*tenants)[1].id, "c1d7");
  EXPECT_EQ((*tenants)[1].display_name, "Harbour");
}

TEST(ParseConnectionsTest, RefusesWhatIsNoList) {
  for (const char* body : {"", "{}", "<html>", "[", "null"}) {
    EXPECT_EQ(ParseConnections(body).status().code(), absl::StatusCode::kUnavailable) << body;
  }
}

}  // namespace
}  // namespace profilesync::connector::xpm

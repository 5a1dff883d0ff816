#include "server/connector/oauth/token_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"

namespace profilesync::connector::oauth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTokens[] =
    R"({"access_token":"sentinel-access","refresh_token":"sentinel-refresh","expires_in":1800,)"
    R"("token_type":"Bearer","scope":"offline_access"})";

// An authorisation server that answers every request with the same.
class TokenClientTest : public ::testing::Test {
 protected:
  TokenClientTest() {
    server_.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      request_ = request;
      response.status = status_;
      response.set_content(body_, "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) {
      std::this_thread::yield();
    }
    TokenClient::Options options{.redirect_uri = "https://platform.example/back"};
    options.credentials = [this]() -> absl::StatusOr<ClientCredentials> {
      if (secret_.empty()) {
        return absl::FailedPreconditionError("no secret");
      }
      return ClientCredentials{"our id", secret_};
    };
    client_ = std::make_unique<TokenClient>(
        *http::BaseUrl::Parse(absl::StrCat("http://127.0.0.1:", port_)), std::move(options),
        &clock_);
  }
  ~TokenClientTest() override {
    server_.stop();
    thread_.join();
  }

  void Answer(int status, const std::string& body) {
    status_ = status;
    body_ = body;
  }

  const SystemClock clock_{};
  httplib::Server server_;
  int port_ = 0;
  int status_ = 200;
  std::string body_ = kTokens;
  std::string secret_ = "s/e:c";
  httplib::Request request_;
  std::thread thread_;
  std::unique_ptr<TokenClient> client_;
};

TEST_F(TokenClientTest, RedeemsACodeWithItsVerifier) {
  const absl::Time before = clock_.Now();
  const auto tokens = client_->Redeem("the code", "the-verifier");
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_EQ(tokens->access_token, "sentinel-access");
  EXPECT_EQ(tokens->refresh_token, "sentinel-refresh");
  EXPECT_GE(tokens->access_expiry, before + absl::Minutes(30));
  EXPECT_LE(tokens->access_expiry, clock_.Now() + absl::Minutes(30));
  EXPECT_EQ(request_.path, "/connect/token");
  EXPECT_EQ(request_.get_header_value("Content-Type"), "application/x-www-form-urlencoded");
  // "our%20id:s%2Fe%3Ac": the parts are encoded, so that a colon in one of them doesn't end it.
  EXPECT_EQ(request_.get_header_value("Authorization"), "Basic b3VyJTIwaWQ6cyUyRmUlM0Fj");
  EXPECT_EQ(request_.body,
            "grant_type=authorization_code&code=the%20code&redirect_uri=https%3A%2F%2F"
            "platform.example%2Fback&code_verifier=the-verifier");
}

TEST_F(TokenClientTest, RefreshesAndKeepsTheOldRefreshTokenWhereNoneComes) {
  ASSERT_EQ(client_->Refresh("old")->refresh_token, "sentinel-refresh");
  EXPECT_EQ(request_.body, "grant_type=refresh_token&refresh_token=old");
  Answer(200, R"({"access_token":"a","expires_in":60,"token_type":"bearer"})");
  EXPECT_EQ(client_->Refresh("old")->refresh_token, "old");
}

TEST_F(TokenClientTest, AGrantThatIsNotAcceptedIsTheCallersAffair) {
  Answer(400, R"({"error":"invalid_grant","error_description":"sentinel"})");
  const auto redeemed = client_->Redeem("code", "verifier").status();
  EXPECT_EQ(redeemed.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ViolationsOf(redeemed).front().field(), "code");
  const auto refreshed = client_->Refresh("old").status();
  EXPECT_EQ(refreshed.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refreshed), v1::NEEDS_REAUTHORISATION);
  EXPECT_THAT(refreshed.ToString(), Not(HasSubstr("sentinel")));
}

TEST_F(TokenClientTest, WhatTheOperatorMustMendIsUnavailableToCallers) {
  for (const auto& [status, body] :
       std::vector<std::pair<int, std::string>>{{401, R"({"error":"invalid_client"})"},
                                                {400, R"({"error":"invalid_client"})"},
                                                {400, R"({"error":"unsupported_grant_type"})"},
                                                {401, "<html>"},
                                                {400, ""},
                                                {500, "boom"},
                                                {302, ""},
                                                {429, ""}}) {
    Answer(status, body);
    EXPECT_EQ(client_->Refresh("old").status().code(), absl::StatusCode::kUnavailable)
        << status << body;
  }
  secret_ = "";
  request_ = {};
  EXPECT_EQ(client_->Refresh("old").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(request_.path, "");  // nothing was sent
}

TEST_F(TokenClientTest, AnAnswerWithoutTokensIsNone) {
  for (const char* body :
       {"", "<html>", "[]", "{}", R"({"access_token":"a","token_type":"Bearer"})",
        R"({"access_token":"a","refresh_token":"r","token_type":"mac","expires_in":9})",
        R"({"access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":"9"})",
        R"({"access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":-1})",
        R"({"access_token":7,"refresh_token":"r","token_type":"Bearer","expires_in":9})",
        R"({"access_token":"a","token_type":"Bearer","expires_in":9})"}) {
    Answer(200, body);
    EXPECT_EQ(client_->Redeem("code", "verifier").status().code(), absl::StatusCode::kUnavailable)
        << body;
  }
}

}  // namespace
}  // namespace profilesync::connector::oauth

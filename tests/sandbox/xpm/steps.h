#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/sandbox/xpm/test_clients.h"

// Raw requests that follow one another, and what must come back: for what only a sequence shows,
// as rules.h is for single calls.
namespace profilesync::xpm_sandbox {

inline const std::string kAppBasic =
    "Authorization: Basic " + absl::Base64Escape("the+app:s3cret%3A%2B%2F%2541") + "\r\n";
inline const std::string kFormType = "Content-Type: application/x-www-form-urlencoded\r\n";
inline const std::string kApp = kAppBasic + kFormType;
inline const std::string kTokenTarget = "/connect/token";
inline const std::string kRevocationTarget = "/connect/revocation";

// RFC 7636, appendix B.
inline const std::string kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline const std::string kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

// An authorisation request's target, with `more` parameters.
inline std::string AuthoriseTarget(
    const std::string& scope = "practicemanager.client%20offline_access",
    const std::string& more = "&state=st%2Fate") {
  return "/identity/connect/authorize?response_type=code&client_id=the%20app"
         "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=" +
         scope + more;
}

inline std::string ExchangeBody(const std::string& more = "") {
  return "grant_type=authorization_code&code={code}"
         "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback" +
         more;
}

inline std::string RefreshBody(const std::string& token) {
  return "grant_type=refresh_token&refresh_token=" + token;
}

// The headers of a call of the API.
inline std::string BearerOf(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n" + kTenant;
}

// The string member `name` of a JSON object, or empty.
inline std::string JsonMember(const std::string& json, const std::string& name) {
  const std::string start = "\"" + name + "\":\"";
  const size_t at = json.find(start);
  if (at == std::string::npos) return "";
  const size_t begin = at + start.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

// One request. In its texts {name} stands for what an earlier step found.
struct Step {
  std::string what;
  std::string method = "GET";
  std::string target;
  std::string headers = "";
  std::string body = "";
  int status = 200;
  std::vector<std::pair<std::string, std::string>> has_headers = {};
  std::vector<std::string> lacks_headers = {};
  std::vector<std::string> has = {};
  std::vector<std::string> lacks = {};
  std::optional<std::string> exact = {};
  // The clock moves on before.
  absl::Duration after = absl::ZeroDuration();
  // {access}, {refresh} and {connection} of this answer are kept with this at their end too.
  std::string keep_as = "";
};

// Takes the steps one after the other.
class Player {
 public:
  explicit Player(TestSandbox& sandbox) : sandbox_(sandbox) {}

  RawReply Take(const Step& step) {
    SCOPED_TRACE(step.what);
    sandbox_.clock.Advance(step.after);
    RawReply reply =
        sandbox_.Call(step.method, Fill(step.target), Fill(step.body), Fill(step.headers));
    EXPECT_EQ(reply.status, step.status) << reply.body;
    for (const auto& [name, value] : step.has_headers) EXPECT_EQ(reply.Header(name), value) << name;
    for (const std::string& name : step.lacks_headers) EXPECT_EQ(reply.Header(name), std::nullopt);
    for (const std::string& part : step.has) {
      EXPECT_THAT(reply.body, ::testing::HasSubstr(Fill(part)));
    }
    for (const std::string& part : step.lacks) {
      EXPECT_THAT(reply.body, ::testing::Not(::testing::HasSubstr(Fill(part))));
    }
    EXPECT_EQ(reply.body, Fill(step.exact.value_or(reply.body)));
    EXPECT_TRUE(reply.Header("Xero-Correlation-Id").has_value());
    Find(reply, step.keep_as);
    return reply;
  }

  void TakeAll(const std::vector<Step>& steps) {
    for (const Step& step : steps) Take(step);
  }

  std::string Fill(const std::string& text) const { return absl::StrReplaceAll(text, found_); }

 private:
  void Find(const RawReply& reply, const std::string& as) {
    const std::string location = reply.Header("Location").value_or("");
    const size_t code = location.find("code=");
    if (code != std::string::npos) {
      Keep("code", as, location.substr(code + 5, location.find('&', code) - code - 5));
    }
    Keep("access", as, JsonMember(reply.body, "access_token"));
    Keep("refresh", as, JsonMember(reply.body, "refresh_token"));
    Keep("connection", as, JsonMember(reply.body, "id"));
  }

  void Keep(const std::string& name, const std::string& as, const std::string& value) {
    if (value.empty()) return;
    found_[absl::StrCat("{", name, "}")] = value;
    if (!as.empty()) found_[absl::StrCat("{", name, as, "}")] = value;
  }

  TestSandbox& sandbox_;
  std::map<std::string, std::string> found_;
};

// Consent and exchange.
inline std::vector<Step> Authorised(
    const std::string& scope = "practicemanager.client%20offline_access") {
  return {{.what = "consent", .target = AuthoriseTarget(scope), .status = 302},
          {.what = "exchange",
           .method = "POST",
           .target = kTokenTarget,
           .headers = kApp,
           .body = ExchangeBody(),
           .keep_as = "1"}};
}

// A refresh with {refresh…}, and what comes of it.
inline Step Refreshed(const std::string& what, const std::string& token, const std::string& keep_as,
                      absl::Duration after = absl::ZeroDuration()) {
  return {.what = what,
          .method = "POST",
          .target = kTokenTarget,
          .headers = kApp,
          .body = RefreshBody(token),
          .has = {R"("refresh_token":")"},
          .after = after,
          .keep_as = keep_as};
}

inline Step NotRefreshed(const std::string& what, const std::string& token,
                         absl::Duration after = absl::ZeroDuration()) {
  return {.what = what,
          .method = "POST",
          .target = kTokenTarget,
          .headers = kApp,
          .body = RefreshBody(token),
          .status = 400,
          .exact = R"({"error":"invalid_grant"})",
          .after = after};
}

// A read of the API with the access token, and its status.
inline Step ApiRead(const std::string& what, const std::string& token, int status,
                    absl::Duration after = absl::ZeroDuration()) {
  return {.what = what,
          .target = kApi + "get/" + kTrust,
          .headers = BearerOf(token),
          .status = status,
          .after = after};
}

}  // namespace profilesync::xpm_sandbox

// Xero's OAuth endpoints: consent, tokens, their rotation and their end.

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "tests/sandbox/xpm/rules.h"
#include "tests/sandbox/xpm/steps.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Text = std::optional<std::string>;

const std::string kInvalidClient = R"({"error":"invalid_client"})";
const std::string kInvalidGrant = R"({"error":"invalid_grant"})";
const std::string kInvalidRequest = R"({"error":"invalid_request"})";

Rule Page(const std::string& what, const std::string& query) {
  return {.section = "3.2",
          .what = what,
          .target = "/identity/connect/authorize?" + query,
          .headers = "",
          .status = 400,
          .has_headers = {{"Content-Type", "text/html; charset=utf-8"}},
          .lacks_headers = {"Location"},
          .has = {"<!DOCTYPE html>"}};
}

Rule Bounced(const std::string& what, const std::string& target, const std::string& query) {
  return {.section = "3.2",
          .what = what,
          .target = target,
          .headers = "",
          .status = 302,
          .has_headers = {{"Location", kRedirectUri + "?" + query}},
          .exact = ""};
}

std::vector<Rule> AuthoriseRules() {
  const std::string client = "client_id=the%20app&";
  const std::string uri = "redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&";
  const std::string rest = "response_type=code&scope=practicemanager&state=s";
  const std::string start = "/identity/connect/authorize?" + client + uri;
  const std::string pkce = start + rest + "&code_challenge=" + kChallenge;
  return {
      Page("no client", uri + rest),
      Page("another client", "client_id=other&" + uri + rest),
      Page("two clients", client + client + uri + rest),
      Page("no redirect URI", client + rest),
      Page("a redirect URI that only begins like one",
           client + "redirect_uri=https%3A%2F%2Fapp.example%2Fcallback%2F&" + rest),
      Page("two redirect URIs", client + uri + uri + rest),
      Page("names are case-sensitive", "Client_Id=the%20app&" + uri + rest),
      Bounced("no response type", start + "scope=practicemanager&state=s",
              "error=invalid_request&state=s"),
      Bounced("tokens without a code", start + "response_type=token&scope=practicemanager&state=s",
              "error=unsupported_response_type&state=s"),
      Bounced("no scope", start + "response_type=code&state=s", "error=invalid_scope&state=s"),
      Bounced("an unknown scope", start + "response_type=code&scope=openid%20practice&state=a%26b",
              "error=invalid_scope&state=a%26b"),
      Bounced("an error without a state", start + "response_type=code", "error=invalid_scope"),
      Bounced("a parameter twice", start + rest + "&scope=openid", "error=invalid_request&state=s"),
      Bounced("two states", start + rest + "&state=t", "error=invalid_request"),
      Bounced("a plain challenge", pkce, "error=invalid_request&state=s"),
      Bounced("a plain challenge, said so", pkce + "&code_challenge_method=plain",
              "error=invalid_request&state=s"),
      Bounced("a method without a challenge", start + rest + "&code_challenge_method=S256",
              "error=invalid_request&state=s"),
      Bounced("a challenge that is none",
              start + rest + "&code_challenge=short&code_challenge_method=S256",
              "error=invalid_request&state=s"),
      {"3.1", "authorize is GET", "POST", "/identity/connect/authorize", "", "x", 405},
  };
}

// A request of the token endpoint that is refused.
Rule Refused(const std::string& what, const std::string& headers, const std::string& body,
             int status, const std::string& exact) {
  return {.section = "3.2",
          .what = what,
          .method = "POST",
          .target = kTokenTarget,
          .headers = headers,
          .body = body,
          .status = status,
          .has_headers = {{"Content-Type", "application/json; charset=utf-8"},
                          {"Cache-Control", "no-store"}},
          .lacks_headers = {"X-MinLimit-Remaining", "X-AppMinLimit-Remaining"},
          .exact = exact};
}

std::string Basic(const std::string& pair) {
  return "Authorization: Basic " + absl::Base64Escape(pair) + "\r\n" + kFormType;
}

std::vector<Rule> TokenRules() {
  const std::string refresh = RefreshBody("none");
  Rule challenge = Refused("no client", kFormType, refresh, 401, kInvalidClient);
  challenge.has_headers.emplace_back("WWW-Authenticate", "Basic realm=\"xero\"");
  return {
      challenge,
      Refused("a wrong secret", Basic("the+app:wrong"), refresh, 401, kInvalidClient),
      Refused("id and secret not form-encoded", Basic("the app:s3cret:+/%41"), refresh, 401,
              kInvalidClient),
      Refused("no colon", Basic("the+app"), refresh, 401, kInvalidClient),
      Refused("no base64", "Authorization: Basic ???\r\n" + kFormType, refresh, 401,
              kInvalidClient),
      Refused("a bearer token", kBearer + kFormType, refresh, 401, kInvalidClient),
      Refused("the secret in the body alone", kFormType,
              refresh + "&client_id=the+app&client_secret=s3cret%3A%2B%2F%2541", 401,
              kInvalidClient),
      Refused("the secret in the body too", kApp, refresh + "&client_secret=x", 400,
              kInvalidRequest),
      Refused("no Content-Type", kAppBasic, refresh, 400, kInvalidRequest),
      Refused("JSON", kAppBasic + "Content-Type: application/json\r\n", "{}", 400, kInvalidRequest),
      Refused("a form in UTF-8",
              kAppBasic + "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n",
              refresh, 400, kInvalidGrant),
      Refused("no grant type", kApp, "refresh_token=x", 400, kInvalidRequest),
      Refused("another grant type", kApp, "grant_type=client_credentials", 400,
              R"({"error":"unsupported_grant_type"})"),
      Refused("a grant type twice", kApp, refresh + "&grant_type=refresh_token", 400,
              kInvalidRequest),
      Refused("no code", kApp, "grant_type=authorization_code&redirect_uri=x", 400,
              kInvalidRequest),
      Refused("no redirect URI", kApp, "grant_type=authorization_code&code=x", 400,
              kInvalidRequest),
      Refused("an unknown code", kApp, "grant_type=authorization_code&code=x&redirect_uri=y", 400,
              kInvalidGrant),
      Refused("no refresh token", kApp, "grant_type=refresh_token&refresh_token=", 400,
              kInvalidRequest),
      Refused("an unknown refresh token", kApp, refresh, 400, kInvalidGrant),
      {"3.1", "token is POST", "GET", kTokenTarget, kApp, "", 405},
      {"3.1", "revocation is POST", "GET", kRevocationTarget, kApp, "", 405},
      {.section = "3.1",
       .what = "revocation needs the client",
       .method = "POST",
       .target = kRevocationTarget,
       .headers = kFormType,
       .body = "token=x",
       .status = 401,
       .exact = kInvalidClient},
      {.section = "3.1",
       .what = "revocation needs a token",
       .method = "POST",
       .target = kRevocationTarget,
       .headers = kApp,
       .body = "token_type_hint=refresh_token",
       .status = 400,
       .exact = kInvalidRequest},
      {.section = "3.1",
       .what = "an unknown token is as good as revoked",
       .method = "POST",
       .target = kRevocationTarget,
       .headers = kApp,
       .body = "token=x",
       .status = 200,
       .exact = ""},
  };
}

TEST(IdentityTest, Authorise) { CheckAll(AuthoriseRules()); }
TEST(IdentityTest, RefusedTokens) { CheckAll(TokenRules()); }

TEST(IdentityTest, CodeAndTokens) {
  TestSandbox sandbox;
  Player player(sandbox);
  const RawReply consent = player.Take({.what = "consent",
                                        .target = AuthoriseTarget(),
                                        .status = 302,
                                        .has_headers = {{"Cache-Control", "no-store"}}});
  const Text location = consent.Header("Location");
  ASSERT_TRUE(location.has_value());
  EXPECT_THAT(*location, AllOf(StartsWith(kRedirectUri + "?code="), EndsWith("&state=st%2Fate")));
  player.TakeAll({
      {.what = "exchange",
       .method = "POST",
       .target = kTokenTarget,
       .headers = kApp,
       .body = ExchangeBody(),
       .has_headers = {{"Content-Type", "application/json; charset=utf-8"},
                       {"Cache-Control", "no-store"},
                       {"Pragma", "no-cache"}},
       .lacks_headers = {"X-MinLimit-Remaining"},
       .has = {R"("expires_in":1800)", R"("token_type":"Bearer")",
               R"("scope":"practicemanager.client offline_access")", R"("refresh_token":")"}},
      ApiRead("the token is accepted", "{access}", 200),
      {.what = "a code works once",
       .method = "POST",
       .target = kTokenTarget,
       .headers = kApp,
       .body = ExchangeBody(),
       .status = 400,
       .exact = kInvalidGrant},
      ApiRead("and its token goes on working", "{access}", 200),
  });
}

TEST(IdentityTest, NoRefreshTokenWithoutOfflineAccess) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.Take({.what = "consent", .target = AuthoriseTarget("practicemanager"), .status = 302});
  player.Take({.what = "exchange",
               .method = "POST",
               .target = kTokenTarget,
               .headers = kApp,
               .body = ExchangeBody(),
               .lacks = {"refresh_token"}});
}

TEST(IdentityTest, ARedirectUriWithAQuery) {
  TestSandbox sandbox;
  const auto there = sandbox.xpm.Authorise(
      "/identity/connect/authorize?response_type=code&client_id=the%20app&scope=practicemanager"
      "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback%3Fapp%3D2");
  ASSERT_TRUE(there.ok()) << there.status();
  EXPECT_THAT(there->location, StartsWith(kRedirectUri + "?app=2&code="));
  EXPECT_EQ(there->state, "");
}

// A code that isn't good for the exchange; it is used up by it.
TEST(IdentityTest, CodesThatDontFit) {
  struct Case {
    std::string what;
    std::string challenge;
    std::string body;
    absl::Duration after;
    int status;
  };
  const std::string pkce = "&code_challenge_method=S256&code_challenge=" + kChallenge;
  const std::string verifier = "&code_verifier=" + kVerifier;
  const absl::Duration soon = absl::Seconds(299);
  const std::vector<Case> cases = {
      {"in time", "", ExchangeBody(), soon, 200},
      {"too late", "", ExchangeBody(), absl::Minutes(5), 400},
      {"another redirect URI", "", "grant_type=authorization_code&code={code}&redirect_uri=x", soon,
       400},
      {"the verifier", pkce, ExchangeBody(verifier), soon, 200},
      {"another verifier", pkce, ExchangeBody(verifier + "x"), soon, 400},
      {"no verifier", pkce, ExchangeBody(), soon, 400},
      {"a verifier without a challenge", "", ExchangeBody(verifier), soon, 400},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    TestSandbox sandbox;
    Player player(sandbox);
    player.Take({.what = "consent",
                 .target = AuthoriseTarget("practicemanager", c.challenge),
                 .status = 302});
    Step exchange = {.what = "exchange",
                     .method = "POST",
                     .target = kTokenTarget,
                     .headers = kApp,
                     .body = c.body,
                     .status = c.status,
                     .after = c.after};
    player.Take(exchange);
    exchange.status = 400;
    exchange.body = ExchangeBody(c.challenge.empty() ? "" : verifier);
    exchange.exact = kInvalidGrant;
    player.Take(exchange);
  }
}

TEST(IdentityTest, AccessTokensLiveForThirtyMinutes) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  player.Take(ApiRead("just in time", "{access}", 200, absl::Seconds(1799)));
  Step late = ApiRead("too late", "{access}", 401, absl::Seconds(1));
  late.has_headers = {{"WWW-Authenticate", "Bearer error=invalid_token"}};
  late.has = {R"("Detail":"TokenExpired: token expired at 07/20/2026 12:30:00")"};
  player.TakeAll({late, Refreshed("refresh", "{refresh}", "2"),
                  ApiRead("the new one", "{access2}", 200),
                  ApiRead("not the old", "{access1}", 401)});
}

TEST(IdentityTest, EachRefreshRotatesWithGrace) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  player.TakeAll({
      Refreshed("whose answer got lost", "{refresh1}", "2", absl::Hours(24)),
      Refreshed("again, from the same", "{refresh1}", "3", absl::Seconds(1799)),
      ApiRead("the lost one's access token", "{access2}", 200),
      NotRefreshed("the grace is over", "{refresh1}", absl::Seconds(1)),
      Refreshed("the latest", "{refresh3}", "4"),
      Refreshed("the lost one, had it been found", "{refresh2}", "5"),
      NotRefreshed("the first still", "{refresh1}"),
  });
  EXPECT_NE(player.Fill("{refresh1}"), player.Fill("{refresh2}"));
  EXPECT_NE(player.Fill("{refresh2}"), player.Fill("{refresh3}"));
}

TEST(IdentityTest, TheGraceMayEndWhenTheSuccessorIsUsed) {
  for (const RefreshRetry retry : {RefreshRetry::kUntilSuccessorUsed, RefreshRetry::kWholeGrace}) {
    TestSandbox sandbox({.refresh_retry = retry});
    Player player(sandbox);
    player.TakeAll(Authorised());
    player.TakeAll(
        {Refreshed("the first", "{refresh1}", "2"), Refreshed("its successor", "{refresh2}", "3"),
         retry == RefreshRetry::kWholeGrace ? Refreshed("the first again", "{refresh1}", "4")
                                            : NotRefreshed("the first again", "{refresh1}"),
         Refreshed("the successor again", "{refresh2}", "5")});
  }
}

TEST(IdentityTest, RefreshTokensDieAfterSixtyDaysUnused) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  const absl::Duration day = absl::Hours(24);
  player.TakeAll({Refreshed("the last moment", "{refresh1}", "2", 60 * day - absl::Seconds(1)),
                  Refreshed("from there again", "{refresh2}", "3", 60 * day - absl::Seconds(1)),
                  NotRefreshed("too late", "{refresh3}", 60 * day)});
}

TEST(IdentityTest, ARevocationEndsTheWholeGrant) {
  for (const bool answers_401 : {true, false}) {
    TestSandbox sandbox({.revoked_access_token =
                             answers_401 ? RevokedAccessToken::k401 : RevokedAccessToken::k403});
    Player player(sandbox);
    player.TakeAll(Authorised());
    player.Take(Refreshed("refresh", "{refresh1}", "2"));
    Step revoke = {.what = "an access token can't be revoked",
                   .method = "POST",
                   .target = kRevocationTarget,
                   .headers = kApp,
                   .body = "token={access2}",
                   .exact = ""};
    player.Take(revoke);
    player.Take(ApiRead("nothing happened", "{access2}", 200));
    revoke.what = "an old refresh token stands for the grant";
    revoke.body = "token={refresh1}&token_type_hint=refresh_token";
    player.Take(revoke);
    player.TakeAll({NotRefreshed("the old", "{refresh1}"), NotRefreshed("the new", "{refresh2}"),
                    ApiRead("the old access token", "{access1}", answers_401 ? 401 : 403),
                    ApiRead("the new access token", "{access2}", answers_401 ? 401 : 403)});
    Step connections = {.what = "connections",
                        .target = "/connections",
                        .headers = BearerOf("{access2}"),
                        .status = answers_401 ? 401 : 200};
    if (!answers_401) connections.exact = "[]";
    player.Take(connections);
  }
}

TEST(IdentityTest, WhatTheClassDoes) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  sandbox.xpm.ExpireAccessTokens();
  player.TakeAll({ApiRead("expired", "{access1}", 401), ApiRead("the fixed one", "good-token", 200),
                  Refreshed("refresh", "{refresh1}", "2"), ApiRead("new", "{access2}", 200)});
  sandbox.xpm.AdvanceClock(absl::Minutes(30));
  player.Take(ApiRead("expired by the clock", "{access2}", 401));
  sandbox.xpm.SetClientSecret("another");
  player.Take({.what = "the old secret",
               .method = "POST",
               .target = kTokenTarget,
               .headers = kApp,
               .body = RefreshBody("{refresh2}"),
               .status = 401,
               .exact = kInvalidClient});
  sandbox.xpm.SetClientSecret(kClientSecret);
  player.Take(Refreshed("which used nothing up", "{refresh2}", "3"));
  sandbox.xpm.RevokeGrants();
  player.TakeAll({NotRefreshed("disconnected", "{refresh3}"),
                  ApiRead("disconnected", "{access3}", 401),
                  ApiRead("the fixed one", "good-token", 200)});
}

TEST(IdentityTest, AuthoriseFollowsAUri) {
  TestSandbox sandbox;
  const auto there = sandbox.xpm.Authorise(sandbox.xpm.base_url() + AuthoriseTarget());
  ASSERT_TRUE(there.ok()) << there.status();
  EXPECT_EQ(there->state, "st/ate");
  EXPECT_EQ(there->location, kRedirectUri + "?code=" + there->code + "&state=st%2Fate");
  const auto bounced = sandbox.xpm.Authorise(AuthoriseTarget("nonsense"));
  EXPECT_TRUE(absl::IsInvalidArgument(bounced.status()));
  EXPECT_THAT(bounced.status().message(), HasSubstr("error=invalid_scope"));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.Authorise("/elsewhere").status()));
}

TEST(IdentityTest, WithoutAnAppNobodyIsAuthorised) {
  XpmSandbox xpm({.token = "t"});
  EXPECT_EQ(RawCall(xpm.port(), "GET", "/identity/connect/authorize?client_id=", "", "").status,
            400);
  const std::string empty = "Authorization: Basic Og==\r\n" + kFormType;
  EXPECT_EQ(RawCall(xpm.port(), "POST", kTokenTarget, empty, RefreshBody("x")).status, 401);
}

TEST(IdentityTest, TheLogHasTheCallsAndNoSecret) {
  TestSandbox sandbox({}, {.minute = 2, .app_minute = 2});
  Player player(sandbox);
  player.TakeAll(Authorised());
  player.Take(Refreshed("refresh", "{refresh1}", "2"));
  player.Take({.what = "a lost client",
               .method = "POST",
               .target = kTokenTarget + "?client_secret=s3cret&x",
               .headers = kApp,
               .body = R"({"refresh_token":"s3cret"})",
               .status = 400});
  EXPECT_TRUE(sandbox.xpm.WaitForCalls(4));
  const std::vector<CallRecord> calls = sandbox.xpm.calls("connect/token");
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_THAT(calls[0].body, HasSubstr("grant_type=authorization_code&code=(left out)&redirect"));
  EXPECT_EQ(calls[1].body, "grant_type=refresh_token&refresh_token=(left out)");
  EXPECT_EQ(calls[2].body, "(left out)");
  EXPECT_EQ(calls[2].query, "client_secret=(left out)&(left out)");
  EXPECT_EQ(sandbox.xpm.calls("identity/connect/authorize").size(), 1u);
  const std::string log = sandbox.Call("GET", "/sandbox/log", "", "").body;
  for (const char* secret : {"{code}", "{access1}", "{access2}", "{refresh1}", "{refresh2}"}) {
    EXPECT_THAT(log, Not(HasSubstr(player.Fill(secret)))) << secret;
  }
  EXPECT_THAT(log, AllOf(Not(HasSubstr("s3cret")), Not(HasSubstr("st%2Fate"))));
  // No limit has counted them.
  EXPECT_EQ(player.Take(ApiRead("read", "{access2}", 200)).Header("X-MinLimit-Remaining"),
            Text("1"));
}

// Users who consent and refresh at once; run with the thread sanitizer.
TEST(IdentityTest, ManyAtOnce) {
  TestSandbox sandbox;
  const std::string read = kApi + "get/" + kTrust;
  std::vector<std::thread> users;
  std::atomic<int> accepted = 0;
  users.reserve(4);
  for (int i = 0; i < 4; ++i) {
    users.emplace_back([&] {
      Player player(sandbox);
      player.TakeAll(Authorised());
      for (int n = 0; n < 5; ++n) {
        player.Take(Refreshed("refresh", "{refresh}", ""));
        const std::string bearer = player.Fill(BearerOf("{access}"));
        const int status = sandbox.Call("GET", read, "", bearer).status;
        EXPECT_TRUE(status == 200 || status == 401) << status;
        accepted += status == 200 ? 1 : 0;
        EXPECT_THAT(sandbox.Call("GET", "/connections", "", bearer).status, AnyOf(200, 401));
      }
    });
  }
  sandbox.xpm.ExpireAccessTokens();
  EXPECT_TRUE(sandbox.xpm.SetTenants({{.id = sandbox.xpm.tenant_id(), .name = "N"}}).ok());
  sandbox.xpm.AdvanceClock(absl::Seconds(1));
  sandbox.xpm.SetClientSecret(kClientSecret);
  for (std::thread& user : users) user.join();
  EXPECT_GT(accepted, 0);
}

TEST(IdentityTest, ARefreshTokenUsedBySeveralAtOnce) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  const std::string body = player.Fill(RefreshBody("{refresh1}"));
  std::vector<std::future<std::string>> callers;
  callers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    callers.push_back(std::async(std::launch::async, [&] {
      return JsonMember(sandbox.Call("POST", kTokenTarget, body, kApp).body, "refresh_token");
    }));
  }
  std::set<std::string> tokens;
  for (auto& caller : callers) tokens.insert(caller.get());
  EXPECT_EQ(tokens.size(), 4u);
  EXPECT_FALSE(tokens.contains(""));
}

}  // namespace
}  // namespace profilesync::xpm_sandbox

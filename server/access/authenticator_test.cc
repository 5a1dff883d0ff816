#include "server/access/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "common/status.h"
#include "google/protobuf/text_format.h"

namespace profilesync::access {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPortalToken[] = "portal-token-0123456789-0123456789";
constexpr char kOpsToken[] = "ops-token-0123456789-0123456789-abc";

config::v1::TokensConfig Parse(const std::string& text) {
  config::v1::TokensConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config));
  return config;
}

std::unique_ptr<Authenticator> TwoServices() {
  auto made = Authenticator::ForTokens(Parse(R"pb(
    services {
      service: "portal"
      token: "portal-token-0123456789-0123456789"
      role: EDITOR
      firms: "a"
      firms: "b"
    }
    services {
      service: "ops"
      token: "ops-token-0123456789-0123456789-abc"
      role: OPERATOR
      may_assert_actor: true
    })pb"));
  EXPECT_TRUE(made.ok()) << made.status();
  return *std::move(made);
}

std::string Bearer(const std::string& token) { return "Bearer " + token; }

TEST(AuthenticatorTest, KnowsServicesByTheirTokens) {
  const auto authenticator = TwoServices();
  const std::string portal = Bearer(kPortalToken), ops = "bearer " + std::string(kOpsToken);
  const auto editor = authenticator->Authenticate({.authorization = portal});
  ASSERT_TRUE(editor.ok()) << editor.status();
  EXPECT_EQ(editor->Actor(), "portal");
  EXPECT_EQ(editor->role, config::v1::EDITOR);
  EXPECT_TRUE(editor->MayReach("b"));
  EXPECT_FALSE(editor->MayReach("c"));
  const auto operator_ = authenticator->Authenticate({.authorization = ops});
  ASSERT_TRUE(operator_.ok());
  EXPECT_TRUE(operator_->MayReach("whatever"));
}

TEST(AuthenticatorTest, RefusesWhatIsNoKnownToken) {
  const auto authenticator = TwoServices();
  const std::string token = kPortalToken;
  for (const std::string& header :
       {std::string(), std::string("Bearer"), std::string("Bearer "), token, "Basic " + token,
        Bearer(token + " "), Bearer(token.substr(1)), Bearer(token + "x"), "Bearer  " + token}) {
    const auto caller = authenticator->Authenticate({.authorization = header});
    EXPECT_EQ(caller.status().code(), absl::StatusCode::kUnauthenticated) << header;
    EXPECT_EQ(ReasonOf(caller.status()), v1::UNAUTHENTICATED);
  }
  EXPECT_FALSE(authenticator->Authenticate({}).ok());
  const std::string good = Bearer(token);
  EXPECT_EQ(authenticator->Authenticate({.authorization = good, .authorization_repeated = true})
                .status()
                .code(),
            absl::StatusCode::kUnauthenticated);
}

TEST(AuthenticatorTest, TheLesserRoleOfServiceAndPersonHolds) {
  const auto authenticator = TwoServices();
  const std::string ops = Bearer(kOpsToken);
  const auto person = authenticator->Authenticate(
      {.authorization = ops, .actor = "ana@firm.example", .actor_role = "viewer"});
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(person->Actor(), "ops/ana@firm.example");
  EXPECT_EQ(person->role, config::v1::VIEWER);
  EXPECT_TRUE(person->MayReach("a"));  // the service reaches all firms
  const auto as_in_token_files = authenticator->Authenticate(
      {.authorization = ops, .actor = "ana", .actor_role = "FIRM_ADMINISTRATOR"});
  ASSERT_TRUE(as_in_token_files.ok()) << as_in_token_files.status();
  EXPECT_EQ(as_in_token_files->role, config::v1::FIRM_ADMINISTRATOR);

  const auto local =
      Authenticator::ForLocal()->Authenticate({.actor = "ana", .actor_role = "firm_administrator"});
  ASSERT_TRUE(local.ok());
  EXPECT_EQ(local->role, config::v1::FIRM_ADMINISTRATOR);
}

TEST(AuthenticatorTest, RefusesActorsOfServicesThatMayNotNameThem) {
  const auto authenticator = TwoServices();
  const std::string portal = Bearer(kPortalToken);
  const Credentials refused[] = {
      {.authorization = portal, .actor = "ana", .actor_role = "viewer"},
      {.authorization = portal, .actor_role = "viewer"},
      {.authorization = portal, .actor = "", .actor_role = "boss"},
  };
  for (const Credentials& credentials : refused) {
    const absl::Status status = authenticator->Authenticate(credentials).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(ReasonOf(status), v1::ACTOR_NOT_ALLOWED);
  }
  // Who isn't known learns nothing of what known services may do.
  EXPECT_EQ(authenticator->Authenticate({.actor = "ana", .actor_role = "viewer"}).status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST(AuthenticatorTest, RefusesActorsThatAreNotWhole) {
  const auto authenticator = TwoServices();
  const std::string ops = Bearer(kOpsToken), long_name(256, 'x');
  struct Case {
    Credentials credentials;
    std::vector<std::string> fields;
  };
  const std::string actor = "profilesync-actor", role = "profilesync-actor-role";
  const Case refused[] = {
      {{.authorization = ops, .actor = "ana"}, {role}},
      {{.authorization = ops, .actor_role = "viewer"}, {actor}},
      {{.authorization = ops, .actor = "", .actor_role = "viewer"}, {actor}},
      {{.authorization = ops, .actor = long_name, .actor_role = "viewer"}, {actor}},
      {{.authorization = ops, .actor = "ana", .actor_role = "boss"}, {role}},
      {{.authorization = ops, .actor = "ana", .actor_role = "role_unspecified"}, {role}},
      {{.authorization = ops, .actor = "", .actor_role = ""}, {actor, role}},
      {{.authorization = ops, .actor = "ana", .actor_role = "viewer", .actor_repeated = true},
       {actor}},
  };
  for (const Case& c : refused) {
    const absl::Status status = authenticator->Authenticate(c.credentials).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), v1::INVALID_REQUEST);
    std::vector<std::string> fields;
    for (const auto& violation : ViolationsOf(status)) {
      fields.push_back(violation.field());
    }
    EXPECT_EQ(fields, c.fields);
  }
}

TEST(AuthenticatorTest, SaysWhatAnActorLacks) {
  const auto local = Authenticator::ForLocal();
  const auto what = [&](const Credentials& credentials) {
    return ViolationsOf(local->Authenticate(credentials).status()).at(0).description();
  };
  const std::string roles = "one of viewer, editor, firm_administrator and operator";
  EXPECT_EQ(what({.actor = "ana"}), "must come with profilesync-actor, " + roles);
  EXPECT_EQ(what({.actor = "ana", .actor_role = "boss"}), "must be " + roles);
  EXPECT_EQ(what({.actor_role = "viewer"}),
            "must come with profilesync-actor-role, of 1 to 255 bytes");
}

TEST(AuthenticatorTest, WithoutTokensEveryoneIsLocal) {
  const auto caller = Authenticator::ForLocal()->Authenticate({});
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ(caller->Actor(), "local");
  EXPECT_EQ(caller->role, config::v1::OPERATOR);
}

TEST(AuthenticatorTest, ListsAllThatIsWrongWithTheTokens) {
  EXPECT_THAT(std::string(SV(Authenticator::ForTokens({}).status().message())),
              HasSubstr("at least one service"));
  const auto made = Authenticator::ForTokens(Parse(R"pb(
    services { service: "one" token: "sentinel-short" role: VIEWER firms: "a" }
    services { service: "" token: "sentinel-same-0123456789-0123456789" firms: "a/b" role: EDITOR }
    services { service: "three" token: "sentinel-same-0123456789-0123456789" }
    services { service: "four" token: "sentinel with blanks 0123456789 0123456789" role: OPERATOR }
  )pb"));
  EXPECT_EQ(made.status().code(), absl::StatusCode::kFailedPrecondition);
  const std::string message(SV(made.status().message()));
  for (const char* part :
       {"service 1 (one): token must be 32 bytes or longer",
        "service 2 (): service must be 1 to 63 of A-Z a-z 0-9 . _ ~ -, starting with a letter or",
        "service 2 (): firms must hold firm ids", "service 3 (three): role must be set",
        "service 3 (three): firms must name", "service 3 (three): token is that of another",
        "service 4 (four): token must be of printable ASCII"}) {
    EXPECT_THAT(message, HasSubstr(part));
  }
  EXPECT_THAT(message, Not(HasSubstr("sentinel")));
}

TEST(AuthoriseTest, Roles) {
  for (int has = 0; has <= 4; ++has) {
    for (int needed = 1; needed <= 4; ++needed) {
      const absl::Status status =
          CheckRole({.role = static_cast<Role>(has)}, static_cast<Role>(needed));
      EXPECT_EQ(status.ok(), has >= needed);
      EXPECT_EQ(ReasonOf(status), has >= needed ? v1::ERROR_REASON_UNSPECIFIED : v1::ROLE_TOO_LOW);
    }
  }
  EXPECT_EQ(
      ErrorInfoOf(CheckRole({}, config::v1::FIRM_ADMINISTRATOR))->metadata().at("needed_role"),
      "firm_administrator");
}

TEST(AuthoriseTest, Firms) {
  EXPECT_TRUE(CheckFirm({.firms = {"a"}}, "a").ok());
  EXPECT_EQ(ReasonOf(CheckFirm({.firms = {"a"}}, "b")), v1::FIRM_NOT_ALLOWED);
  EXPECT_EQ(ReasonOf(CheckFirm({.firms = {"a"}}, "")), v1::FIRM_NOT_ALLOWED);
}

}  // namespace
}  // namespace profilesync::access

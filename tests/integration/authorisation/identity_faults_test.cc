// Every fault of the identity provider, when a code is redeemed, a token renewed, or the
// connections listed: one clear error or none at all, and an authorisation that goes on when the
// fault is over.
#include <ostream>

#include "tests/integration/authorisation/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::AnyOf;
using xpm_sandbox::FaultKind;

struct FaultRow {
  std::string kind;
  bool applied = false;
};

void PrintTo(const FaultRow& row, std::ostream* out) {
  *out << row.kind << (row.applied ? ", applied" : "");
}

class IdentityFaultsTest : public AuthorisationTest,
                           public ::testing::WithParamInterface<FaultRow> {
 protected:
  void Break(const std::string& endpoint, int times = 1) {
    const auto kind = xpm_sandbox::FaultKindNamed(GetParam().kind);
    ASSERT_TRUE(kind.has_value());
    ASSERT_TRUE(xpm_.InjectFault({.endpoint = endpoint,
                                  .kind = *kind,
                                  .times = times,
                                  .applied = GetParam().applied})
                    .ok());
  }
  void Mend() {
    xpm_.ClearFaults();
    xpm_.Release();
  }
  // That a fault of the provider is told as what it is, and never as something else.
  static void ExpectUnavailable(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    EXPECT_EQ(ReasonOf(status), "PRACTICE_SYSTEM_UNAVAILABLE") << status.error_message();
  }
};

class RenewalFaultsTest : public IdentityFaultsTest {};

TEST_P(RenewalFaultsTest, GoOnWhenTheyAreOver) {
  Activate();
  xpm_.ExpireAccessTokens();
  Break("connect/token");
  const grpc::Status status = Search();
  if (!status.ok()) {
    ExpectUnavailable(status);
  }
  EXPECT_EQ(Get().state(), v1::AddOn::ACTIVE) << status.error_message();
  Mend();
  const grpc::Status again = Search();
  EXPECT_TRUE(again.ok()) << again.error_message();
  EXPECT_EQ(Get().state(), v1::AddOn::ACTIVE);
}

TEST_P(IdentityFaultsTest, ACodeIsRedeemedOnceAndAPersonCanStartAgain) {
  const v1::AddOn add_on = Create();
  const v1::AuthoriseAddOnRequest request = Consent(add_on);
  Break("connect/token");
  v1::AddOn authorised;
  const grpc::Status status = TryAuthorise(request, &authorised);
  if (!status.ok()) {
    ExpectUnavailable(status);
    EXPECT_EQ(Get().state(), v1::AddOn::PENDING_AUTHORISATION);
  }
  Mend();
  // The same code again, where it wasn't used; else a person starts anew.
  const grpc::Status again = TryAuthorise(request, &authorised);
  if (!again.ok()) {
    EXPECT_THAT(ReasonOf(again), AnyOf("INVALID_REQUEST", "ADD_ON_NOT_ACTIVE"))
        << again.error_message();
    Authorise(Reauthorise());
  }
  EXPECT_EQ(Get().state(), v1::AddOn::ACTIVE);
  EXPECT_TRUE(Search().ok());
}

TEST_P(IdentityFaultsTest, ConnectionsAreListedAgainWithoutAnotherCode) {
  const v1::AddOn add_on = Create();
  const v1::AuthoriseAddOnRequest request = Consent(add_on);
  Break("connections");
  v1::AddOn authorised;
  const grpc::Status status = TryAuthorise(request, &authorised);
  if (!status.ok()) {
    EXPECT_THAT(ReasonOf(status),
                AnyOf("PRACTICE_SYSTEM_UNAVAILABLE", "PRACTICE_BUDGET_EXHAUSTED",
                      "REFUSED_BY_PRACTICE_SYSTEM", "NEEDS_REAUTHORISATION", "ACCESS_DENIED"))
        << status.error_message();
    EXPECT_EQ(Get().state(), v1::AddOn::PENDING_AUTHORISATION);
  }
  Mend();
  if (!status.ok()) {
    const grpc::Status again = TryAuthorise(request, &authorised);
    EXPECT_TRUE(again.ok()) << again.error_message();
  }
  EXPECT_EQ(Get().state(), v1::AddOn::ACTIVE);
  EXPECT_EQ(Calls("connect/token"), 1);
}

// `waits`: whether those count that wait for a time-out, which is 20 seconds.
std::vector<FaultRow> Rows(bool waits) {
  std::vector<FaultRow> rows;
  for (const std::string& kind : xpm_sandbox::FaultKindNames()) {
    const auto value = *xpm_sandbox::FaultKindNamed(kind);
    // What is about one client can't strike here; what hangs is as a time-out.
    const bool strikes = xpm_sandbox::CanStrike(value, "connect/token");
    const bool needs_element = xpm_sandbox::ElementOf(value) != xpm_sandbox::FaultElement::kNone;
    const bool hangs = value == FaultKind::kHang || value == FaultKind::kLateTimeout ||
                       (value == FaultKind::kTimeout && !waits);
    if (!strikes || needs_element || hangs) {
      continue;
    }
    rows.push_back({kind, false});
    if (value == FaultKind::kDrop || value == FaultKind::kServerError ||
        value == FaultKind::kHtml) {
      rows.push_back({kind, true});
    }
  }
  return rows;
}

std::string NameOf(const ::testing::TestParamInfo<FaultRow>& row) {
  return "Of_" + row.param.kind + (row.param.applied ? "_applied" : "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, RenewalFaultsTest, ::testing::ValuesIn(Rows(true)), NameOf);
INSTANTIATE_TEST_SUITE_P(Kinds, IdentityFaultsTest, ::testing::ValuesIn(Rows(false)), NameOf);

}  // namespace
}  // namespace profilesync::testing

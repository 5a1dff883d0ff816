// An XPM whose update empties what it doesn't name (reference 13.1), and whose answer is lost: the
// read-back must tell what vanished, for nothing else will.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

class ReplaceModeTest : public SyncTest, public ::testing::WithParamInterface<FaultKind> {};

std::vector<std::string> Unasked(const v1::SyncOperation& operation) {
  std::vector<std::string> changes;
  for (const auto& change : operation.unasked_changes()) {
    changes.push_back(change.field());
  }
  return changes;
}

TEST_P(ReplaceModeTest, ALostAnswerStillTellsWhatVanished) {
  xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  type::ClientFields profile;
  profile.set_name("A Ltd");
  profile.set_website("a.example");
  const std::string link = MakeLinked("p", profile,
                                      {{"Name", "A Ltd"},
                                       {"Phone", "04 555 0100"},
                                       {"Email", "a@b.example"},
                                       {"ReferralSource", "A friend"}});
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/update", .kind = GetParam(), .applied = true})
          .ok());
  const v1::SyncOperation operation = Sync(Request(link, {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
  EXPECT_EQ(Outcomes(operation), "applied website");
  EXPECT_THAT(Unasked(operation), ::testing::UnorderedElementsAre("email", "primary_phone",
                                                                  "ReferralSource", "TaxNumber"));
  EXPECT_EQ(Client(link).Get("Email"), "");
  EXPECT_EQ(Operation(operation.name()).SerializeAsString(), operation.SerializeAsString());
}

INSTANTIATE_TEST_SUITE_P(LostAnswers, ReplaceModeTest,
                         ::testing::Values(FaultKind::kDrop, FaultKind::kTimeout,
                                           FaultKind::kServerError),
                         [](const auto& row) { return "By" + xpm_sandbox::NameOf(row.param); });

}  // namespace
}  // namespace profilesync::testing

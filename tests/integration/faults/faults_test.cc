// Every fault that the sandbox knows, at every call that it can strike: what the caller sees, what
// is left on both sides, and that they come to agree once it is gone.
#include <set>

#include "tests/integration/faults/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;
using xpm_sandbox::FaultKindNamed;
using xpm_sandbox::FaultKindNames;

class FaultTableTest : public FaultsTest, public ::testing::WithParamInterface<Verb> {};

TEST_P(FaultTableTest, TellsTheCallerLosesNothingAndAppliesNothingTwice) {
  const std::vector<FaultRow> rows = FaultRows(GetParam());
  std::vector<Subject> subjects;
  for (const FaultRow& row : rows) {
    SCOPED_TRACE(row.name);
    Subject subject = MakeSubject(row.verb);
    Arm(row, subject);
    CheckError(row, subject, AskUnderFault(row, &subject));
    xpm_.ClearFaults();
    CheckOutcome(row, &subject);
    subjects.push_back(std::move(subject));
  }
  // Only now, so that the waits for rationed calls are one.
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].name);
    Recover(rows[i], &subjects[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FaultTableTest, ::testing::ValuesIn(AllVerbs()),
                         [](const auto& row) { return NameOf(row.param); });

// A kind that the sandbox learns is missing here by its name until somebody says what is to come of
// it.
TEST(FaultTable, HasARowForEveryKindAndVerb) {
  for (const Verb verb : AllVerbs()) {
    std::set<std::string> rows;
    for (const FaultRow& row : FaultRows(verb)) {
      EXPECT_EQ(row.fault.endpoint, EndpointOf(verb)) << row.name;
      rows.insert(xpm_sandbox::NameOf(row.fault.kind));
    }
    for (const std::string& kind : FaultKindNames()) {
      const std::string why_not = WhyNoRow(*FaultKindNamed(kind), verb);
      EXPECT_EQ(rows.contains(kind), why_not.empty())
          << "the fault '" << kind << "' and " << NameOf(verb) << ": "
          << (why_not.empty() ? "there is no row" : "there is a row, though it " + why_not);
    }
  }
}

}  // namespace
}  // namespace profilesync::testing

// Faults at random: what a seed makes of calls.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/sandbox/xpm/steps.h"
#include "tests/sandbox/xpm/test_clients.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Pair;
using K = FaultKind;
using Strikes = std::vector<std::pair<std::string, bool>>;

const std::vector<FaultKind> kQuick = {K::kServerError, K::kDrop, K::kHalf, K::kLateDrop};

// What befalls that many updates, read from the log.
Strikes StrikesOf(TestSandbox& sandbox, int calls) {
  sandbox.xpm.ClearCalls();
  for (int i = 0; i < calls; ++i) sandbox.Update(kCompany, "<Fax>1</Fax>");
  Strikes out;
  for (const CallRecord& call : sandbox.xpm.calls()) {
    out.emplace_back(call.fault, call.fault_applied);
  }
  return out;
}

Strikes StrikesOf(const RandomFaults& faults, int calls = 60) {
  TestSandbox sandbox;
  EXPECT_TRUE(sandbox.xpm.SetRandomFaults(faults).ok());
  return StrikesOf(sandbox, calls);
}

TEST(RandomTest, ASeedStrikesTheSameCallsTheSameWay) {
  const RandomFaults faults{.seed = 7, .probability = 0.5, .kinds = kQuick};
  const Strikes first = StrikesOf(faults);
  EXPECT_EQ(StrikesOf(faults), first);
  RandomFaults other = faults;
  other.seed = 8;
  EXPECT_NE(StrikesOf(other), first);
}

TEST(RandomTest, WhatASeedStrikesDoesNotDependOnTheMachine) {
  const Strikes got = StrikesOf({.seed = 7, .probability = 0.5, .kinds = kQuick}, 6);
  const Strikes expected = {{"", false}, {"", false},    {"", false},
                            {"", false}, {"half", true}, {"drop", true}};
  EXPECT_EQ(got, expected);
}

TEST(RandomTest, ProbabilitiesHold) {
  EXPECT_THAT(StrikesOf({.seed = 1, .probability = 0}), Each(Strikes::value_type("", false)));
  EXPECT_THAT(StrikesOf({.seed = 1, .probability = 1, .kinds = {K::kHalf}}),
              Each(Strikes::value_type("half", true)));
  RandomFaultSource source({.seed = 1, .probability = 0.1});
  int struck = 0;
  for (int i = 0; i < 10'000; ++i) struck += source.Next().has_value() ? 1 : 0;
  EXPECT_NEAR(struck, 1000, 100);
}

TEST(RandomTest, EveryKindComesAndSomeBeforeOrAfterHavingApplied) {
  RandomFaultSource source({.seed = 3, .probability = 1});
  std::set<std::pair<FaultKind, bool>> seen;
  for (int i = 0; i < 5000; ++i) {
    const std::optional<Fault> fault = source.Next();
    seen.emplace(fault->kind, fault->applied);
  }
  for (const FaultKind kind : RandomFaultKinds()) {
    EXPECT_TRUE(seen.contains({kind, false})) << NameOf(kind);
    seen.erase({kind, false});
  }
  EXPECT_THAT(seen,
              ElementsAre(Pair(K::kHtml, true), Pair(K::kEmpty, true), Pair(K::kServerError, true),
                          Pair(K::kServerErrorJunk, true), Pair(K::kUnavailable, true),
                          Pair(K::kDrop, true), Pair(K::kTimeout, true)));
  EXPECT_THAT(RandomFaultKinds(), IsSupersetOf({K::kTimeout, K::kLateDrop, K::kAbsent}));
}

TEST(RandomTest, TheNumbersOfALateWriteAndARateLimit) {
  RandomFaultSource source({.seed = 3, .probability = 1, .delay_ms = 7, .retry_after = 9});
  const std::optional<Fault> fault = source.Next();
  EXPECT_EQ(fault->delay_ms, 7);
  EXPECT_EQ(fault->retry_after, 9);
}

TEST(RandomTest, WaitingFaultsComeFirstAndMoveNoOther) {
  const RandomFaults faults{.seed = 7, .probability = 0.5, .kinds = kQuick};
  Strikes expected = StrikesOf(faults);
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.SetRandomFaults(faults).ok());
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kConflict, .times = 2}).ok());
  const Strikes got = StrikesOf(sandbox, 60);
  expected[0] = expected[1] = {"409", false};
  EXPECT_EQ(got, expected);
}

TEST(RandomTest, OnlyThePracticesApiIsStruck) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.SetRandomFaults({.seed = 1, .probability = 1, .kinds = kQuick}).ok());
  Player player(sandbox);
  player.TakeAll(Authorised());
  EXPECT_EQ(sandbox.Call("GET", "/connections").status, 200);
  for (const CallRecord& call : sandbox.xpm.calls()) EXPECT_EQ(call.fault, "") << call.endpoint;
}

TEST(RandomTest, TheyEnd) {
  TestSandbox sandbox;
  ASSERT_TRUE(
      sandbox.xpm.SetRandomFaults({.seed = 1, .probability = 1, .kinds = {K::kConflict}}).ok());
  EXPECT_EQ(sandbox.Get(kTrust).status, 409);
  ASSERT_TRUE(sandbox.xpm.SetRandomFaults({}).ok());
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
}

TEST(RandomTest, FromAFlag) {
  const auto faults = ParseRandomFaults("7:0.25:500,late_drop");
  ASSERT_TRUE(faults.ok());
  EXPECT_EQ(faults->seed, 7u);
  EXPECT_EQ(faults->probability, 0.25);
  EXPECT_EQ(faults->kinds, (std::vector<FaultKind>{K::kServerError, K::kLateDrop}));
  EXPECT_TRUE(ParseRandomFaults("7:1")->kinds.empty());
  for (const char* bad : {"", "7", "x:1", "7:x", "7:nan", "7:-0.1", "7:1.1", "-1:0.5", "7:1:flood",
                          "7:1:also_set", "7:1:500:drop"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseRandomFaults(bad).status())) << bad;
  }
}

TEST(RandomTest, WhatCannotBe) {
  TestSandbox sandbox;
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.SetRandomFaults({.probability = -1})));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.SetRandomFaults({.delay_ms = -1})));
  EXPECT_TRUE(absl::IsInvalidArgument(
      XpmSandbox::Create({.random_faults = {.kinds = {K::kHideClient}}}).status()));
}

}  // namespace
}  // namespace profilesync::xpm_sandbox

// Writes that are carried out after their callers were told that they failed, or nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/sandbox/xpm/steps.h"
#include "tests/sandbox/xpm/test_clients.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using K = FaultKind;

std::string FaxOf(TestSandbox& sandbox) { return sandbox.xpm.GetClient(kCompany)->Get("Fax"); }

struct Late {
  FaultKind kind;
  int status;
  bool hangs;
};

TEST(LateTest, AnUpdateThatShowsOnlyWhenTold) {
  for (const Late& late : {Late{K::kLateServerError, 500, false},
                           {K::kLateDrop, 0, false},
                           {K::kLateTimeout, 0, true}}) {
    SCOPED_TRACE(NameOf(late.kind));
    TestSandbox sandbox;
    ASSERT_TRUE(sandbox.xpm.InjectFault({.endpoint = "client.api/update", .kind = late.kind}).ok());
    auto reply =
        std::async(std::launch::async, [&] { return sandbox.Update(kCompany, "<Fax>late</Fax>"); });
    while (sandbox.xpm.late_writes() == 0) std::this_thread::yield();
    if (!late.hangs) {
      EXPECT_EQ(reply.get().status, late.status);
    }
    EXPECT_THAT(sandbox.Get(kCompany).body, HasSubstr("<Fax></Fax>"));
    sandbox.clock.Advance(absl::Seconds(30));
    sandbox.xpm.ApplyLateWrites();
    EXPECT_THAT(sandbox.Get(kCompany).body, HasSubstr("<Fax>late</Fax>"));
    EXPECT_EQ(sandbox.xpm.GetClient(kCompany)->modified, sandbox.clock.Now());
    EXPECT_EQ(sandbox.xpm.late_writes(), 0);
    EXPECT_EQ(sandbox.xpm.calls("client.api/update").back().fault, NameOf(late.kind));
    sandbox.xpm.Release();
    if (late.hangs) {
      EXPECT_EQ(reply.get().status, 0);
    }
  }
}

TEST(LateTest, AnAddThatShowsAtARelease) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kLateDrop}).ok());
  EXPECT_EQ(sandbox.Call("POST", kApi + "add", "<Client><Name>Latecomer</Name></Client>").status,
            0);
  const std::string search = kApi + "search?query=latecomer";
  EXPECT_THAT(sandbox.Call("GET", search).body, Not(HasSubstr("Latecomer")));
  EXPECT_EQ(sandbox.Call("POST", "/sandbox/release", "", "").status, 200);
  EXPECT_THAT(sandbox.Call("GET", search).body, HasSubstr("<Name>Latecomer</Name>"));
  sandbox.xpm.Release();
  EXPECT_EQ(sandbox.xpm.clients().size(), 10u) << "once, not twice";
}

TEST(LateTest, AfterADelay) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kLateServerError, .delay_ms = 30}).ok());
  const absl::Time before = absl::Now();
  sandbox.Update(kCompany, "<Fax>late</Fax>");
  while (FaxOf(sandbox).empty()) std::this_thread::yield();
  EXPECT_GE(absl::Now() - before, absl::Milliseconds(30));
  while (sandbox.xpm.late_writes() != 0) std::this_thread::yield();
}

TEST(LateTest, OneThatIsDueFirstComesFirst) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kLateDrop}).ok());
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kLateDrop, .delay_ms = 3'600'000}).ok());
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kLateDrop, .delay_ms = 1}).ok());
  sandbox.Update(kCompany, "<Fax>first</Fax>");
  sandbox.Update(kCompany, "<Fax>second</Fax>");
  sandbox.Update(kCompany, "<Fax>third</Fax>");
  while (FaxOf(sandbox) != "third") std::this_thread::yield();
  sandbox.Update(kCompany, "<Fax>fourth</Fax>");
  EXPECT_EQ(FaxOf(sandbox), "fourth");
  sandbox.xpm.ApplyLateWrites();
  EXPECT_EQ(FaxOf(sandbox), "second") << "in their order, over what was written since";
}

TEST(LateTest, AWriteThatIsRefusedByThen) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kLateDrop}).ok());
  sandbox.Update(kCompany, "<Fax>late</Fax>");
  ASSERT_TRUE(sandbox.xpm.EditClient(kCompany, {.values = {{"IsArchived", "Yes"}}}).ok());
  sandbox.xpm.ApplyLateWrites();
  EXPECT_EQ(FaxOf(sandbox), "");
}

TEST(LateTest, ARefreshThatRotatesLate) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  ASSERT_TRUE(
      sandbox.xpm.InjectFault({.endpoint = "connect/token", .kind = K::kLateServerError}).ok());
  Step lost = Refreshed("late", "{refresh1}", "");
  lost.status = 500;
  lost.has = {R"({"error":"server_error"})"};
  player.Take(lost);
  const size_t secrets = sandbox.xpm.IssuedSecrets().size();
  sandbox.xpm.ApplyLateWrites();
  EXPECT_GT(sandbox.xpm.IssuedSecrets().size(), secrets);
}

TEST(LateTest, TheSandboxEndsWithWritesThatWait) {
  TestSandbox sandbox;
  for (const int64_t delay : {int64_t{0}, int64_t{3'600'000}}) {
    ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kLateDrop, .delay_ms = delay}).ok());
    sandbox.Update(kCompany, "<Fax>never</Fax>");
  }
  EXPECT_EQ(sandbox.xpm.late_writes(), 2);
}

}  // namespace
}  // namespace profilesync::xpm_sandbox

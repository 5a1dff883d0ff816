#include "client/cli/method.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/context.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

TEST(FindMethod, TakesAnyUniqueEndOfTheName) {
  for (const char* name :
       {"profilesync.v1.SyncService.GetDiff", "/profilesync.v1.SyncService/GetDiff",
        "SyncService.GetDiff", "SyncService/GetDiff", "GetDiff", "getdiff", "tdiff"}) {
    const auto method = FindMethod(name);
    ASSERT_TRUE(method.ok()) << name << ": " << method.status();
    EXPECT_EQ(PathOf(**method), "/profilesync.v1.SyncService/GetDiff");
  }
}

TEST(FindMethod, NamesWhatAnEndCouldBe) {
  const absl::Status status = FindMethod("Profile").status();
  EXPECT_TRUE(IsUsageError(status));
  EXPECT_THAT(std::string(SV(status.message())),
              testing::AllOf(testing::HasSubstr("ProfileService.CreateProfile"),
                             testing::HasSubstr("SyncService.SyncProfile")));
}

TEST(FindMethod, RefusesWhatThereIsNot) {
  for (const char* name : {"", "NoSuchMethod", "/", "profilesync.v1"}) {
    EXPECT_TRUE(IsUsageError(FindMethod(name).status())) << name;
  }
}

TEST(AllMethods, HoldsEveryServiceAndFindsEachByItsPath) {
  EXPECT_GT(AllMethods().size(), 50u);
  for (const auto* method : AllMethods()) {
    EXPECT_EQ(FindMethod(PathOf(*method)).value(), method);
  }
}

}  // namespace
}  // namespace profilesync::cli

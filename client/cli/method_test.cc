#include "client/cli/method.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/match.h"
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
  // Each service of the package's own is in a file of its name.
  std::set<std::string> services;
  for (const auto& file : std::filesystem::directory_iterator(PROFILESYNC_PROTOS)) {
    if (absl::EndsWith(file.path().string(), "_service.proto")) {
      services.insert(file.path().stem().string());
    }
  }
  EXPECT_GE(services.size(), 6u);
  for (const auto* method : AllMethods()) {
    services.erase(std::filesystem::path(method->file()->name()).stem().string());
  }
  EXPECT_THAT(services, testing::IsEmpty());
  for (const auto* method : AllMethods()) {
    EXPECT_EQ(FindMethod(PathOf(*method)).value(), method);
  }
}

}  // namespace
}  // namespace profilesync::cli

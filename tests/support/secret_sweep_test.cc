#include "tests/support/secret_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SecretSweepTest, FindsASecretInNotesAndFilesBelowTheFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.File("logs"));
  std::ofstream(folder.File("logs/server.log")) << "of 123456782\n";
  std::ofstream(folder.File("token")) << "123-456-782";
  SecretSweep sweep;
  sweep.AddSecret("123-456-782");
  sweep.Exempt(folder.File("token"));
  sweep.Note("an error", "number 123-456-782 is in use");
  EXPECT_THAT(sweep.FindIn(folder.path()),
              ElementsAre("123-456-782 is in an error",
                          "123456782 is in " + folder.File("logs/server.log")));
}

TEST(SecretSweepTest, FindsASecretBehindBytesThatAreNoText) {
  const TemporaryFolder folder;
  std::ofstream(folder.File("page"), std::ios::binary)
      << std::string("\0\xff\0", 3) << "sentinel-token";
  SecretSweep sweep;
  sweep.AddSecret("sentinel-token");
  EXPECT_EQ(sweep.FindIn(folder.path()).size(), 1u);
}

TEST(SecretSweepTest, WhatIsTooShortToMeanAnythingIsNotLookedFor) {
  const TemporaryFolder folder;
  SecretSweep sweep;
  sweep.AddSecret("12-34-5");
  sweep.AddSecret("");
  sweep.Note("an error", "12345");
  EXPECT_THAT(sweep.FindIn(folder.path()), IsEmpty());
}

}  // namespace
}  // namespace profilesync::testing

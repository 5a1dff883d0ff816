#include "server/store/seal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/failpoint.h"
#include "common/status.h"
#include "tests/support/temporary_folder.h"

namespace profilesync::store {
namespace {

std::string WriteFile(const std::string& path, const std::string& content, mode_t mode) {
  std::ofstream(path) << content;
  EXPECT_EQ(::chmod(path.c_str(), mode), 0);
  return path;
}

std::string Hex(const SealingKey& key) {
  return std::string(reinterpret_cast<const char*>(key.bytes()), SealingKey::kSize);
}

TEST(SealerTest, OpensWhatItSealed) {
  const Sealer sealer(SealingKey::Random());
  for (const std::string& plain :
       {std::string(), std::string("x"), std::string("\0y", 2), std::string(100'000, 'z')}) {
    const std::string sealed = sealer.Seal(plain, "place");
    EXPECT_EQ(sealed.find("zzzz"), std::string::npos);
    EXPECT_EQ(*sealer.Open(sealed, "place"), plain);
  }
  EXPECT_NE(sealer.Seal("same", "place"), sealer.Seal("same", "place"));
}

TEST(SealerTest, RefusesAnotherPlaceKeyOrContent) {
  const Sealer sealer(SealingKey::Random());
  const Sealer other(SealingKey::Random());
  const std::string sealed = sealer.Seal("secret", "row 1");
  EXPECT_EQ(sealer.Open(sealed, "row 2").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(other.Open(sealed, "row 1").status().code(), absl::StatusCode::kFailedPrecondition);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(sealer.Open(damaged, "row 1").ok()) << "byte " << i;
    EXPECT_FALSE(sealer.Open(sealed.substr(0, i), "row 1").ok()) << "cut at " << i;
  }
}

TEST(SealingKeyTest, IsMadeOnceAndReadAgain) {
  const TemporaryFolder folder;
  const std::string path = folder.File("key");
  EXPECT_EQ(SealingKey::LoadOrCreate(path, false).status().code(), absl::StatusCode::kNotFound);
  const auto made = SealingKey::LoadOrCreate(path, true);
  ASSERT_TRUE(made.ok()) << made.status();
  struct stat info;
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  const auto read = SealingKey::LoadOrCreate(path, false);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(Hex(**made), Hex(**read));
  EXPECT_NE(Hex(**made), Hex(*SealingKey::Random()));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

#ifdef PROFILESYNC_FAILPOINTS
TEST(SealingKeyTest, HasItsNameOnlyOnceItIsWhole) {
  const TemporaryFolder folder;
  const std::string path = folder.File("key");
  SetFailpoint("key.before_name", [] { return absl::InternalError("the power is gone"); });
  EXPECT_FALSE(SealingKey::LoadOrCreate(path, true).ok());
  SetFailpoint("key.before_name", nullptr);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(SealingKey::LoadOrCreate(path, true).ok());
}
#endif

TEST(SealingKeyTest, ReadsRawBytesAndBase64) {
  const TemporaryFolder folder;
  const std::string& directory = folder.path();
  const std::string raw(SealingKey::kSize, '\x01');
  const std::string base64 = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
  const std::string contents[] = {raw, base64, base64 + "\n", base64 + "\r\n"};
  for (const std::string& content : contents) {
    const auto key = SealingKey::LoadOrCreate(WriteFile(directory + "/key", content, 0600), false);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(Hex(**key), raw);
  }
}

TEST(SealingKeyTest, RefusesABadFile) {
  const TemporaryFolder folder;
  const std::string& directory = folder.path();
  const std::string raw(SealingKey::kSize, '\x01');
  struct Case {
    std::string content;
    mode_t mode;
    std::string_view expected;
  };
  const Case cases[] = {{raw, 0640, "mode 0600"},
                        {raw, 0604, "mode 0600"},
                        {"", 0600, "32 bytes"},
                        {raw + "x", 0600, "32 bytes"},
                        {raw.substr(1), 0600, "32 bytes"},
                        {"AQEB", 0600, "32 bytes"},
                        {std::string(5000, 'A'), 0600, "32 bytes"}};
  for (const Case& c : cases) {
    const auto key = SealingKey::LoadOrCreate(WriteFile(directory + "/key", c.content, c.mode),
                                              /*may_create=*/true);
    ASSERT_EQ(key.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_NE(SV(key.status().message()).find(c.expected), std::string_view::npos) << key.status();
  }
  EXPECT_EQ(SealingKey::LoadOrCreate(directory, true).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(SealingKey::LoadOrCreate(directory + "/none/key", true).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace profilesync::store

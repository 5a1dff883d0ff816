#include "client/cpp/token_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/temporary_folder.h"

namespace profilesync::client {
namespace {

using std::filesystem::perms;

constexpr perms kOwner = perms::owner_read | perms::owner_write;

class TokenFileTest : public testing::Test {
 protected:
  // Replaces the file whole, as a deployment would.
  void Write(const std::string& text) {
    std::ofstream(folder_.File("new"), std::ios::binary) << text;
    std::filesystem::permissions(folder_.File("new"), kOwner);
    std::filesystem::rename(folder_.File("new"), path());
  }
  std::string path() const { return folder_.File("token"); }

  const TemporaryFolder folder_;
};

TEST_F(TokenFileTest, ReadsTheTokenWithoutTheLineEnd) {
  Write("secret-1\r\n");
  EXPECT_EQ(TokenFile(path()).Read().value(), "secret-1");
}

TEST_F(TokenFileTest, ReadsAgainOnceTheFileHasChanged) {
  Write("secret-1");
  const TokenFile file(path());
  EXPECT_EQ(file.Read().value(), "secret-1");
  EXPECT_EQ(file.Read().value(), "secret-1");
  Write("secret-2");
  EXPECT_EQ(file.Read().value(), "secret-2");
}

TEST_F(TokenFileTest, RefusesWhatIsNoToken) {
  for (const std::string& text :
       {std::string(""), std::string(" \n"), std::string("two words"), std::string("a\nb"),
        std::string("nul\0in", 6), std::string("n\xc3\xa9"), std::string(4097, 'a')}) {
    Write(text);
    const auto token = TokenFile(path()).Read();
    EXPECT_EQ(token.status().code(), absl::StatusCode::kFailedPrecondition) << text;
  }
}

TEST_F(TokenFileTest, RefusesWhatOthersMayUse) {
  Write("secret-1");
  const TokenFile file(path());
  ASSERT_TRUE(file.Read().ok());
  for (const perms others : {perms::group_read, perms::others_read, perms::group_write}) {
    std::filesystem::permissions(path(), kOwner | others);
    EXPECT_EQ(file.Read().status(),
              absl::FailedPreconditionError(
                  "the token file " + path() +
                  " holds secrets, and others than its owner may use it: chmod 600"));
  }
  std::filesystem::permissions(path(), perms::owner_read);
  EXPECT_EQ(file.Read().value(), "secret-1");
}

TEST_F(TokenFileTest, ReadsAPipeOnce) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  const TokenFile file(path());
  std::thread writer([&] { std::ofstream(path()) << "secret-1\n"; });
  EXPECT_EQ(file.Read().value(), "secret-1");
  writer.join();
  EXPECT_EQ(file.Read().value(), "secret-1");
}

TEST_F(TokenFileTest, NamesAFolder) {
  std::filesystem::create_directory(path());
  EXPECT_EQ(TokenFile(path()).Read().status(),
            absl::FailedPreconditionError("the token file " + path() + " is a folder"));
}

TEST_F(TokenFileTest, NamesAFileThatIsNotThere) {
  const auto token = TokenFile(path()).Read();
  EXPECT_EQ(token.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(token.status().ToString().find(path()), std::string::npos);
}

}  // namespace
}  // namespace profilesync::client

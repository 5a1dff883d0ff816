#include "server/connector/secret_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "common/status.h"
#include "tests/support/temporary_folder.h"

namespace profilesync::connector {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecretFileTest : public ::testing::Test {
 protected:
  void Write(const std::string& content, mode_t mode = 0600) {
    std::filesystem::remove_all(path_);
    std::ofstream(path_, std::ios::binary) << content;
    chmod(path_.c_str(), mode);
  }
  std::string Error() {
    const auto token = file_.Read();
    EXPECT_EQ(token.status().code(), absl::StatusCode::kFailedPrecondition);
    return std::string(token.status().message());
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.File("token");
  const SecretFile file_{path_, "token file"};
};

TEST_F(SecretFileTest, ReadsOneTokenWithoutTheLineEnd) {
  for (const char* content :
       {"abc.DEF-123_~+/==", "abc.DEF-123_~+/==\n", "abc.DEF-123_~+/==\r\n"}) {
    Write(content);
    const auto token = file_.Read();
    ASSERT_TRUE(token.ok()) << token.status();
    EXPECT_EQ(*token, "abc.DEF-123_~+/==");
  }
  Write("abc", 0400);
  EXPECT_TRUE(file_.Read().ok());
}

TEST_F(SecretFileTest, ATokenPutInItsPlaceCountsAtOnce) {
  Write("first");
  EXPECT_EQ(*file_.Read(), "first");
  Write("other");
  EXPECT_EQ(*file_.Read(), "other");
}

TEST_F(SecretFileTest, RefusesAFileThatOthersMayUse) {
  for (const mode_t mode : {0640, 0604, 0660, 0666, 0620, 0602}) {
    Write("secret-token", mode);
    EXPECT_THAT(Error(), HasSubstr("may be used by others than its owner")) << std::oct << mode;
  }
}

TEST_F(SecretFileTest, RefusesWhatIsNotOneTokenAndNeverRepeatsIt) {
  for (const std::string& content :
       {std::string("secret-token\nsecret-second"), std::string("secret token"),
        std::string("secret\0token", 12), std::string("secret\xc3\xa9"), std::string("secret\"")}) {
    Write(content);
    EXPECT_THAT(Error(), Not(HasSubstr("secret")));
  }
  Write("");
  EXPECT_THAT(Error(), HasSubstr("empty"));
  Write(" \n");
  EXPECT_THAT(Error(), HasSubstr("empty"));
  Write(std::string((16 << 10) + 1, 'a'));
  EXPECT_THAT(Error(), HasSubstr("too large"));
}

TEST_F(SecretFileTest, RefusesWhatIsNoFile) {
  EXPECT_THAT(Error(), Not(HasSubstr(path_)));
  std::filesystem::create_directory(path_);
  EXPECT_THAT(Error(), HasSubstr("plain file"));
  std::filesystem::remove_all(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THAT(Error(), HasSubstr("plain file"));
}

}  // namespace
}  // namespace profilesync::connector

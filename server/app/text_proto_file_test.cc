#include "server/app/text_proto_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "common/status.h"
#include "profilesync/config/v1/config.pb.h"
#include "tests/support/temporary_folder.h"

namespace profilesync::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class TextProtoFileTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& content, fs::perms permissions) {
    const std::string path = folder_.File("a.textproto");
    fs::remove(path);
    std::ofstream(path) << content;
    fs::permissions(path, permissions);
    return path;
  }

  const TemporaryFolder folder_;
  config::v1::TokensConfig config_;
};

constexpr auto kOwner = fs::perms::owner_read | fs::perms::owner_write;

TEST_F(TextProtoFileTest, ReadsAMessage) {
  const std::string path = Write("services { service: \"portal\" } # a comment", kOwner);
  ASSERT_TRUE(ReadTextProto(path, Secrecy::kSecret, &config_).ok());
  EXPECT_EQ(config_.services(0).service(), "portal");
}

TEST_F(TextProtoFileTest, SecretsAreForTheirOwnerOnly) {
  for (const auto others :
       {fs::perms::group_read, fs::perms::others_read, fs::perms::others_write}) {
    const std::string path = Write("", kOwner | others);
    const absl::Status refused = ReadTextProto(path, Secrecy::kSecret, &config_);
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(SV(refused.message())), HasSubstr(path));
    EXPECT_TRUE(ReadTextProto(path, Secrecy::kPublic, &config_).ok());
  }
}

TEST_F(TextProtoFileTest, SaysWhereItCannotBeReadAndNotWhatStandsThere) {
  const std::string path =
      Write("services {\n  service: \"a\"\n  token: sentinel\n  tokn: \"sentinel\"\n}", kOwner);
  const absl::Status refused = ReadTextProto(path, Secrecy::kSecret, &config_);
  EXPECT_THAT(std::string(SV(refused.message())), HasSubstr("line 3 column"));
  EXPECT_THAT(std::string(SV(refused.message())), Not(HasSubstr("sentinel")));
}

TEST_F(TextProtoFileTest, RefusesWhatIsNoFile) {
  for (const char* path : {"/nonexistent/file", "/tmp", "/dev/null"}) {
    EXPECT_EQ(ReadFile(path, Secrecy::kPublic).status().code(),
              absl::StatusCode::kFailedPrecondition)
        << path;
  }
}

}  // namespace
}  // namespace profilesync::app

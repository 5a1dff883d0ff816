// What keeps a server from starting, and what is said of it, before the start too.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "profilesync/v1/profile_service.pb.h"
#include "tests/integration/serving/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::HasSubstr;

class StartTest : public ServingTest {
 protected:
  void SetUp() override {}

  std::string WhyNot() {
    const auto app = app::App::Start(config_);
    return app.ok() ? "" : std::string(SV(app.status().message()));
  }
};

TEST_F(StartTest, ListsAllThatIsWrongWithTheConfiguration) {
  config_.token_file = WriteFile("bad-tokens", "services { service: 'x' token: 'sentinel' }");
  config_.practice_systems = WriteFile("bad-systems", "practice_systems { id: 'Bad Id' }");
  config_.tls_certificate = folder_ / "nothing";
  config_.tls_key = folder_ / "nothing";
  const std::string why = WhyNot();
  for (const char* part : {"32 bytes or longer", "role must be set", "id must be 1 to 63",
                           "it must say how it is reached", "nothing can't be read"}) {
    EXPECT_THAT(why, HasSubstr(part));
  }
  EXPECT_THAT(why, ::testing::Not(HasSubstr("sentinel")));
  EXPECT_EQ(std::string(SV(app::CheckConfig(config_).message())), why);
  EXPECT_FALSE(std::filesystem::exists(config_.database));
}

TEST_F(StartTest, WithoutATokenFileOnLoopbackOnly) {
  config_.token_file = "";
  for (const char* listen : {"0.0.0.0:0", "[::]:0", "192.168.0.1:0", "127.0.0.1.example.com:0"}) {
    config_.listen = listen;
    EXPECT_THAT(WhyNot(), HasSubstr("must be a loopback address")) << listen;
  }
  config_.listen = "localhost:0";
  EXPECT_EQ(WhyNot(), "");
}

TEST_F(StartTest, AnOldDatabaseNeedsItsKey) {
  EXPECT_EQ(WhyNot(), "");
  EXPECT_EQ(WhyNot(), "");  // again, with the same key
  const std::string key = config_.key_file;
  std::filesystem::rename(key, key + ".away");
  EXPECT_NE(WhyNot(), "");
  EXPECT_FALSE(std::filesystem::exists(key));
}

// Also what is in the log of writes alone, and of a server that is running.
TEST_F(StartTest, WhatKeepsADatabaseFromBeingOpenedIsCheckedBeforehand) {
  const auto check = [this] { return std::string(SV(app::CheckConfig(config_).message())); };
  const auto files = [this] {
    std::map<std::string, std::filesystem::file_time_type> times;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      times[entry.path().filename()] = entry.last_write_time();
    }
    times.erase("server.log");
    return times;
  };
  const auto set_version = [this](const std::string& version) {
    SQLite::Database(config_.database, SQLite::OPEN_READWRITE)
        .exec("PRAGMA user_version = " + version);
  };
  Start();
  EXPECT_EQ(check(), "");
  set_version("1000");
  EXPECT_THAT(check(), HasSubstr("store " + config_.database + ": the database was written by a"));
  app_ = nullptr;
  EXPECT_THAT(check(), HasSubstr("its schema is version 1000, this program knows versions up to"));
  EXPECT_EQ(check(), WhyNot());
  set_version("1");
  auto before = files();
  EXPECT_EQ(check(), "") << "it would be brought up to date";
  EXPECT_EQ(files(), before);
  config_.key_file = WriteFile("other.key", std::string(32, 'k'));
  before = files();
  EXPECT_THAT(check(), HasSubstr(": the database was sealed with another key"));
  EXPECT_EQ(files(), before);
}

TEST_F(StartTest, ADamagedDatabaseIsNeverCalledHealthy) {
  Start();
  app_ = nullptr;
  {
    SQLite::Database database(config_.database, SQLite::OPEN_READONLY);
    const std::int64_t size = database.execAndGet("PRAGMA page_size").getInt64();
    std::fstream file(config_.database, std::ios::binary | std::ios::in | std::ios::out);
    SQLite::Statement pages(database,
                            "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'links'"
                            " AND rootpage > 0");
    while (pages.executeStep()) {
      file.seekp((pages.getColumn(0).getInt64() - 1) * size);
      file << std::string(static_cast<std::size_t>(size), '\xff');
    }
  }
  log_ = nullptr;
  log_ = std::make_unique<CapturedLog>(folder_ / "damaged.log");
  auto app = app::App::Start(config_);
  ASSERT_TRUE(app.ok()) << app.status();
  absl::SleepFor(absl::Milliseconds(2500));
  app->reset();
  std::ifstream file(folder_ / "damaged.log");
  const std::string log(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(log, HasSubstr("isn't healthy: the store's file is damaged"));
  EXPECT_THAT(log, ::testing::Not(HasSubstr("healthy: serving")));
  const std::vector<std::string> lines =
      absl::StrSplit(log, "links that are due for a refresh can't be read");
  EXPECT_THAT(lines.size() - 1, ::testing::AllOf(::testing::Ge(1), ::testing::Le(4))) << log;
}

TEST_F(StartTest, TheShapeOfAnIdIsToldWhole) {
  Start();
  v1::ImportPracticeClientsRequest request;
  request.set_parent("firms/a");
  request.set_add_on("firms/a/addOns/x");
  auto* client = request.add_practice_clients();
  client->set_practice_client_id("c");
  client->set_profile_id("-x");
  const Outcome outcome = Call("ProfileService/ImportPracticeClients", request);
  const auto what = outcome.Find<google::rpc::BadRequest>();
  ASSERT_TRUE(what.has_value()) << outcome.status.error_message();
  EXPECT_EQ(what->field_violations(0).description(), std::string(kIdShape));
}

TEST_F(StartTest, ACertificateThatIsNoneIsNamed) {
  config_.tls_certificate = WriteFile("certificate.pem", "sentinel junk");
  config_.tls_key = WriteFile("key.pem", "sentinel junk");
  const std::string why = WhyNot();
  EXPECT_THAT(why, HasSubstr("--tls-certificate " + config_.tls_certificate));
  EXPECT_THAT(why, HasSubstr("--tls-key " + config_.tls_key));
  EXPECT_THAT(why, ::testing::Not(HasSubstr("sentinel")));
  EXPECT_THAT(why, ::testing::Not(HasSubstr("listen")));
  EXPECT_EQ(std::string(SV(app::CheckConfig(config_).message())), why);
}

TEST_F(StartTest, WhereTheDatabaseCannotBeIsSaid) {
  config_.database = folder_ / "nowhere" / "profilesync.db";
  EXPECT_THAT(WhyNot(), HasSubstr("there is no such folder"));
  EXPECT_EQ(std::string(SV(app::CheckConfig(config_).message())), WhyNot());
  std::filesystem::create_directory(folder_ / "folder");
  config_.database = folder_ / "folder";
  EXPECT_THAT(std::string(SV(app::CheckConfig(config_).message())), HasSubstr("isn't a file"));
}

// What modes say doesn't bind root, so root becomes somebody else meanwhile.
TEST_F(StartTest, AFolderThatCannotBeWrittenIsSaid) {
  constexpr uid_t kNobody = 65534;
  const std::filesystem::path locked = folder_ / "locked";
  std::filesystem::create_directory(locked);
  ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
  ASSERT_EQ(::chmod(locked.c_str(), 0555), 0);
  config_.database = locked / "profilesync.db";
  config_.key_file = config_.database + ".key";
  config_.token_file = "";
  const bool root = ::geteuid() == 0;
  ASSERT_TRUE(!root || ::seteuid(kNobody) == 0);
  const absl::Status checked = app::CheckConfig(config_);
  ASSERT_TRUE(!root || ::seteuid(0) == 0);
  const std::string why(SV(checked.message()));
  EXPECT_THAT(why, HasSubstr("--database " + config_.database + ": files can't be made"));
  EXPECT_THAT(why, HasSubstr("--key-file " + config_.key_file + ": files can't be made"));
}

TEST_F(StartTest, APortInUseIsSaid) {
  Start();
  config_.listen = app_->address();
  config_.database = folder_ / "other.db";
  config_.key_file = config_.database + ".key";
  EXPECT_EQ(WhyNot(), "can't listen on " + config_.listen + ": Address already in use");
}

TEST_F(StartTest, WhatAnAddressLacksIsSaid) {
  const std::string nowhere = "unix:" + (folder_ / "nowhere" / "socket").string();
  const std::string long_path = "unix:" + (folder_ / std::string(200, 'x')).string();
  const std::pair<std::string, std::string> cases[] = {
      {"192.0.2.1:0", "Cannot assign requested address"},  // of no machine: RFC 5737
      {"[2001:db8::1]:0", ""},  // RFC 3849; what is said depends on whether there is IPv6 here
      {nowhere, "No such file or directory"},
      {long_path, "File name too long"}};
  for (const auto& [listen, why] : cases) {
    config_.listen = listen;
    EXPECT_THAT(WhyNot(), ::testing::StartsWith("can't listen on " + listen + ": " + why));
  }
}

}  // namespace
}  // namespace profilesync::testing

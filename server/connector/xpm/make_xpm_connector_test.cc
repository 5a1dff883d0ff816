#include "server/connector/xpm/make_xpm_connector.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"
#include "server/connector/http/test_tls_server.h"

namespace profilesync::connector::xpm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class MakeXpmConnectorTest : public ::testing::Test {
 protected:
  MakeXpmConnectorTest() : token_file_(absl::StrCat(::testing::TempDir(), "make_xpm_", getpid())) {
    std::ofstream(token_file_) << "sentinel-token";
    chmod(token_file_.c_str(), 0600);
  }
  ~MakeXpmConnectorTest() override { std::remove(token_file_.c_str()); }

  absl::StatusOr<std::unique_ptr<Connector>> Make(const std::string& text,
                                                  std::string_view name = "") {
    config::v1::XpmConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
    return MakeXpmConnector(config, name, clock_);
  }
  std::string WithToken(const std::string& text) {
    return absl::StrCat("token_file: '", token_file_, "' ", text);
  }

  const std::string token_file_;
  const SystemClock clock_{};
};

TEST_F(MakeXpmConnectorTest, NeedsATokenFileAndNothingElse) {
  const auto made = Make(WithToken(""));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ((*made)->Describe().display_name, "Xero Practice Manager");
  EXPECT_EQ((*Make(WithToken(""), "Our XPM"))->Describe().display_name, "Our XPM");
}

TEST_F(MakeXpmConnectorTest, ListsEverythingThatIsWrong) {
  const auto made = Make(R"pb(
    base_url: "http://api.xero.com/"
    read_timeout_seconds: -1
    write_timeout_seconds: 3601
    max_body_bytes: -1
    max_list_bytes: -1
    max_in_flight: 1001
    ca_file: "/nowhere/ca.pem"
    business_structures { name: " " kind: TRUST }
    business_structures { name: "Club" kind: ASSOCIATION }
    business_structures { name: "CLUB" kind: OTHER }
  )pb");
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  std::vector<std::string> fields;
  for (const auto& violation : ViolationsOf(made.status())) {
    fields.push_back(violation.field());
  }
  EXPECT_THAT(fields, UnorderedElementsAre(
                          "base_url", "token_file", "read_timeout_seconds", "write_timeout_seconds",
                          "max_body_bytes", "max_list_bytes", "max_in_flight", "ca_file",
                          "business_structures[0].name", "business_structures[2].name"));
}

TEST_F(MakeXpmConnectorTest, RefusesATokenFileThatCantBeUsed) {
  chmod(token_file_.c_str(), 0644);
  const auto made = Make(WithToken(""));
  EXPECT_THAT(std::string(made.status().message()),
              HasSubstr("token_file: the token file may be used by others"));
  EXPECT_THAT(std::string(made.status().message()), Not(HasSubstr("sentinel")));
}

// Nobody listens on the discard port of loopback.
constexpr char kNobody[] = "base_url: 'http://127.0.0.1:9/' ";
constexpr char kSomeClient[] = "3b7c1f50-5a0e-4d3e-9a53-6d2f0b3ce101";

TEST_F(MakeXpmConnectorTest, NothingIsSentWhereNobodyListens) {
  const auto made = Make(WithToken(kNobody));
  ASSERT_TRUE(made.ok()) << made.status();
  UpdateRequest request{.client_id = kSomeClient};
  request.expected.client.set_id(kSomeClient);
  request.expected.client.set_display_name("N");
  request.expected.document = absl::StrCat("<Response><Client><UUID>", kSomeClient,
                                           "</UUID><Name>N</Name></Client></Response>");
  request.values.set_email("a@b.example");
  const UpdateResult result = (*made)->Update({.tenant_id = "t"}, request, {});
  EXPECT_EQ(result.outcome, UpdateResult::Outcome::kRefused);
  EXPECT_EQ(result.status.code(), absl::StatusCode::kUnavailable) << result.status;
}

TEST_F(MakeXpmConnectorTest, TrustsTheCertificatesOfItsCaFile) {
  setenv("no_proxy", "*", 1);
  const http::TestTlsServer server("DNS:localhost");
  const std::string base = absl::StrCat("base_url: 'https://localhost:", server.port(), "/' ");
  const auto get = [&](const std::string& config) {
    const auto made = Make(WithToken(base + config));
    EXPECT_TRUE(made.ok()) << made.status();
    return (*made)->Get({.tenant_id = "t"}, kSomeClient, {}).status();
  };
  EXPECT_EQ(get("").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(server.requests(), 0);
  const absl::Status trusted = get(absl::StrCat("ca_file: '", server.certificate_file(), "'"));
  EXPECT_EQ(server.requests(), 1) << trusted;
}

TEST_F(MakeXpmConnectorTest, ATokenFileThatWentAwayNeedsReauthorisation) {
  const auto made = Make(WithToken(kNobody));
  ASSERT_TRUE(made.ok()) << made.status();
  std::remove(token_file_.c_str());
  const absl::Status status = (*made)->Get({.tenant_id = "t"}, kSomeClient, {}).status();
  EXPECT_EQ(ReasonOf(status), v1::NEEDS_REAUTHORISATION);
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr(token_file_)));
}

TEST_F(MakeXpmConnectorTest, LogsCallsWithoutTokenAndQuery) {
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  const auto made = Make(WithToken(kNobody));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_FALSE((*made)->Search({.tenant_id = "t"}, "sentinel-query", 10, "", {}).ok());
  spdlog::set_default_logger(before);
  EXPECT_THAT(log.str(), HasSubstr("path=client.api/search?query status=0"));
  EXPECT_THAT(log.str(), Not(HasSubstr("sentinel")));
}

}  // namespace
}  // namespace profilesync::connector::xpm

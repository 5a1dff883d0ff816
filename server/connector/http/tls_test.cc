// Whom the client takes for the practice system: only whom a trusted certificate says it is.
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "server/connector/http/http_client.h"
#include "server/connector/http/test_tls_server.h"

namespace profilesync::connector::http {
namespace {

using Outcome = HttpResult::Outcome;

class TlsTest : public ::testing::Test {
 protected:
  // A proxy of the machine's would answer for the server.
  static void SetUpTestSuite() { setenv("no_proxy", "*", 1); }

  HttpResult Call(const std::string& host, const TestTlsServer& server,
                  const std::string& ca_file) const {
    HttpClient client(*BaseUrl::Parse(absl::StrCat("https://", host, ":", server.port())),
                      {.ca_file = ca_file}, &clock_);
    return client.Send({.headers = {{"Authorization", "Bearer secret"}}});
  }

  // Refused before a byte of the request went out.
  static void ExpectRefused(const HttpResult& result, const TestTlsServer& server) {
    EXPECT_EQ(result.outcome, Outcome::kNoConnection) << result.error;
    EXPECT_FALSE(result.may_have_been_sent);
    EXPECT_EQ(result.body, "");
    EXPECT_EQ(server.requests(), 0);
  }

  const SystemClock clock_{};
};

TEST_F(TlsTest, AcceptsWhatTheCaFileTrusts) {
  const TestTlsServer server("DNS:localhost,IP:127.0.0.1");
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const HttpResult result = Call(host, server, server.certificate_file());
    EXPECT_EQ(result.outcome, Outcome::kAnswered) << host << ": " << result.error;
    EXPECT_EQ(result.body, "secret");
  }
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(TlsTest, RefusesWhatTheSystemDoesNotTrust) {
  const TestTlsServer server("DNS:localhost");
  ExpectRefused(Call("localhost", server, ""), server);
}

TEST_F(TlsTest, RefusesWhatAnotherCertificateSigned) {
  const TestTlsServer server("DNS:localhost");
  const TestTlsServer other("DNS:localhost");
  ExpectRefused(Call("localhost", server, other.certificate_file()), server);
}

TEST_F(TlsTest, RefusesAnotherHostsCertificate) {
  const TestTlsServer by_name("DNS:api.xero.com,DNS:localhost.example");
  ExpectRefused(Call("localhost", by_name, by_name.certificate_file()), by_name);
  const TestTlsServer by_address("DNS:localhost,IP:127.0.0.2");
  ExpectRefused(Call("127.0.0.1", by_address, by_address.certificate_file()), by_address);
}

TEST_F(TlsTest, RefusesACertificateThatHasExpired) {
  const TestTlsServer server("DNS:localhost", absl::Now() - absl::Hours(1));
  ExpectRefused(Call("localhost", server, server.certificate_file()), server);
}

TEST_F(TlsTest, RefusesAllWhereTheCaFileHasGone) {
  const TestTlsServer server("DNS:localhost");
  const HttpResult result = Call("localhost", server, "/nowhere/ca.pem");
  EXPECT_NE(result.outcome, Outcome::kAnswered);
  EXPECT_FALSE(result.may_have_been_sent);
  EXPECT_EQ(server.requests(), 0);
}

}  // namespace
}  // namespace profilesync::connector::http

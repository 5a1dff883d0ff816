#include "server/connector/http/http_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <set>
#include <stop_token>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/connector/stop.h"

namespace profilesync::connector::http {
namespace {

using Outcome = HttpResult::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

// A server that says what the test tells it to, byte by byte. One thread for each connection; one
// answer is made at a time.
class RawServer {
 public:
  // What to send for the n-th request; "" closes the connection. "reset" resets it.
  using Script = std::function<std::string(int n, const std::string& request)>;

  explicit RawServer(Script script) : script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 8);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    {
      MutexLock lock(&mutex_);
      for (const int fd : open_) {
        shutdown(fd, SHUT_RDWR);
      }
    }
    for (std::thread& connection : threads_) {
      connection.join();
    }
  }

  int port() const { return port_; }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  void Serve() {
    for (int fd; (fd = accept(listener_, nullptr, nullptr)) >= 0;) {
      ++connections_;
      MutexLock lock(&mutex_);
      open_.insert(fd);
      threads_.emplace_back([this, fd] {
        while (Answer(fd)) {
        }
        MutexLock closing(&mutex_);
        open_.erase(fd);
        close(fd);
      });
    }
  }

  bool Answer(int fd) {
    std::string request;
    char buffer[4096];
    while (!IsWhole(request)) {
      const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0) {
        return false;
      }
      request.append(buffer, static_cast<std::size_t>(got));
    }
    const std::string answer = Say(request);
    if (answer == "reset") {
      const linger now{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      return false;
    }
    return send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) > 0 &&
           !absl::StrContains(answer, "Connection: close");
  }

  std::string Say(const std::string& request) {
    MutexLock lock(&script_mutex_);
    return script_(requests_++, request);
  }

  static bool IsWhole(const std::string& request) {
    const auto end = request.find("\r\n\r\n");
    if (end == std::string::npos) {
      return false;
    }
    int length = 0;
    const auto header = request.find("Content-Length: ");
    if (header != std::string::npos) {
      (void)absl::SimpleAtoi(request.substr(header + 16, request.find('\r', header) - header - 16),
                             &length);
    }
    return request.size() >= end + 4 + static_cast<std::size_t>(length);
  }

  const Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  Mutex script_mutex_;
  Mutex mutex_;
  std::set<int> open_;
  std::vector<std::thread> threads_;  // of the connections
  std::thread thread_;                // of the listener
};

std::string Ok(const std::string& body, const std::string& headers = "") {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n", headers, "\r\n",
                      body);
}

class HttpClientTest : public ::testing::Test {
 protected:
  void Serve(RawServer::Script script) {
    server_ = std::make_unique<RawServer>(std::move(script));
    Connect(absl::StrCat("http://127.0.0.1:", server_->port(), "/base/"));
  }
  void Connect(const std::string& url) {
    client_ = std::make_unique<HttpClient>(*BaseUrl::Parse(url), HttpClient::Options(), &clock_);
  }

  const SystemClock clock_{};
  std::unique_ptr<RawServer> server_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(HttpClientTest, SendsWhatItIsGivenAndReadsHeadersInAnyCase) {
  std::string seen;
  Serve([&](int, const std::string& request) {
    seen = request;
    return Ok("hello", "X-Some-Header:  Value \r\n");
  });
  const HttpResult result = client_->Send({.method = "PUT",
                                           .path = "client.api/update",
                                           .query = {{"a b", "c&d"}},
                                           .headers = {{"X-Tenant", "t1"}},
                                           .body = "<Client/>",
                                           .is_write = true});
  EXPECT_EQ(result.outcome, Outcome::kAnswered) << result.error;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "hello");
  EXPECT_TRUE(result.may_have_been_sent);
  EXPECT_THAT(result.headers.Find("x-SOME-header"), Optional(std::string("Value")));
  EXPECT_EQ(result.headers.Find("absent"), std::nullopt);
  EXPECT_THAT(seen, HasSubstr("PUT /base/client.api/update?a%20b=c%26d HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("X-Tenant: t1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\n\r\n<Client/>"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect:")));
}

TEST_F(HttpClientTest, UsesAConnectionAgainForReadsOnly) {
  Serve([](int, const std::string&) { return Ok("x"); });
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client_->Send({}).outcome, Outcome::kAnswered);
  }
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(HttpClientTest, SendsAReadAnewWhenItsOldConnectionWasClosed) {
  Serve([](int n, const std::string&) { return n == 1 ? std::string() : Ok("x"); });
  EXPECT_EQ(client_->Send({}).outcome, Outcome::kAnswered);
  EXPECT_EQ(client_->Send({}).outcome, Outcome::kAnswered);
  EXPECT_EQ(server_->requests(), 3);
}

TEST_F(HttpClientTest, NeverSendsAReadAnewOnANewConnection) {
  Serve([](int, const std::string&) { return std::string(); });
  EXPECT_EQ(client_->Send({}).outcome, Outcome::kBroken);
  EXPECT_EQ(server_->requests(), 1);
}

// A kept connection is at hand, on which libcurl by itself would repeat what it gets no answer to.
TEST_F(HttpClientTest, NeverRepeatsAWrite) {
  for (const char* end : {"", "reset"}) {
    Serve([&](int n, const std::string&) { return n == 0 ? Ok("x") : std::string(end); });
    EXPECT_EQ(client_->Send({}).outcome, Outcome::kAnswered);
    const HttpResult result =
        client_->Send({.method = "PUT", .body = "<Client/>", .is_write = true});
    EXPECT_EQ(result.outcome, Outcome::kBroken);
    EXPECT_TRUE(result.may_have_been_sent);
    EXPECT_EQ(server_->requests(), 2);
    EXPECT_EQ(server_->connections(), 2);
    client_.reset();
    server_.reset();
  }
}

TEST_F(HttpClientTest, TellsARefusedConnectionFromALostAnswer) {
  int port = 0;
  {
    const RawServer gone([](int, const std::string&) { return std::string(); });
    port = gone.port();
  }
  Connect(absl::StrCat("http://127.0.0.1:", port));
  const HttpResult refused = client_->Send({.method = "PUT", .body = "x", .is_write = true});
  EXPECT_EQ(refused.outcome, Outcome::kNoConnection);
  EXPECT_FALSE(refused.may_have_been_sent);

  Connect("https://unknown-host.invalid/");
  const HttpResult unknown = client_->Send({.method = "PUT", .body = "x", .is_write = true});
  EXPECT_EQ(unknown.outcome, Outcome::kNoConnection);
  EXPECT_FALSE(unknown.may_have_been_sent);
}

TEST_F(HttpClientTest, NothingIsSentToWhomSpeaksNoTls) {
  // Answers the TLS hello, which has no blank line, when the client gives up; closing is enough.
  const RawServer plain([](int, const std::string&) { return std::string(); });
  Connect(absl::StrCat("https://127.0.0.1:", plain.port()));
  const HttpResult result =
      client_->Send({.method = "PUT", .body = "x", .is_write = true, .timeout = absl::Seconds(1)});
  EXPECT_NE(result.outcome, Outcome::kAnswered);
  EXPECT_FALSE(result.may_have_been_sent);
}

TEST_F(HttpClientTest, TellsItsOwnTimeOutFromTheCallersDeadline) {
  Serve([](int, const std::string&) { return std::string("HTTP/1.1 200 OK\r\n"); });
  const HttpResult slow = client_->Send({.timeout = absl::Milliseconds(50)});
  EXPECT_EQ(slow.outcome, Outcome::kTimedOut);
  EXPECT_TRUE(slow.may_have_been_sent);
  const HttpResult late = client_->Send({.deadline = absl::Now() + absl::Milliseconds(50)});
  EXPECT_EQ(late.outcome, Outcome::kDeadlineExceeded);
  const HttpResult past = client_->Send({.deadline = absl::Now() - absl::Seconds(1)});
  EXPECT_EQ(past.outcome, Outcome::kDeadlineExceeded);
  EXPECT_FALSE(past.may_have_been_sent);
}

// Sends from a thread that is asked to stop soon after.
HttpResult SendAndStop(HttpClient& client, const HttpRequest& request) {
  std::stop_source source;
  HttpResult result;
  std::thread sending([&] {
    StopOfThread() = source.get_token();
    result = client.Send(request);
  });
  // Long enough for the request to be out, on a busy machine too.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  source.request_stop();
  sending.join();
  return result;
}

TEST_F(HttpClientTest, AStopEndsAReadUnderWay) {
  Serve([](int, const std::string&) { return std::string("HTTP/1.1 200 OK\r\n"); });
  const absl::Time start = absl::Now();
  const HttpResult result = SendAndStop(*client_, {.timeout = absl::Seconds(30)});
  EXPECT_EQ(result.outcome, Outcome::kShuttingDown);
  EXPECT_EQ(result.error, "the server is shutting down");
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
}

TEST_F(HttpClientTest, AStopLeavesAWriteUnderWayToItsOwnEnd) {
  Serve([](int, const std::string&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    return Ok("done");
  });
  HttpRequest write = {.method = "PUT", .body = "x", .is_write = true};
  EXPECT_EQ(SendAndStop(*client_, write).outcome, Outcome::kAnswered);
  write.timeout = absl::Milliseconds(1200);
  EXPECT_EQ(SendAndStop(*client_, write).outcome, Outcome::kTimedOut);
}

TEST_F(HttpClientTest, NothingIsSentOnceStopped) {
  Serve([](int, const std::string&) { return Ok("x"); });
  std::stop_source source;
  source.request_stop();
  std::thread sending([&] {
    StopOfThread() = source.get_token();
    for (const bool is_write : {false, true}) {
      const HttpResult result = client_->Send({.is_write = is_write});
      EXPECT_EQ(result.outcome, Outcome::kShuttingDown);
      EXPECT_FALSE(result.may_have_been_sent);
    }
  });
  sending.join();
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(HttpClientTest, DoesNotFollowRedirects) {
  const RawServer elsewhere([](int, const std::string&) { return Ok("stolen"); });
  Serve([&](int, const std::string&) {
    return absl::StrCat("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:", elsewhere.port(),
                        "/\r\nContent-Length: 0\r\n\r\n");
  });
  const HttpResult result = client_->Send({.headers = {{"Authorization", "Bearer secret"}}});
  EXPECT_EQ(result.outcome, Outcome::kAnswered);
  EXPECT_EQ(result.status, 302);
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(HttpClientTest, HoldsBodiesToTheirCap) {
  Serve([](int, const std::string&) { return Ok(std::string(1000, 'x')); });
  EXPECT_EQ(client_->Send({.max_body_bytes = 1000}).outcome, Outcome::kAnswered);
  EXPECT_EQ(client_->Send({.max_body_bytes = 999}).outcome, Outcome::kTooLarge);
}

TEST_F(HttpClientTest, HoldsHeadersToTheirCap) {
  const auto header = [](int i) {
    return absl::StrCat("X-", i, ": ", std::string(1000, 'x'), "\r\n");
  };
  std::string fits;
  for (int i = 0; i < 60; ++i) {
    fits += header(i);
  }
  std::string interim;
  std::string trailers;
  for (int i = 0; i < 70; ++i) {
    interim += absl::StrCat("HTTP/1.1 103 Early Hints\r\n", header(i), "\r\n");
    trailers += header(i);
  }
  Serve([&](int, const std::string&) { return Ok("x", fits); });
  EXPECT_EQ(client_->Send({}).outcome, Outcome::kAnswered);
  for (const std::string& answer :
       {Ok("x", trailers), interim + Ok("x"),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n" + trailers +
            "\r\n"}) {
    client_.reset();
    Serve([&](int, const std::string&) { return answer; });
    const HttpResult result = client_->Send({});
    EXPECT_EQ(result.outcome, Outcome::kTooLarge) << answer.substr(0, 40);
    EXPECT_TRUE(result.may_have_been_sent);
  }
}

TEST_F(HttpClientTest, KeepsLittleOfALargeErrorAnswer) {
  Serve([](int, const std::string&) {
    return absl::StrCat("HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\n",
                        std::string(1000000, 'x'));
  });
  std::string sunk;
  const HttpResult result = client_->Send({.sink = [&](std::string_view data) {
    sunk += data;
    return true;
  }});
  EXPECT_EQ(result.status, 500);
  EXPECT_EQ(result.body.size(), 64u << 10);
  EXPECT_EQ(sunk, "");
}

TEST_F(HttpClientTest, StreamsToASinkThatMayStop) {
  Serve([](int, const std::string&) { return Ok(std::string(1000, 'x')); });
  std::string sunk;
  const BodySink keep = [&](std::string_view data) {
    sunk += data;
    return true;
  };
  EXPECT_EQ(client_->Send({.sink = keep}).outcome, Outcome::kAnswered);
  EXPECT_EQ(sunk.size(), 1000u);
  EXPECT_EQ(client_->Send({.sink = [](std::string_view) { return false; }}).outcome,
            Outcome::kStopped);
}

TEST_F(HttpClientTest, NamesBrokenAnswers) {
  const std::string cases[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nab",
      "not http at all\r\nConnection: close\r\n\r\n",
  };
  for (const std::string& answer : cases) {
    Serve([&](int, const std::string&) { return answer; });
    const HttpResult result = client_->Send({});
    EXPECT_EQ(result.outcome, Outcome::kBroken) << answer;
    EXPECT_NE(result.error, "");
    client_.reset();
    server_.reset();
  }
}

TEST_F(HttpClientTest, RefusesHeadersThatBreakOutOfTheirLineAndRepeatsNoSecret) {
  Serve([](int, const std::string&) { return Ok("x"); });
  const HttpResult result = client_->Send({.headers = {{"Authorization", "secret\r\nX-Evil: 1"}}});
  EXPECT_FALSE(result.may_have_been_sent);
  EXPECT_THAT(result.error, Not(HasSubstr("secret")));
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(HttpClientTest, SkipsInterimAnswers) {
  Serve([](int, const std::string&) {
    return absl::StrCat("HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\n", Ok("x"));
  });
  const HttpResult result = client_->Send({});
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.headers.Find("X-A"), std::nullopt);
}

}  // namespace
}  // namespace profilesync::connector::http

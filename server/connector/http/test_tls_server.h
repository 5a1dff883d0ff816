#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace httplib {
class SSLServer;
}

namespace profilesync::connector::http {

// For tests: an HTTPS server on 127.0.0.1 whose certificate, signed by itself, is made for it.
class TestTlsServer {
 public:
  // `names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1". The certificate is valid for a
  // day, up to `end`.
  explicit TestTlsServer(const std::string& names, absl::Time end = absl::Now() + absl::Hours(12));
  ~TestTlsServer();
  TestTlsServer(const TestTlsServer&) = delete;
  TestTlsServer& operator=(const TestTlsServer&) = delete;

  int port() const { return port_; }
  // Of the certificate, in PEM; gone with the server.
  const std::string& certificate_file() const { return certificate_file_; }
  // How many requests came through TLS. Each is answered 200 with "secret".
  int requests() const { return requests_; }

 private:
  const std::string certificate_file_;
  std::unique_ptr<httplib::SSLServer> server_;
  std::atomic<int> requests_ = 0;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace profilesync::connector::http

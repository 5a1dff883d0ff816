#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "tests/sandbox/xpm/http_message.h"

namespace profilesync::xpm_sandbox {

// An HTTP/1.1 server over cpp-httplib that parses requests there and writes the replies itself, so
// that nothing is added to them, compressed or tidied up. Every connection has a thread of its own:
// no number of hanging calls keeps another from being answered. Thread-safe.
class HttpServer {
 public:
  // Called on the connection's thread, for several requests at once.
  using Handler = std::function<HttpReply(const HttpRequest&)>;

  explicit HttpServer(Handler handler);
  ~HttpServer();  // stops

  // Listens and serves in the background. Port 0 picks one. UNAVAILABLE when the port can't be had.
  absl::Status Start(const std::string& host, int port);
  int port() const { return port_; }

  // Ends every connection and waits for their handlers to return. The owner makes them return.
  void Stop();

 private:
  class Impl;

  std::unique_ptr<Impl> impl_;
  int port_ = 0;
};

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace profilesync::xpm_sandbox {

// What came back on a socket, untouched.
struct RawReply {
  int status = 0;  // 0: not a byte
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // The connection ended before the promised length, or the last chunk, was there.
  bool truncated = false;
  bool reset = false;

  // The first header of exactly this name.
  std::optional<std::string> Header(const std::string& name) const;
};

// A connection to 127.0.0.1 for requests written out by hand. Not thread-safe.
class RawConnection {
 public:
  explicit RawConnection(int port);
  ~RawConnection();

  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Send(const std::string& bytes);
  // Waits for one whole reply, or for the end of the connection.
  RawReply Receive();

 private:
  bool ReadMore(RawReply& reply);
  void ReceiveChunks(RawReply& reply);

  int socket_ = -1;
  std::string buffer_;
};

// One request on a connection of its own. `headers` is lines, each ending in "\r\n"; Host, and
// Content-Length where there is a body, are added.
RawReply RawCall(int port, const std::string& method, const std::string& target,
                 const std::string& headers, const std::string& body);

}  // namespace profilesync::xpm_sandbox

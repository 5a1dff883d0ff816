#include "tests/sandbox/xpm/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace profilesync::xpm_sandbox {

std::optional<std::string> RawReply::Header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

RawConnection::RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) std::abort();
}

RawConnection::~RawConnection() { ::close(socket_); }

void RawConnection::Send(const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t now = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) return;
    sent += static_cast<size_t>(now);
  }
}

bool RawConnection::ReadMore(RawReply& reply) {
  std::array<char, 65536> chunk;
  const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
  if (got < 0 && errno == ECONNRESET) reply.reset = true;
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<size_t>(got));
  return true;
}

void RawConnection::ReceiveChunks(RawReply& reply) {
  for (bool last = false; !last;) {
    size_t line = 0;
    size_t length = 0;
    const auto chunk_is_there = [&] {
      line = buffer_.find("\r\n");
      if (line == std::string::npos) return false;
      length = std::strtoul(buffer_.c_str(), nullptr, 16);
      return buffer_.size() >= line + length + 4;
    };
    while (!chunk_is_there()) {
      if (!ReadMore(reply)) {
        reply.truncated = true;
        return;
      }
    }
    reply.body += buffer_.substr(line + 2, length);
    buffer_.erase(0, line + length + 4);
    last = length == 0;
  }
}

RawReply RawConnection::Receive() {
  RawReply reply;
  size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore(reply)) return reply;
  }
  const std::vector<std::string> lines = absl::StrSplit(buffer_.substr(0, end), "\r\n");
  buffer_.erase(0, end + 4);
  reply.status = std::atoi(lines[0].c_str() + sizeof("HTTP/1.1"));
  for (size_t i = 1; i < lines.size(); ++i) {
    reply.headers.push_back(absl::StrSplit(lines[i], absl::MaxSplits(": ", 1)));
  }
  if (reply.Header("Transfer-Encoding") == "chunked") {
    ReceiveChunks(reply);
    return reply;
  }
  const size_t length =
      std::strtoul(reply.Header("Content-Length").value_or("0").c_str(), nullptr, 10);
  while (buffer_.size() < length) {
    if (!ReadMore(reply)) {
      reply.truncated = true;
      break;
    }
  }
  reply.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return reply;
}

RawReply RawCall(int port, const std::string& method, const std::string& target,
                 const std::string& headers, const std::string& body) {
  RawConnection connection(port);
  std::string request =
      absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: 127.0.0.1\r\n", headers);
  if (!body.empty()) absl::StrAppend(&request, "Content-Length: ", body.size(), "\r\n");
  connection.Send(absl::StrCat(request, "\r\n", body));
  return connection.Receive();
}

}  // namespace profilesync::xpm_sandbox

#include "tests/sandbox/xpm/http_server.h"

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr int kBacklog = 256;
constexpr int kIdleMillis = 60'000;
constexpr time_t kReadSeconds = 60;
// Odd, so that chunks end within tags and characters.
constexpr size_t kChunkBytes = 1021;

// Runs each connection on a thread of its own.
class ThreadPerConnection : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> run) override {
    std::lock_guard<std::mutex> lock(mutex_);
    Reap();
    auto worker = std::make_unique<Worker>();
    std::atomic<bool>* done = &worker->done;
    worker->thread = std::thread([run = std::move(run), done] {
      run();
      *done = true;
    });
    workers_.push_back(std::move(worker));
  }

  void shutdown() override {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto& worker : workers_) worker->thread.join();
    workers_.clear();
  }

 private:
  struct Worker {
    std::thread thread;
    std::atomic<bool> done = false;
  };

  void Reap() {
    workers_.remove_if([](const std::unique_ptr<Worker>& worker) {
      if (!worker->done) return false;
      worker->thread.join();
      return true;
    });
  }

  std::mutex mutex_;
  std::list<std::unique_ptr<Worker>> workers_;
};

// A socket as httplib reads requests from it. What httplib writes reaches the caller until Mute().
class SocketStream : public httplib::Stream {
 public:
  explicit SocketStream(socket_t socket) : socket_(socket) {}

  bool is_readable() const override { return begin_ < end_; }
  bool is_writable() const override { return true; }

  ssize_t read(char* out, size_t size) override {
    if (begin_ == end_) {
      const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (got <= 0) return got;
      begin_ = 0;
      end_ = static_cast<size_t>(got);
    }
    const size_t count = std::min(size, end_ - begin_);
    std::copy_n(buffer_.data() + begin_, count, out);
    begin_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* data, size_t size) override {
    if (muted_ || SendAll(data, size)) return static_cast<ssize_t>(size);
    return -1;
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    ::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
    ip = text.data();
    port = ntohs(address.sin_port);
  }

  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }

  socket_t socket() const override { return socket_; }

  void Mute(bool muted) { muted_ = muted; }
  bool ended() const { return ended_; }

  // Waits until there is something to read; false when the caller went or said nothing for too
  // long.
  bool AwaitRequest() {
    if (is_readable()) return true;
    pollfd poll{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, kIdleMillis) == 1;
  }

  bool CallerGone() const {
    pollfd poll{.fd = socket_, .events = POLLRDHUP, .revents = 0};
    return ::poll(&poll, 1, 0) == 1;
  }

  void Send(const HttpReply& reply) {
    if (reply.delivery == Delivery::kNone) return End(false);
    // A 204 must have neither of the two (RFC 9112 6).
    const bool has_body = reply.status != 204;
    const bool chunked = has_body && (reply.delivery == Delivery::kChunked ||
                                      reply.delivery == Delivery::kChunkedNoEnd);
    const int64_t length = static_cast<int64_t>(reply.body.size()) + reply.pad_bytes;
    std::string head = absl::StrCat("HTTP/1.1 ", reply.status, " ", ReasonOf(reply.status), "\r\n");
    for (const auto& [name, value] : reply.headers) {
      absl::StrAppend(&head, name, ": ", value, "\r\n");
    }
    if (chunked) {
      head += "Transfer-Encoding: chunked\r\n";
    } else if (has_body) {
      absl::StrAppend(&head, "Content-Length: ", length, "\r\n");
    }
    head += "\r\n";
    if (chunked) return SendChunks(reply, head);
    const bool half =
        reply.delivery == Delivery::kHalfThenClose || reply.delivery == Delivery::kHalfThenReset;
    if (half) {
      head += reply.body.substr(0, reply.body.size() / 2);
      SendAll(head.data(), head.size());
      return End(reply.delivery == Delivery::kHalfThenReset);
    }
    head.append(reply.body, 0, reply.pad_at);
    bool sent = SendAll(head.data(), head.size());
    const std::string spaces(size_t{64} * 1024, ' ');
    for (int64_t left = reply.pad_bytes; sent && left > 0;) {
      const int64_t now = std::min<int64_t>(left, static_cast<int64_t>(spaces.size()));
      sent = SendAll(spaces.data(), static_cast<size_t>(now));
      left -= now;
    }
    sent = sent && SendAll(reply.body.data() + reply.pad_at, reply.body.size() - reply.pad_at);
    if (!sent) End(false);
  }

 private:
  bool SendAll(const char* data, size_t size) {
    while (size > 0) {
      const ssize_t sent = ::send(socket_, data, size, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      data += sent;
      size -= static_cast<size_t>(sent);
    }
    return true;
  }

  void SendChunks(const HttpReply& reply, const std::string& head) {
    bool sent = SendAll(head.data(), head.size());
    for (size_t at = 0; sent && at < reply.body.size(); at += kChunkBytes) {
      const std::string chunk = reply.body.substr(at, kChunkBytes);
      const std::string framed = absl::StrCat(absl::Hex(chunk.size()), "\r\n", chunk, "\r\n");
      sent = SendAll(framed.data(), framed.size());
    }
    const std::string last = "0\r\n\r\n";
    const bool whole = sent && reply.delivery == Delivery::kChunked;
    if (!whole || !SendAll(last.data(), last.size())) End(false);
  }

  void End(bool reset) {
    ended_ = true;
    if (!reset) return;
    const linger now{.l_onoff = 1, .l_linger = 0};  // close() then sends a reset
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }

  const socket_t socket_;
  std::array<char, 8192> buffer_{};
  size_t begin_ = 0;
  size_t end_ = 0;
  bool muted_ = false;
  bool ended_ = false;
};

HttpRequest Convert(const httplib::Request& in, SocketStream* connection) {
  HttpRequest out{.method = in.method, .body = in.body, .peer_ip = in.remote_addr};
  const size_t question = in.target.find('?');
  out.path = in.target.substr(0, question);
  if (question != std::string::npos) out.query = in.target.substr(question + 1);
  for (const auto& [name, value] : in.headers) {
    const bool httplibs_own = name == "REMOTE_ADDR" || name == "REMOTE_PORT" ||
                              name == "LOCAL_ADDR" || name == "LOCAL_PORT";
    if (!httplibs_own) out.headers.emplace_back(name, value);
  }
  out.caller_gone = [connection] { return connection->CallerGone(); };
  return out;
}

// The connection whose request this thread is handling: httplib doesn't hand it to handlers.
thread_local SocketStream* current_connection = nullptr;

}  // namespace

class HttpServer::Impl : public httplib::Server {
 public:
  explicit Impl(HttpServer::Handler handler) : handler_(std::move(handler)) {
    new_task_queue = [] { return new ThreadPerConnection; };
    set_read_timeout(kReadSeconds);
    set_write_timeout(kReadSeconds);
    // httplib's default is SO_REUSEPORT, with which two sandboxes could share a port unawares.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    });
    set_tcp_nodelay(true);
    const std::string any = ".*";
    Get(any, [this](const httplib::Request& request, httplib::Response&) { Answer(request); });
    // Reading the body ourselves lifts httplib's limit of 8 KiB for x-www-form-urlencoded.
    auto with_body = [this](const httplib::Request& request, httplib::Response&,
                            const httplib::ContentReader& read) {
      httplib::Request whole = request;
      whole.body.clear();
      read([&](const char* data, size_t size) {
        whole.body.append(data, size);
        return true;
      });
      Answer(whole);
    };
    Post(any, with_body);
    Put(any, with_body);
    Patch(any, with_body);
    Delete(any, with_body);
  }

  absl::Status Start(const std::string& host, int port, int* bound) {
    *bound = port == 0 ? bind_to_any_port(host) : bind_to_port(host, port) ? port : -1;
    if (*bound <= 0) {
      return absl::UnavailableError(absl::StrCat("can't listen on ", host, ":", port));
    }
    ::listen(svr_sock_, kBacklog);  // httplib's own backlog is 5
    acceptor_ = std::thread([this] { listen_after_bind(); });
    while (!is_running()) std::this_thread::yield();  // stop() does nothing before that
    return absl::OkStatus();
  }

  void Stop() {
    if (!acceptor_.joinable()) return;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
      for (const socket_t socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    stop();
    acceptor_.join();
  }

 private:
  void Answer(const httplib::Request& request) {
    SocketStream* connection = current_connection;
    connection->Send(handler_(Convert(request, connection)));
    connection->Mute(true);
  }

  bool process_and_close_socket(socket_t socket) override {
    if (Register(socket)) {
      SocketStream connection(socket);
      current_connection = &connection;
      bool close = false;
      while (!close && !connection.ended() && connection.AwaitRequest()) {
        connection.Mute(false);
        if (!process_request(connection, false, close, AssumeNoBodyWithoutLength)) break;
      }
      current_connection = nullptr;
    }
    Unregister(socket);
    ::close(socket);
    return true;
  }

  // httplib would else read such a body until the caller closes.
  static void AssumeNoBodyWithoutLength(httplib::Request& request) {
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
      request.set_header("Content-Length", "0");
    }
  }

  bool Register(socket_t socket) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) return false;
    sockets_.insert(socket);
    return true;
  }

  void Unregister(socket_t socket) {
    std::lock_guard<std::mutex> lock(mutex_);
    sockets_.erase(socket);
  }

  const HttpServer::Handler handler_;
  std::thread acceptor_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::set<socket_t> sockets_;
};

HttpServer::HttpServer(Handler handler) : impl_(std::make_unique<Impl>(std::move(handler))) {}

HttpServer::~HttpServer() { Stop(); }

absl::Status HttpServer::Start(const std::string& host, int port) {
  return impl_->Start(host, port, &port_);
}

void HttpServer::Stop() { impl_->Stop(); }

}  // namespace profilesync::xpm_sandbox

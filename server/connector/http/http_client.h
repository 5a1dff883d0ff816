#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "server/connector/http/base_url.h"

namespace profilesync::connector::http {

// Receives an answer's body piece by piece; false ends the exchange.
using BodySink = std::function<bool(std::string_view)>;

struct HttpRequest {
  std::string method = "GET";
  std::string path;  // relative to the client's base; encoded
  Query query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // A write goes out on a new connection and is sent once, whatever happens. A read may use a
  // connection again, and is sent anew when that turns out to have been closed in the meantime.
  bool is_write = false;
  absl::Duration timeout = absl::Seconds(30);  // for the whole exchange
  absl::Time deadline = absl::InfiniteFuture();
  std::int64_t max_body_bytes = 8 << 20;
  // Where set, it gets the body of a 200 instead of HttpResult::body.
  BodySink sink;
};

// The fields of an answer's header, by name in any letter case. A plain value.
class HttpHeaders {
 public:
  // Of a repeated one the last stays.
  void Set(std::string_view name, std::string_view value);
  std::optional<std::string> Find(std::string_view name) const;
  void Clear() { values_.clear(); }

 private:
  std::map<std::string, std::string> values_;  // by lower-case name
};

// What became of a request.
struct HttpResult {
  enum class Outcome {
    kAnswered,          // the answer came whole, whatever its status
    kNoConnection,      // no such host, refused, or no trusted TLS
    kTimedOut,          // the request's own time-out passed
    kDeadlineExceeded,  // the caller's deadline passed
    kBroken,            // the connection ended, or spoke no HTTP, before the answer was whole
    kTooLarge,          // its body or its header was larger than allowed
    kStopped,           // the sink ended it
    kShuttingDown,      // StopOfThread() was asked to: a read was given up, or nothing was begun
  };
  Outcome outcome = Outcome::kBroken;
  // False only where no byte of the request left this process: nobody can have acted upon it.
  bool may_have_been_sent = false;
  int status = 0;  // 0 where no status line came
  HttpHeaders headers;
  // Of another status than 200 at most 64 KiB; the rest is dropped.
  std::string body;
  // What went wrong, for people; names no URL, header or value.
  std::string error;
};

// Sends HTTP/1.1 requests below one base URL and keeps the connections for reads. TLS certificates
// are verified. Redirects are never followed: they are answers like any other. Neither cookies nor
// stored credentials are used. Headers of an answer, interim ones and trailers included, are held
// to 64 KiB. Thread-safe; `clock` outlives it.
class HttpClient {
 public:
  struct Options {
    absl::Duration connect_timeout = absl::Seconds(10);
    std::size_t max_idle_connections = 8;
    std::string user_agent = "profilesync";
    // PEM certificates to trust instead of the system's; "" for the system's.
    std::string ca_file;
  };

  HttpClient(BaseUrl base, Options options, const Clock* clock);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Blocks until the exchange has ended. A header with a control character is never sent. Once
  // StopOfThread() was asked to, nothing new is sent and a read under way ends within a second; a
  // write under way goes on to its own end, for what became of it must be known.
  HttpResult Send(const HttpRequest& request);

 private:
  struct HandleDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  // A handle keeps its connections, so the one used last is the one most likely still connected.
  using Handle = std::unique_ptr<CURL, HandleDeleter>;

  Handle TakeHandle();
  void GiveBack(Handle handle);
  // What becomes of a request that must not be sent any more.
  std::optional<HttpResult> RefuseUnsent(const HttpRequest& request) const;
  void Configure(CURL* handle, const HttpRequest& request) const;

  const BaseUrl base_;
  const Options options_;
  const Clock* const clock_;
  Mutex mutex_;
  std::vector<Handle> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::connector::http

#include "server/connector/http/http_client.h"

#include <algorithm>
#include <stop_token>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/connector/stop.h"

namespace profilesync::connector::http {
namespace {

constexpr std::size_t kMaxErrorBody = 64 << 10;
// Of all headers of one answer. XPM's take less than 2 KiB.
constexpr std::size_t kMaxHeaderBytes = 64 << 10;

using Outcome = HttpResult::Outcome;

// One exchange as libcurl's callbacks see it.
struct Exchange {
  CURL* handle;
  const HttpRequest& request;
  HttpResult& result;
  std::int64_t received = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool stopped = false;
  std::stop_token shutdown = StopOfThread();
};

std::size_t OnHeader(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.header_bytes += size;
  if (exchange.header_bytes > kMaxHeaderBytes) {
    exchange.too_large = true;
    return 0;
  }
  const std::string_view line(data, size);
  const auto colon = line.find(':');
  if (line.substr(0, 5) == "HTTP/") {
    exchange.result.headers.Clear();  // what came before was an interim answer
  } else if (colon != std::string_view::npos) {
    exchange.result.headers.Set(line.substr(0, colon), line.substr(colon + 1));
  }
  return size;
}

std::size_t OnBody(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.received += static_cast<std::int64_t>(size);
  if (exchange.received > exchange.request.max_body_bytes) {
    exchange.too_large = true;
    return 0;
  }
  long status = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
  std::string& body = exchange.result.body;
  if (status != 200) {
    body.append(data, std::min(size, kMaxErrorBody - std::min(kMaxErrorBody, body.size())));
  } else if (!exchange.request.sink) {
    body.append(data, size);
  } else if (!exchange.request.sink({data, size})) {
    exchange.stopped = true;
    return 0;
  }
  return size;
}

// libcurl asks at least once a second.
int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(user)->shutdown.stop_requested() ? 1 : 0;
}

// Has libcurl tell the exchange how it gets on. A write isn't asked whether to go on.
void Follow(Exchange& exchange) {
  const auto set = [&](auto option, auto value) {
    curl_easy_setopt(exchange.handle, option, value);
  };
  set(CURLOPT_HEADERFUNCTION, &OnHeader);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_WRITEFUNCTION, &OnBody);
  set(CURLOPT_WRITEDATA, &exchange);
  set(CURLOPT_NOPROGRESS, exchange.request.is_write ? 1L : 0L);
  set(CURLOPT_XFERINFOFUNCTION, &OnProgress);
  set(CURLOPT_XFERINFODATA, &exchange);
}

bool IsClean(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

struct HeaderListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, HeaderListDeleter>;

// nullptr when a header would break out of its line.
HeaderList MakeHeaders(const HttpRequest& request) {
  HeaderList list(curl_slist_append(nullptr, "Expect:"));
  for (const auto& [name, value] : request.headers) {
    if (!IsClean(name) || !IsClean(value)) {
      return nullptr;
    }
    curl_slist_append(list.get(), absl::StrCat(name, ": ", value).c_str());
  }
  return list;
}

Outcome OutcomeOf(CURLcode code, const Exchange& exchange, bool deadline_first) {
  if (exchange.too_large) {
    return Outcome::kTooLarge;
  }
  if (exchange.stopped) {
    return Outcome::kStopped;
  }
  switch (code) {
    case CURLE_OK:
      return Outcome::kAnswered;
    case CURLE_ABORTED_BY_CALLBACK:
      return Outcome::kShuttingDown;
    case CURLE_OPERATION_TIMEDOUT:
      return deadline_first ? Outcome::kDeadlineExceeded : Outcome::kTimedOut;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return Outcome::kNoConnection;
    default:
      return Outcome::kBroken;
  }
}

std::string Describe(Outcome outcome, CURLcode code) {
  switch (outcome) {
    case Outcome::kAnswered:
      return "";
    case Outcome::kTooLarge:
      return "the answer is larger than allowed";
    case Outcome::kStopped:
      return "the answer wasn't read to its end";
    case Outcome::kShuttingDown:
      return "the server is shutting down";
    default:
      // libcurl's fixed text for the code; its error buffer may quote a URL.
      return absl::AsciiStrToLower(curl_easy_strerror(code));
  }
}

}  // namespace

void HttpHeaders::Set(std::string_view name, std::string_view value) {
  values_[absl::AsciiStrToLower(AV(name))] = std::string(absl::StripAsciiWhitespace(AV(value)));
}

std::optional<std::string> HttpHeaders::Find(std::string_view name) const {
  const auto it = values_.find(absl::AsciiStrToLower(AV(name)));
  if (it == values_.end()) {
    return std::nullopt;
  }
  return it->second;
}

HttpClient::HttpClient(BaseUrl base, Options options, const Clock* clock)
    : base_(std::move(base)), options_(std::move(options)), clock_(clock) {
  curl_global_init(CURL_GLOBAL_DEFAULT);  // counted, and thread-safe in this libcurl
}

HttpClient::~HttpClient() {
  {
    MutexLock lock(&mutex_);
    idle_.clear();
  }
  curl_global_cleanup();
}

HttpClient::Handle HttpClient::TakeHandle() {
  {
    MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      Handle handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return Handle(curl_easy_init());
}

void HttpClient::GiveBack(Handle handle) {
  curl_easy_reset(handle.get());  // keeps connections, drops headers and bodies
  MutexLock lock(&mutex_);
  if (idle_.size() < options_.max_idle_connections) {
    idle_.push_back(std::move(handle));
  }
}

void HttpClient::Configure(CURL* handle, const HttpRequest& request) const {
  const auto set = [handle](auto option, auto value) { curl_easy_setopt(handle, option, value); };
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_URL, base_.Resolve(request.path, request.query).c_str());
  set(CURLOPT_PROTOCOLS_STR, base_.encrypted() ? "https" : "http");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(options_.connect_timeout)));
  if (!base_.encrypted()) {
    set(CURLOPT_PROXY, "");  // loopback only: a proxy would carry the token off in the clear
  }
  if (!options_.ca_file.empty()) {
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDS, request.body.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.is_write) {
    // libcurl by itself repeats a request, PUT included, when a connection that it used again is
    // closed without an answer. It never does on a new one.
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
  }
}

std::optional<HttpResult> HttpClient::RefuseUnsent(const HttpRequest& request) const {
  HttpResult result;
  if (StopOfThread().stop_requested()) {
    result.outcome = Outcome::kShuttingDown;
    result.error = Describe(result.outcome, CURLE_OK);
    return result;
  }
  if (request.deadline <= clock_->Now()) {
    result.outcome = Outcome::kDeadlineExceeded;
    result.error = "the deadline had passed before the request was sent";
    return result;
  }
  return std::nullopt;
}

HttpResult HttpClient::Send(const HttpRequest& request) {
  HttpResult result;
  const HeaderList headers = MakeHeaders(request);
  if (headers == nullptr) {
    result.error = "a header has a control character";
    return result;
  }
  if (auto refused = RefuseUnsent(request)) {
    return *std::move(refused);
  }
  const absl::Duration left = request.deadline - clock_->Now();
  Handle handle = TakeHandle();
  Exchange exchange{handle.get(), request, result};
  Configure(handle.get(), request);
  const auto timeout = absl::ToInt64Milliseconds(std::min(left, request.timeout));
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, std::max<long>(1, timeout));
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  Follow(exchange);

  const CURLcode code = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  long sent_bytes = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_REQUEST_SIZE, &sent_bytes);
  result.status = static_cast<int>(status);
  result.may_have_been_sent = sent_bytes > 0;
  result.outcome = OutcomeOf(code, exchange, left < request.timeout);
  result.error = Describe(result.outcome, code);
  GiveBack(std::move(handle));
  return result;
}

}  // namespace profilesync::connector::http

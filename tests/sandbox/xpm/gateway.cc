#include "tests/sandbox/xpm/gateway.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/sandbox/xpm/replies.h"
#include "tests/sandbox/xpm/staff_edit.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr char kConnections[] = "connections";
constexpr char kTokenExpired[] = "TokenExpired: token expired at 04/29/2020 09:22:02";
constexpr char kUnsuccessful[] = "AuthenticationUnsuccessful";

HttpReply Dropped() { return {.status = 0, .delivery = Delivery::kNone}; }

void AddRemaining(const LimitVerdict& verdict, HttpReply& reply) {
  reply.headers.emplace_back("X-MinLimit-Remaining", absl::StrCat(verdict.minute_left));
  reply.headers.emplace_back("X-DayLimit-Remaining", absl::StrCat(verdict.day_left));
  reply.headers.emplace_back("X-AppMinLimit-Remaining", absl::StrCat(verdict.app_left));
}

Headers WithoutToken(Headers headers) {
  for (auto& [name, value] : headers) {
    if (absl::EqualsIgnoreCase(name, "Authorization")) value = "(left out)";
  }
  return headers;
}

void Grow(int64_t bytes, HttpReply& reply) {
  const size_t last_tag = reply.body.rfind("</");
  reply.pad_at = std::min(last_tag, reply.body.size());
  reply.pad_bytes = std::max<int64_t>(0, bytes + 1 - static_cast<int64_t>(reply.body.size()));
}

}  // namespace

// Where a request goes. Neither an endpoint nor /connections: nowhere.
struct Gateway::Route {
  std::string name;
  std::string identifier;
  const Endpoint* endpoint = nullptr;
  bool connections = false;
  bool wrong_verb = false;

  static Route Of(const HttpRequest& request) {
    if (request.path == absl::StrCat("/", kConnections)) {
      return {.name = kConnections, .connections = true, .wrong_verb = request.method != "GET"};
    }
    std::string path = request.path;
    if (!absl::StartsWith(path, kBasePath)) return {};
    path = path.substr(sizeof(kBasePath) - 1);
    for (const Endpoint& endpoint : Endpoints()) {
      const std::string prefix = endpoint.name + "/";
      const bool here = endpoint.takes_identifier
                            ? absl::StartsWith(path, prefix) && path.size() > prefix.size()
                            : path == endpoint.name;
      if (!here) continue;
      return {.name = endpoint.name,
              .identifier = endpoint.takes_identifier ? path.substr(prefix.size()) : "",
              .endpoint = &endpoint,
              .wrong_verb = request.method != endpoint.verb};
    }
    return {};
  }
};

HttpReply Gateway::Handle(const HttpRequest& request) {
  const Route route = Route::Of(request);
  const std::string correlation_id = state_.new_uuid();
  const int64_t id = state_.log.Begin({.method = request.method,
                                       .path = request.path,
                                       .query = request.query,
                                       .endpoint = route.name,
                                       .headers = WithoutToken(request.headers),
                                       .body = request.body,
                                       .start = state_.clock()});
  HttpReply reply = Answer(request, route, id, correlation_id);
  const absl::Time now = state_.clock();
  reply.headers.emplace_back("Xero-Correlation-Id", correlation_id);
  reply.headers.emplace_back(
      "Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone()));
  state_.log.End(id, reply.delivery == Delivery::kNone ? 0 : reply.status, now);
  return reply;
}

HttpReply Gateway::Answer(const HttpRequest& request, const Route& route, int64_t call_id,
                          const std::string& correlation_id) {
  const Behaviour behaviour = state_.behaviour.Get();
  const std::string authorization = request.Header("Authorization").value_or("");
  const TokenVerdict token = absl::StartsWithIgnoreCase(authorization, "Bearer ")
                                 ? state_.tokens.Check(authorization.substr(7))
                                 : TokenVerdict::kUnknown;
  if (token == TokenVerdict::kExpired) {
    return UnauthorizedReply(kTokenExpired, correlation_id, behaviour);
  }
  if (token == TokenVerdict::kUnknown) {
    return UnauthorizedReply(kUnsuccessful, correlation_id, behaviour);
  }
  if (route.connections) return AnswerEndpoint(request, route, call_id, correlation_id);
  const std::string tenant = request.Header("Xero-Tenant-Id").value_or("");
  if (!absl::EqualsIgnoreCase(tenant, state_.tenant_id)) {
    HttpReply reply = ProblemReply(403, kUnsuccessful, correlation_id);
    const int left = state_.limits.CountForApp(state_.clock());
    reply.headers.emplace_back("X-AppMinLimit-Remaining", absl::StrCat(left));
    return reply;
  }
  return AnswerWithinLimits(request, route, call_id, correlation_id);
}

HttpReply Gateway::AnswerWithinLimits(const HttpRequest& request, const Route& route,
                                      int64_t call_id, const std::string& correlation_id) {
  const LimitVerdict verdict = state_.limits.Begin(state_.tenant_id, state_.clock());
  if (!verdict.problem.empty()) {
    return RateLimitReply(verdict.problem, verdict.retry_after.value_or(-1));
  }
  HttpReply reply = AnswerEndpoint(request, route, call_id, correlation_id);
  state_.limits.End(state_.tenant_id);
  if (reply.status == 403) {
    reply.headers.emplace_back("X-AppMinLimit-Remaining", absl::StrCat(verdict.app_left));
  } else if (reply.status != 401 && reply.status != 429) {
    AddRemaining(verdict, reply);
  }
  return reply;
}

HttpReply Gateway::AnswerEndpoint(const HttpRequest& request, const Route& route, int64_t call_id,
                                  const std::string& correlation_id) {
  if (route.name.empty()) return ProblemReply(404, "ResourceNotFound", correlation_id);
  if (route.wrong_verb) return ProblemReply(405, "MethodNotAllowed", correlation_id);
  ApiCall call{.request = request,
               .identifier = route.identifier,
               .behaviour = state_.behaviour.Get(),
               .store = state_.store,
               .now = state_.clock(),
               .base_url = state_.base_url};
  const std::function<HttpReply()> run = [&] {
    return route.connections ? Connections() : route.endpoint->handle(call);
  };
  const std::optional<Fault> fault = state_.faults.Take(route.name);
  if (!fault) return run();
  state_.log.SetFault(call_id, NameOf(fault->kind));
  return Strike(*fault, call, run, route.connections ? "" : route.endpoint->api_method,
                correlation_id);
}

HttpReply Gateway::Strike(const Fault& fault, ApiCall& call, const std::function<HttpReply()>& run,
                          const std::string& api_method, const std::string& correlation_id) {
  HttpReply reply;
  switch (fault.kind) {
    case FaultKind::kHang:
      if (fault.applied) reply = run();
      if (state_.faults.Hang(call.request.caller_gone) != FaultQueue::Wake::kReleased) {
        return Dropped();
      }
      return fault.applied ? reply : run();
    case FaultKind::kTimeout:
      if (fault.applied) run();
      state_.faults.Hang(call.request.caller_gone);
      return Dropped();
    case FaultKind::kHalf:
      reply = run();
      reply.body.resize(reply.body.size() / 2);
      return reply;
    case FaultKind::kOversize:
      reply = run();
      Grow(fault.bytes, reply);
      return reply;
    case FaultKind::kCloseMidBody:
    case FaultKind::kResetMidBody:
      reply = run();
      reply.delivery = fault.kind == FaultKind::kCloseMidBody ? Delivery::kHalfThenClose
                                                              : Delivery::kHalfThenReset;
      return reply;
    case FaultKind::kAlsoSet:
      call.meddle = [&](ClientRecord& client) { EditBehindTheScenes(fault, client); };
      return run();
    case FaultKind::kEditAfter:
      reply = run();
      (void)state_.store.Update(call.client_uuid, [&](ClientRecord& client) {
        EditBehindTheScenes(fault, client);
        return absl::OkStatus();
      });
      return reply;
    default:
      if (fault.applied) run();
      return Substitute(fault, api_method, correlation_id);
  }
}

HttpReply Gateway::Substitute(const Fault& fault, const std::string& api_method,
                              const std::string& correlation_id) {
  switch (fault.kind) {
    case FaultKind::kHtml:
      return HtmlReply(200);
    case FaultKind::kEmpty:
      return {.status = 200};
    case FaultKind::kUnauthorized:
      return UnauthorizedReply(kTokenExpired, correlation_id, state_.behaviour.Get());
    case FaultKind::kForbidden:
      return ProblemReply(403, kUnsuccessful, correlation_id);
    case FaultKind::kConflict:
      return ErrorReply(409, api_method, "The client was changed by somebody else");
    case FaultKind::kRateMinute:
      return RateLimitReply("minute", fault.retry_after);
    case FaultKind::kRateDay:
      return RateLimitReply("day", fault.retry_after);
    case FaultKind::kRateConcurrent:
      return RateLimitReply("concurrent", -1);
    case FaultKind::kServerErrorJunk:
      return HtmlReply(500);
    case FaultKind::kUnavailable:
      return ProblemReply(503, "ServiceUnavailable", correlation_id);
    case FaultKind::kRedirect:
      return {.status = 302, .headers = {{"Location", fault.location}}};
    case FaultKind::kBusinessError:
      return ErrorReply(200, api_method, fault.value);
    case FaultKind::kDrop:
      return Dropped();
    default:
      return ErrorReply(500, api_method, "An application exception occurred");
  }
}

HttpReply Gateway::Connections() {
  constexpr char kBody[] =
      R"([{"id":"5b0e6a52-0d0c-4c8f-9f4d-1f0a5d1c2b77","authEventId":"0f9a1d8e-5c0e-4b7b-8a55-77f1f6a3c901",)"
      R"("tenantId":"$0","tenantType":"PRACTICEMANAGER","tenantName":"$1",)"
      R"("createdDateUtc":"2026-02-03T21:14:09.1183400","updatedDateUtc":"2026-05-19T02:40:55.0419210"}])";
  std::string body = kBody;
  body.replace(body.find("$0"), 2, state_.tenant_id);
  body.replace(body.find("$1"), 2, state_.store.practice().name);
  return {.status = 200,
          .headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = std::move(body)};
}

void Gateway::EditBehindTheScenes(const Fault& fault, ClientRecord& client) {
  const StaffEdit edit{.values = {{fault.element, fault.value}}};
  // The element's name was checked when the fault was injected.
  (void)ApplyStaffEdit(edit, state_.behaviour.Get(), state_.clock(), client);
}

}  // namespace profilesync::xpm_sandbox

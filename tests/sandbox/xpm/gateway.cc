#include "tests/sandbox/xpm/gateway.h"

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/form.h"
#include "tests/sandbox/xpm/replies.h"
#include "tests/sandbox/xpm/route.h"
#include "tests/sandbox/xpm/staff_edit.h"

namespace profilesync::xpm_sandbox {
namespace {

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

CallRecord RecordOf(const HttpRequest& request, const Route& route, absl::Time now) {
  const bool identity = route.identity();
  return {.method = request.method,
          .path = request.path,
          .query = identity ? FormForLog(request.query) : request.query,
          .endpoint = route.name,
          .headers = WithoutToken(request.headers),
          .body = identity ? FormForLog(request.body) : request.body,
          .start = now};
}

}  // namespace

struct Gateway::Incoming {
  // Shared, as a late write outlives the call.
  std::shared_ptr<const HttpRequest> request;
  Route route;
  std::string correlation_id;
  Behaviour behaviour;
  absl::Time now;  // when it came
  int64_t id = 0;  // in the log
};

HttpReply Gateway::Handle(const HttpRequest& request) {
  Incoming call{.request = std::make_shared<const HttpRequest>(request),
                .route = RouteOf(request),
                .correlation_id = state_.new_uuid(),
                .behaviour = state_.behaviour.Get(),
                .now = state_.clock()};
  call.id = state_.log.Begin(RecordOf(request, call.route, call.now));
  HttpReply reply = call.route.identity() ? AnswerIdentity(call) : Answer(call);
  const absl::Time now = state_.clock();
  reply.headers.emplace_back("Xero-Correlation-Id", call.correlation_id);
  reply.headers.emplace_back(
      "Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone()));
  state_.log.End(call.id, reply.delivery == Delivery::kNone ? 0 : reply.status, now);
  return reply;
}

HttpReply Gateway::AnswerIdentity(const Incoming& call) {
  if (call.route.wrong_verb) return ProblemReply(405, "MethodNotAllowed", call.correlation_id);
  if (call.route.place == Place::kAuthorise) return identity_.Authorise(*call.request);
  std::optional<HttpReply> refusal = identity_.RefuseClient(*call.request);
  if (refusal.has_value()) return *std::move(refusal);
  return RunStruck(call, TakeFault(call),
                   {.run =
                        [this, call] {
                          return call.route.place == Place::kToken
                                     ? identity_.Token(*call.request)
                                     : identity_.Revoke(*call.request);
                        },
                    .form = ErrorForm::kOAuth});
}

Access Gateway::CheckBearer(const HttpRequest& request) const {
  constexpr char kBearer[] = "Bearer ";
  const std::string authorization = request.Header("Authorization").value_or("");
  if (!absl::StartsWithIgnoreCase(authorization, kBearer)) return {};
  const std::string token = authorization.substr(sizeof(kBearer) - 1);
  const TokenVerdict fixed = state_.tokens.Check(token);
  if (fixed == TokenVerdict::kUnknown) return state_.grants.Check(token, state_.clock());
  return {.verdict = fixed,
          .expires = LongExpired(),
          .grant = Grants::kFixed,
          .scopes = {"practicemanager"}};
}

HttpReply Gateway::Answer(const Incoming& call) {
  const Access access = CheckBearer(*call.request);
  const bool refused =
      access.revoked && call.behaviour.revoked_access_token == RevokedAccessToken::k401;
  if (access.verdict == TokenVerdict::kUnknown || refused) {
    return UnauthorizedReply(kUnsuccessful, call.correlation_id, call.behaviour);
  }
  if (access.verdict == TokenVerdict::kExpired) {
    return UnauthorizedReply(TokenExpiredDetail(access.expires), call.correlation_id,
                             call.behaviour);
  }
  return call.route.place == Place::kConnections ? AnswerConnections(call, access)
                                                 : AnswerApi(call, access);
}

HttpReply Gateway::AnswerConnections(const Incoming& call, const Access& access) {
  if (call.route.wrong_verb) return ProblemReply(405, "MethodNotAllowed", call.correlation_id);
  return RunStruck(call, TakeFault(call), {.run = [this, call, access] {
                     const std::string& id = call.route.identifier;
                     return id.empty() ? identity_.Connections(access)
                                       : identity_.Disconnect(access, id, call.correlation_id);
                   }});
}

HttpReply Gateway::Forbidden(const Incoming& call) {
  HttpReply reply = ProblemReply(403, kUnsuccessful, call.correlation_id);
  const int left = state_.limits.CountForApp(state_.clock());
  reply.headers.emplace_back("X-AppMinLimit-Remaining", absl::StrCat(left));
  return reply;
}

HttpReply Gateway::AnswerApi(const Incoming& call, const Access& access) {
  const std::string id = call.request->Header("Xero-Tenant-Id").value_or("");
  const std::optional<Tenant> tenant = state_.tenants.Find(id);
  const bool reached = tenant.has_value() && tenant->type == kPracticeManager &&
                       state_.grants.Reaches(access.grant, tenant->id);
  if (!reached) return Forbidden(call);
  if (call.route.endpoint != nullptr && !Allows(access.scopes, *call.route.endpoint)) {
    return Forbidden(call);
  }
  const std::string counted = absl::AsciiStrToLower(tenant->id);
  const LimitVerdict verdict = state_.limits.Begin(counted, state_.clock());
  if (!verdict.problem.empty()) {
    return RateLimitReply(verdict.problem, verdict.retry_after.value_or(-1));
  }
  HttpReply reply = AnswerEndpoint(call);
  state_.limits.End(counted);
  if (reply.status == 403) {
    reply.headers.emplace_back("X-AppMinLimit-Remaining", absl::StrCat(verdict.app_left));
  } else if (reply.status != 401 && reply.status != 429) {
    AddRemaining(verdict, reply);
  }
  return reply;
}

HttpReply Gateway::AnswerEndpoint(const Incoming& call) {
  if (call.route.endpoint == nullptr) {
    return ProblemReply(404, "ResourceNotFound", call.correlation_id);
  }
  if (call.route.wrong_verb) return ProblemReply(405, "MethodNotAllowed", call.correlation_id);
  const std::optional<Fault> fault = TakeFault(call);
  return RunStruck(call, fault,
                   {.run = [this, call, fault] { return RunEndpoint(call, fault); },
                    .api_method = call.route.endpoint->api_method});
}

HttpReply Gateway::RunEndpoint(const Incoming& call, const std::optional<Fault>& fault) {
  ApiCall api{.request = *call.request,
              .identifier = call.route.identifier,
              .behaviour = call.behaviour,
              .store = state_.store,
              .now = state_.clock(),
              .base_url = state_.base_url};
  const bool later = call.behaviour.updates_shown == UpdatesShown::kLater &&
                     call.route.endpoint->name == "client.api/update";
  if (later) {
    Incoming shown = call;
    shown.behaviour.updates_shown = UpdatesShown::kAtOnce;
    state_.late_writes.Add([this, shown, fault] { RunEndpoint(shown, fault); },
                           absl::ZeroDuration());
    api.only_answer = true;
  }
  const bool also_set = fault.has_value() && fault->kind == FaultKind::kAlsoSet;
  if (also_set) api.meddle = [&](ClientRecord& client) { EditBehindTheScenes(*fault, client); };
  if (fault.has_value() && fault->kind == FaultKind::kHideClient) api.hidden = fault->element;
  if (fault.has_value() && fault->kind == FaultKind::kUnasked) api.unasked = fault->element;
  HttpReply reply = call.route.endpoint->handle(api);
  if (fault.has_value() && fault->kind == FaultKind::kEditAfter) {
    (void)state_.store.Update(api.client_uuid, [&](ClientRecord& client) {
      EditBehindTheScenes(*fault, client);
      return absl::OkStatus();
    });
  }
  return reply;
}

std::optional<Fault> Gateway::TakeFault(const Incoming& call) {
  std::optional<Fault> fault = state_.faults.Take(call.route.name);
  // Drawn for a call that has a fault already, too: the next ones get what they would have got.
  std::optional<Fault> random;
  if (call.route.place == Place::kApi) random = state_.random_faults.Next();
  if (!fault.has_value()) fault = random;
  if (fault.has_value()) {
    state_.log.SetFault(call.id, NameOf(fault->kind), DoesItsWorkFirst(*fault));
  }
  return fault;
}

HttpReply Gateway::RunStruck(const Incoming& call, const std::optional<Fault>& fault,
                             StruckCall struck) {
  if (!fault.has_value()) return struck.run();
  struck.caller_gone = call.request->caller_gone;
  struck.correlation_id = call.correlation_id;
  struck.behaviour = call.behaviour;
  return Strike(*fault, struck, state_.faults, state_.late_writes);
}

void Gateway::EditBehindTheScenes(const Fault& fault, ClientRecord& client) {
  const StaffEdit edit{.values = {{fault.element, fault.value}}};
  // The element's name was checked when the fault was injected.
  (void)ApplyStaffEdit(edit, state_.behaviour.Get(), state_.clock(), client);
}

}  // namespace profilesync::xpm_sandbox

#include "tests/sandbox/xpm/fault_strike.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/document_damage.h"
#include "tests/sandbox/xpm/replies.h"

namespace profilesync::xpm_sandbox {
namespace {

void Grow(int64_t bytes, HttpReply& reply) {
  const size_t last_tag = reply.body.rfind("</");
  reply.pad_at = std::min(last_tag, reply.body.size());
  reply.pad_bytes = std::max<int64_t>(0, bytes + 1 - static_cast<int64_t>(reply.body.size()));
}

// An answer with the endpoint's own shape of an error.
HttpReply Failure(int status, const StruckCall& call, const std::string& text,
                  const std::string& oauth_error) {
  return call.form == ErrorForm::kOAuth ? OAuthErrorReply(status, oauth_error)
                                        : ErrorReply(status, call.api_method, text);
}

HttpReply BusinessError(const Fault& fault, const StruckCall& call) {
  const int status = call.form == ErrorForm::kOAuth ? 400 : 200;
  return Failure(status, call, fault.value, fault.value);
}

HttpReply Substitute(const Fault& fault, const StruckCall& call) {
  switch (fault.kind) {
    case FaultKind::kHtml:
      return HtmlReply(200);
    case FaultKind::kEmpty:
      return {.status = 200};
    case FaultKind::kUnauthorized:
      if (call.form == ErrorForm::kOAuth) return InvalidClientReply();
      return UnauthorizedReply(TokenExpiredDetail(LongExpired()), call.correlation_id,
                               call.behaviour);
    case FaultKind::kBadToken:
      if (call.form == ErrorForm::kOAuth) return InvalidClientReply();
      return UnauthorizedReply(kUnsuccessful, call.correlation_id, call.behaviour);
    case FaultKind::kForbidden:
      return ProblemReply(403, kUnsuccessful, call.correlation_id);
    case FaultKind::kConflict:
      return Failure(409, call, "The client was changed by somebody else", "conflict");
    case FaultKind::kRateMinute:
      return RateLimitReply("minute", fault.retry_after);
    case FaultKind::kRateDay:
      return RateLimitReply("day", fault.retry_after);
    case FaultKind::kRateConcurrent:
      return RateLimitReply("concurrent", -1);
    case FaultKind::kRateApp:
      return RateLimitReply("appminute", -1);
    case FaultKind::kServerErrorJunk:
      return HtmlReply(500);
    case FaultKind::kUnavailable:
      return ProblemReply(503, "ServiceUnavailable", call.correlation_id);
    case FaultKind::kRedirect:
      return {.status = 302, .headers = {{"Location", fault.location}}};
    case FaultKind::kBusinessError:
      return BusinessError(fault, call);
    case FaultKind::kDrop:
    case FaultKind::kLateDrop:
      return Dropped();
    default:
      return Failure(500, call, "An application exception occurred", "server_error");
  }
}

HttpReply Hang(const Fault& fault, const StruckCall& call, FaultQueue& faults) {
  HttpReply reply;
  if (fault.applied) reply = call.run();
  if (faults.Hang(call.caller_gone) != FaultQueue::Wake::kReleased) return Dropped();
  return fault.applied ? reply : call.run();
}

bool IsLate(FaultKind kind) {
  return kind == FaultKind::kLateServerError || kind == FaultKind::kLateDrop ||
         kind == FaultKind::kLateTimeout;
}

// Whether the caller gets XPM's own answer, spoilt or not.
bool IsUsualAnswer(FaultKind kind) {
  switch (kind) {
    case FaultKind::kHalf:
    case FaultKind::kOversize:
    case FaultKind::kCloseMidBody:
    case FaultKind::kResetMidBody:
    case FaultKind::kChunked:
    case FaultKind::kChunkedNoEnd:
    case FaultKind::kContentType:
    case FaultKind::kHideClient:
    case FaultKind::kUnasked:
    case FaultKind::kAlsoSet:
    case FaultKind::kEditAfter:
      return true;
    default:
      return DamagesDocument(kind);
  }
}

void Spoil(const Fault& fault, const Behaviour& behaviour, HttpReply& reply) {
  switch (fault.kind) {
    case FaultKind::kHalf:
      reply.body.resize(reply.body.size() / 2);
      return;
    case FaultKind::kOversize:
      return Grow(fault.bytes, reply);
    case FaultKind::kCloseMidBody:
      reply.delivery = Delivery::kHalfThenClose;
      return;
    case FaultKind::kResetMidBody:
      reply.delivery = Delivery::kHalfThenReset;
      return;
    case FaultKind::kChunked:
      reply.delivery = Delivery::kChunked;
      return;
    case FaultKind::kChunkedNoEnd:
      reply.delivery = Delivery::kChunkedNoEnd;
      return;
    case FaultKind::kContentType:
      return ReplaceHeader("Content-Type", fault.value, reply);
    default:
      if (DamagesDocument(fault.kind)) DamageDocument(fault, behaviour, reply.body);
  }
}

}  // namespace

HttpReply Dropped() { return {.status = 0, .delivery = Delivery::kNone}; }

std::string TokenExpiredDetail(absl::Time expired) {
  return absl::StrCat("TokenExpired: token expired at ",
                      absl::FormatTime("%m/%d/%Y %H:%M:%S", expired, absl::UTCTimeZone()));
}

absl::Time LongExpired() {
  return absl::FromCivil(absl::CivilSecond(2020, 4, 29, 9, 22, 2), absl::UTCTimeZone());
}

bool DoesItsWorkFirst(const Fault& fault) {
  return IsUsualAnswer(fault.kind) || (fault.applied && !IsLate(fault.kind));
}

HttpReply Strike(const Fault& fault, const StruckCall& call, FaultQueue& faults,
                 LateWrites& late_writes) {
  if (fault.kind == FaultKind::kHang) return Hang(fault, call, faults);
  if (IsUsualAnswer(fault.kind)) {
    HttpReply reply = call.run();
    Spoil(fault, call.behaviour, reply);
    return reply;
  }
  if (IsLate(fault.kind)) {
    late_writes.Add([run = call.run] { run(); }, absl::Milliseconds(fault.delay_ms));
  } else if (fault.applied) {
    call.run();
  }
  if (fault.kind == FaultKind::kTimeout || fault.kind == FaultKind::kLateTimeout) {
    faults.Hang(call.caller_gone);
    return Dropped();
  }
  HttpReply reply = Substitute(fault, call);
  const bool can_retry = reply.status == 429 || reply.status == 503;
  if (can_retry && fault.retry_after_header) {
    ReplaceHeader("Retry-After", *fault.retry_after_header, reply);
  }
  return reply;
}

}  // namespace profilesync::xpm_sandbox

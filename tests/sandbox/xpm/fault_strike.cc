#include "tests/sandbox/xpm/fault_strike.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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
    case FaultKind::kServerErrorJunk:
      return HtmlReply(500);
    case FaultKind::kUnavailable:
      return ProblemReply(503, "ServiceUnavailable", call.correlation_id);
    case FaultKind::kRedirect:
      return {.status = 302, .headers = {{"Location", fault.location}}};
    case FaultKind::kBusinessError:
      return BusinessError(fault, call);
    case FaultKind::kDrop:
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

}  // namespace

HttpReply Dropped() { return {.status = 0, .delivery = Delivery::kNone}; }

std::string TokenExpiredDetail(absl::Time expired) {
  return absl::StrCat("TokenExpired: token expired at ",
                      absl::FormatTime("%m/%d/%Y %H:%M:%S", expired, absl::UTCTimeZone()));
}

absl::Time LongExpired() {
  return absl::FromCivil(absl::CivilSecond(2020, 4, 29, 9, 22, 2), absl::UTCTimeZone());
}

HttpReply Strike(const Fault& fault, const StruckCall& call, FaultQueue& faults) {
  HttpReply reply;
  switch (fault.kind) {
    case FaultKind::kHang:
      return Hang(fault, call, faults);
    case FaultKind::kTimeout:
      if (fault.applied) call.run();
      faults.Hang(call.caller_gone);
      return Dropped();
    case FaultKind::kHalf:
      reply = call.run();
      reply.body.resize(reply.body.size() / 2);
      return reply;
    case FaultKind::kOversize:
      reply = call.run();
      Grow(fault.bytes, reply);
      return reply;
    case FaultKind::kCloseMidBody:
    case FaultKind::kResetMidBody:
      reply = call.run();
      reply.delivery = fault.kind == FaultKind::kCloseMidBody ? Delivery::kHalfThenClose
                                                              : Delivery::kHalfThenReset;
      return reply;
    case FaultKind::kAlsoSet:
    case FaultKind::kEditAfter:
      return call.run();
    default:
      if (fault.applied) call.run();
      return Substitute(fault, call);
  }
}

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/fault.h"
#include "tests/sandbox/xpm/http_message.h"
#include "tests/sandbox/xpm/late_writes.h"

namespace profilesync::xpm_sandbox {

// In whose words an endpoint reports a failure.
enum class ErrorForm {
  kResponseError,  // XPM's XML (reference 8)
  kOAuth,          // the token endpoint's JSON (RFC 6749 5.2)
};

// A call that a fault strikes.
struct StruckCall {
  // What the endpoint does without the fault. May be called when the call is over.
  std::function<HttpReply()> run;
  std::function<bool()> caller_gone;
  ErrorForm form = ErrorForm::kResponseError;
  std::string api_method;
  std::string correlation_id;
  Behaviour behaviour;
};

// The connection ends without a byte.
HttpReply Dropped();

// The detail of a 401 for a token that expired at `expired`.
std::string TokenExpiredDetail(absl::Time expired);
inline constexpr char kUnsuccessful[] = "AuthenticationUnsuccessful";
// A moment long ago, for tokens without an expiry of their own.
absl::Time LongExpired();

// Whether a call that the fault strikes does its work before.
bool DoesItsWorkFirst(const Fault& fault);

// What the caller gets; waits where the fault does. What kHideClient, kUnasked, kAlsoSet and
// kEditAfter do is no matter of this: the answer is what `call.run` returns.
HttpReply Strike(const Fault& fault, const StruckCall& call, FaultQueue& faults,
                 LateWrites& late_writes);

}  // namespace profilesync::xpm_sandbox

#pragma once

#include "absl/time/time.h"
#include "server/connector/call_budget.h"
#include "server/connector/http/http_client.h"

namespace profilesync::connector::xpm {

// After how long a call that was one too many may be tried again: what Retry-After says, of a day
// at most, or two seconds where it says nothing, as for too many at a time (reference, section 10).
absl::Duration RetryDelayOf(const http::HttpHeaders& headers);

// What the headers of an answer say about the calls that are left. Every one of them may be absent.
BudgetReport BudgetReportOf(const http::HttpResult& result);

}  // namespace profilesync::connector::xpm

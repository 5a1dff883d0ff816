#include "server/connector/xpm/xpm_api.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/log.h"
#include "common/status.h"
#include "server/connector/xpm/answer.h"
#include "server/connector/xpm/rate_limit.h"

namespace profilesync::connector::xpm {
namespace {

constexpr std::size_t kMaxTenantId = 64;
constexpr std::size_t kMaxCorrelationId = 64;

// A write that the deadline would cut short is not begun: nobody would know what became of it.
absl::Time BeginBy(const http::HttpRequest& request) {
  return request.is_write ? request.deadline - request.timeout : request.deadline;
}

CallReport Report(const http::HttpRequest& request, const http::HttpResult& result,
                  absl::Duration duration) {
  CallReport report{.method = request.method,
                    .path = request.path,
                    .status = result.status,
                    .error = result.error,
                    .duration = duration};
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    absl::StrAppend(&report.path, std::string(1, separator), name);
    separator = '&';
  }
  report.correlation_id =
      result.headers.Find("Xero-Correlation-Id").value_or("").substr(0, kMaxCorrelationId);
  return report;
}

}  // namespace

bool IsTenantId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxTenantId &&
         std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

void LogCall(const CallReport& report) {
  const bool ok = report.status == 200 && report.error.empty();
  Log(ok ? LogLevel::kInfo : LogLevel::kWarning,
      absl::StrCat("xpm call method=", report.method, " path=", report.path, " status=",
                   report.status, " duration_ms=", absl::ToInt64Milliseconds(report.duration),
                   " correlation_id=", report.correlation_id, " error=\"", report.error, "\""));
}

XpmApi::XpmApi(http::BaseUrl base, std::optional<SecretFile> token, Options options, CallHook hook,
               const Clock* clock)
    : http_(std::move(base), std::move(options.http), clock),
      token_(std::move(token)),
      hook_(std::move(hook)),
      clock_(clock) {}

absl::StatusOr<std::string> XpmApi::TokenOf(const Tenant& tenant, absl::Time deadline) const {
  if (tenant.credentials != nullptr) {
    return tenant.credentials->AccessToken(deadline);
  }
  const auto refuse = [](std::string_view why) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION, why);
  };
  if (!token_) {
    return refuse("the add-on has no authorisation");
  }
  auto token = token_->Read();
  return token.ok() ? std::move(token) : refuse(SV(token.status().message()));
}

absl::StatusOr<http::HttpResult> XpmApi::Send(const Tenant& tenant, http::HttpRequest request) {
  if (!IsTenantId(tenant.tenant_id)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::ACCESS_DENIED,
                     "the practice system can't have such a tenant");
  }
  ASSIGN_OR_RETURN(std::string token, TokenOf(tenant, BeginBy(request)));
  ASSIGN_OR_RETURN(http::HttpResult result, SendWith(token, tenant, request));
  if (tenant.credentials == nullptr || result.outcome != http::HttpResult::Outcome::kAnswered) {
    return result;
  }
  if (result.status == 401) {
    // Who isn't let in has changed nothing, so that a write may go out once more.
    ASSIGN_OR_RETURN(token, tenant.credentials->AccessTokenInPlaceOf(token, BeginBy(request)));
    ASSIGN_OR_RETURN(result, SendWith(token, tenant, std::move(request)));
  }
  if (DeniesAccess(result)) {
    tenant.credentials->AccessDenied(token);
  }
  return result;
}

absl::StatusOr<http::HttpResult> XpmApi::SendWith(std::string_view token, const Tenant& tenant,
                                                  http::HttpRequest request) {
  const absl::Time begin_by = BeginBy(request);
  if (clock_->Now() > begin_by) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, v1::DEADLINE_PASSED,
                     "too little time is left to call the practice system");
  }
  std::unique_ptr<CallBudget::Permit> permit;
  if (tenant.budget != nullptr) {
    ASSIGN_OR_RETURN(permit, tenant.budget->Begin(begin_by, request.timeout));
  }
  request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", AV(token)));
  request.headers.emplace_back("Xero-Tenant-Id", tenant.tenant_id);
  request.headers.emplace_back("Accept", "application/xml");
  if (!request.body.empty()) {
    request.headers.emplace_back("Content-Type", "application/xml");
  }
  const absl::Time start = clock_->Now();
  http::HttpResult result = http_.Send(request);
  hook_(Report(request, result, clock_->Now() - start));
  if (permit != nullptr) {
    permit->Report(BudgetReportOf(result));
  }
  return result;
}

}  // namespace profilesync::connector::xpm

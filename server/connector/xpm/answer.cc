#include "server/connector/xpm/answer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"
#include "server/connector/http/outcome_status.h"
#include "server/connector/xpm/hide_number.h"
#include "server/connector/xpm/rate_limit.h"

namespace profilesync::connector::xpm {
namespace {

using Outcome = http::HttpResult::Outcome;

constexpr std::size_t kMaxTextCharacters = 200;

// At most 200 characters on one line.
std::string Shorten(std::string_view text) {
  std::string shortened;
  std::size_t characters = 0;
  for (const char c : absl::StripAsciiWhitespace(AV(text))) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80 && ++characters > kMaxTextCharacters) {
      break;
    }
    shortened += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return shortened;
}

// The number goes before the text is cut: half of it, at the end, wouldn't be found any more.
absl::Status Refused(std::string_view text, std::string_view tax_number) {
  const std::string shortened = Shorten(HideNumber(text, tax_number));
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::REFUSED_BY_PRACTICE_SYSTEM,
                   shortened.empty() ? "the practice system refused without saying why"
                                     : absl::StrCat("the practice system refused: ", shortened));
}

absl::Status BudgetExhausted(const http::HttpHeaders& headers, std::string_view tax_number) {
  const std::string which = absl::AsciiStrToLower(
      Shorten(HideNumber(headers.Find("X-Rate-Limit-Problem").value_or("unnamed"), tax_number)));
  return WithRetryAfter(
      MakeError(
          absl::StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED,
          absl::StrCat("the practice system allows no more calls for now (", which, " limit)")),
      RetryDelayOf(headers));
}

// The ErrorDescription of a ResponseError; "" where the body is none.
std::string ErrorText(const std::string& body) {
  ResponseParser parser([](const XmlElement&) { return absl::OkStatus(); }, body.size());
  const bool readable = parser.Feed(body).ok() && parser.Finish().ok();
  return readable ? parser.envelope().error_description : "";
}

// The reference knows no text for certain; these are what it and common sense expect.
bool SaysUnknownClient(std::string_view text) {
  const std::string lower = absl::AsciiStrToLower(AV(text));
  for (const char* sign : {"invalid client identifier", "not found", "does not exist",
                           "doesn't exist", "unknown client", "no such client"}) {
    if (absl::StrContains(lower, sign)) {
      return true;
    }
  }
  return false;
}

// Whether the body is a page or a JSON problem, which gateways answer with, and not a
// ResponseError.
bool IsFromGateway(std::string_view body) {
  const auto start =
      absl::AsciiStrToLower(absl::StripLeadingAsciiWhitespace(AV(body)).substr(0, 9));
  return absl::StartsWith(start, "{") || absl::StartsWith(start, "<html") ||
         absl::StartsWith(start, "<!doctype");
}

absl::Status StatusOfHttpStatus(const http::HttpResult& result, std::string_view tax_number) {
  switch (result.status) {
    case 200:
      return absl::OkStatus();
    case 401:
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION,
                       "the practice system doesn't accept the authorisation any more");
    case 403:
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::ACCESS_DENIED,
                       "the practice system refuses access to the tenant");
    case 408:
      return Unavailable("the practice system answered HTTP 408");
    case 429:
      return BudgetExhausted(result.headers, tax_number);
    default:
      break;
  }
  if (result.status >= 400 && result.status < 500 && !IsFromGateway(result.body)) {
    const std::string text = ErrorText(result.body);
    // Any server says 404 of itself; XPM has a text.
    if (!text.empty() || result.status != 404) {
      return Refused(text.empty() ? absl::StrCat("HTTP ", result.status) : text, tax_number);
    }
  }
  return Unavailable(absl::StrCat("the practice system answered HTTP ", result.status));
}

}  // namespace

absl::Status Unavailable(std::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE, why);
}

absl::Status NotFound(std::string_view client_id) {
  return MakeError(absl::StatusCode::kNotFound, v1::PRACTICE_CLIENT_NOT_FOUND,
                   "the practice system has no such client",
                   {{"practice_client_id", std::string(client_id)}});
}

absl::Status StatusOfAnswer(const http::HttpResult& result, std::string_view tax_number) {
  RETURN_IF_ERROR(http::StatusOfOutcome(result));
  return StatusOfHttpStatus(result, tax_number);
}

absl::Status StatusOfGet(const http::HttpResult& result, std::string_view client_id,
                         std::string_view tax_number) {
  const bool may_tell =
      result.outcome == Outcome::kAnswered && (result.status == 404 || result.status == 500);
  if (!may_tell) {
    return StatusOfAnswer(result, tax_number);
  }
  return SaysUnknownClient(ErrorText(result.body))
             ? NotFound(client_id)
             : Unavailable(absl::StrCat("the practice system answered HTTP ", result.status));
}

absl::Status StatusOfEnvelope(const Envelope& envelope, std::string_view client_id,
                              std::string_view tax_number) {
  if (!envelope.IsError()) {
    return absl::OkStatus();
  }
  return !client_id.empty() && SaysUnknownClient(envelope.error_description)
             ? NotFound(client_id)
             : Refused(envelope.error_description, tax_number);
}

bool ProvesRefusal(const http::HttpResult& result) {
  if (result.outcome != Outcome::kAnswered) {
    return !result.may_have_been_sent;
  }
  // 408 is what a gateway says that didn't see the end of it.
  return result.status >= 400 && result.status < 500 && result.status != 408;
}

bool DeniesAccess(const http::HttpResult& result) {
  return result.outcome == Outcome::kAnswered && result.status == 403 &&
         absl::StrContains(result.body, "AuthenticationUnsuccessful");
}

}  // namespace profilesync::connector::xpm

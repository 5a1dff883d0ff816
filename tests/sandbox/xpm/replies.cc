#include "tests/sandbox/xpm/replies.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/xml_writer.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr char kHtmlPage[] =
    "<!DOCTYPE html>\n<html><head><title>We'll be back soon</title></head>"
    "<body><h1>Practice Manager is being looked after</h1><p>Try again "
    "later.<br></p></body></html>\n";

HttpReply UnknownClientReply(const std::string& api_method, const Behaviour& behaviour) {
  switch (behaviour.unknown_client) {
    case UnknownClient::kError:
      return ErrorReply(200, api_method, "Invalid client identifier");
    case UnknownClient::k404:
      return ErrorReply(404, api_method, "Client not found");
    case UnknownClient::k500:
      break;
  }
  return ErrorReply(500, api_method, "An application exception occurred");
}

}  // namespace

HttpReply XmlReply(int status, std::string document) {
  return {.status = status,
          .headers = {{"Content-Type", "text/xml; charset=utf-8"}},
          .body = std::move(document)};
}

HttpReply OkReply(const std::string& api_method, std::string content) {
  XmlWriter head;
  head.OpenWith("Response", "api-method", api_method);
  head.Scalar("Status", "OK");
  // Into the content, not the other way about: a list may have 50 MB of it.
  content.insert(0, head.Take());
  content += "</Response>";
  return XmlReply(200, std::move(content));
}

HttpReply ErrorReply(int status, const std::string& api_method, const std::string& description) {
  XmlWriter xml;
  xml.OpenWith("Response", "api-method", api_method);
  xml.Scalar("Status", "ERROR");
  xml.Scalar("ErrorDescription", description);
  xml.Close("Response");
  return XmlReply(status, xml.Take());
}

HttpReply ProblemReply(int status, const std::string& detail, const std::string& correlation_id) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = absl::StrCat("{\"Type\":null,\"Title\":\"", ReasonOf(status),
                               "\",\"Status\":", status, ",\"Detail\":\"", detail,
                               "\",\"Instance\":\"", correlation_id, "\",\"Extensions\":{}}")};
}

HttpReply UnauthorizedReply(const std::string& detail, const std::string& correlation_id,
                            const Behaviour& behaviour) {
  HttpReply reply = ProblemReply(401, detail, correlation_id);
  if (behaviour.problem_content_type == ProblemContentType::kMissing) reply.headers.clear();
  reply.headers.emplace_back("WWW-Authenticate", "Bearer error=invalid_token");
  return reply;
}

HttpReply RateLimitReply(const std::string& problem, int retry_after) {
  HttpReply reply{.status = 429, .headers = {{"X-Rate-Limit-Problem", problem}}};
  if (retry_after >= 0) reply.headers.emplace_back("Retry-After", absl::StrCat(retry_after));
  return reply;
}

void ReplaceHeader(const std::string& name, const std::string& value, HttpReply& reply) {
  std::erase_if(reply.headers,
                [&](const auto& header) { return absl::EqualsIgnoreCase(header.first, name); });
  if (!value.empty()) reply.headers.emplace_back(name, value);
}

HttpReply HtmlReply(int status) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"}},
          .body = kHtmlPage};
}

HttpReply JsonReply(int status, std::string document) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = std::move(document)};
}

HttpReply OAuthErrorReply(int status, const std::string& error) {
  // Error codes have no character that JSON would escape (RFC 6749 5.2).
  HttpReply reply = JsonReply(status, absl::StrCat("{\"error\":\"", error, "\"}"));
  ForbidStoring(reply);
  return reply;
}

HttpReply InvalidClientReply() {
  HttpReply reply = OAuthErrorReply(401, "invalid_client");
  reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"xero\"");
  return reply;
}

void ForbidStoring(HttpReply& reply) {
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.headers.emplace_back("Pragma", "no-cache");
}

HttpReply ReplyFor(const absl::Status& status, const std::string& api_method,
                   const Behaviour& behaviour) {
  const std::string text(status.message());
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return ErrorReply(200, api_method, text);
    case absl::StatusCode::kFailedPrecondition:
      return ErrorReply(400, api_method, text);
    case absl::StatusCode::kAborted:
      return ErrorReply(409, api_method, text);
    case absl::StatusCode::kNotFound:
      return UnknownClientReply(api_method, behaviour);
    default:
      return ErrorReply(500, api_method, text);
  }
}

}  // namespace profilesync::xpm_sandbox

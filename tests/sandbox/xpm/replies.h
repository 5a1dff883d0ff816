#pragma once

#include <string>

#include "absl/status/status.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/http_message.h"

namespace profilesync::xpm_sandbox {

// A document in XPM's Content-Type.
HttpReply XmlReply(int status, std::string document);

// `<Response api-method="…"><Status>OK</Status>` + content + `</Response>`.
HttpReply OkReply(const std::string& api_method, std::string content);

// The business shape of an error: Status ERROR and an ErrorDescription, with HTTP 200 or another.
HttpReply ErrorReply(int status, const std::string& api_method, const std::string& description);

// The gateway's shape of an error: a JSON problem (reference 8).
HttpReply ProblemReply(int status, const std::string& detail, const std::string& correlation_id);

// ProblemReply for 401, with its WWW-Authenticate.
HttpReply UnauthorizedReply(const std::string& detail, const std::string& correlation_id,
                            const Behaviour& behaviour);

// 429: no body, no Content-Type. `retry_after` below 0 leaves the header out.
HttpReply RateLimitReply(const std::string& problem, int retry_after);

// Puts `value` in the place of all headers of that name; an empty one removes them.
void ReplaceHeader(const std::string& name, const std::string& value, HttpReply& reply);

HttpReply HtmlReply(int status);

HttpReply JsonReply(int status, std::string document);

// The token endpoint's shape of an error, `{"error": "…"}` (RFC 6749 5.2), which no cache may keep.
HttpReply OAuthErrorReply(int status, const std::string& error);
// 401 invalid_client, with its WWW-Authenticate.
HttpReply InvalidClientReply();
// Tells caches to keep nothing (RFC 6749 5.1).
void ForbidStoring(HttpReply& reply);

// Names of the statuses that handlers fail with: what each becomes on the wire.
//   INVALID_ARGUMENT     200 with Status ERROR
//   FAILED_PRECONDITION  400 with Status ERROR
//   ABORTED              409 with Status ERROR
//   NOT_FOUND            an unknown client, as `behaviour` has it
//   anything else        500 with Status ERROR
HttpReply ReplyFor(const absl::Status& status, const std::string& api_method,
                   const Behaviour& behaviour);

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "server/connector/http/http_client.h"
#include "server/connector/xpm/response_parser.h"

namespace profilesync::connector::xpm {

// In all of these, `tax_number` is what was sent and is taken out of any text that comes back, so
// that a practice system that quotes it doesn't bring it into logs. "" where none was.

// XPM's answers in the words of Connector. OK means: HTTP 200, whole, and to be parsed.
absl::Status StatusOfAnswer(const http::HttpResult& result, std::string_view tax_number = "");

// The same for a call about the one client `client_id`. NOT_FOUND where XPM's own text says that
// there is none: links are taken for broken by it, so a status alone, which a proxy or a wrong
// address gives too, doesn't do.
absl::Status StatusOfGet(const http::HttpResult& result, std::string_view client_id,
                         std::string_view tax_number = "");

// OK, or what the practice system says went wrong though HTTP was fine; for a read of one client
// NOT_FOUND where its text says so, if `client_id` isn't "".
absl::Status StatusOfEnvelope(const Envelope& envelope, std::string_view client_id,
                              std::string_view tax_number = "");

// Whether the answer to a write proves that it was not applied. What isn't known to prove it
// doesn't.
bool ProvesRefusal(const http::HttpResult& result);

absl::Status Unavailable(std::string_view why);
absl::Status NotFound(std::string_view client_id);

// Whether XPM itself said that the caller may not see the tenant: a 403 with the JSON problem of
// the reference's section 8. What a proxy on the way forbids says nothing about the tenant.
bool DeniesAccess(const http::HttpResult& result);

}  // namespace profilesync::connector::xpm

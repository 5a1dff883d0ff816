#pragma once

#include <optional>
#include <string>

#include "tests/sandbox/xpm/http_message.h"
#include "tests/sandbox/xpm/state.h"

namespace profilesync::xpm_sandbox {

// Xero's OAuth endpoints (reference 3; RFC 6749, 7009, 7636), which on the real thing have hosts of
// their own. Thread-safe.
class Identity {
 public:
  explicit Identity(State& state) : state_(state) {}

  // Consents at once, where a browser would show the user a page: 302 to the redirect URI.
  HttpReply Authorise(const HttpRequest& request);

  // What the app gets from the endpoints below when it doesn't prove to be itself.
  std::optional<HttpReply> RefuseClient(const HttpRequest& request) const;
  HttpReply Token(const HttpRequest& request);
  HttpReply Revoke(const HttpRequest& request);

  HttpReply Connections(const Access& access);
  HttpReply Disconnect(const Access& access, const std::string& connection_id,
                       const std::string& correlation_id);

 private:
  State& state_;
};

}  // namespace profilesync::xpm_sandbox

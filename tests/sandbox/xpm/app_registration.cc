#include "tests/sandbox/xpm/app_registration.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "tests/sandbox/xpm/http_message.h"

namespace profilesync::xpm_sandbox {

AppRegistration::AppRegistration(std::string client_id, std::string client_secret,
                                 std::vector<std::string> redirect_uris)
    : client_id_(std::move(client_id)),
      redirect_uris_(std::move(redirect_uris)),
      client_secret_(std::move(client_secret)) {}

bool AppRegistration::IsClient(const std::string& client_id) const {
  return !client_id_.empty() && client_id == client_id_;
}

bool AppRegistration::HasRedirectUri(const std::string& uri) const {
  return std::find(redirect_uris_.begin(), redirect_uris_.end(), uri) != redirect_uris_.end();
}

bool AppRegistration::Authenticates(const std::string& authorization) const {
  constexpr char kBasic[] = "Basic ";
  std::string pair;
  if (!absl::StartsWithIgnoreCase(authorization, kBasic) ||
      !absl::Base64Unescape(authorization.substr(sizeof(kBasic) - 1), &pair)) {
    return false;
  }
  const size_t colon = pair.find(':');
  if (colon == std::string::npos || !IsClient(UrlDecode(pair.substr(0, colon)))) return false;
  std::lock_guard<std::mutex> lock(mutex_);
  return !client_secret_.empty() && UrlDecode(pair.substr(colon + 1)) == client_secret_;
}

void AppRegistration::SetSecret(std::string client_secret) {
  std::lock_guard<std::mutex> lock(mutex_);
  client_secret_ = std::move(client_secret);
}

}  // namespace profilesync::xpm_sandbox

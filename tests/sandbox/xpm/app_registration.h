#pragma once

#include <mutex>
#include <string>
#include <vector>

namespace profilesync::xpm_sandbox {

// The app as Xero's developer portal has it. Without a client id there is none. Thread-safe.
class AppRegistration {
 public:
  AppRegistration(std::string client_id, std::string client_secret,
                  std::vector<std::string> redirect_uris);

  bool IsClient(const std::string& client_id) const;
  // To the letter: no wildcards (reference 3.2).
  bool HasRedirectUri(const std::string& uri) const;
  // Whether an Authorization header is HTTP Basic with the app's id and secret, each form-encoded
  // (RFC 6749 2.3.1).
  bool Authenticates(const std::string& authorization) const;
  void SetSecret(std::string client_secret);

 private:
  const std::string client_id_;
  const std::vector<std::string> redirect_uris_;
  mutable std::mutex mutex_;
  std::string client_secret_;
};

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <string>

#include "tests/sandbox/xpm/api.h"
#include "tests/sandbox/xpm/http_message.h"

namespace profilesync::xpm_sandbox {

// Without the slash before them.
inline constexpr char kConnectionsPath[] = "connections";
inline constexpr char kAuthorisePath[] = "identity/connect/authorize";
inline constexpr char kTokenPath[] = "connect/token";
inline constexpr char kRevocationPath[] = "connect/revocation";

enum class Place { kNowhere, kApi, kConnections, kAuthorise, kToken, kRevocation };

// Where a request goes.
struct Route {
  Place place = Place::kNowhere;
  // As in the log and in faults: "client.api/get", "connect/token"; empty for nowhere.
  std::string name;
  // What stands after the name: the UUID of client.api/get/{uuid} and connections/{id}.
  std::string identifier;
  // Of kApi.
  const Endpoint* endpoint = nullptr;
  bool wrong_verb = false;

  bool identity() const {
    return place == Place::kAuthorise || place == Place::kToken || place == Place::kRevocation;
  }
};

Route RouteOf(const HttpRequest& request);

// Whether faults may wait for calls of that name. Those of authorize come from a user's browser,
// not from the app: none strikes them.
bool TakesFaults(const std::string& name);

}  // namespace profilesync::xpm_sandbox

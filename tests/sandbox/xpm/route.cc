#include "tests/sandbox/xpm/route.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace profilesync::xpm_sandbox {
namespace {

Route ApiRoute(const std::string& path, const std::string& method) {
  for (const Endpoint& endpoint : Endpoints()) {
    const std::string prefix = endpoint.name + "/";
    const bool here = endpoint.takes_identifier
                          ? absl::StartsWith(path, prefix) && path.size() > prefix.size()
                          : path == endpoint.name;
    if (!here) continue;
    return {.place = Place::kApi,
            .name = endpoint.name,
            .identifier = endpoint.takes_identifier ? path.substr(prefix.size()) : "",
            .endpoint = &endpoint,
            .wrong_verb = method != endpoint.verb};
  }
  return {};
}

}  // namespace

Route RouteOf(const HttpRequest& request) {
  absl::string_view path = request.path;
  if (absl::ConsumePrefix(&path, kBasePath)) return ApiRoute(std::string(path), request.method);
  if (!absl::ConsumePrefix(&path, "/")) return {};
  const auto at = [&](Place place, const char* name, const char* verb) -> Route {
    return {.place = place, .name = name, .wrong_verb = request.method != verb};
  };
  if (path == kAuthorisePath) return at(Place::kAuthorise, kAuthorisePath, "GET");
  if (path == kTokenPath) return at(Place::kToken, kTokenPath, "POST");
  if (path == kRevocationPath) return at(Place::kRevocation, kRevocationPath, "POST");
  if (path == kConnectionsPath) return at(Place::kConnections, kConnectionsPath, "GET");
  if (absl::ConsumePrefix(&path, absl::StrCat(kConnectionsPath, "/")) && !path.empty()) {
    Route route = at(Place::kConnections, kConnectionsPath, "DELETE");
    route.identifier = std::string(path);
    return route;
  }
  return {};
}

bool TakesFaults(const std::string& name) {
  const std::array<std::string, 3> others = {kConnectionsPath, kTokenPath, kRevocationPath};
  const auto& all = Endpoints();
  return std::find(others.begin(), others.end(), name) != others.end() ||
         std::any_of(all.begin(), all.end(), [&](const Endpoint& e) { return e.name == name; });
}

}  // namespace profilesync::xpm_sandbox

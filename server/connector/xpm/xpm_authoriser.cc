#include "server/connector/xpm/xpm_authoriser.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "common/status.h"
#include "server/connector/oauth/pkce.h"
#include "server/connector/xpm/answer.h"
#include "server/connector/xpm/xpm_api.h"

namespace profilesync::connector::xpm {
namespace {

using nlohmann::json;

std::string TextOf(const json& object, const char* member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

XpmAuthoriser::XpmAuthoriser(Options options, const Clock* clock)
    : login_(std::move(options.login)),
      scope_(absl::StrJoin(options.scopes, " ")),
      redirect_uri_(options.tokens.redirect_uri),
      credentials_(options.tokens.credentials),
      tokens_(std::move(options.identity), options.tokens, clock),
      connections_(std::move(options.connections), options.tokens.http, clock) {}

absl::StatusOr<std::string> XpmAuthoriser::AuthoriseUri(std::string_view state,
                                                        std::string_view code_verifier) const {
  const auto client = credentials_();
  if (!client.ok()) {
    LogError("no client id for the authorisation server: ", client.status().message());
    return Unavailable("this server has no client id for the practice system");
  }
  return login_.Resolve("identity/connect/authorize",
                        {{"response_type", "code"},
                         {"client_id", client->id},
                         {"redirect_uri", redirect_uri_},
                         {"scope", scope_},
                         {"state", std::string(state)},
                         {"code_challenge", oauth::CodeChallenge(code_verifier)},
                         {"code_challenge_method", "S256"}});
}

absl::StatusOr<std::vector<AuthorisedTenant>> XpmAuthoriser::Tenants(
    std::string_view access_token) {
  http::HttpRequest request{.path = "connections", .timeout = LongestCall()};
  request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", AV(access_token)));
  request.headers.emplace_back("Accept", "application/json");
  const http::HttpResult answer = connections_.Send(request);
  RETURN_IF_ERROR(StatusOfAnswer(answer));
  return ParseConnections(answer.body);
}

std::vector<std::string> DefaultScopes() { return {"offline_access", "practicemanager.client"}; }

absl::StatusOr<std::vector<AuthorisedTenant>> ParseConnections(std::string_view body) {
  const json connections =
      json::parse(body.begin(), body.end(), nullptr, /*allow_exceptions=*/false);
  if (!connections.is_array()) {
    return Unavailable("the list of connections can't be read");
  }
  std::vector<AuthorisedTenant> tenants;
  for (const json& connection : connections) {
    const std::string id = TextOf(connection, "tenantId");
    if (TextOf(connection, "tenantType") == "PRACTICEMANAGER" && IsTenantId(id)) {
      tenants.push_back({id, TextOf(connection, "tenantName")});
    }
  }
  std::sort(tenants.begin(), tenants.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return tenants;
}

}  // namespace profilesync::connector::xpm

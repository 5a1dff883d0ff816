#include "tests/sandbox/xpm/api.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace profilesync::xpm_sandbox {

const std::vector<Endpoint>& Endpoints() {
  static const auto* const kEndpoints = new std::vector<Endpoint>{
      {"client.api/list", "GET", false, "List", &ListClients},
      {"client.api/paged-list", "GET", false, "PagedList", &PagedListClients},
      {"client.api/search", "GET", false, "Search", &SearchClients},
      {"client.api/get", "GET", true, "Get", &GetClient},
      {"client.api/add", "POST", false, "Add", &AddClient},
      {"client.api/update", "PUT", false, "Update", &UpdateClient},
      {"client.api/archive", "PUT", false, "Archive", &ArchiveClient},
      {"client.api/delete", "POST", false, "Delete", &DeleteClient},
  };
  return *kEndpoints;
}

bool Allows(const std::vector<std::string>& scopes, const Endpoint& endpoint) {
  const std::string resource = endpoint.name.substr(0, endpoint.name.find(".api/"));
  const std::string granular = absl::StrCat("practicemanager.", resource);
  const bool reads = endpoint.verb == "GET";
  return std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
    const bool writes_too = scope == "practicemanager" || scope == granular;
    return writes_too ||
           (reads && (scope == "practicemanager.read" || scope == absl::StrCat(granular, ".read")));
  });
}

}  // namespace profilesync::xpm_sandbox

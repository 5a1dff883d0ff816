#include "tests/sandbox/xpm/api.h"

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

}  // namespace profilesync::xpm_sandbox

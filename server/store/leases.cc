#include "server/store/leases.h"

#include "server/store/records.h"

namespace profilesync::store {

bool IsHeld(const Lease& lease, absl::Time now) {
  return lease.expiry > now && lease.expiry < now + kLongestLease;
}

std::string LinkLeaseKey(std::string_view link) { return "link:" + std::string(link); }

std::string ExportLeaseKey(std::string_view operation) {
  return "export:" + std::string(operation);
}

std::string RefreshLeaseKey(std::string_view add_on) { return "refresh:" + std::string(add_on); }

std::string CredentialsLeaseKey(std::string_view add_on) {
  return "credentials:" + std::string(add_on);
}

std::string LongOperationLeaseKey(std::string_view operation) {
  return "operation:" + std::string(operation);
}

}  // namespace profilesync::store

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/normalise.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/type/practice_client.pb.h"
#include "profilesync/v1/profile.pb.h"
#include "server/connector/connector.h"
#include "server/environment.h"

namespace profilesync::profile {

// Clients of the practice system that may be a profile's.
struct Lookalikes {
  std::string text;  // what was searched for
  std::vector<type::PracticeClient> clients;
  bool truncated = false;  // there are more
};

// Searches the practice system by the profile's name: a person's by the family name, which the
// practice system may list first; by the whole name where too many have the family name. Errors as
// Connector::Search.
absl::StatusOr<Lookalikes> SearchLookalikes(connector::Connector& connector,
                                            const connector::Tenant& tenant,
                                            const v1::Profile& profile,
                                            const connector::CallOptions& options);

// Adds the clients linked under the add-on to the firm's profiles of the same name, as last
// fetched: a search may have missed one.
absl::Status AddLinkedLookalikes(const v1::Firm& firm, const v1::Profile& profile,
                                 std::string_view add_on, const store::Reader& reader,
                                 std::vector<type::PracticeClient>* clients);

// How to tell, later, a client that wasn't there yet.
storage::v1::ExportJournal ToJournal(const connector::Tenant& tenant, const Lookalikes& lookalikes);

// Looks for the client that the export with this journal may have created, by one search: the only
// one that wasn't there before and has the values. Errors as Connector::Search;
// FAILED_PRECONDITION, saying why, where there isn't exactly one.
absl::StatusOr<type::PracticeClient> FindCreated(connector::Connector& connector,
                                                 const connector::Tenant& tenant,
                                                 const Normaliser& normaliser,
                                                 const storage::v1::SyncJournal& journal,
                                                 const connector::CallOptions& options);

// Whether the client that the practice system answered with can be a new one.
bool IsNew(const storage::v1::SyncJournal& journal, const type::PracticeClient& client);

}  // namespace profilesync::profile

#pragma once

#include <map>
#include <string>
#include <vector>

#include "profilesync/v1/link.pb.h"
#include "profilesync/v1/profile.pb.h"
#include "profilesync/v1/profile_change.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "profilesync/v1/sync_service.pb.h"
#include "tests/robustness/load/api.h"

namespace profilesync::testing {

// All that a server's store holds of firms/f, as its API tells.
struct Held {
  std::map<std::string, v1::Profile> profiles;  // by name, as all here
  std::map<std::string, v1::Link> links;
  std::map<std::string, v1::SyncOperation> operations;
  std::vector<v1::ProfileChange> changes;
  // Of each link, by its name, that an operation names.
  std::map<std::string, std::vector<v1::FieldHistoryEntry>> history;

  // The operations from the first to the last.
  std::vector<v1::SyncOperation> InOrder() const;
};

Held ReadAll(const Api& api);

// Whether an operation has come to its end.
bool IsOver(v1::SyncOperation::State state);
// Whether it is still to be settled without anybody's help.
bool IsOpen(v1::SyncOperation::State state);
// Whether a state may come after the other.
bool MayFollow(v1::SyncOperation::State before, v1::SyncOperation::State after);

}  // namespace profilesync::testing

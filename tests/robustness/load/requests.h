#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "profilesync/v1/diff.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "profilesync/v1/sync_service.pb.h"
#include "tests/robustness/load/api.h"
#include "tests/robustness/load/world.h"

namespace profilesync::testing {

// What a caller was told.
struct Told {
  Answer answer;
  // The sync operation or long-running operation that was answered with, or is in the way; "":
  // none.
  std::string operation;
  v1::SyncOperation::State state = v1::SyncOperation::STATE_UNSPECIFIED;  // of a sync operation
  std::string text;                                                       // the whole answer
};

// Makes one request, with a request_id of its own that is the same each time.
using Ask = std::function<Told(const Api&)>;

// A request_id, another for each pair.
std::string RequestId(unsigned seed, int number);

using Directions = std::map<std::string, v1::SyncDirection>;

// Of those fields that differ and may be synced so. No fields: none do.
v1::SyncProfileRequest SyncOf(const v1::Diff& diff, const Directions& directions,
                              const std::string& request_id);

Ask Saving(const std::string& profile, const std::string& field, const std::string& value,
           const std::string& request_id);
Ask Creating(const std::string& profile_id, const std::map<std::string, std::string>& fields,
             const std::string& request_id);
Ask Linking(const std::string& link_id, const std::string& profile, const std::string& client,
            const std::string& request_id);
Ask Unlinking(const std::string& link, const std::string& request_id);
Ask Syncing(const v1::SyncProfileRequest& request);
Ask Suggesting(const v1::Diff& diff, const std::string& request_id);
Ask Reverting(const std::string& operation, const std::string& request_id);
Ask Restoring(const std::string& operation, const std::string& request_id);
Ask Exporting(const std::string& profile, const std::string& request_id);
Ask Resolving(const std::string& operation, bool applied, const std::string& request_id);
Ask RefreshingLink(const std::string& link, const std::string& request_id);
// Begin a long-running operation.
Ask RefreshingFirm(const std::string& request_id);
Ask Importing(const std::vector<std::string>& clients, const std::string& filter,
              const std::string& request_id);

v1::Diff DiffOf(const Api& api, const std::string& link);

// A profile with a website and an address, linked with a client that has a phone and another
// website, "old.example". Returns the client's id.
inline constexpr char kLinkedProfile[] = "firms/f/profiles/p";
inline constexpr char kLinkedLink[] = "firms/f/links/l";
std::string MakeLinkedProfile(World& world);

}  // namespace profilesync::testing

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/model/link_state.h"
#include "server/store/records.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {

// The sync that a diff's suggestions come to, of the fields by which the filter chose its link.
v1::SyncProfileRequest SuggestedSync(const v1::Diff& diff, const store::DifferingFilter& filter);

// What applying suggestions is asked for.
struct SuggestedRequest {
  const v1::SyncProfileRequest& sync;  // of SuggestedSync
  std::string request_id;              // as the caller set it
  std::string long_operation;          // what it is a part of, or ""
  bool validate_only = false;
};

// Applies suggestions to the link of `state`. As RunOperation.
absl::StatusOr<v1::SyncOperation> RunSuggested(const Environment& environment,
                                               const access::Call& call,
                                               const SuggestedRequest& request,
                                               const verb::RequestId& request_id,
                                               model::LinkState state);

}  // namespace profilesync::sync

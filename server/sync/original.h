#pragma once

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/environment.h"
#include "server/model/link_state.h"
#include "server/store/store.h"
#include "server/verb/request_id.h"

// The operation that another one undoes.
namespace profilesync::sync {

// FAILED_PRECONDITION (OPERATION_UNFINISHED) while it isn't known what it did.
absl::Status CheckFinished(const v1::SyncOperation& operation);

// What the store tells of an operation that is to be undone, before the practice system is asked.
struct Original {
  std::optional<v1::SyncOperation> answered;  // to an earlier call with the same request_id
  store::SyncOperationRow row;
  model::LinkState state;  // of its link, for writing to the same practice client again
};

// NOT_FOUND; what `check` refuses; FAILED_PRECONDITION (LINK_REQUIRED) where the profile is no
// longer linked with the operation's practice client, or what FindActiveAddOn and RequireConnector
// say.
absl::StatusOr<Original> FindOriginal(
    const Environment& environment, const std::string& name, const verb::RequestId& request_id,
    absl::FunctionRef<absl::Status(const store::SyncOperationRow&)> check);

}  // namespace profilesync::sync

#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/access/call.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/fetch.h"
#include "server/model/link_state.h"
#include "server/store/store.h"
#include "server/verb/request_id.h"

// What all sync operations have in common, whatever they write: how one takes a link on, is stored,
// and ends.
namespace profilesync::sync {

// The link as the transaction sees it, for a new operation to plan on, with the fresh read (where
// there is one) taken over; nullopt when a fetch that began later is stored, so that the client
// must be read again. ABORTED (STILL_RUNNING, CHANGED_SINCE_READ) or FAILED_PRECONDITION
// (OPERATION_UNFINISHED, or what FindActiveAddOn says) where something is in the way.
absl::StatusOr<std::optional<model::LinkState>> TakeLinkOn(
    const Environment& environment, const std::string& link, const v1::AddOn& add_on,
    const model::FetchStart& start, const std::optional<connector::FetchedClient>& fetched,
    store::Transaction& transaction);

// Makes `operation` one of the link; with a name and a time where it is to be stored.
void Describe(const Environment& environment, const model::LinkState& state, bool stored,
              v1::SyncOperation* operation);

// Stores a described operation with its journal, binds its request_id, and takes the link's lease:
// the fields that it pushes are PENDING from here on. Gives until when nobody else takes it over.
absl::StatusOr<absl::Time> BeginOperation(const Environment& environment,
                                          const verb::RequestId& request_id,
                                          store::Transaction& transaction, model::LinkState* state,
                                          store::SyncOperationRow* row);

// Stores the end of an operation all of whose results are known, or UNKNOWN: its state, the link
// with its bases and snapshot, history, the write guard. Gives up the lease, which must still be
// its own.
absl::Status EndOperation(const Environment& environment, store::Transaction& transaction,
                          model::LinkState* state, store::SyncOperationRow* row);

// The recorded answer of a repeated request_id: the operation as it is now, or ABORTED
// (STILL_RUNNING, with RetryInfo) while it runs.
absl::StatusOr<v1::SyncOperation> AnswerRepeated(const store::Reader& reader,
                                                 const store::RequestRow& recorded);

// What an operation's state is once its fields have these results.
v1::SyncOperation::State StateOf(
    const google::protobuf::RepeatedPtrField<v1::FieldResult>& results);

}  // namespace profilesync::sync

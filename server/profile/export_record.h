#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/field_rules.h"
#include "server/verb/request_id.h"

namespace profilesync::profile {

// What the store says of a profile that is to be exported, and of earlier exports of it.
struct ExportStart {
  v1::Firm firm;
  v1::AddOn add_on;
  model::FieldRules rules;  // the add-on's
  v1::Profile profile;
  // What the request_id's earlier call made, or what an export of the profile has come to that
  // isn't settled.
  std::optional<store::SyncOperationRow> earlier;
  bool repeated = false;  // it is the request_id's
  // Nothing is in the way of an export but what came before.
  bool may_go_on = false;
};

// Reads and checks. A repeated request_id is found whatever the rest has come to. Errors as of
// ExportProfile; ABORTED (STILL_RUNNING, with RetryInfo) while the earlier export is under way.
absl::StatusOr<ExportStart> LoadExportStart(const Environment& environment,
                                            const v1::ExportProfileRequest& request,
                                            const verb::RequestId& request_id,
                                            const store::Reader& reader);

// FAILED_PRECONDITION (OPERATION_UNFINISHED) where there is an earlier export that isn't settled.
absl::Status CheckSettled(const v1::ExportProfileRequest& request,
                          const std::optional<store::SyncOperationRow>& earlier);

// What came of storing an export's intent: the answer to an earlier call with the same request_id,
// or the intent.
struct ExportIntent {
  std::optional<v1::ExportProfileResponse> answer;
  store::SyncOperationRow row;
  absl::Time lease_expiry;  // until when nobody else takes the operation over
};

// Checks anew, on the state that the transaction sees, and stores `row`, which is planned, as
// PUSHING. ABORTED (CHANGED_SINCE_READ) where the profile has been saved since `start`, or a rule
// forbids by now to push what is planned.
absl::Status StoreExportIntent(const Environment& environment,
                               const v1::ExportProfileRequest& request,
                               const verb::RequestId& request_id, const ExportStart& start,
                               store::SyncOperationRow row, store::Transaction& transaction,
                               ExportIntent* intent);

// What is known of a creation that was asked for.
struct Creation {
  connector::UpdateResult::Outcome outcome = connector::UpdateResult::Outcome::kUnclear;
  absl::Status status;          // why it was refused, or is unclear
  type::PracticeClient client;  // where it is kApplied
  // Of the practice system's answer (connector::CreateResult); nullopt: the client was found later.
  std::optional<std::vector<connector::OtherChange>> masked;
  absl::Time read_time;  // when the call that `client` is from started
};

// Stores what became of an export: link, snapshot, bases and history of a client that was created.
// Returns the answer to the call. ABORTED when the operation has passed to somebody else.
absl::StatusOr<v1::ExportProfileResponse> StoreExportOutcome(const Environment& environment,
                                                             const access::Call& call,
                                                             const Creation& creation,
                                                             store::SyncOperationRow row,
                                                             store::Transaction& transaction);

// Takes over an export that needs attention, whose client has been found; then as
// StoreExportOutcome. ABORTED (CHANGED_SINCE_READ) when it has been settled meanwhile.
absl::StatusOr<v1::ExportProfileResponse> SettleExport(const Environment& environment,
                                                       const access::Call& call,
                                                       const Creation& creation,
                                                       const std::string& operation,
                                                       store::Transaction& transaction);

// The answer that an export with this operation gets: with the client as it is known now.
absl::StatusOr<v1::ExportProfileResponse> AnswerOf(const store::Reader& reader,
                                                   const v1::SyncOperation& operation);

}  // namespace profilesync::profile

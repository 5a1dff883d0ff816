#include "server/profile/export_record.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/failpoint.h"
#include "common/mask.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/export_state.h"
#include "server/model/link_sides.h"
#include "server/model/link_state.h"
#include "server/model/new_link.h"
#include "server/model/operation_history.h"
#include "server/profile/export_plan.h"
#include "server/store/leases.h"
#include "server/verb/find.h"
#include "server/verb/long_operation.h"

namespace profilesync::profile {
namespace {

using connector::UpdateResult;

constexpr absl::Duration kAskAgain = absl::Seconds(1);

absl::Status StillRunning(const std::string& operation) {
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAborted, v1::STILL_RUNNING,
                absl::StrCat("export ", operation, " of the profile is still running"),
                {{"operation", operation}}),
      kAskAgain);
}

absl::Status CheckMayWrite(const Environment& environment, const v1::AddOn& add_on) {
  ASSIGN_OR_RETURN(const connector::Connector* const connector,
                   model::RequireConnector(environment, add_on));
  if (!connector->Describe().creates_clients) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::UNSUPPORTED_BY_PRACTICE_SYSTEM,
                     absl::StrCat("no clients can be created in ", add_on.practice_system()));
  }
  if (add_on.has_write_suspension()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::WRITES_SUSPENDED,
                     absl::StrCat("writes of ", add_on.name(),
                                  " are suspended: ", add_on.write_suspension().reason()),
                     {{"add_on", add_on.name()}});
  }
  return absl::OkStatus();
}

// What keeps the client that was created from being linked, if anything does.
absl::Status CheckLinkable(const v1::SyncOperation& operation, const std::string& client,
                           const store::Reader& reader) {
  RETURN_IF_ERROR(verb::FindProfile(reader, operation.profile()).status());
  RETURN_IF_ERROR(verb::FindAddOn(reader, operation.add_on()).status());
  return model::CheckNotLinked(reader, operation.profile(), operation.add_on(), client);
}

absl::Status LinkCreated(const Environment& environment, const access::Call& call,
                         const Creation& creation, store::SyncOperationRow* row,
                         store::Transaction& transaction) {
  v1::SyncOperation& operation = row->operation;
  const std::string_view firm_id = FirmOf(operation.name());
  ASSIGN_OR_RETURN(const v1::Link link,
                   model::StoreNewLink(environment, call,
                                       {.link = LinkName(firm_id, environment.ids.NewId()),
                                        .profile = operation.profile(),
                                        .add_on = operation.add_on(),
                                        .client = creation.client,
                                        .fetch_start = creation.read_time},
                                       transaction));
  operation.set_link(link.name());
  operation.clear_error();
  *operation.mutable_finish_time() = ToProto(environment.clock.Now());
  ASSIGN_OR_RETURN(store::LinkRow stored, verb::FindLink(transaction, link.name()));
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(stored)));
  JudgeCreated(model::NormaliserOf(state.firm, state.profile.profile), row->journal,
               creation.client, creation.masked, &operation);
  SetCreatedBases(row->journal, operation, environment.etag_key, &state);
  RETURN_IF_ERROR(model::StoreLinkState(environment, transaction, state));
  // Before it had a link there was no history to write to.
  return model::AppendHistory(operation, /*before=*/nullptr, environment.clock.Now(), transaction);
}

// A client that was created, and is to be linked if it can be: somebody may have linked it, or the
// profile, meanwhile.
absl::Status TakeCreated(const Environment& environment, const access::Call& call,
                         const Creation& creation, store::SyncOperationRow* row,
                         store::Transaction& transaction) {
  v1::SyncOperation& operation = row->operation;
  const std::string& client = creation.client.id();
  operation.set_practice_client_id(client);
  const absl::Status linkable = CheckLinkable(operation, client, transaction);
  if (linkable.ok()) {
    return LinkCreated(environment, call, creation, row, transaction);
  }
  if (!absl::IsNotFound(linkable) && !absl::IsAlreadyExists(linkable)) {
    return linkable;
  }
  ASSIGN_OR_RETURN(const v1::Firm firm,
                   verb::FindFirm(transaction, FirmName(FirmOf(operation.name()))));
  const auto profile = verb::FindProfile(transaction, operation.profile());
  if (profile.ok()) {
    JudgeCreated(model::NormaliserOf(firm, profile->profile), row->journal, creation.client,
                 creation.masked, &operation);
  } else {
    SetResults(v1::FieldResult::APPLIED, &operation);
  }
  operation.set_state(v1::SyncOperation::NEEDS_ATTENTION);
  *operation.mutable_error() = verb::ToRpcStatus(
      MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                absl::StrCat("practice client ", client,
                             " was created and can't be linked: ", AV(SV(linkable.message()))),
                {{"operation", operation.name()}}));
  return absl::OkStatus();
}

// The profile, and the add-on under which it may be exported.
absl::Status LoadSides(const Environment& environment, const v1::ExportProfileRequest& request,
                       const store::Reader& reader, ExportStart* start) {
  ASSIGN_OR_RETURN(store::ProfileRow profile, verb::FindProfile(reader, request.name()));
  start->profile = std::move(profile.profile);
  ASSIGN_OR_RETURN(start->add_on, verb::FindActiveAddOn(reader, request.add_on()));
  ASSIGN_OR_RETURN(start->rules, model::FieldRules::Load(reader, request.add_on()));
  RETURN_IF_ERROR(model::CheckNotLinked(reader, request.name(), request.add_on(),
                                        /*practice_client_id=*/""));
  return CheckMayWrite(environment, start->add_on);
}

}  // namespace

absl::StatusOr<ExportStart> LoadExportStart(const Environment& environment,
                                            const v1::ExportProfileRequest& request,
                                            const verb::RequestId& request_id,
                                            const store::Reader& reader) {
  ExportStart start;
  ASSIGN_OR_RETURN(start.firm, verb::FindFirm(reader, FirmName(FirmOf(request.name()))));
  ASSIGN_OR_RETURN(const auto recorded, request_id.Find(reader));
  start.repeated = recorded.has_value();
  if (recorded) {
    ASSIGN_OR_RETURN(start.earlier, reader.FindSyncOperation(FirmOf(recorded->operation),
                                                             LastId(recorded->operation)));
    if (!start.earlier) {
      return absl::InternalError("a recorded request names an operation that isn't there");
    }
  } else {
    ASSIGN_OR_RETURN(start.earlier,
                     model::FindUnsettledExport(reader, request.name(), request.add_on()));
  }
  if (start.earlier && start.earlier->operation.state() == v1::SyncOperation::PUSHING) {
    return StillRunning(start.earlier->operation.name());
  }
  const absl::Status loaded = LoadSides(environment, request, reader, &start);
  if (!start.repeated) {  // which is answered whatever became of the rest
    RETURN_IF_ERROR(loaded);
  }
  start.may_go_on = loaded.ok();
  return start;
}

absl::Status CheckSettled(const v1::ExportProfileRequest& request,
                          const std::optional<store::SyncOperationRow>& earlier) {
  if (!earlier) {
    return absl::OkStatus();
  }
  const v1::SyncOperation& operation = earlier->operation;
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                   absl::StrCat("export ", operation.name(), " of ", request.name(),
                                " needs attention: ", operation.error().message()),
                   {{"operation", operation.name()}});
}

absl::Status StoreExportIntent(const Environment& environment,
                               const v1::ExportProfileRequest& request,
                               const verb::RequestId& request_id, const ExportStart& start,
                               store::SyncOperationRow row, store::Transaction& transaction,
                               ExportIntent* intent) {
  ASSIGN_OR_RETURN(ExportStart now, LoadExportStart(environment, request, request_id, transaction));
  if (now.repeated) {
    ASSIGN_OR_RETURN(intent->answer, AnswerOf(transaction, now.earlier->operation));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckSettled(request, now.earlier));
  RETURN_IF_ERROR(verb::CheckStillFetchedBy(start.add_on, transaction));
  if (now.profile.etag() != start.profile.etag()) {
    return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                     absl::StrCat(request.name(), " was saved meanwhile: try again"),
                     {{"resource", request.name()}});
  }
  if (!AllowAll(now.rules, row.journal)) {
    return MakeError(
        absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
        absl::StrCat("the rules of ", request.add_on(), " changed meanwhile: try again"),
        {{"resource", request.add_on()}});
  }
  const absl::Time time = environment.clock.Now();
  const std::string id = environment.ids.NewId();
  row.operation.set_name(SyncOperationName(FirmOf(request.name()), id));
  row.operation.set_state(v1::SyncOperation::PUSHING);
  *row.operation.mutable_create_time() = ToProto(time);
  ASSIGN_OR_RETURN(const store::Lease lease,
                   transaction.AcquireLease(store::ExportLeaseKey(row.operation.name()), id, time,
                                            time + store::kWriteLease));
  row.fence = lease.fence;
  RETURN_IF_ERROR(transaction.PutSyncOperation(row));
  RETURN_IF_ERROR(request_id.RecordOperation(transaction, row.operation.name()));
  intent->row = std::move(row);
  intent->lease_expiry = lease.expiry;
  return absl::OkStatus();
}

absl::StatusOr<v1::ExportProfileResponse> StoreExportOutcome(const Environment& environment,
                                                             const access::Call& call,
                                                             const Creation& creation,
                                                             store::SyncOperationRow row,
                                                             store::Transaction& transaction) {
  v1::SyncOperation& operation = row.operation;
  const std::string lease = store::ExportLeaseKey(operation.name());
  RETURN_IF_ERROR(transaction.CheckLease(lease, row.fence));
  switch (creation.outcome) {
    case UpdateResult::Outcome::kApplied:
      RETURN_IF_ERROR(TakeCreated(environment, call, creation, &row, transaction));
      break;
    case UpdateResult::Outcome::kRefused:
      SetResults(v1::FieldResult::NOT_APPLIED, &operation);
      operation.set_state(v1::SyncOperation::FAILED);
      *operation.mutable_error() = verb::ToRpcStatus(creation.status);
      *operation.mutable_finish_time() = ToProto(environment.clock.Now());
      break;
    case UpdateResult::Outcome::kUnclear:
      SetResults(v1::FieldResult::UNKNOWN, &operation);
      model::NeedAttention(SV(creation.status.message()), &operation);
      break;
  }
  RETURN_IF_ERROR(transaction.PutSyncOperation(row));
  RETURN_IF_ERROR(verb::FreeRequestId(operation, transaction));
  RETURN_IF_ERROR(transaction.ReleaseLease(lease, row.fence));
  RETURN_IF_ERROR(Failpoint("export.in_outcome"));
  return AnswerOf(transaction, operation);
}

absl::StatusOr<v1::ExportProfileResponse> SettleExport(const Environment& environment,
                                                       const access::Call& call,
                                                       const Creation& creation,
                                                       const std::string& operation,
                                                       store::Transaction& transaction) {
  ASSIGN_OR_RETURN(auto row, transaction.FindSyncOperation(FirmOf(operation), LastId(operation)));
  if (!row || row->operation.state() != v1::SyncOperation::NEEDS_ATTENTION) {
    return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                     absl::StrCat("export ", operation, " was settled meanwhile"),
                     {{"resource", operation}});
  }
  const absl::Time now = environment.clock.Now();
  ASSIGN_OR_RETURN(const store::Lease lease,
                   transaction.AcquireLease(store::ExportLeaseKey(operation), "settling", now,
                                            now + store::kMomentaryLease));
  row->fence = lease.fence;
  return StoreExportOutcome(environment, call, creation, *std::move(row), transaction);
}

absl::StatusOr<v1::ExportProfileResponse> AnswerOf(const store::Reader& reader,
                                                   const v1::SyncOperation& operation) {
  v1::ExportProfileResponse answer;
  answer.set_link(operation.link());
  *answer.mutable_sync_operation() = operation;
  if (operation.practice_client_id().empty()) {
    return answer;
  }
  answer.mutable_practice_client()->set_id(operation.practice_client_id());
  if (!operation.link().empty()) {
    ASSIGN_OR_RETURN(auto snapshot,
                     reader.FindSnapshot(FirmOf(operation.link()), LastId(operation.link())));
    if (snapshot) {
      *answer.mutable_practice_client() = std::move(*snapshot->mutable_client());
      MaskSensitive(answer.mutable_practice_client()->mutable_fields());
    }
  }
  return answer;
}

}  // namespace profilesync::profile

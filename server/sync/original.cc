#include "server/sync/original.h"

#include <optional>
#include <utility>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/sync/operation.h"
#include "server/verb/find.h"

namespace profilesync::sync {

absl::Status CheckFinished(const v1::SyncOperation& operation) {
  return operation.has_finish_time()
             ? absl::OkStatus()
             : MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                         operation.name() + " isn't finished, so that what it did isn't known",
                         {{"operation", operation.name()}});
}

namespace {

absl::StatusOr<model::LinkState> LoadItsLink(const Environment& environment,
                                             const store::Reader& reader,
                                             const v1::SyncOperation& operation) {
  ASSIGN_OR_RETURN(std::optional<store::LinkRow> link,
                   reader.FindLink(FirmOf(operation.link()), LastId(operation.link())));
  if (!link || link->link.practice_client_id() != operation.practice_client_id()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::LINK_REQUIRED,
                     operation.profile() + " is no longer linked with practice client " +
                         operation.practice_client_id(),
                     {{"profile", operation.profile()}});
  }
  RETURN_IF_ERROR(verb::FindActiveAddOn(reader, link->link.add_on()).status());
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, reader, *std::move(link)));
  RETURN_IF_ERROR(model::RequireConnector(environment, state.add_on).status());
  return state;
}

}  // namespace

absl::StatusOr<Original> FindOriginal(
    const Environment& environment, const std::string& name, const verb::RequestId& request_id,
    absl::FunctionRef<absl::Status(const store::SyncOperationRow&)> check) {
  Original original;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const auto recorded, request_id.Find(reader));
    if (recorded) {
      ASSIGN_OR_RETURN(original.answered, AnswerRepeated(reader, *recorded));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(original.row, verb::FindSyncOperation(reader, name));
    RETURN_IF_ERROR(check(original.row));
    ASSIGN_OR_RETURN(original.state, LoadItsLink(environment, reader, original.row.operation));
    return absl::OkStatus();
  }));
  return original;
}

}  // namespace profilesync::sync

#include "server/model/export_state.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/long_operation.h"

namespace profilesync::model {
namespace {

// More of one profile in one state than there ever are.
constexpr int kMost = 1000;

// The first export of the profile in that state.
absl::StatusOr<std::optional<store::SyncOperationRow>> FindExport(const store::Reader& reader,
                                                                  std::string_view profile,
                                                                  std::string_view add_on,
                                                                  v1::SyncOperation::State state) {
  const std::string_view firm = FirmOf(profile);
  ASSIGN_OR_RETURN(
      const std::vector<store::SyncOperationRow> rows,
      reader.ListSyncOperations(
          firm, {.profile_id = std::string(LastId(profile)), .link_id = "", .state = state}, {},
          kMost));
  for (const store::SyncOperationRow& row : rows) {
    if (row.operation.kind() == v1::SyncOperation::EXPORT &&
        (add_on.empty() || row.operation.add_on() == add_on)) {
      return reader.FindSyncOperation(firm, LastId(row.operation.name()));  // with its journal
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<store::SyncOperationRow>> FindUnsettledExport(
    const store::Reader& reader, std::string_view profile, std::string_view add_on) {
  ASSIGN_OR_RETURN(auto running, FindExport(reader, profile, add_on, v1::SyncOperation::PUSHING));
  if (running) {
    return running;
  }
  return FindExport(reader, profile, add_on, v1::SyncOperation::NEEDS_ATTENTION);
}

absl::Status CheckNoExportUnderWay(const store::Reader& reader, std::string_view profile) {
  ASSIGN_OR_RETURN(const auto running,
                   FindExport(reader, profile, /*add_on=*/"", v1::SyncOperation::PUSHING));
  if (!running) {
    return absl::OkStatus();
  }
  const std::string& name = running->operation.name();
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                   absl::StrCat("export ", name, " of ", AV(profile), " is unfinished"),
                   {{"operation", name}});
}

void NeedAttention(std::string_view why, v1::SyncOperation* operation) {
  constexpr std::string_view kWhatToDo =
      ". Look for it in the practice system. If it is there, export the profile again, which looks "
      "for it once more and links it, or link the profile to it; if it isn't, resolve this "
      "operation as NOT_APPLIED (profilesync operation resolve --not-applied), and export the "
      "profile again";
  operation->set_state(v1::SyncOperation::NEEDS_ATTENTION);
  *operation->mutable_error() = verb::ToRpcStatus(MakeError(
      absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
      absl::StrCat("whether the practice client was created isn't known: ", AV(why), AV(kWhatToDo)),
      {{"operation", operation->name()}}));
}

}  // namespace profilesync::model

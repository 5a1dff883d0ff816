#include "server/sync/write_guard.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/catalogue.h"
#include "common/log.h"
#include "common/proto_time.h"
#include "common/status.h"
#include "server/model/save_add_on.h"
#include "server/sync/sync_outcome.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

// The fields that had a value before the operation's write and are blank after it, unless that was
// asked for.
std::vector<std::string> EmptiedBy(const v1::SyncOperation& operation) {
  std::vector<std::string> emptied;
  for (const v1::UnaskedChange& change : operation.unasked_changes()) {
    if (!IsBlank(change.old_value()) && IsBlank(change.new_value())) {
      emptied.push_back(change.field());
    }
  }
  for (const v1::FieldResult& result : operation.field_results()) {
    if (IsEmptied(result)) {
      emptied.push_back(result.field());
    }
  }
  return emptied;
}

}  // namespace

absl::Status GuardWrites(const Environment& environment, const v1::SyncOperation& operation,
                         store::Transaction& transaction) {
  if (!operation.unasked_changes().empty()) {
    LogWarning("sync operation ", operation.name(), " changed what nobody had asked for: ",
               absl::StrJoin(operation.unasked_changes(), ", ",
                             [](std::string* out, const v1::UnaskedChange& change) {
                               absl::StrAppend(out, change.field());
                             }));
  }
  const std::vector<std::string> emptied = EmptiedBy(operation);
  if (emptied.empty()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(v1::AddOn add_on, verb::FindAddOn(transaction, operation.add_on()));
  if (add_on.has_write_suspension()) {
    return absl::OkStatus();
  }
  const absl::Time now = environment.clock.Now();
  v1::WriteSuspension& suspension = *add_on.mutable_write_suspension();
  *suspension.mutable_suspend_time() = ToProto(now);
  suspension.set_sync_operation(operation.name());
  suspension.set_reason(
      absl::StrCat("a write to practice client ", operation.practice_client_id(),
                   " emptied what nobody had asked to empty: ", absl::StrJoin(emptied, ", "),
                   "; restoring ", operation.name(), " writes them back"));
  LogError("writes of ", add_on.name(), " are suspended: ", suspension.reason());
  return model::SaveAddOn(environment, now, std::move(add_on), /*resourced=*/{}, transaction)
      .status();
}

}  // namespace profilesync::sync

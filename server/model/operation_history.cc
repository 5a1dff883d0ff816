#include "server/model/operation_history.h"

#include <string>
#include <string_view>
#include <utility>

#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::model {
namespace {

// What the history says a field was changed by.
std::string_view ReasonOf(v1::SyncOperation::Kind kind) {
  switch (kind) {
    case v1::SyncOperation::REVERT:
      return "revert";
    case v1::SyncOperation::RESTORE:
      return "restore";
    case v1::SyncOperation::EXPORT:
      return "export";
    default:
      return "sync";
  }
}

}  // namespace

bool IsWritten(const v1::FieldResult& result) {
  return result.outcome() == v1::FieldResult::APPLIED ||
         result.outcome() == v1::FieldResult::COERCED;
}

absl::Status AppendHistory(const v1::SyncOperation& operation, const v1::SyncOperation* before,
                           absl::Time now, store::Transaction& transaction) {
  for (int i = 0; i < operation.field_results_size(); ++i) {
    const v1::FieldResult& result = operation.field_results(i);
    if (!IsWritten(result) || (before != nullptr && IsWritten(before->field_results(i)))) {
      continue;
    }
    v1::FieldHistoryEntry entry;
    entry.set_field(result.field());
    entry.set_direction(result.direction());
    const bool coerced = result.outcome() == v1::FieldResult::COERCED;
    const type::FieldValue& value = coerced ? result.kept_value() : result.wanted_value();
    if (result.has_old_value()) {
      *entry.mutable_old_value() = result.old_value();
    }
    if (value.value_case()) {
      *entry.mutable_new_value() = value;
    }
    entry.set_actor(operation.actor());
    entry.set_reason(std::string(ReasonOf(operation.kind())));
    entry.set_sync_operation(operation.name());
    *entry.mutable_change_time() = ToProto(now);
    RETURN_IF_ERROR(transaction.AppendFieldHistory(FirmOf(operation.name()),
                                                   LastId(operation.link()), std::move(entry)));
  }
  return absl::OkStatus();
}

}  // namespace profilesync::model

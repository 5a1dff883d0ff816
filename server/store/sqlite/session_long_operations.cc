// Long operations and their steps.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/store/order.h"
#include "server/store/sqlite/codec.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

#define LONG_OPERATION_COLUMNS \
  "SELECT data, done, update_time, cancel_requested, cut_offs FROM long_operations "

LongOperationRow DecodeLongOperation(Query& row) {
  LongOperationRow operation;
  operation.operation = row.Bytes(0);
  operation.done = row.Number(1) != 0;
  operation.update_time = FromNanos(row.Number(2));
  operation.cancel_requested = row.Number(3) != 0;
  operation.cut_offs = static_cast<int>(row.Number(4));
  return operation;
}

}  // namespace

Found<LongOperationRow> Session::FindLongOperation(std::string_view firm,
                                                   std::string_view operation) const {
  return Run([&]() -> Found<LongOperationRow> {
    return First(Sql(LONG_OPERATION_COLUMNS "WHERE firm = ? AND operation_id = ?")
                     .Text(firm)
                     .Text(operation),
                 DecodeLongOperation);
  });
}

Listed<LongOperationRow> Session::ListLongOperations(std::string_view firm,
                                                     std::optional<bool> done,
                                                     std::string_view before, int limit) const {
  return Run([&]() -> Listed<LongOperationRow> {
    Query query =
        Sql(absl::StrCat(LONG_OPERATION_COLUMNS "WHERE firm = ? AND operation_id < ?",
                         done ? " AND done = ?" : "", " ORDER BY operation_id DESC LIMIT ?"));
    query.Text(firm);
    before.empty() ? query.Greatest() : query.Text(before);
    if (done) {
      query.Int(*done);
    }
    return All(query.Int(limit), DecodeLongOperation);
  });
}

Listed<LongOperationRow> Session::ListUnfinishedLongOperations() const {
  return Run([&]() -> Listed<LongOperationRow> {
    Query query = Sql(LONG_OPERATION_COLUMNS "WHERE done = 0 ORDER BY firm, operation_id");
    return All(query, DecodeLongOperation);
  });
}

absl::Status Session::PutLongOperation(std::string_view firm, std::string_view operation,
                                       const LongOperationRow& row) {
  return Run([&] {
    Sql("INSERT INTO long_operations"
        " (firm, operation_id, done, update_time, cancel_requested, cut_offs, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (firm, operation_id) DO UPDATE SET"
        " done = excluded.done, update_time = excluded.update_time,"
        " cancel_requested = excluded.cancel_requested, cut_offs = excluded.cut_offs,"
        " data = excluded.data")
        .Text(firm)
        .Text(operation)
        .Int(row.done)
        .Int(ToNanos(row.update_time))
        .Int(row.cancel_requested)
        .Int(row.cut_offs)
        .Blob(row.operation)
        .Run();
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteLongOperation(std::string_view firm, std::string_view operation) {
  RETURN_IF_ERROR(DeleteLongOperationSteps(firm, operation));
  return Run([&] {
    Sql("DELETE FROM long_operations WHERE firm = ? AND operation_id = ?")
        .Text(firm)
        .Text(operation)
        .Run();
    return absl::OkStatus();
  });
}

Listed<std::string> Session::ListLongOperationSteps(std::string_view firm,
                                                    std::string_view operation) const {
  return Run([&]() -> Listed<std::string> {
    return All(Sql("SELECT data FROM long_operation_steps"
                   " WHERE firm = ? AND operation_id = ? AND step > 0 ORDER BY step")
                   .Text(firm)
                   .Text(operation),
               [](Query& row) { return std::string(row.Bytes(0)); });
  });
}

absl::Status Session::AppendLongOperationStep(std::string_view firm, std::string_view operation,
                                              std::string_view step) {
  return Run([&] {
    Sql("INSERT INTO long_operation_steps (firm, operation_id, step, data) SELECT ?1, ?2,"
        " (SELECT coalesce(max(step), 0) + 1 FROM long_operation_steps"
        " WHERE firm = ?1 AND operation_id = ?2), ?3")
        .Text(firm)
        .Text(operation)
        .Blob(step)
        .Run();
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteLongOperationSteps(std::string_view firm, std::string_view operation) {
  return Run([&] {
    Sql("DELETE FROM long_operation_steps WHERE firm = ? AND operation_id = ?")
        .Text(firm)
        .Text(operation)
        .Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

// Sync operations and requests.
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "common/status.h"
#include "server/store/order.h"
#include "server/store/sensitive.h"
#include "server/store/sqlite/codec.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

#define OPERATION_COLUMNS "SELECT data, fence, journal FROM sync_operations "

std::string JournalContext(std::string_view operation_name) {
  return absl::StrCat("journal ", AV(operation_name));
}

bool HasImages(const storage::v1::SyncJournal& journal) {
  return !journal.pre_image().empty() || journal.has_pre_image_client() ||
         !journal.post_image().empty();
}

// The list of a filter, from the index that serves it best.
std::string ListSql(const OperationFilter& filter) {
  const bool profile = !filter.profile_id.empty();
  const bool link = !filter.link_id.empty();
  return absl::StrCat(OPERATION_COLUMNS "INDEXED BY ",
                      link           ? "sync_operations_by_link"
                      : profile      ? "sync_operations_by_profile"
                      : filter.state ? "sync_operations_by_state"
                                     : "sync_operations_by_time",
                      " WHERE firm = ?", profile ? " AND profile_id = ?" : "",
                      link ? " AND link_id = ?" : "", filter.state ? " AND state = ?" : "",
                      " AND (create_time, operation_id) < (?, ?)"
                      " ORDER BY create_time DESC, operation_id DESC LIMIT ?");
}

}  // namespace

SyncOperationRow Session::DecodeOperation(Query& row, bool with_journal) const {
  SyncOperationRow operation;
  operation.operation = Parsed<v1::SyncOperation>(row.Bytes(0));
  operation.fence = row.Number(1);
  if (with_journal) {
    operation.journal = Parsed<storage::v1::SyncJournal>(
        Opened(sealer_.Open(row.Bytes(2), JournalContext(operation.operation.name()))));
  }
  return operation;
}

Found<SyncOperationRow> Session::FindSyncOperation(std::string_view firm,
                                                   std::string_view operation) const {
  return Run([&]() -> Found<SyncOperationRow> {
    return First(
        Sql(OPERATION_COLUMNS "WHERE firm = ? AND operation_id = ?").Text(firm).Text(operation),
        [this](Query& row) { return DecodeOperation(row, true); });
  });
}

Listed<SyncOperationRow> Session::ListSyncOperations(std::string_view firm,
                                                     const OperationFilter& filter,
                                                     const Cursor& after, int limit) const {
  return Run([&]() -> Listed<SyncOperationRow> {
    Query query = Sql(ListSql(filter));
    query.Text(firm);
    for (const std::string* id : {&filter.profile_id, &filter.link_id}) {
      if (!id->empty()) {
        query.Text(*id);
      }
    }
    if (filter.state) {
      query.Int(*filter.state);
    }
    if (after.key.empty() && after.id.empty()) {
      query.Greatest().Greatest();
    } else {
      ASSIGN_OR_RETURN(const std::int64_t nanos, ParseTimeKey(after.key));
      query.Int(nanos).Text(after.id);
    }
    return All(query.Int(limit), [this](Query& row) { return DecodeOperation(row, false); });
  });
}

Listed<SyncOperationRow> Session::ListUnfinishedSyncOperations() const {
  return Run([&]() -> Listed<SyncOperationRow> {
    static_assert(v1::SyncOperation::PLANNED == 1 && v1::SyncOperation::PUSHING == 2 &&
                  v1::SyncOperation::UNKNOWN == 6);
    Query query = Sql(OPERATION_COLUMNS "WHERE state IN (1, 2, 6) ORDER BY firm, operation_id");
    return All(query, [this](Query& row) { return DecodeOperation(row, true); });
  });
}

absl::Status Session::PutSyncOperation(const SyncOperationRow& operation) {
  return Run([&] {
    const RowKey key = KeyOf(operation.operation.name(), "syncOperations");
    v1::SyncOperation masked = operation.operation;
    MaskRecord(&masked);
    const std::string data = masked.SerializeAsString();
    const std::string journal =
        sealer_.Seal(operation.journal.SerializeAsString(), JournalContext(masked.name()));
    Sql("INSERT INTO sync_operations (firm, operation_id, profile_id, link_id, state, create_time,"
        " fence, data, journal, images) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (firm, operation_id) DO UPDATE SET profile_id = excluded.profile_id,"
        " link_id = excluded.link_id, state = excluded.state, create_time = excluded.create_time,"
        " fence = excluded.fence, data = excluded.data, journal = excluded.journal,"
        " images = excluded.images")
        .Text(key.firm)
        .Text(key.id)
        .Text(LastId(masked.profile()))
        .Text(LastId(masked.link()))
        .Int(masked.state())
        .Int(ToNanos(masked.create_time()))
        .Int(operation.fence)
        .Blob(data)
        .Blob(journal)
        .Int(HasImages(operation.journal) ? 1 : 0)
        .Run();
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> Session::NeedsImages(const SyncOperationRow& row, absl::Time time) const {
  const v1::SyncOperation& operation = row.operation;
  if (operation.has_finish_time() && FromProto(operation.finish_time()) >= time) {
    return true;
  }
  // A restore from these images may be what is unfinished.
  ASSIGN_OR_RETURN(const auto link, FindLink(FirmOf(operation.name()), LastId(operation.link())));
  return link && !link->unfinished_operation.empty();
}

absl::StatusOr<int> Session::DeleteImagesBefore(absl::Time time, int limit) {
  static_assert(v1::SyncOperation::DONE == 3 && v1::SyncOperation::PARTLY_DONE == 4 &&
                v1::SyncOperation::FAILED == 5);
  // Those that were begun before and are needed yet stand in the way of no others, unless there are
  // more.
  constexpr int kNeeded = 200;
  ASSIGN_OR_RETURN(std::vector<SyncOperationRow> rows, Run([&]() -> Listed<SyncOperationRow> {
                     return All(Sql(OPERATION_COLUMNS
                                    "WHERE images = 1 AND state IN (3, 4, 5) AND create_time < ?"
                                    " ORDER BY create_time LIMIT ?")
                                    .Int(ToNanos(time))
                                    .Int(limit + kNeeded),
                                [this](Query& row) { return DecodeOperation(row, true); });
                   }));
  int forgotten = 0;
  for (SyncOperationRow& row : rows) {
    ASSIGN_OR_RETURN(const bool needed, NeedsImages(row, time));
    if (needed || forgotten == limit) {
      continue;
    }
    ++forgotten;
    row.journal.clear_pre_image();
    row.journal.clear_pre_image_client();
    row.journal.clear_post_image();
    RETURN_IF_ERROR(PutSyncOperation(row));
  }
  return forgotten;
}

Found<RequestRow> Session::FindRequest(std::string_view service,
                                       std::string_view request_id) const {
  return Run([&]() -> Found<RequestRow> {
    return First(Sql("SELECT service, request_id, digest, answer, operation, create_time"
                     " FROM requests WHERE service = ? AND request_id = ?")
                     .Text(service)
                     .Text(request_id),
                 [](Query& row) {
                   RequestRow request;
                   request.service = row.Bytes(0);
                   request.request_id = row.Bytes(1);
                   request.digest = row.Bytes(2);
                   request.answer = row.Bytes(3);
                   request.operation = row.Bytes(4);
                   request.create_time = FromNanos(row.Number(5));
                   return request;
                 });
  });
}

absl::Status Session::PutRequest(const RequestRow& request) {
  return Run([&] {
    Sql("INSERT INTO requests (service, request_id, digest, answer, operation, create_time)"
        " VALUES (?, ?, ?, ?, ?, ?)")
        .Text(request.service)
        .Text(request.request_id)
        .Blob(request.digest)
        .Blob(request.answer)
        .Text(request.operation)
        .Int(ToNanos(request.create_time))
        .Run();
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteRequest(std::string_view service, std::string_view request_id) {
  return Run([&] {
    Sql("DELETE FROM requests WHERE service = ? AND request_id = ?")
        .Text(service)
        .Text(request_id)
        .Run();
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteRequestsBefore(absl::Time time) {
  return Run([&] {
    Sql("DELETE FROM requests WHERE create_time < ?").Int(ToNanos(time)).Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

// What only grows: the profile change log and the field history.
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "common/error.h"
#include "common/status.h"
#include "server/store/sensitive.h"
#include "server/store/sqlite/codec.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

// Of a fixed width, so that the ids sort as their numbers do.
std::string EntryId(std::int64_t entry) { return absl::StrFormat("%012d", entry); }

std::string EntryName(std::string_view firm, std::string_view link, std::int64_t entry) {
  return JoinName({"firms", firm, "links", link, "fieldHistoryEntries", EntryId(entry)});
}

}  // namespace

Listed<v1::ProfileChange> Session::ListProfileChanges(std::string_view firm,
                                                      std::int64_t start_revision,
                                                      int limit) const {
  return Run([&]() -> Listed<v1::ProfileChange> {
    return All(Sql("SELECT data FROM profile_changes WHERE firm = ? AND revision >= ?"
                   " ORDER BY revision LIMIT ?")
                   .Text(firm)
                   .Int(start_revision)
                   .Int(limit),
               [](Query& row) { return Parsed<v1::ProfileChange>(row.Bytes(0)); });
  });
}

absl::StatusOr<std::int64_t> Session::LatestRevision(std::string_view firm) const {
  return Run([&]() -> absl::StatusOr<std::int64_t> {
    return First(Sql("SELECT change_revision FROM firm_counters WHERE firm = ?").Text(firm),
                 [](Query& row) { return row.Number(0); })
        .value_or(0);
  });
}

absl::StatusOr<std::int64_t> Session::AppendProfileChange(std::string_view firm,
                                                          v1::ProfileChange* change) {
  return Run([&]() -> absl::StatusOr<std::int64_t> {
    std::int64_t revision = 0;
    {
      Query next =
          Sql("INSERT INTO firm_counters (firm, change_revision) VALUES (?, 1)"
              " ON CONFLICT (firm) DO UPDATE SET change_revision = change_revision + 1"
              " RETURNING change_revision");
      next.Text(firm).Step();
      revision = next.Number(0);
    }
    change->set_revision(revision);
    change->mutable_profile()->set_revision(revision);
    v1::ProfileChange masked = *change;
    MaskRecord(&masked);
    Sql("INSERT INTO profile_changes (firm, revision, data) VALUES (?, ?, ?)")
        .Text(firm)
        .Int(revision)
        .Blob(masked.SerializeAsString())
        .Run();
    return revision;
  });
}

Listed<v1::FieldHistoryEntry> Session::ListFieldHistory(std::string_view firm,
                                                        std::string_view link,
                                                        std::string_view before, int limit) const {
  return Run([&]() -> Listed<v1::FieldHistoryEntry> {
    std::int64_t before_entry = std::numeric_limits<std::int64_t>::max();
    if (!before.empty() && !absl::SimpleAtoi(AV(LastId(before)), &before_entry)) {
      return MakeError(absl::StatusCode::kInvalidArgument, v1::INVALID_PAGE_TOKEN,
                       "the page token is damaged");
    }
    return All(Sql("SELECT data, entry FROM field_history"
                   " WHERE firm = ? AND link_id = ? AND entry < ? ORDER BY entry DESC LIMIT ?")
                   .Text(firm)
                   .Text(link)
                   .Int(before_entry)
                   .Int(limit),
               [&](Query& row) {
                 auto entry = Parsed<v1::FieldHistoryEntry>(row.Bytes(0));
                 entry.set_name(EntryName(firm, link, row.Number(1)));
                 return entry;
               });
  });
}

absl::Status Session::AppendFieldHistory(std::string_view firm, std::string_view link,
                                         v1::FieldHistoryEntry entry) {
  return Run([&] {
    MaskRecord(&entry);
    entry.clear_name();  // told by its place
    Sql("INSERT INTO field_history (firm, link_id, entry, data) SELECT ?1, ?2,"
        " (SELECT coalesce(max(entry), 0) + 1 FROM field_history WHERE firm = ?1 AND link_id = ?2),"
        " ?3")
        .Text(firm)
        .Text(link)
        .Blob(entry.SerializeAsString())
        .Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

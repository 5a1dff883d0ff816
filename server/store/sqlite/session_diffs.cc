#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

DiffRow DecodeDiff(Query& row) {
  DiffRow diff;
  diff.diff = row.Bytes(0);
  diff.sequence = row.Number(1);
  diff.differs = row.Number(2) != 0;
  return diff;
}

}  // namespace

Found<DiffRow> Session::FindDiff(std::string_view firm, std::string_view link) const {
  return Run([&]() -> Found<DiffRow> {
    return First(Sql("SELECT data, sequence, differs FROM diffs WHERE firm = ? AND link_id = ?")
                     .Text(firm)
                     .Text(link),
                 DecodeDiff);
  });
}

Listed<DiffRow> Session::ListDiffering(std::string_view firm, std::int64_t before,
                                       int limit) const {
  return Run([&]() -> Listed<DiffRow> {
    return All(Sql("SELECT data, sequence, differs FROM diffs"
                   " WHERE firm = ? AND differs = 1 AND sequence < ?"
                   " ORDER BY sequence DESC LIMIT ?")
                   .Text(firm)
                   .Int(before)
                   .Int(limit),
               DecodeDiff);
  });
}

absl::StatusOr<std::int64_t> Session::CountDiffering(std::string_view firm) const {
  return Run([&]() -> absl::StatusOr<std::int64_t> {
    return First(Sql("SELECT differing_links FROM firm_counters WHERE firm = ?").Text(firm),
                 [](Query& row) { return row.Number(0); })
        .value_or(0);
  });
}

absl::Status Session::PutDiff(std::string_view firm, std::string_view link, const DiffRow& diff) {
  return Run([&] {
    Sql("INSERT INTO diffs (firm, link_id, sequence, differs, data) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (firm, link_id) DO UPDATE SET sequence = excluded.sequence,"
        " differs = excluded.differs, data = excluded.data")
        .Text(firm)
        .Text(link)
        .Int(diff.sequence)
        .Int(diff.differs)
        .Blob(diff.diff)
        .Run();
    return absl::OkStatus();
  });
}

absl::StatusOr<std::int64_t> Session::NextDiffSequence(std::string_view firm) {
  return Run([&]() -> absl::StatusOr<std::int64_t> {
    Query next =
        Sql("INSERT INTO firm_counters (firm, diff_sequence) VALUES (?, 1)"
            " ON CONFLICT (firm) DO UPDATE SET diff_sequence = diff_sequence + 1"
            " RETURNING diff_sequence");
    next.Text(firm).Step();
    return next.Number(0);
  });
}

absl::StatusOr<std::string> Session::StatesVersion() const {
  return Run([&]() -> absl::StatusOr<std::string> {
    Query query = Sql("SELECT value FROM meta WHERE key = 'states_version'");
    return First(query, [](Query& row) { return std::string(row.Bytes(0)); }).value_or("");
  });
}

absl::Status Session::PutStatesVersion(std::string_view version) {
  return Run([&] {
    Sql("INSERT INTO meta (key, value) VALUES ('states_version', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .Blob(version)
        .Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

// Ready diffs, and the queue of links that differ.
#include <sqlite3.h>

#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "server/store/order.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

// A list of differing links; see migrations/0009_differing_links.sql.
struct DifferingList {
  std::string add_on_id;
  DifferingField of;

  bool operator<(const DifferingList& other) const {
    return std::tie(add_on_id, of.field_number, of.state) <
           std::tie(other.add_on_id, other.of.field_number, other.of.state);
  }
};

// A link's place in the queue.
struct Place {
  std::string add_on_id;
  absl::Time differ_time = absl::InfinitePast();
  std::string differing;  // as it is stored; "": none

  bool operator==(const Place&) const = default;
};

std::string EncodeDiffering(const std::vector<DifferingField>& differing) {
  return absl::StrJoin(differing, " ", [](std::string* out, const DifferingField& field) {
    absl::StrAppend(out, field.field_number, ":", field.state);
  });
}

std::vector<DifferingField> DecodeDiffering(std::string_view text) {
  std::vector<DifferingField> differing;
  for (const absl::string_view entry : absl::StrSplit(AV(text), ' ', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(entry, ':');
    DifferingField& field = differing.emplace_back();
    if (!absl::SimpleAtoi(parts.first, &field.field_number) ||
        !absl::SimpleAtoi(parts.second, &field.state)) {
      throw SQLite::Exception("what differs of a stored diff can't be read", SQLITE_CORRUPT);
    }
  }
  return differing;
}

// The lists that a link of that place is in.
std::set<DifferingList> ListsOf(const Place& place) {
  std::set<DifferingList> lists;
  for (const DifferingField& field : DecodeDiffering(place.differing)) {
    for (const std::string& add_on : {std::string(), place.add_on_id}) {
      lists.insert({add_on, {0, 0}});
      lists.insert({add_on, {field.field_number, 0}});
      lists.insert({add_on, {0, field.state}});
      lists.insert({add_on, field});
    }
  }
  return lists;
}

Place FindPlace(Connection& connection, std::string_view firm, std::string_view link) {
  Place place;
  Query query(connection,
              "SELECT add_on_id, differ_time, differing FROM diffs WHERE firm = ? AND link_id = ?");
  if (query.Text(firm).Text(link).Step()) {
    place.add_on_id = query.Bytes(0);
    place.differ_time = query.IsNull(1) ? absl::InfinitePast() : FromNanos(query.Number(1));
    place.differing = query.Bytes(2);
  }
  return place;
}

// Runs a statement on the row that the link of that place has in `list`.
void OnRow(Connection& connection, std::string_view sql, std::string_view firm,
           std::string_view link, const Place& place, const DifferingList& list) {
  Query(connection, sql)
      .Text(firm)
      .Text(list.add_on_id)
      .Int(list.of.field_number)
      .Int(list.of.state)
      .Int(ToNanos(place.differ_time))
      .Text(link)
      .Run();
}

void Count(Connection& connection, std::string_view firm, const DifferingList& list, int change) {
  Query(connection,
        "INSERT INTO differing_counts (firm, add_on_id, field, state, links) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET links = links + excluded.links")
      .Text(firm)
      .Text(list.add_on_id)
      .Int(list.of.field_number)
      .Int(list.of.state)
      .Int(change)
      .Run();
}

// Moves a link in the queue, and counts it where it is now. What stays where it is in a list keeps
// its row there, and most changes of a diff are none of its place.
void Requeue(Connection& connection, std::string_view firm, std::string_view link,
             const Place& from, const Place& to) {
  if (from == to) {
    return;
  }
  const bool same_time = from.differ_time == to.differ_time;
  const std::set<DifferingList> before = ListsOf(from);
  const std::set<DifferingList> after = ListsOf(to);
  for (const DifferingList& list : before) {
    if (!same_time || !after.contains(list)) {
      OnRow(connection,
            "DELETE FROM differing_links WHERE firm = ? AND add_on_id = ? AND field = ?"
            " AND state = ? AND differ_time = ? AND link_id = ?",
            firm, link, from, list);
      Count(connection, firm, list, -1);
    }
  }
  for (const DifferingList& list : after) {
    if (!same_time || !before.contains(list)) {
      OnRow(connection,
            "INSERT INTO differing_links (firm, add_on_id, field, state, differ_time, link_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            firm, link, to, list);
      Count(connection, firm, list, 1);
    }
  }
}

DiffRow DecodeDiff(Query& row) {
  DiffRow diff;
  diff.diff = row.Bytes(0);
  diff.sequence = row.Number(1);
  diff.add_on_id = row.Bytes(2);
  diff.differ_time = row.IsNull(3) ? absl::InfinitePast() : FromNanos(row.Number(3));
  diff.differing = DecodeDiffering(row.Bytes(4));
  diff.link_id = row.Bytes(5);
  return diff;
}

#define DIFF_COLUMNS \
  "diffs.data, diffs.sequence, diffs.add_on_id, diffs.differ_time, diffs.differing, diffs.link_id"

// The key's range is of the list, its times and what is behind the cursor, so that a page costs
// what it holds.
constexpr std::string_view kListAscending =
    "SELECT " DIFF_COLUMNS
    " FROM differing_links AS q CROSS JOIN diffs USING (firm, link_id)"
    " WHERE q.firm = ? AND q.add_on_id = ? AND q.field = ? AND q.state = ?"
    " AND (q.differ_time, q.link_id) > (?, ?) AND q.differ_time < ?"
    " ORDER BY q.differ_time, q.link_id LIMIT ?";
constexpr std::string_view kListDescending =
    "SELECT " DIFF_COLUMNS
    " FROM differing_links AS q CROSS JOIN diffs USING (firm, link_id)"
    " WHERE q.firm = ? AND q.add_on_id = ? AND q.field = ? AND q.state = ?"
    " AND (q.differ_time, q.link_id) < (?, ?) AND q.differ_time >= ?"
    " ORDER BY q.differ_time DESC, q.link_id DESC LIMIT ?";

}  // namespace

Found<DiffRow> Session::FindDiff(std::string_view firm, std::string_view link) const {
  return Run([&]() -> Found<DiffRow> {
    return First(Sql("SELECT " DIFF_COLUMNS " FROM diffs WHERE firm = ? AND link_id = ?")
                     .Text(firm)
                     .Text(link),
                 DecodeDiff);
  });
}

Listed<DiffRow> Session::ListDiffering(std::string_view firm, const DifferingFilter& filter,
                                       bool descending, const Cursor& after, int limit) const {
  return Run([&]() -> Listed<DiffRow> {
    // No id comes before "": a time with it stands before all links of that time.
    std::int64_t start = ToNanos(descending ? filter.until : filter.from);
    if (!after.key.empty()) {
      ASSIGN_OR_RETURN(start, ParseTimeKey(after.key));
    }
    return All(Sql(descending ? kListDescending : kListAscending)
                   .Text(firm)
                   .Text(filter.add_on_id)
                   .Int(filter.field_number)
                   .Int(filter.state)
                   .Int(start)
                   .Text(after.id)
                   .Int(ToNanos(descending ? filter.from : filter.until))
                   .Int(limit),
               DecodeDiff);
  });
}

absl::StatusOr<std::int64_t> Session::CountDiffering(std::string_view firm,
                                                     const DifferingFilter& filter) const {
  return Run([&]() -> absl::StatusOr<std::int64_t> {
    return First(Sql("SELECT links FROM differing_counts"
                     " WHERE firm = ? AND add_on_id = ? AND field = ? AND state = ?")
                     .Text(firm)
                     .Text(filter.add_on_id)
                     .Int(filter.field_number)
                     .Int(filter.state),
                 [](Query& row) { return row.Number(0); })
        .value_or(0);
  });
}

Listed<DifferingCount> Session::ListDifferingCounts(std::string_view firm) const {
  return Run([&]() -> Listed<DifferingCount> {
    return All(
        Sql("SELECT add_on_id, field, state, links FROM differing_counts"
            " WHERE firm = ? AND add_on_id > '' AND field > 0 AND state > 0 AND links > 0"
            " ORDER BY add_on_id, field, state")
            .Text(firm),
        [](Query& row) -> DifferingCount {
          return {.add_on_id = std::string(row.Bytes(0)),
                  .differing = {static_cast<int>(row.Number(1)), static_cast<int>(row.Number(2))},
                  .links = row.Number(3)};
        });
  });
}

absl::Status Session::PutDiff(std::string_view firm, const DiffRow& diff) {
  return Run([&] {
    const Place place{diff.add_on_id, diff.differ_time, EncodeDiffering(diff.differing)};
    Requeue(connection_, firm, diff.link_id, FindPlace(connection_, firm, diff.link_id), place);
    Query put =
        Sql("INSERT INTO diffs (firm, link_id, sequence, add_on_id, differing, data, differ_time)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (firm, link_id) DO UPDATE SET sequence = excluded.sequence,"
            " add_on_id = excluded.add_on_id, differing = excluded.differing,"
            " data = excluded.data, differ_time = excluded.differ_time");
    put.Text(firm).Text(diff.link_id).Int(diff.sequence).Text(place.add_on_id);
    put.Text(place.differing).Blob(diff.diff);
    (place.differing.empty() ? put.Null() : put.Int(ToNanos(place.differ_time))).Run();
    return absl::OkStatus();
  });
}

void Session::DropDiffering(std::string_view firm, std::string_view link) {
  Requeue(connection_, firm, link, FindPlace(connection_, firm, link), Place());
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

// Links and their snapshots.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/store/leases.h"
#include "server/store/order.h"
#include "server/store/sensitive.h"
#include "server/store/sqlite/codec.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

#define LINK_COLUMNS                                                                     \
  "SELECT data, bases, bases_sealed, write_sequence, refresh_due, unfinished_operation," \
  " firm, link_id, differ_time FROM links "

std::string BasesContext(std::string_view firm, std::string_view link) {
  return absl::StrCat("bases ", AV(firm), "/", AV(link));
}

std::string SnapshotContext(std::string_view firm, std::string_view link) {
  return absl::StrCat("snapshot ", AV(firm), "/", AV(link));
}

// The list of a filter, from the index that serves it best.
std::string ListSql(const LinkFilter& filter) {
  std::string sql = LINK_COLUMNS;
  const bool profile = !filter.profile_id.empty();
  const bool add_on = !filter.add_on_id.empty();
  const bool client = !filter.practice_client_id.empty();
  absl::StrAppend(&sql, profile  ? "INDEXED BY links_by_profile"
                        : client ? "INDEXED BY links_by_client"
                        : add_on ? "INDEXED BY links_by_add_on"
                                 : "");
  absl::StrAppend(&sql, " WHERE firm = ?", profile ? " AND profile_id = ?" : "",
                  add_on ? " AND add_on_id = ?" : "", client ? " AND practice_client_id = ?" : "",
                  " AND link_id > ? ORDER BY link_id LIMIT ?");
  return sql;
}

}  // namespace

LinkRow Session::DecodeLink(Query& row) const {
  LinkRow link;
  link.link = Parsed<v1::Link>(row.Bytes(0));
  const std::string_view bases = row.Bytes(1);
  const bool sealed = row.Number(2) != 0;
  link.bases = Parsed<storage::v1::FieldBases>(
      sealed ? Opened(sealer_.Open(bases, BasesContext(row.Bytes(6), row.Bytes(7)))) : bases);
  link.write_sequence = row.Number(3);
  link.refresh_due = row.IsNull(4) ? absl::InfinitePast() : FromNanos(row.Number(4));
  link.unfinished_operation = row.Bytes(5);
  link.differ_time = row.IsNull(8) ? absl::InfinitePast() : FromNanos(row.Number(8));
  return link;
}

Found<LinkRow> Session::FindLink(std::string_view firm, std::string_view link) const {
  return Run([&]() -> Found<LinkRow> {
    return First(Sql(LINK_COLUMNS "WHERE firm = ? AND link_id = ?").Text(firm).Text(link),
                 [this](Query& row) { return DecodeLink(row); });
  });
}

Found<LinkRow> Session::FindLinkOfProfile(std::string_view firm, std::string_view profile,
                                          std::string_view add_on) const {
  return Run([&]() -> Found<LinkRow> {
    return First(Sql(LINK_COLUMNS "WHERE firm = ? AND profile_id = ? AND add_on_id = ?")
                     .Text(firm)
                     .Text(profile)
                     .Text(add_on),
                 [this](Query& row) { return DecodeLink(row); });
  });
}

Found<LinkRow> Session::FindLinkOfClient(std::string_view firm, std::string_view add_on,
                                         std::string_view practice_client_id) const {
  return Run([&]() -> Found<LinkRow> {
    return First(Sql(LINK_COLUMNS "WHERE firm = ? AND add_on_id = ? AND practice_client_id = ?")
                     .Text(firm)
                     .Text(add_on)
                     .Text(practice_client_id),
                 [this](Query& row) { return DecodeLink(row); });
  });
}

Listed<LinkRow> Session::ListLinks(std::string_view firm, const LinkFilter& filter,
                                   std::string_view after_link, int limit) const {
  return Run([&]() -> Listed<LinkRow> {
    Query query = Sql(ListSql(filter));
    query.Text(firm);
    for (const std::string* value :
         {&filter.profile_id, &filter.add_on_id, &filter.practice_client_id}) {
      if (!value->empty()) {
        query.Text(*value);
      }
    }
    return All(query.Text(after_link).Int(limit), [this](Query& row) { return DecodeLink(row); });
  });
}

Listed<LinkRow> Session::ListRefreshDue(absl::Time until, int limit) const {
  return Run([&]() -> Listed<LinkRow> {
    return All(Sql(LINK_COLUMNS "WHERE refresh_due IS NOT NULL AND refresh_due <= ?"
                                " AND unfinished_operation = ''"
                                " ORDER BY refresh_due, firm, link_id LIMIT ?")
                   .Int(ToNanos(until))
                   .Int(limit),
               [this](Query& row) { return DecodeLink(row); });
  });
}

absl::Status Session::PutLink(const LinkRow& link) {
  return Run([&] {
    const RowKey key = KeyOf(link.link.name(), "links");
    const std::string data = link.link.SerializeAsString();
    std::string bases = link.bases.SerializeAsString();
    const bool sealed = HoldsSensitive(link.bases);
    if (sealed) {
      bases = sealer_.Seal(bases, BasesContext(key.firm, key.id));
    }
    const auto bind = [&](Query query) {
      query.Blob(data).Blob(bases).Int(sealed).Text(link.bases.normaliser_version());
      query.Int(link.write_sequence);
      for (const absl::Time time : {link.refresh_due, link.differ_time}) {
        time == absl::InfinitePast() ? query.Null() : query.Int(ToNanos(time));
      }
      query.Text(link.unfinished_operation).Text(key.firm).Text(key.id);
      query.Text(LastId(link.link.profile())).Text(LastId(link.link.add_on()));
      query.Text(link.link.practice_client_id()).Run();
    };
    // A link hardly ever changes its ends, and then the indices that hold them stay as they are.
    bind(
        Sql("UPDATE links SET data = ?, bases = ?, bases_sealed = ?, normaliser_version = ?,"
            " write_sequence = ?, refresh_due = ?, differ_time = ?, unfinished_operation = ?"
            " WHERE firm = ? AND link_id = ? AND profile_id = ? AND add_on_id = ?"
            " AND practice_client_id = ?"));
    if (connection_.changes() == 0) {
      bind(
          Sql("INSERT INTO links (data, bases, bases_sealed, normaliser_version, write_sequence,"
              " refresh_due, differ_time, unfinished_operation, firm, link_id, profile_id,"
              " add_on_id, practice_client_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
              " ON CONFLICT (firm, link_id) DO UPDATE SET data = excluded.data,"
              " bases = excluded.bases, bases_sealed = excluded.bases_sealed,"
              " normaliser_version = excluded.normaliser_version,"
              " write_sequence = excluded.write_sequence, refresh_due = excluded.refresh_due,"
              " differ_time = excluded.differ_time, unfinished_operation = "
              "excluded.unfinished_operation,"
              " profile_id = excluded.profile_id, add_on_id = excluded.add_on_id,"
              " practice_client_id = excluded.practice_client_id"));
    }
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteLink(std::string_view firm, std::string_view link) {
  return Run([&] {
    Sql("DELETE FROM links WHERE firm = ? AND link_id = ?").Text(firm).Text(link).Run();
    Sql("DELETE FROM snapshots WHERE firm = ? AND link_id = ?").Text(firm).Text(link).Run();
    DropDiffering(firm, link);
    Sql("DELETE FROM diffs WHERE firm = ? AND link_id = ?").Text(firm).Text(link).Run();
    Sql("DELETE FROM leases WHERE key = ?").Text(LinkLeaseKey(LinkName(firm, link))).Run();
    return absl::OkStatus();
  });
}

Found<storage::v1::Snapshot> Session::FindSnapshot(std::string_view firm,
                                                   std::string_view link) const {
  return Run([&]() -> Found<storage::v1::Snapshot> {
    return First(
        Sql("SELECT data, sealed FROM snapshots WHERE firm = ? AND link_id = ?")
            .Text(firm)
            .Text(link),
        [&](Query& row) {
          const std::string_view data = row.Bytes(0);
          return Parsed<storage::v1::Snapshot>(
              row.Number(1) != 0 ? Opened(sealer_.Open(data, SnapshotContext(firm, link))) : data);
        });
  });
}

absl::Status Session::PutSnapshot(std::string_view firm, std::string_view link,
                                  const storage::v1::Snapshot& snapshot) {
  return Run([&] {
    std::string data = snapshot.SerializeAsString();
    const bool sealed = HoldsSensitive(snapshot);
    if (sealed) {
      data = sealer_.Seal(data, SnapshotContext(firm, link));
    }
    Sql("INSERT INTO snapshots (firm, link_id, normaliser_version, data, sealed)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (firm, link_id) DO UPDATE SET"
        " normaliser_version = excluded.normaliser_version, data = excluded.data,"
        " sealed = excluded.sealed")
        .Text(firm)
        .Text(link)
        .Text(snapshot.forms().normaliser_version())
        .Blob(data)
        .Int(sealed)
        .Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

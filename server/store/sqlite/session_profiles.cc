#include "common/status.h"
#include "server/store/order.h"
#include "server/store/sensitive.h"
#include "server/store/sqlite/codec.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

struct OrderSql {
  std::string_view ascending;
  std::string_view descending;
};

// A list starts behind its cursor; ties go by id, in the same direction.
#define PROFILES_BY(key)                                            \
  {                                                                 \
    "SELECT data, extra FROM profiles WHERE firm = ? AND (" key     \
    ", profile_id) > (?, ?)"                                        \
    " ORDER BY " key ", profile_id LIMIT ?",                        \
        "SELECT data, extra FROM profiles WHERE firm = ? AND (" key \
        ", profile_id) < (?, ?)"                                    \
        " ORDER BY " key " DESC, profile_id DESC LIMIT ?"           \
  }

constexpr OrderSql kByName = {
    "SELECT data, extra FROM profiles WHERE firm = ? AND profile_id > ?"
    " ORDER BY profile_id LIMIT ?",
    "SELECT data, extra FROM profiles WHERE firm = ? AND profile_id < ?"
    " ORDER BY profile_id DESC LIMIT ?"};
constexpr OrderSql kByDisplayName = PROFILES_BY("sort_name");
constexpr OrderSql kByCreateTime = PROFILES_BY("create_time");
constexpr OrderSql kByUpdateTime = PROFILES_BY("update_time");

#undef PROFILES_BY

const OrderSql& SqlOf(ProfileOrder order) {
  switch (order) {
    case ProfileOrder::kName:
      return kByName;
    case ProfileOrder::kDisplayName:
      return kByDisplayName;
    case ProfileOrder::kCreateTime:
      return kByCreateTime;
    case ProfileOrder::kUpdateTime:
      return kByUpdateTime;
  }
  throw std::invalid_argument("an unknown order of profiles");
}

// Binds the key that a list goes on behind; "" is before all keys.
absl::Status BindKey(Query& query, ProfileOrder order, bool greatest, std::string_view key) {
  if (greatest) {
    query.Greatest();
  } else if (order == ProfileOrder::kDisplayName) {
    query.Text(key);
  } else if (key.empty()) {
    query.Int(ToNanos(absl::InfinitePast()));
  } else {
    ASSIGN_OR_RETURN(const std::int64_t nanos, ParseTimeKey(key));
    query.Int(nanos);
  }
  return absl::OkStatus();
}

void BindOrigin(Query& query, const v1::Profile& profile) {
  if (!profile.has_origin()) {
    query.Null().Null().Null();
    return;
  }
  const v1::PracticeOrigin& origin = profile.origin();
  query.Text(LastId(origin.practice_system()))
      .Text(origin.tenant_id())
      .Text(origin.practice_client_id());
}

// Most saves move nothing that an index but that of the update time holds. SQLite rewrites the
// entry of every index whose columns an UPDATE names, so those saves don't name them.
constexpr std::string_view kUpdateUnmoved =
    "UPDATE profiles SET data = ?, extra = ?, update_time = ?"
    " WHERE firm = ? AND profile_id = ? AND sort_name = ? AND name_form = ?"
    " AND create_time = ?"
    " AND origin_system IS ? AND origin_tenant IS ? AND origin_client IS ?";

// The values in the order of kUpdateUnmoved's.
constexpr std::string_view kInsertOrReplace =
    "INSERT INTO profiles (data, extra, update_time, firm, profile_id, sort_name, name_form,"
    " create_time, origin_system, origin_tenant, origin_client)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (firm, profile_id) DO UPDATE SET data = excluded.data,"
    " extra = excluded.extra, update_time = excluded.update_time,"
    " sort_name = excluded.sort_name, name_form = excluded.name_form,"
    " create_time = excluded.create_time,"
    " origin_system = excluded.origin_system, origin_tenant = excluded.origin_tenant,"
    " origin_client = excluded.origin_client";

// The normal form of the profile's name; "" where it is blank.
std::string NameForm(const ProfileRow& row) {
  for (const storage::v1::FieldForm& form : row.extra.forms().forms()) {
    if (form.field_number() == type::ClientFields::kNameFieldNumber) {
      return form.form();
    }
  }
  return "";
}

}  // namespace

ProfileRow Session::DecodeProfile(Query& row) const {
  ProfileRow profile{Parsed<v1::Profile>(row.Bytes(0)),
                     Parsed<storage::v1::ProfileExtra>(row.Bytes(1))};
  if (!OpenValues(sealer_, &profile).ok()) {
    throw SQLite::Exception("a profile's sealed value can't be opened", SQLITE_CORRUPT);
  }
  return profile;
}

Found<ProfileRow> Session::FindProfile(std::string_view firm, std::string_view profile) const {
  return Run([&]() -> Found<ProfileRow> {
    return First(Sql("SELECT data, extra FROM profiles WHERE firm = ? AND profile_id = ?")
                     .Text(firm)
                     .Text(profile),
                 [this](Query& row) { return DecodeProfile(row); });
  });
}

Found<ProfileRow> Session::FindProfileByOrigin(std::string_view firm,
                                               const v1::PracticeOrigin& origin) const {
  return Run([&]() -> Found<ProfileRow> {
    return First(Sql("SELECT data, extra FROM profiles WHERE firm = ? AND origin_system = ?"
                     " AND origin_tenant = ? AND origin_client = ?")
                     .Text(firm)
                     .Text(LastId(origin.practice_system()))
                     .Text(origin.tenant_id())
                     .Text(origin.practice_client_id()),
                 [this](Query& row) { return DecodeProfile(row); });
  });
}

Listed<ProfileRow> Session::ListProfilesByNameForm(std::string_view firm, std::string_view form,
                                                   int limit) const {
  return Run([&]() -> Listed<ProfileRow> {
    return All(Sql("SELECT data, extra FROM profiles WHERE firm = ? AND name_form = ?"
                   " AND name_form <> x'' ORDER BY profile_id LIMIT ?")
                   .Text(firm)
                   .Blob(form)
                   .Int(limit),
               [this](Query& row) { return DecodeProfile(row); });
  });
}

Listed<ProfileRow> Session::ListProfiles(std::string_view firm, ProfileOrder order, bool descending,
                                         const Cursor& after, int limit) const {
  return Run([&]() -> Listed<ProfileRow> {
    const OrderSql& sql = SqlOf(order);
    Query query = Sql(descending ? sql.descending : sql.ascending);
    query.Text(firm);
    const bool from_start = after.key.empty() && after.id.empty();
    if (order != ProfileOrder::kName) {
      RETURN_IF_ERROR(BindKey(query, order, descending && from_start, after.key));
    }
    descending&& from_start ? query.Greatest() : query.Text(after.id);
    return All(query.Int(limit), [this](Query& row) { return DecodeProfile(row); });
  });
}

absl::Status Session::PutProfile(const ProfileRow& profile) {
  return Run([&] {
    const RowKey key = KeyOf(profile.profile.name(), "profiles");
    const std::string sort_name = SortName(profile.profile);
    const std::string name_form = NameForm(profile);
    const std::int64_t create_time = ToNanos(profile.profile.create_time());
    const std::int64_t update_time = ToNanos(profile.profile.update_time());
    ProfileRow sealed = profile;
    SealValues(sealer_, &sealed);
    const std::string data = sealed.profile.SerializeAsString();
    const std::string extra = sealed.extra.SerializeAsString();

    const auto run = [&](std::string_view sql) {
      Query query = Sql(sql);
      query.Blob(data).Blob(extra).Int(update_time);
      query.Text(key.firm).Text(key.id).Text(sort_name).Blob(name_form).Int(create_time);
      BindOrigin(query, profile.profile);
      query.Run();
    };
    run(kUpdateUnmoved);
    if (connection_.changes() == 0) {
      run(kInsertOrReplace);
    }
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteProfile(std::string_view firm, std::string_view profile) {
  return Run([&] {
    Sql("DELETE FROM profiles WHERE firm = ? AND profile_id = ?").Text(firm).Text(profile).Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

// Firms, add-ons and their rules.
#include "server/store/sqlite/codec.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

v1::Firm DecodeFirm(Query& row) { return Parsed<v1::Firm>(row.Bytes(0)); }
v1::AddOn DecodeAddOn(Query& row) { return Parsed<v1::AddOn>(row.Bytes(0)); }
v1::FieldRule DecodeFieldRule(Query& row) { return Parsed<v1::FieldRule>(row.Bytes(0)); }

}  // namespace

Found<v1::Firm> Session::FindFirm(std::string_view firm) const {
  return Run([&]() -> Found<v1::Firm> {
    return First(Sql("SELECT data FROM firms WHERE firm = ?").Text(firm), DecodeFirm);
  });
}

Listed<v1::Firm> Session::ListFirms(std::string_view after_firm, int limit) const {
  return Run([&]() -> Listed<v1::Firm> {
    return All(Sql("SELECT data FROM firms WHERE firm > ? ORDER BY firm LIMIT ?")
                   .Text(after_firm)
                   .Int(limit),
               DecodeFirm);
  });
}

absl::Status Session::PutFirm(const v1::Firm& firm) {
  return Run([&] {
    const auto ids = ParseName(firm.name(), {"firms"});
    if (!ids) {
      throw std::invalid_argument("a firm without a proper name");
    }
    Sql("INSERT INTO firms (firm, data) VALUES (?, ?)"
        " ON CONFLICT (firm) DO UPDATE SET data = excluded.data")
        .Text(ids->front())
        .Blob(firm.SerializeAsString())
        .Run();
    return absl::OkStatus();
  });
}

Found<v1::AddOn> Session::FindAddOn(std::string_view firm, std::string_view add_on) const {
  return Run([&]() -> Found<v1::AddOn> {
    return First(
        Sql("SELECT data FROM add_ons WHERE firm = ? AND add_on_id = ?").Text(firm).Text(add_on),
        DecodeAddOn);
  });
}

Found<v1::AddOn> Session::FindAddOnByTenant(std::string_view firm, std::string_view practice_system,
                                            std::string_view tenant_id) const {
  return Run([&]() -> Found<v1::AddOn> {
    return First(Sql("SELECT data FROM add_ons"
                     " WHERE firm = ? AND practice_system = ? AND tenant_id = ?")
                     .Text(firm)
                     .Text(LastId(practice_system))
                     .Text(tenant_id),
                 DecodeAddOn);
  });
}

Listed<v1::AddOn> Session::ListAddOns(std::string_view firm, std::string_view after_add_on,
                                      int limit) const {
  return Run([&]() -> Listed<v1::AddOn> {
    return All(Sql("SELECT data FROM add_ons WHERE firm = ? AND add_on_id > ?"
                   " ORDER BY add_on_id LIMIT ?")
                   .Text(firm)
                   .Text(after_add_on)
                   .Int(limit),
               DecodeAddOn);
  });
}

absl::Status Session::PutAddOn(const v1::AddOn& add_on) {
  return Run([&] {
    const RowKey key = KeyOf(add_on.name(), "addOns");
    Sql("INSERT INTO add_ons (firm, add_on_id, practice_system, tenant_id, data)"
        " VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (firm, add_on_id) DO UPDATE SET practice_system = excluded.practice_system,"
        " tenant_id = excluded.tenant_id, data = excluded.data")
        .Text(key.firm)
        .Text(key.id)
        .Text(LastId(add_on.practice_system()))
        .TextOrNull(add_on.tenant_id())
        .Blob(add_on.SerializeAsString())
        .Run();
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteAddOn(std::string_view firm, std::string_view add_on) {
  return Run([&] {
    Sql("DELETE FROM add_ons WHERE firm = ? AND add_on_id = ?").Text(firm).Text(add_on).Run();
    Sql("DELETE FROM field_rules WHERE firm = ? AND add_on_id = ?").Text(firm).Text(add_on).Run();
    Sql("DELETE FROM refresh_states WHERE firm = ? AND add_on_id = ?")
        .Text(firm)
        .Text(add_on)
        .Run();
    return DeleteCredentials(firm, add_on);
  });
}

Found<v1::FieldRule> Session::FindFieldRule(std::string_view firm, std::string_view add_on,
                                            std::string_view field) const {
  return Run([&]() -> Found<v1::FieldRule> {
    return First(Sql("SELECT data FROM field_rules WHERE firm = ? AND add_on_id = ? AND field = ?")
                     .Text(firm)
                     .Text(add_on)
                     .Text(field),
                 DecodeFieldRule);
  });
}

Listed<v1::FieldRule> Session::ListFieldRules(std::string_view firm, std::string_view add_on,
                                              std::string_view after_field, int limit) const {
  return Run([&]() -> Listed<v1::FieldRule> {
    return All(Sql("SELECT data FROM field_rules WHERE firm = ? AND add_on_id = ? AND field > ?"
                   " ORDER BY field LIMIT ?")
                   .Text(firm)
                   .Text(add_on)
                   .Text(after_field)
                   .Int(limit),
               DecodeFieldRule);
  });
}

absl::Status Session::PutFieldRule(const v1::FieldRule& rule) {
  return Run([&] {
    const auto ids = ParseName(rule.name(), {"firms", "addOns", "fieldRules"});
    if (!ids) {
      throw std::invalid_argument("a field rule without a proper name");
    }
    Sql("INSERT INTO field_rules (firm, add_on_id, field, data) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (firm, add_on_id, field) DO UPDATE SET data = excluded.data")
        .Text((*ids)[0])
        .Text((*ids)[1])
        .Text((*ids)[2])
        .Blob(rule.SerializeAsString())
        .Run();
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteFieldRule(std::string_view firm, std::string_view add_on,
                                      std::string_view field) {
  return Run([&] {
    Sql("DELETE FROM field_rules WHERE firm = ? AND add_on_id = ? AND field = ?")
        .Text(firm)
        .Text(add_on)
        .Text(field)
        .Run();
    return absl::OkStatus();
  });
}

Found<storage::v1::RefreshState> Session::FindRefreshState(std::string_view firm,
                                                           std::string_view add_on) const {
  return Run([&]() -> Found<storage::v1::RefreshState> {
    return First(Sql("SELECT data FROM refresh_states WHERE firm = ? AND add_on_id = ?")
                     .Text(firm)
                     .Text(add_on),
                 [](Query& row) { return Parsed<storage::v1::RefreshState>(row.Bytes(0)); });
  });
}

absl::Status Session::PutRefreshState(std::string_view firm, std::string_view add_on,
                                      const storage::v1::RefreshState& state) {
  return Run([&] {
    Sql("INSERT INTO refresh_states (firm, add_on_id, data) VALUES (?, ?, ?)"
        " ON CONFLICT (firm, add_on_id) DO UPDATE SET data = excluded.data")
        .Text(firm)
        .Text(add_on)
        .Blob(state.SerializeAsString())
        .Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

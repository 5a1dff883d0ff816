// What add-ons are authorised with, and what their tenants' calls are counted in.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/store/leases.h"
#include "server/store/sqlite/codec.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

std::string CredentialsContext(std::string_view firm, std::string_view add_on) {
  return absl::StrCat("credentials ", AV(AddOnName(firm, add_on)));
}

}  // namespace

Found<storage::v1::AddOnCredentials> Session::FindCredentials(std::string_view firm,
                                                              std::string_view add_on) const {
  return Run([&]() -> Found<storage::v1::AddOnCredentials> {
    return First(Sql("SELECT data FROM add_on_credentials WHERE firm = ? AND add_on_id = ?")
                     .Text(firm)
                     .Text(add_on),
                 [&](Query& row) {
                   return Parsed<storage::v1::AddOnCredentials>(
                       Opened(sealer_.Open(row.Bytes(0), CredentialsContext(firm, add_on))));
                 });
  });
}

absl::Status Session::PutCredentials(std::string_view firm, std::string_view add_on,
                                     const storage::v1::AddOnCredentials& credentials) {
  return Run([&] {
    const std::string sealed =
        sealer_.Seal(credentials.SerializeAsString(), CredentialsContext(firm, add_on));
    Sql("INSERT INTO add_on_credentials (firm, add_on_id, data) VALUES (?, ?, ?)"
        " ON CONFLICT (firm, add_on_id) DO UPDATE SET data = excluded.data")
        .Text(firm)
        .Text(add_on)
        .Blob(sealed)
        .Run();
    return absl::OkStatus();
  });
}

absl::Status Session::DeleteCredentials(std::string_view firm, std::string_view add_on) {
  return Run([&] {
    Sql("DELETE FROM add_on_credentials WHERE firm = ? AND add_on_id = ?")
        .Text(firm)
        .Text(add_on)
        .Run();
    // Whoever is renewing them finds that out.
    Sql("DELETE FROM leases WHERE key = ?")
        .Text(CredentialsLeaseKey(AddOnName(firm, add_on)))
        .Run();
    return absl::OkStatus();
  });
}

Found<storage::v1::CallLedger> Session::FindCallLedger(std::string_view practice_system,
                                                       std::string_view tenant_id) const {
  return Run([&]() -> Found<storage::v1::CallLedger> {
    return First(Sql("SELECT data FROM call_ledgers WHERE practice_system = ? AND tenant_id = ?")
                     .Text(practice_system)
                     .Text(tenant_id),
                 [](Query& row) { return Parsed<storage::v1::CallLedger>(row.Bytes(0)); });
  });
}

absl::Status Session::PutCallLedger(std::string_view practice_system, std::string_view tenant_id,
                                    const storage::v1::CallLedger& ledger) {
  return Run([&] {
    Sql("INSERT INTO call_ledgers (practice_system, tenant_id, data) VALUES (?, ?, ?)"
        " ON CONFLICT (practice_system, tenant_id) DO UPDATE SET data = excluded.data")
        .Text(practice_system)
        .Text(tenant_id)
        .Blob(ledger.SerializeAsString())
        .Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store

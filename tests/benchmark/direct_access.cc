#include "tests/benchmark/direct_access.h"

#include <utility>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/app/text_proto_file.h"

namespace profilesync::benchmark {

absl::StatusOr<std::unique_ptr<DirectAccess>> DirectAccess::Open(const app::Config& config) {
  std::unique_ptr<DirectAccess> made(new DirectAccess);
  config::v1::PracticeSystemsConfig systems;
  RETURN_IF_ERROR(app::ReadTextProto(config.practice_systems, app::Secrecy::kPublic, &systems));
  ASSIGN_OR_RETURN(made->connectors_, app::PracticeSystems::Make(systems, made->clock_));
  ASSIGN_OR_RETURN(auto key, store::SealingKey::LoadOrCreate(config.key_file, false));
  made->sealer_ = std::make_unique<store::Sealer>(std::move(key));
  ASSIGN_OR_RETURN(made->store_, store::SqliteStore::Open(
                                     {.path = config.database, .sealer = made->sealer_.get()}));
  made->budgets_ = std::make_unique<budget::Budgets>(*made->store_, made->clock_);
  return made;
}

absl::StatusOr<connector::Tenant> DirectAccess::Counted(const std::string& tenant_id) {
  constexpr int kCalls = 3;
  constexpr absl::Duration kLongest = absl::Minutes(3);
  connector::Tenant tenant{.tenant_id = tenant_id};
  const auto budget = budgets_->Of(
      {.practice_system = "xpm", .tenant_id = tenant_id, .limits = xpm().Describe().call_limits});
  ASSIGN_OR_RETURN(tenant.budget, budget->SetAside(kCalls, clock_.Now() + kLongest));
  return tenant;
}

absl::Status DirectAccess::WriteClient(const connector::Tenant& tenant,
                                       const std::string& client_id, const std::string& phone) {
  connector::UpdateRequest update;
  update.client_id = client_id;
  ASSIGN_OR_RETURN(update.expected, xpm().Get(tenant, client_id, {}));
  update.values.set_primary_phone(phone);
  const connector::UpdateResult result = xpm().Update(tenant, update, {});
  if (result.outcome != connector::UpdateResult::Outcome::kApplied || !result.after ||
      result.after->client.fields().primary_phone() != phone) {
    return absl::InternalError("a bare write wasn't applied: " + result.status.ToString());
  }
  return absl::OkStatus();
}

absl::Status DirectAccess::WriteProfile(const std::string& profile, const std::string& phone) {
  return store_->WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(auto row, transaction.FindProfile(FirmOf(profile), LastId(profile)));
    if (!row) {
      return absl::InternalError(profile + " isn't stored");
    }
    row->profile.mutable_fields()->set_primary_phone(phone);
    return transaction.PutProfile(*row);
  });
}

}  // namespace profilesync::benchmark

#include "server/sync/open_write.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "common/catalogue.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/sync/journal_plan.h"
#include "server/sync/restore_plan.h"
#include "server/sync/sync_outcome.h"
#include "server/sync/sync_plan.h"

namespace profilesync::sync {
namespace {

connector::FetchedClient PreImageOf(const storage::v1::SyncJournal& journal) {
  return {journal.pre_image_client(), journal.pre_image()};
}

PushResult ShownBy(const connector::FetchedClient& client,
                   std::vector<connector::OtherChange> other_changes) {
  PushResult shown;
  shown.after = client;
  shown.other_changes = std::move(other_changes);
  return shown;
}

bool IsShownBlank(const Field& field, const connector::FetchedClient& client) {
  return field.Has(client.client.fields()) && IsBlank(field.Get(client.client.fields()));
}

class OpenPush final : public OpenWrite {
 public:
  OpenPush(model::LinkState state, SyncPlan plan, connector::UpdateRequest update)
      : state_(std::move(state)), plan_(std::move(plan)), update_(std::move(update)) {}

  Evidence EvidenceIn(const connector::FetchedClient& client) const override {
    return sync::EvidenceIn(client.client, plan_, state_);
  }
  std::vector<connector::OtherChange> OtherChanges(
      const connector::FetchedClient& client) const override {
    return state_.connector->OtherChanges(state_.tenant, update_, client);
  }
  void NoteAfter(const connector::FetchedClient& client,
                 store::SyncOperationRow* row) const override {
    std::set<std::string> asked = PushedFields(plan_);
    for (const PlannedField& planned : plan_.fields()) {
      if (planned.wanted.value_case() && IsShownBlank(*planned.field, client)) {
        asked.erase(std::string(planned.field->name()));  // nobody asked for that
      }
    }
    sync::NoteAfter(asked, ShownBy(client, OtherChanges(client)), row);
  }
  absl::Status Store(const Environment& environment, const PushResult& push,
                     store::SyncOperationRow* row, store::Transaction& transaction) const override {
    return StoreOutcome(environment, plan_, &push, row, transaction);
  }

 private:
  const model::LinkState state_;
  const SyncPlan plan_;
  const connector::UpdateRequest update_;
};

class OpenRestore final : public OpenWrite {
 public:
  OpenRestore(model::LinkState state, RestorePlan plan, storage::v1::SyncJournal original)
      : state_(std::move(state)), plan_(std::move(plan)), original_(std::move(original)) {}

  Evidence EvidenceIn(const connector::FetchedClient& client) const override {
    return plan_.EvidenceIn(state_, client);
  }
  std::vector<connector::OtherChange> OtherChanges(
      const connector::FetchedClient& client) const override {
    return state_.connector->RestoreOtherChanges(state_.tenant, plan_.request(), client);
  }
  void NoteAfter(const connector::FetchedClient& client,
                 store::SyncOperationRow* row) const override {
    std::set<std::string> asked = plan_.Written();
    for (const std::string& name : plan_.Wanted()) {
      const Field* const field = Catalogue::Get().Find(name);
      if (field != nullptr && IsShownBlank(*field, client)) {
        asked.erase(name);
      }
    }
    sync::NoteAfter(asked, ShownBy(client, OtherChanges(client)), row);
  }
  absl::Status Store(const Environment& environment, const PushResult& push,
                     store::SyncOperationRow* row, store::Transaction& transaction) const override {
    return StoreRestored(environment, original_, plan_, push, row, transaction);
  }

 private:
  const model::LinkState state_;
  const RestorePlan plan_;
  const storage::v1::SyncJournal original_;
};

absl::Status CantBeMadeOut() {
  return absl::FailedPreconditionError("the operation can't be made out from what is stored");
}

absl::StatusOr<std::unique_ptr<OpenWrite>> MakeOpenRestore(const store::Reader& reader,
                                                           const model::LinkState& state,
                                                           const store::SyncOperationRow& row) {
  const std::string& name = row.operation.original_operation();
  ASSIGN_OR_RETURN(std::optional<store::SyncOperationRow> original,
                   reader.FindSyncOperation(FirmOf(name), LastId(name)));
  if (!original) {
    return CantBeMadeOut();
  }
  auto plan = RestorePlan::Make(state, original->journal, PreImageOf(row.journal));
  if (!plan.ok() ||
      plan->Results().size() != static_cast<std::size_t>(row.operation.field_results_size())) {
    return CantBeMadeOut();
  }
  return std::make_unique<OpenRestore>(state, *std::move(plan), std::move(original->journal));
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpenWrite>> MakeOpenWrite(const store::Reader& reader,
                                                         const model::LinkState& state,
                                                         const store::SyncOperationRow& row) {
  if (row.operation.kind() == v1::SyncOperation::RESTORE) {
    return MakeOpenRestore(reader, state, row);
  }
  std::optional<SyncPlan> plan = ResumedPlan(row.journal, row.operation);
  if (!plan) {
    return CantBeMadeOut();
  }
  connector::UpdateRequest update = ToUpdate(*plan, PreImageOf(row.journal));
  return std::make_unique<OpenPush>(state, *std::move(plan), std::move(update));
}

}  // namespace profilesync::sync

#include "server/profile/export_profile.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/failpoint.h"
#include "common/mask.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/guarded_budget.h"
#include "server/model/link_sides.h"
#include "server/model/link_state.h"
#include "server/model/write_until.h"
#include "server/profile/duplicates.h"
#include "server/profile/export_plan.h"
#include "server/profile/export_record.h"
#include "server/profile/export_search.h"
#include "server/store/leases.h"
#include "server/verb/request_id.h"

namespace profilesync::profile {
namespace {

using connector::UpdateResult;

// What is left of the lease, once a creation has ended, for looking for what it did.
constexpr absl::Duration kSearchTime = absl::Seconds(30);

// Looks for the client that an earlier export, which needs attention, may have created, and links
// it. nullopt: it isn't found, or can't be told.
absl::StatusOr<std::optional<v1::ExportProfileResponse>> TrySettle(
    const Environment& environment, const access::Call& call, const verb::RequestId& request_id,
    const ExportStart& start) {
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment, start.add_on));
  Creation creation{.outcome = UpdateResult::Outcome::kApplied,
                    .status = absl::OkStatus(),
                    .client = {},
                    .read_time = environment.clock.Now()};
  auto found =
      FindCreated(*connector, model::TenantOf(environment, start.add_on, budget::Priority::kPerson),
                  model::NormaliserOf(start.firm, start.profile), start.earlier->journal,
                  {.deadline = call.deadline});
  if (!found.ok()) {
    return std::nullopt;
  }
  RETURN_IF_ERROR(Failpoint("export.before_settle"));
  creation.client = *std::move(found);
  v1::ExportProfileResponse answer;
  RETURN_IF_ERROR(
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(answer, SettleExport(environment, call, creation,
                                              start.earlier->operation.name(), transaction));
        // The same call again is to find what it did.
        const bool settled = answer.sync_operation().has_finish_time();
        return settled && !start.repeated
                   ? request_id.RecordOperation(transaction, answer.sync_operation().name())
                   : absl::OkStatus();
      }));
  return answer;
}

// The answer that an earlier export gives, by the same request_id or of the same profile; nullopt:
// this one may go on. The error where it may not.
absl::StatusOr<std::optional<v1::ExportProfileResponse>> AnswerByEarlier(
    const Environment& environment, const access::Call& call,
    const v1::ExportProfileRequest& request, const verb::RequestId& request_id,
    const ExportStart& start) {
  if (start.earlier && start.may_go_on && !request.validate_only() &&
      start.earlier->operation.state() == v1::SyncOperation::NEEDS_ATTENTION) {
    ASSIGN_OR_RETURN(auto settled, TrySettle(environment, call, request_id, start));
    if (settled) {
      return settled;
    }
  }
  if (!start.repeated) {
    RETURN_IF_ERROR(CheckSettled(request, start.earlier));
    return std::nullopt;
  }
  v1::ExportProfileResponse answer;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(answer, AnswerOf(reader, start.earlier->operation));
    return absl::OkStatus();
  }));
  return answer;
}

// An export has its search, its write and a search for what that did before it begins, so that it
// doesn't stop where nobody knows what became of the write.
absl::Status SetCallsAside(const Environment& environment, const v1::ExportProfileRequest& request,
                           connector::Tenant* tenant) {
  constexpr int kCalls = 3;
  constexpr absl::Duration kLongestExport = absl::Minutes(4);
  if (!request.validate_only() && tenant->budget != nullptr) {
    ASSIGN_OR_RETURN(tenant->budget,
                     tenant->budget->SetAside(kCalls, environment.clock.Now() + kLongestExport));
  }
  return absl::OkStatus();
}

absl::Status CheckAllListed(const v1::ExportProfileRequest& request, const Lookalikes& lookalikes) {
  if (!lookalikes.truncated || request.allow_duplicates()) {
    return absl::OkStatus();
  }
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::UNSUPPORTED_BY_PRACTICE_SYSTEM,
      absl::StrCat("the practice system doesn't list all clients that match \"", lookalikes.text,
                   "\", so that there may be duplicates: allow_duplicates creates it all the same"),
      {{"add_on", request.add_on()}});
}

// The clients, in the practice system and among those linked, that may be the profile's.
absl::StatusOr<v1::ExportProfileResponse> FindDuplicates(const Environment& environment,
                                                         const ExportStart& start,
                                                         Lookalikes* lookalikes) {
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) {
    return AddLinkedLookalikes(start.firm, start.profile, start.add_on.name(), reader,
                               &lookalikes->clients);
  }));
  v1::ExportProfileResponse answer;
  for (type::PracticeClient& client :
       PossibleDuplicates(start.firm, start.profile, lookalikes->clients)) {
    MaskSensitive(client.mutable_fields());
    *answer.add_possible_duplicates() = std::move(client);
  }
  return answer;
}

store::SyncOperationRow Plan(const access::Call& call, const v1::ExportProfileRequest& request,
                             const connector::Connector& connector, const connector::Tenant& tenant,
                             const ExportStart& start, const Lookalikes& lookalikes) {
  store::SyncOperationRow row;
  row.operation.set_kind(v1::SyncOperation::EXPORT);
  row.operation.set_profile(request.name());
  row.operation.set_add_on(request.add_on());
  row.operation.set_actor(call.caller.Actor());
  row.operation.set_request_id(request.request_id());
  PlanExport(connector, tenant, start.rules, start.profile, &row.operation, &row.journal);
  *row.journal.mutable_export_journal() = ToJournal(tenant, lookalikes);
  return row;
}

// Asks for the client, once.
Creation AskFor(const Environment& environment, connector::Connector& connector,
                const connector::Tenant& tenant, const ExportStart& start,
                const ExportIntent& intent) {
  const storage::v1::SyncJournal& journal = intent.row.journal;
  Creation creation;
  creation.status = Failpoint("export.before_add");
  if (!creation.status.ok()) {
    creation.outcome = UpdateResult::Outcome::kRefused;
    return creation;
  }
  connector::Tenant guarded = tenant;
  guarded.budget = model::WhileWritesGoOn(
      environment, {store::ExportLeaseKey(intent.row.operation.name()), intent.row.fence},
      start.add_on.name(), std::move(guarded.budget));
  connector::CreateResult result =
      connector.Create(guarded, {.values = WantedFields(journal), .kind = start.profile.kind()},
                       {.deadline = intent.lease_expiry - kSearchTime});
  creation.outcome = result.outcome;
  creation.status = std::move(result.status);
  if (result.created) {
    creation.client = std::move(result.created->client);
    creation.masked = std::move(result.masked);
  }
  const bool is_it =
      IsNew(journal, creation.client) &&
      HasWantedName(model::NormaliserOf(start.firm, start.profile), journal, creation.client);
  if (creation.outcome == UpdateResult::Outcome::kApplied && !is_it) {
    creation.outcome = UpdateResult::Outcome::kUnclear;
    creation.status = absl::UnavailableError(
        absl::StrCat("the practice system answered with another client, ", creation.client.id()));
  }
  if (absl::Status failed = Failpoint("export.after_add"); !failed.ok()) {
    creation.outcome = UpdateResult::Outcome::kUnclear;
    creation.status = std::move(failed);
  }
  return creation;
}

// Asks for the client and, where the answer leaves open what became of it, looks for it. Over by
// the lease's end, after which somebody else may own the operation.
Creation Create(const Environment& environment, connector::Connector& connector,
                const connector::Tenant& tenant, const ExportStart& start,
                const ExportIntent& intent) {
  const absl::Time asked = environment.clock.Now();
  Creation creation = AskFor(environment, connector, tenant, start, intent);
  creation.read_time = asked;
  if (creation.outcome != UpdateResult::Outcome::kUnclear) {
    return creation;
  }
  creation.read_time = environment.clock.Now();
  auto found = FindCreated(connector, tenant, model::NormaliserOf(start.firm, start.profile),
                           intent.row.journal, {.deadline = intent.lease_expiry});
  if (found.ok()) {
    creation.outcome = UpdateResult::Outcome::kApplied;
    creation.client = *std::move(found);
    creation.masked.reset();
  } else {
    creation.status = absl::UnavailableError(
        absl::StrCat(creation.status.message(), "; ", found.status().message()));
  }
  return creation;
}

// Asks for the client whose intent is stored, and stores what became of it. From here on nothing
// makes the call fail: the operation's state is the truth.
v1::ExportProfileResponse Carry(const Environment& environment, const access::Call& call,
                                connector::Connector& connector, const connector::Tenant& tenant,
                                const ExportStart& start, const ExportIntent& intent) {
  v1::ExportProfileResponse answer;
  *answer.mutable_sync_operation() = intent.row.operation;
  if (!Failpoint("export.after_intent").ok()) {
    return answer;
  }
  const Creation creation = Create(environment, connector, tenant, start, intent);
  v1::ExportProfileResponse outcome;
  absl::Status stored = Failpoint("export.before_outcome");
  if (stored.ok()) {
    stored = model::WriteUntil(
        environment, intent.lease_expiry, [&](store::Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(
              outcome, StoreExportOutcome(environment, call, creation, intent.row, transaction));
          return absl::OkStatus();
        });
  }
  Failpoint("export.after_outcome").IgnoreError();
  // Not stored: the operation stays as its intent was, for recovery to settle.
  return stored.ok() ? outcome : answer;
}

// An export that nothing earlier stands in the way of.
absl::StatusOr<v1::ExportProfileResponse> Begin(const Environment& environment,
                                                const access::Call& call,
                                                const v1::ExportProfileRequest& request,
                                                const verb::RequestId& request_id,
                                                const ExportStart& start) {
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment, start.add_on));
  auto tenant = model::TenantOf(environment, start.add_on, budget::Priority::kPerson);
  RETURN_IF_ERROR(SetCallsAside(environment, request, &tenant));
  ASSIGN_OR_RETURN(Lookalikes lookalikes, SearchLookalikes(*connector, tenant, start.profile,
                                                           {.deadline = call.deadline}));
  RETURN_IF_ERROR(CheckAllListed(request, lookalikes));
  ASSIGN_OR_RETURN(v1::ExportProfileResponse answer,
                   FindDuplicates(environment, start, &lookalikes));
  if (answer.possible_duplicates_size() > 0 && !request.allow_duplicates()) {
    return answer;
  }
  store::SyncOperationRow row = Plan(call, request, *connector, tenant, start, lookalikes);
  if (request.validate_only()) {
    *answer.mutable_sync_operation() = std::move(row.operation);
    return answer;
  }
  // The last chance: from the intent on neither deadline nor hanging up counts any more.
  RETURN_IF_ERROR(access::CheckAlive(call, environment.clock.Now()));
  ExportIntent intent;
  RETURN_IF_ERROR(
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(
            StoreExportIntent(environment, request, request_id, start, row, transaction, &intent));
        return Failpoint("export.in_intent");
      }));
  return intent.answer ? *std::move(intent.answer)
                       : Carry(environment, call, *connector, tenant, start, intent);
}

}  // namespace

absl::StatusOr<v1::ExportProfileResponse> ExportProfile(const Environment& environment,
                                                        const access::Call& call,
                                                        const v1::ExportProfileRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  ExportStart start;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(start, LoadExportStart(environment, request, request_id, reader));
    return absl::OkStatus();
  }));
  ASSIGN_OR_RETURN(auto earlier, AnswerByEarlier(environment, call, request, request_id, start));
  if (earlier) {
    return *std::move(earlier);
  }
  return Begin(environment, call, request, request_id, start);
}

}  // namespace profilesync::profile

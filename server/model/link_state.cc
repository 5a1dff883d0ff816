#include "server/model/link_state.h"

#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "common/error.h"
#include "common/field_state.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/add_on_credentials.h"
#include "server/model/link_sides.h"
#include "server/verb/etag.h"

namespace profilesync::model {
namespace {

template <typename T>
absl::StatusOr<T> MustExist(store::Found<T> found, std::string_view name) {
  if (!found.ok()) {
    return std::move(found).status();
  }
  if (!found->has_value()) {
    return absl::InternalError("a link refers to " + std::string(name) + ", which isn't there");
  }
  return std::move(**found);
}

// `differ_time` may be set though nothing differs: what differed is being written.
store::DiffRow RowOf(const v1::Diff& diff, absl::Time differ_time) {
  store::DiffRow row{.link_id = std::string(LastId(diff.link())),
                     .diff = diff.SerializeAsString(),
                     .sequence = diff.sequence(),
                     .add_on_id = std::string(LastId(diff.add_on())),
                     .differ_time = diff.has_differ_time() ? differ_time : absl::InfinitePast(),
                     .differing = {}};
  for (const v1::FieldDiff& field : diff.fields()) {
    if (IsDiffering(static_cast<FieldState>(field.state()))) {
      row.differing.push_back({Catalogue::Get().Find(field.field())->number(), field.state()});
    }
  }
  return row;
}

}  // namespace

connector::Tenant TenantOf(const Environment& environment, const v1::AddOn& add_on,
                           budget::Priority priority) {
  connector::Tenant tenant{.tenant_id = add_on.tenant_id()};
  tenant.field_sources.insert(add_on.settings().field_sources().begin(),
                              add_on.settings().field_sources().end());
  connector::Connector* const connector = ConnectorOf(environment, add_on);
  if (connector == nullptr) {
    return tenant;
  }
  tenant.budget = environment.budgets.Of(AccountOf(add_on, *connector, priority));
  if (connector->authoriser() != nullptr) {
    tenant.credentials =
        std::make_shared<AddOnCredentials>(environment, *connector->authoriser(), add_on.name());
  }
  return tenant;
}

budget::Account AccountOf(const v1::AddOn& add_on, const connector::Connector& connector,
                          budget::Priority priority) {
  return {.practice_system = std::string(LastId(add_on.practice_system())),
          .tenant_id = add_on.tenant_id(),
          .limits = connector.Describe().call_limits,
          .priority = priority};
}

connector::Connector* ConnectorOf(const Environment& environment, const v1::AddOn& add_on) {
  return environment.connectors.Find(LastId(add_on.practice_system()));
}

absl::StatusOr<connector::Connector*> RequireConnector(const Environment& environment,
                                                       const v1::AddOn& add_on) {
  connector::Connector* const connector = ConnectorOf(environment, add_on);
  if (connector != nullptr &&
      !environment.connectors.MayConnect(LastId(add_on.practice_system()), FirmOf(add_on.name()),
                                         add_on.tenant_id())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::ACCESS_DENIED,
                     "the operator doesn't let the firm connect to the tenant of " + add_on.name(),
                     {{"add_on", add_on.name()}});
  }
  if (connector != nullptr) {
    return connector;
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ADD_ON_NOT_ACTIVE,
                   add_on.practice_system() + " is no longer configured",
                   {{"add_on", add_on.name()}});
}

absl::StatusOr<LinkState> LoadLinkState(const Environment& environment, const store::Reader& reader,
                                        store::LinkRow link) {
  LinkState state;
  state.firm_id = FirmOf(link.link.name());
  state.link = std::move(link);
  const v1::Link& resource = state.link.link;
  ASSIGN_OR_RETURN(state.firm, MustExist(reader.FindFirm(state.firm_id), FirmName(state.firm_id)));
  ASSIGN_OR_RETURN(
      state.add_on,
      MustExist(reader.FindAddOn(state.firm_id, LastId(resource.add_on())), resource.add_on()));
  ASSIGN_OR_RETURN(state.rules, FieldRules::Load(reader, resource.add_on()));
  ASSIGN_OR_RETURN(
      state.profile,
      MustExist(reader.FindProfile(state.firm_id, LastId(resource.profile())), resource.profile()));
  ASSIGN_OR_RETURN(state.snapshot, reader.FindSnapshot(state.firm_id, LastId(resource.name())));
  if (!state.link.unfinished_operation.empty()) {
    ASSIGN_OR_RETURN(auto operation, MustExist(reader.FindSyncOperation(
                                                   state.firm_id, state.link.unfinished_operation),
                                               state.link.unfinished_operation));
    state.unfinished = std::move(operation.operation);
  }
  state.connector = ConnectorOf(environment, state.add_on);
  state.tenant = TenantOf(environment, state.add_on, budget::Priority::kPerson);
  return state;
}

absl::Status StoreLinkState(const Environment& environment, store::Transaction& transaction,
                            LinkState& state) {
  const std::string link_id(LastId(state.link.link.name()));
  LinkSides sides(state, environment.etag_key);
  sides.SettleBases();
  state.link.bases = sides.StoredBases();
  if (state.snapshot) {
    *state.link.link.mutable_refresh_time() = state.snapshot->fetch_start_time();
    if (state.snapshot->forms().normaliser_version() != sides.normaliser().version()) {
      *state.snapshot->mutable_forms() = sides.PracticeForms();
      RETURN_IF_ERROR(transaction.PutSnapshot(state.firm_id, link_id, *state.snapshot));
    }
  }
  verb::SetEtag(environment.etag_key, &state.link.link);
  v1::Diff diff = sides.MakeDiff();
  const bool differs = diff.differing_count() > 0;
  if (!differs && !state.unfinished) {
    state.link.differ_time = absl::InfinitePast();
  } else if (differs && state.link.differ_time == absl::InfinitePast()) {
    state.link.differ_time = environment.clock.Now();
  }
  if (differs) {
    *diff.mutable_differ_time() = ToProto(state.link.differ_time);
  }
  RETURN_IF_ERROR(transaction.PutLink(state.link));
  ASSIGN_OR_RETURN(const std::int64_t sequence, transaction.NextDiffSequence(state.firm_id));
  diff.set_sequence(sequence);
  return transaction.PutDiff(state.firm_id, RowOf(diff, state.link.differ_time));
}

absl::Status RestateLinks(const Environment& environment, store::Transaction& transaction,
                          std::string_view firm, const store::LinkFilter& filter,
                          absl::FunctionRef<void(LinkState&)> change) {
  constexpr int kBatch = 100;
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(std::vector<store::LinkRow> links,
                     transaction.ListLinks(firm, filter, after, kBatch));
    for (store::LinkRow& link : links) {
      after = LastId(link.link.name());
      ASSIGN_OR_RETURN(LinkState state, LoadLinkState(environment, transaction, std::move(link)));
      change(state);
      RETURN_IF_ERROR(StoreLinkState(environment, transaction, state));
    }
    if (links.size() < kBatch) {
      return absl::OkStatus();
    }
  }
}

}  // namespace profilesync::model

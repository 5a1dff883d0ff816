#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "profilesync/v1/add_on.pb.h"
#include "profilesync/v1/firm.pb.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/field_rules.h"
#include "server/store/store.h"

namespace profilesync::model {

// Everything that a link's diff follows from. A value object; made by LoadLinkState, changed by a
// verb inside its transaction, and stored by StoreLinkState.
struct LinkState {
  std::string firm_id;
  v1::Firm firm;
  v1::AddOn add_on;
  FieldRules rules;  // the add-on's
  store::ProfileRow profile;
  store::LinkRow link;
  std::optional<storage::v1::Snapshot> snapshot;
  std::optional<v1::SyncOperation> unfinished;      // the link's unfinished operation, masked
  const connector::Connector* connector = nullptr;  // nullptr: no longer configured
  connector::Tenant tenant;
};

// The add-on's tenant as connectors want it, for calls of that priority. `environment` must outlive
// it.
connector::Tenant TenantOf(const Environment& environment, const v1::AddOn& add_on,
                           budget::Priority priority);

// What the calls of an add-on are counted in.
budget::Account AccountOf(const v1::AddOn& add_on, const connector::Connector& connector,
                          budget::Priority priority);

// The connector of an add-on, or nullptr when the operator no longer configures it.
connector::Connector* ConnectorOf(const Environment& environment, const v1::AddOn& add_on);

// The same, for calling it; FAILED_PRECONDITION (ADD_ON_NOT_ACTIVE) instead of nullptr, or
// (ACCESS_DENIED) where the operator doesn't let the firm connect to the add-on's tenant.
absl::StatusOr<connector::Connector*> RequireConnector(const Environment& environment,
                                                       const v1::AddOn& add_on);

// Loads what belongs to `link`. INTERNAL when something that it refers to is gone.
absl::StatusOr<LinkState> LoadLinkState(const Environment& environment, const store::Reader& reader,
                                        store::LinkRow link);

// Settles the bases (sets one wherever the two sides are equal now), makes the ready diff, and
// stores link, diff, and a snapshot whose forms weren't made by this normaliser: a new one has
// none. Every transaction that changes a profile's field, a snapshot, a link or an operation of it
// ends with this: it is the one place where bases are set and diffs are made.
absl::Status StoreLinkState(const Environment& environment, store::Transaction& transaction,
                            LinkState& state);

// The same for all links of a profile after it was stored, of an add-on or of a firm. `change`,
// where given, alters each state first.
absl::Status RestateLinks(
    const Environment& environment, store::Transaction& transaction, std::string_view firm,
    const store::LinkFilter& filter,
    absl::FunctionRef<void(LinkState&)> change = [](LinkState&) {});

}  // namespace profilesync::model

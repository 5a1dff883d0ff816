#pragma once

#include <optional>
#include <vector>

#include "common/normalise.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/profile.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/connector/connector.h"
#include "server/model/field_rules.h"
#include "server/model/link_state.h"

namespace profilesync::profile {

// Plans the client that a profile makes: every value that it has, that its kind can have, that the
// connector can write for the tenant, and that no rule forbids to push. Each is added to the
// operation's results, as callers see it, and to the journal, in full.
void PlanExport(const connector::Connector& connector, const connector::Tenant& tenant,
                const model::FieldRules& rules, const v1::Profile& profile,
                v1::SyncOperation* operation, storage::v1::SyncJournal* journal);

// Whether the rules, which may have changed since it was planned, allow all of an export.
bool AllowAll(const model::FieldRules& rules, const storage::v1::SyncJournal& journal);

// The values of the client that a planned export asks for.
type::ClientFields WantedFields(const storage::v1::SyncJournal& journal);

// Whether a client has the name that the export asked for.
bool HasWantedName(const Normaliser& normaliser, const storage::v1::SyncJournal& journal,
                   const type::PracticeClient& client);

// Whether a client of the practice system can be the one that the export asked for: it has the
// name, and of the other values none differs that can be seen.
bool MayBeCreated(const Normaliser& normaliser, const storage::v1::SyncJournal& journal,
                  const type::PracticeClient& client);

// Sets the outcome of each result by the client that was created, and the operation's state.
// `masked` is the connector's (connector::CreateResult); nullopt where the client was found later.
void JudgeCreated(const Normaliser& normaliser, const storage::v1::SyncJournal& journal,
                  const type::PracticeClient& client,
                  const std::optional<std::vector<connector::OtherChange>>& masked,
                  v1::SyncOperation* operation);

// Sets the outcome of each result; why is the operation's to say.
void SetResults(v1::FieldResult::Outcome outcome, v1::SyncOperation* operation);

// Sets the base of each field that was written: the value that was asked for and what was kept of
// it, even if the profile has moved on.
void SetCreatedBases(const storage::v1::SyncJournal& journal, const v1::SyncOperation& operation,
                     std::string_view etag_key, model::LinkState* state);

}  // namespace profilesync::profile

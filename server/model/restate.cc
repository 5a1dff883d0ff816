#include "server/model/restate.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/catalogue.h"
#include "common/log.h"
#include "common/normalise.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/connector/connector.h"
#include "server/model/all_firms.h"
#include "server/model/link_sides.h"
#include "server/model/link_state.h"
#include "server/model/side_forms.h"

namespace profilesync::model {
namespace {

constexpr int kBatch = 100;

void AppendCapabilities(const connector::Connector& connector, std::string* version) {
  for (const connector::FieldCapability& field : connector.Describe().fields) {
    absl::StrAppend(version, " ", field.field, field.readable ? "r" : "", field.writable ? "w" : "",
                    field.clearable ? "c" : "");
  }
}

absl::Status RestateProfile(const Environment& environment, const v1::Firm& firm,
                            store::ProfileRow row, store::Transaction& transaction) {
  const Normaliser normaliser = NormaliserOf(firm, row.profile);
  if (row.extra.forms().normaliser_version() != normaliser.version()) {
    *row.extra.mutable_forms() =
        SideForms::Make(normaliser, row.profile.fields()).Store(normaliser);
    RETURN_IF_ERROR(transaction.PutProfile(row));
  }
  return RestateLinks(environment, transaction, LastId(firm.name()),
                      {.profile_id = std::string(LastId(row.profile.name()))});
}

}  // namespace

std::string StatesVersion(const Environment& environment) {
  std::string version = Normaliser::RulesVersion();
  for (const Field& field : Catalogue::Get().All()) {
    absl::StrAppend(&version, " ", field.number(), ":", static_cast<int>(field.kind()));
  }
  for (const std::string& id : environment.connectors.Ids()) {
    const connector::Connector& connector = *environment.connectors.Find(id);
    absl::StrAppend(&version, "; ", id, " ", connector.Describe().mapping_revision);
    AppendCapabilities(connector, &version);
  }
  return version;
}

absl::Status Restatement::Begin() {
  version_ = StatesVersion(environment_);
  std::string stored;
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(stored, reader.StatesVersion());
    return absl::OkStatus();
  }));
  done_ = stored == version_;
  if (!done_) {
    ASSIGN_OR_RETURN(firms_, AllFirms(environment_));
  }
  if (!firms_.empty()) {
    LogInfo("making all diffs anew: another version made those that are stored");
  }
  begun_ = true;
  return absl::OkStatus();
}

absl::Status Restatement::RestateBatch(const v1::Firm& firm) {
  store::Cursor after = after_;
  bool last = false;
  RETURN_IF_ERROR(
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(std::vector<store::ProfileRow> rows,
                         transaction.ListProfiles(LastId(firm.name()), store::ProfileOrder::kName,
                                                  /*descending=*/false, after_, kBatch));
        last = rows.size() < kBatch;
        for (store::ProfileRow& row : rows) {
          after = store::CursorOf(row, store::ProfileOrder::kName);
          RETURN_IF_ERROR(RestateProfile(environment_, firm, std::move(row), transaction));
        }
        return absl::OkStatus();
      }));
  after_ = std::move(after);
  if (last) {
    firms_.pop_back();
    after_ = {};
  }
  return absl::OkStatus();
}

absl::Status Restatement::Finish() {
  RETURN_IF_ERROR(environment_.store.WriteAndWait(
      [&](store::Transaction& transaction) { return transaction.PutStatesVersion(version_); }));
  done_ = true;
  return absl::OkStatus();
}

absl::StatusOr<bool> Restatement::Step() {
  if (!begun_) {
    RETURN_IF_ERROR(Begin());
  }
  if (!done_) {
    RETURN_IF_ERROR(firms_.empty() ? Finish() : RestateBatch(firms_.back()));
  }
  return done_;
}

}  // namespace profilesync::model

#include "server/addon/update_add_on.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "common/status.h"
#include "server/addon/check_settings.h"
#include "server/model/link_state.h"
#include "server/model/save_add_on.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"
#include "server/verb/update_mask.h"

namespace profilesync::addon {
namespace {

// The fields that another source of the practice system is to feed from now on. The default source
// named is another than the default left to itself, as far as this goes: at worst it is read anew.
std::vector<const Field*> ResourcedFields(const v1::AddOn& before, const v1::AddOn& after) {
  const auto source_of = [](const v1::AddOn& add_on, const Field& field) -> std::string_view {
    const auto& sources = add_on.settings().field_sources();
    const auto found = sources.find(std::string(field.name()));
    return found == sources.end() ? std::string_view() : found->second;
  };
  std::vector<const Field*> fields;
  for (const Field& field : Catalogue::Get().All()) {
    if (source_of(before, field) != source_of(after, field)) {
      fields.push_back(&field);
    }
  }
  return fields;
}

// The reads that settle an unfinished operation must look where its write went.
absl::Status CheckNothingUnfinished(const v1::AddOn& add_on, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const std::vector<store::SyncOperationRow> unfinished,
                   reader.ListUnfinishedSyncOperations());
  for (const store::SyncOperationRow& row : unfinished) {
    const std::string& name = row.operation.name();
    if (row.operation.add_on() == add_on.name()) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
          "sync operation " + name + " is unfinished: the source of a field can't change before",
          {{"operation", name}});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::AddOn> UpdateAddOn(const Environment& environment, const access::Call& call,
                                      const v1::UpdateAddOnRequest& request,
                                      store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const v1::AddOn stored, verb::FindAddOn(transaction, request.add_on().name()));
  RETURN_IF_ERROR(verb::CheckEtag(request.add_on().etag(), stored.etag(), stored.name()));
  v1::AddOn updated = stored;
  Violations violations;
  verb::ApplyUpdateMask(request.update_mask(), request.add_on(), &updated, &violations);
  connector::Connector* connector = model::ConnectorOf(environment, updated);
  if (connector == nullptr) {
    violations.Add("add_on.practice_system", "is no longer configured");
  } else if (updated.display_name().empty()) {
    updated.set_display_name(connector->Describe().display_name);
  }
  CheckAddOn(updated, connector == nullptr ? nullptr : &connector->Describe(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const auto resourced = ResourcedFields(stored, updated);
  if (!resourced.empty()) {
    RETURN_IF_ERROR(CheckNothingUnfinished(updated, transaction));
  }
  return model::SaveAddOn(environment, call.now, std::move(updated), resourced, transaction);
}

}  // namespace profilesync::addon

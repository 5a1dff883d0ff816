#include "server/profile/import_client.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "common/country.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/field_values.h"
#include "server/model/link_state.h"
#include "server/model/new_link.h"
#include "server/model/save_profile.h"
#include "server/profile/duplicates.h"

namespace profilesync::profile {
namespace {

bool LinksAtOnce(const v1::AddOn& add_on, const connector::Description& description,
                 type::PartyKind kind) {
  if (add_on.settings().has_auto_link()) {
    const auto& kinds = add_on.settings().auto_link().party_kinds();
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  }
  const auto& kinds = description.default_auto_link_kinds;
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

v1::ImportResult ResultOf(const v1::PracticeClientImport& wanted,
                          v1::ImportResult::Outcome outcome) {
  v1::ImportResult result;
  result.set_practice_client_id(wanted.practice_client_id());
  result.set_outcome(outcome);
  return result;
}

v1::ImportResult Failed(const v1::PracticeClientImport& wanted, absl::StatusCode code,
                        v1::ErrorReason reason, const std::string& message) {
  v1::ImportResult result = ResultOf(wanted, v1::ImportResult::FAILED);
  result.mutable_error()->set_code(static_cast<int>(code));
  result.mutable_error()->set_message(message);
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kErrorDomain));
  info.set_reason(v1::ErrorReason_Name(reason));
  result.mutable_error()->add_details()->PackFrom(info);
  return result;
}

v1::PracticeOrigin OriginOf(const v1::AddOn& add_on, const type::PracticeClient& client) {
  v1::PracticeOrigin origin;
  origin.set_practice_system(add_on.practice_system());
  origin.set_tenant_id(add_on.tenant_id());
  origin.set_practice_client_id(client.id());
  return origin;
}

// Links the profile where the add-on links such clients at once; sets the result's link and reason.
absl::Status LinkAtOnce(const Environment& environment, const access::Call& call,
                        const v1::AddOn& add_on, const type::PracticeClient& client,
                        absl::Time fetch_start, v1::ImportResult* result,
                        store::Transaction& transaction) {
  const std::string_view firm = FirmOf(add_on.name());
  ASSIGN_OR_RETURN(const auto linked, transaction.FindLinkOfProfile(firm, LastId(result->profile()),
                                                                    LastId(add_on.name())));
  if (linked) {
    result->set_link(linked->link.name());
    result->set_link_outcome(v1::ImportResult::ALREADY_LINKED);
    return absl::OkStatus();
  }
  const connector::Connector* connector = model::ConnectorOf(environment, add_on);
  if (client.kind() == type::PARTY_KIND_UNSPECIFIED) {
    result->set_link_outcome(v1::ImportResult::KIND_UNKNOWN);
  } else if (client.state() == type::PracticeClient::ARCHIVED ||
             client.state() == type::PracticeClient::DELETED) {
    result->set_link_outcome(v1::ImportResult::NOT_ACTIVE);
  } else if (!LinksAtOnce(add_on, connector->Describe(), client.kind())) {
    result->set_link_outcome(v1::ImportResult::KIND_NOT_AUTO_LINKED);
  } else {
    const std::string name = LinkName(firm, environment.ids.NewId());
    ASSIGN_OR_RETURN(const v1::Link link, model::StoreNewLink(environment, call,
                                                              {.link = name,
                                                               .profile = result->profile(),
                                                               .add_on = add_on.name(),
                                                               .client = client,
                                                               .fetch_start = fetch_start,
                                                               .automatic = true},
                                                              transaction));
    result->set_link(link.name());
    result->set_link_outcome(v1::ImportResult::LINKED);
  }
  return absl::OkStatus();
}

}  // namespace

v1::Profile ProfileOf(const v1::Firm& firm, const connector::Description& description,
                      const type::PracticeClient& client) {
  v1::Profile profile;
  profile.set_kind(client.kind());
  for (const connector::FieldCapability& capability : description.fields) {
    const Field* field = Catalogue::Get().Find(capability.field);
    if (field == nullptr || !capability.readable || field->sensitive() ||
        !field->AppliesTo(client.kind())) {
      continue;
    }
    const type::FieldValue value = model::ForProfile(*field, field->Get(client.fields()));
    if (value.value_case()) {
      field->Set(profile.mutable_fields(), value);
    }
  }
  if (IsBlank(profile.fields().name())) {
    profile.mutable_fields()->set_name(client.display_name());
  }
  // Phone numbers are read by where the client is, when the practice system tells.
  for (const type::Address* address :
       {&profile.fields().physical_address(), &profile.fields().postal_address()}) {
    if (profile.region_code().empty() && Countries::Get().IsCode(address->country()) &&
        address->country() != firm.region_code()) {
      profile.set_region_code(address->country());
    }
  }
  return profile;
}

namespace {

// Makes a profile of a client that none was made of before.
absl::StatusOr<v1::ImportResult> ImportNew(const Environment& environment, const access::Call& call,
                                           const v1::Firm& firm, const v1::AddOn& add_on,
                                           const v1::PracticeClientImport& wanted,
                                           bool allow_duplicates,
                                           const type::PracticeClient& client,
                                           store::Transaction& transaction) {
  if (client.state() == type::PracticeClient::DELETED) {
    return Failed(wanted, absl::StatusCode::kFailedPrecondition, v1::PRACTICE_CLIENT_NOT_WRITABLE,
                  "the client is deleted in the practice system");
  }
  const std::string_view firm_id = LastId(firm.name());
  const std::string id =
      wanted.profile_id().empty() ? environment.ids.NewId() : wanted.profile_id();
  ASSIGN_OR_RETURN(const auto taken, transaction.FindProfile(firm_id, id));
  if (taken) {
    return Failed(wanted, absl::StatusCode::kAlreadyExists, v1::RESOURCE_EXISTS,
                  taken->profile.name() + " exists already");
  }
  const connector::Connector* connector = model::ConnectorOf(environment, add_on);
  v1::Profile profile = ProfileOf(firm, connector->Describe(), client);
  profile.set_name(ProfileName(firm_id, id));
  *profile.mutable_origin() = OriginOf(add_on, client);
  if (!allow_duplicates) {
    ASSIGN_OR_RETURN(const auto duplicates, PossibleDuplicates(firm, profile, transaction));
    if (!duplicates.empty()) {
      v1::ImportResult result = ResultOf(wanted, v1::ImportResult::POSSIBLE_DUPLICATE);
      result.mutable_possible_duplicates()->Assign(duplicates.begin(), duplicates.end());
      return result;
    }
  }
  RETURN_IF_ERROR(
      model::SaveProfile(
          environment, transaction, firm, std::nullopt, std::move(profile),
          {.source = v1::ProfileChange::IMPORT, .actor = call.caller.Actor(), .now = call.now})
          .status());
  v1::ImportResult result = ResultOf(wanted, v1::ImportResult::IMPORTED);
  result.set_profile(ProfileName(firm_id, id));
  return result;
}

}  // namespace

absl::StatusOr<v1::ImportResult> ImportClient(
    const Environment& environment, const access::Call& call, const v1::Firm& firm,
    const v1::AddOn& add_on, const v1::PracticeClientImport& wanted, bool allow_duplicates,
    const type::PracticeClient& client, absl::Time fetch_start, store::Transaction& transaction) {
  const std::string_view firm_id = LastId(firm.name());
  ASSIGN_OR_RETURN(const auto linked,
                   transaction.FindLinkOfClient(firm_id, LastId(add_on.name()), client.id()));
  ASSIGN_OR_RETURN(const auto imported,
                   transaction.FindProfileByOrigin(firm_id, OriginOf(add_on, client)));
  v1::ImportResult result;
  if (linked || imported) {
    result = ResultOf(wanted, v1::ImportResult::EXISTED);
    result.set_profile(linked ? linked->link.profile() : imported->profile.name());
    if (linked) {
      result.set_link(linked->link.name());
      result.set_link_outcome(v1::ImportResult::ALREADY_LINKED);
      return result;
    }
  } else {
    ASSIGN_OR_RETURN(result, ImportNew(environment, call, firm, add_on, wanted, allow_duplicates,
                                       client, transaction));
    if (result.outcome() != v1::ImportResult::IMPORTED) {
      return result;
    }
  }
  RETURN_IF_ERROR(LinkAtOnce(environment, call, add_on, client, fetch_start, &result, transaction));
  return result;
}

}  // namespace profilesync::profile

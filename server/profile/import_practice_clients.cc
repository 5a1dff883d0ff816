#include "server/profile/import_practice_clients.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/profile/client_filter.h"
#include "server/profile/import_job.h"
#include "server/verb/check.h"
#include "server/verb/find.h"
#include "server/verb/long_job.h"
#include "server/verb/request_id.h"

namespace profilesync::profile {
namespace {

// `connector` is nullptr where none is there to say which ids are the same client's.
void CheckRequest(const v1::ImportPracticeClientsRequest& request,
                  const connector::Connector* connector, Violations* violations) {
  if (!request.filter().empty()) {
    const ClientFilter filter(request.filter(), violations);
    if (!request.practice_clients().empty()) {
      violations->Add("practice_clients", "must be empty beside a filter");
    }
  } else if (request.practice_clients().empty() ||
             request.practice_clients_size() > kMostImported) {
    violations->Add("practice_clients", "must be 1 to 10,000 clients, or filter be set");
    return;
  }
  std::set<std::string> clients;
  std::set<std::string> profiles;
  for (int i = 0; i < request.practice_clients_size(); ++i) {
    const v1::PracticeClientImport& wanted = request.practice_clients(i);
    const std::string path = absl::StrCat("practice_clients[", i, "].");
    verb::CheckText(path + "practice_client_id", wanted.practice_client_id(),
                    verb::kLongestPracticeClientId, /*required=*/true, violations);
    const std::string canonical = connector == nullptr
                                      ? wanted.practice_client_id()
                                      : connector->CanonicalId(wanted.practice_client_id());
    if (!canonical.empty() && !clients.insert(canonical).second) {
      violations->Add(path + "practice_client_id", "is named more than once");
    }
    if (wanted.profile_id().empty()) {
      continue;
    }
    if (!IsValidId(wanted.profile_id())) {
      violations->Add(path + "profile_id", kIdShape);
    } else if (!profiles.insert(wanted.profile_id()).second) {
      violations->Add(path + "profile_id", "is named more than once");
    }
  }
}

// The connector of the add-on that is named; nullptr where there is none.
const connector::Connector* NamedConnector(const Environment& environment,
                                           const v1::ImportPracticeClientsRequest& request) {
  const connector::Connector* connector = nullptr;
  environment.store
      .Read([&](const store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(const auto add_on,
                         reader.FindAddOn(FirmOf(request.add_on()), LastId(request.add_on())));
        connector = add_on ? model::ConnectorOf(environment, *add_on) : nullptr;
        return absl::OkStatus();
      })
      .IgnoreError();  // what is wrong with the store is found out when the import begins
  return connector;
}

// Stores the operation that stands for the work, where the work can be begun.
absl::StatusOr<verb::Begun> Begin(const Environment& environment, const access::Call& call,
                                  const v1::ImportPracticeClientsRequest& request,
                                  const std::string& holder, store::Transaction& transaction) {
  // A preview isn't what the id is kept for.
  v1::ImportPracticeClientsRequest identified = request;
  if (request.validate_only()) {
    identified.clear_request_id();
  }
  v1::ImportPracticeClientsMetadata progress;
  progress.set_total_count(request.practice_clients_size());
  ASSIGN_OR_RETURN(verb::Begun begun,
                   verb::BeginLongOperation(
                       environment,
                       {.call = call,
                        .request = request,
                        .request_id = verb::RequestId(environment.etag_key, call, identified),
                        .firm_id = LastId(request.parent()),
                        .metadata = progress,
                        .holder = holder},
                       transaction));
  if (begun.earlier) {
    return begun;
  }
  RETURN_IF_ERROR(verb::FindFirm(transaction, request.parent()).status());
  ASSIGN_OR_RETURN(const v1::AddOn add_on, verb::FindActiveAddOn(transaction, request.add_on()));
  RETURN_IF_ERROR(model::RequireConnector(environment, add_on).status());
  return begun;
}

}  // namespace

void CheckImportPracticeClients(const v1::ImportPracticeClientsRequest& request,
                                Violations* violations) {
  CheckRequest(request, /*connector=*/nullptr, violations);
}

absl::StatusOr<google::longrunning::Operation> ImportPracticeClients(
    const Environment& environment, const access::Call& call,
    const v1::ImportPracticeClientsRequest& request) {
  Violations violations;
  CheckRequest(request, NamedConnector(environment, request), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const bool at_once =
      request.filter().empty() && request.practice_clients_size() <= kImportedAtOnce;
  const std::string holder = environment.ids.NewId();
  verb::Begun begun;
  RETURN_IF_ERROR(
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(begun,
                         Begin(environment, call, request, at_once ? holder : "", transaction));
        return absl::OkStatus();
      }));
  if (begun.earlier) {
    return std::move(begun.operation);
  }
  if (at_once) {
    return ImportJob(environment, begun.operation.name(), holder, call.deadline).Run();
  }
  // Where there is no room for it now, it is gone on with later as one that was left.
  environment.post(
      [&environment, name = begun.operation.name()] { GoOnImporting(environment, name); });
  return std::move(begun.operation);
}

void GoOnImporting(const Environment& environment, const std::string& operation) {
  ImportJob(environment, operation, environment.ids.NewId(), absl::InfiniteFuture()).Run();
}

}  // namespace profilesync::profile

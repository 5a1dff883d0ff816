#include "server/profile/import_job.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/profile/client_filter.h"
#include "server/profile/import_client.h"
#include "server/verb/find.h"
#include "server/verb/long_operation.h"

namespace profilesync::profile {
namespace {

constexpr int kBatch = 100;

// What was made only to be undone has no name.
void ForgetNewNames(std::vector<v1::ImportResult>* results) {
  for (v1::ImportResult& result : *results) {
    if (result.outcome() == v1::ImportResult::IMPORTED) {
      result.clear_profile();
    }
    if (result.link_outcome() == v1::ImportResult::LINKED) {
      result.clear_link();
    }
  }
}

}  // namespace

ImportJob::ImportJob(const Environment& environment, access::Call call,
                     v1::ImportPracticeClientsRequest request, v1::Firm firm, v1::AddOn add_on,
                     google::longrunning::Operation operation)
    : environment_(environment),
      call_(std::move(call)),
      request_(std::move(request)),
      firm_(std::move(firm)),
      add_on_(std::move(add_on)),
      job_(environment, std::move(operation)) {}

google::longrunning::Operation ImportJob::Run() {
  const absl::Status status = ImportAll();
  return status.ok() ? job_.EndWith(response_) : job_.EndWith(status);
}

absl::Status ImportJob::ImportAll() {
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment_, add_on_));
  if (!request_.filter().empty()) {
    RETURN_IF_ERROR(Choose(*connector));
  }
  for (const v1::PracticeClientImport& wanted : request_.practice_clients()) {
    response_.add_results()->set_practice_client_id(wanted.practice_client_id());
  }
  return request_.practice_clients_size() <= kImportedAtOnce ? ImportByGet(*connector)
                                                             : ImportByList(*connector);
}

absl::Status ImportJob::Choose(connector::Connector& connector) {
  Violations violations;
  const ClientFilter filter(request_.filter(), &violations);
  std::set<std::string> chosen;
  const auto receive = [&](const type::PracticeClient& client) -> absl::Status {
    RETURN_IF_ERROR(job_.KeepAlive());
    // A list may have a client twice.
    if (!filter.Matches(client) || !chosen.insert(client.id()).second) {
      return absl::OkStatus();
    }
    if (request_.practice_clients_size() == kMostImported) {
      violations.Add("filter", absl::StrCat("chooses more than ", kMostImported, " clients"));
      return violations.ToStatus();
    }
    request_.add_practice_clients()->set_practice_client_id(client.id());
    return absl::OkStatus();
  };
  return connector.List(model::TenantOf(environment_, add_on_, budget::Priority::kBackground),
                        {.changed_since = filter.changed_since()}, receive, {});
}

absl::Status ImportJob::ImportByGet(connector::Connector& connector) {
  const connector::Tenant tenant =
      model::TenantOf(environment_, add_on_, budget::Priority::kPerson);
  std::vector<std::pair<int, Fetched>> batch;
  absl::Status broken;
  for (int i = 0; i < request_.practice_clients_size(); ++i) {
    const absl::Time start = environment_.clock.Now();
    if (!broken.ok()) {
      batch.push_back({i, {start, broken}});
      continue;
    }
    auto fetched = connector.Get(tenant, request_.practice_clients(i).practice_client_id(),
                                 {.deadline = call_.deadline});
    if (fetched.ok()) {
      batch.push_back({i, {start, std::move(fetched->client)}});
      continue;
    }
    // What is wrong with the connection is wrong for all that follow.
    if (ReasonOf(fetched.status()) != v1::PRACTICE_CLIENT_NOT_FOUND) {
      broken = fetched.status();
      if (i == 0) {
        return broken;
      }
    }
    batch.push_back({i, {start, std::move(fetched).status()}});
  }
  return ImportBatch(batch);
}

absl::Status ImportJob::ImportByList(connector::Connector& connector) {
  std::map<std::string, int> wanted;
  for (int i = 0; i < request_.practice_clients_size(); ++i) {
    wanted.emplace(connector.CanonicalId(request_.practice_clients(i).practice_client_id()), i);
  }
  const absl::Time start = environment_.clock.Now();
  RETURN_IF_ERROR(job_.KeepAlive());  // it may have waited long for its turn
  std::vector<std::pair<int, Fetched>> batch;
  const auto receive = [&](type::PracticeClient client) -> absl::Status {
    RETURN_IF_ERROR(job_.KeepAlive());
    const auto found = wanted.find(client.id());
    if (found == wanted.end()) {
      return absl::OkStatus();
    }
    batch.push_back({found->second, {start, std::move(client)}});
    wanted.erase(found);
    if (batch.size() < kBatch) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(ImportBatch(batch));
    batch.clear();
    return absl::OkStatus();
  };
  const absl::Status listed = connector.List(
      model::TenantOf(environment_, add_on_, budget::Priority::kBackground), {}, receive, {});
  if (!listed.ok() && done_count_ == 0) {
    return listed;
  }
  // Some may be imported for good: then what broke the list is an outcome of the others alone.
  for (auto& [index, fetched] : batch) {
    if (!listed.ok()) {
      fetched.client = listed;
    }
  }
  // A list that came to its end lacks what isn't there.
  for (const auto& [id, index] : wanted) {
    const absl::Status missing =
        MakeError(absl::StatusCode::kNotFound, v1::PRACTICE_CLIENT_NOT_FOUND,
                  "the practice system has no client " + id, {{"practice_client_id", id}});
    batch.push_back({index, {start, listed.ok() ? missing : listed}});
  }
  return ImportBatch(batch);
}

absl::Status ImportJob::ImportBatch(const std::vector<std::pair<int, Fetched>>& batch) {
  std::vector<v1::ImportResult> results(batch.size());
  v1::ImportPracticeClientsMetadata progress;
  progress.set_done_count(done_count_ + static_cast<int>(batch.size()));
  progress.set_total_count(request_.practice_clients_size());
  const absl::Status stored =
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(verb::CheckStillFetchedBy(add_on_, transaction));
        for (std::size_t i = 0; i < batch.size(); ++i) {
          const auto& [index, fetched] = batch[i];
          const v1::PracticeClientImport& wanted = request_.practice_clients(index);
          if (fetched.client.ok()) {
            ASSIGN_OR_RETURN(results[i], ImportClient(environment_, call_, firm_, add_on_, wanted,
                                                      request_.allow_duplicates(), *fetched.client,
                                                      fetched.start, transaction));
          } else {
            results[i].set_practice_client_id(wanted.practice_client_id());
            results[i].set_outcome(v1::ImportResult::FAILED);
            *results[i].mutable_error() = verb::ToRpcStatus(fetched.client.status());
          }
        }
        // An error undoes all that it would have done.
        return request_.validate_only() ? absl::CancelledError()
                                        : job_.StoreProgress(progress, transaction);
      });
  if (request_.validate_only() && absl::IsCancelled(stored)) {
    RETURN_IF_ERROR(environment_.store.WriteAndWait([&](store::Transaction& transaction) {
      return job_.StoreProgress(progress, transaction);
    }));
    ForgetNewNames(&results);
  } else {
    RETURN_IF_ERROR(stored);
  }
  done_count_ += static_cast<int>(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    *response_.mutable_results(batch[i].first) = std::move(results[i]);
  }
  return absl::OkStatus();
}

}  // namespace profilesync::profile

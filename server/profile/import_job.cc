#include "server/profile/import_job.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/failpoint.h"
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
void ForgetNewNames(v1::ImportResult* result) {
  if (result->outcome() == v1::ImportResult::IMPORTED) {
    result->clear_profile();
  }
  if (result->link_outcome() == v1::ImportResult::LINKED) {
    result->clear_link();
  }
}

v1::ImportResult Failed(const v1::PracticeClientImport& wanted, const absl::Status& error) {
  v1::ImportResult result;
  result.set_practice_client_id(wanted.practice_client_id());
  result.set_outcome(v1::ImportResult::FAILED);
  *result.mutable_error() = verb::ToRpcStatus(error);
  return result;
}

// Of a client that a list which came to its end lacks.
absl::Status NoSuchClient(const std::string& id) {
  return MakeError(absl::StatusCode::kNotFound, v1::PRACTICE_CLIENT_NOT_FOUND,
                   "the practice system has no client " + id, {{"practice_client_id", id}});
}

}  // namespace

ImportJob::ImportJob(const Environment& environment, std::string operation, std::string holder,
                     absl::Time deadline)
    : environment_(environment),
      deadline_(deadline),
      job_(environment, std::move(operation), std::move(holder)) {}

google::longrunning::Operation ImportJob::Run() {
  if (!job_.Take().ok()) {
    return job_.Leave();
  }
  const absl::Status status = ImportAll();
  if (status.ok()) {
    return job_.EndWith(response_);
  }
  return job_.MustStop() ? job_.Leave() : job_.EndWith(status);
}

absl::Status ImportJob::ImportAll() {
  RETURN_IF_ERROR(job_.Check());
  RETURN_IF_ERROR(Load());
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment_, add_on_));
  if (!request_.filter().empty() && !chosen_) {
    RETURN_IF_ERROR(Choose(*connector));
  }
  if (done_count_ == request_.practice_clients_size()) {
    return absl::OkStatus();
  }
  return request_.practice_clients_size() <= kImportedAtOnce ? ImportByGet(*connector)
                                                             : ImportByList(*connector);
}

absl::Status ImportJob::Load() {
  // What takes the server with it again and again is not to be tried for ever.
  constexpr int kMostCutOffs = 5;
  if (job_.cut_offs() >= kMostCutOffs || !job_.ReadRequest(&request_)) {
    return verb::CutOffByShutdown();
  }
  call_ = job_.Call();
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(firm_, verb::FindFirm(reader, request_.parent()));
    ASSIGN_OR_RETURN(add_on_, verb::FindActiveAddOn(reader, request_.add_on()));
    return absl::OkStatus();
  }));
  AddResults();
  for (const std::string& text : job_.steps()) {
    storage::v1::ImportStep step;
    if (!step.ParseFromString(text)) {
      return absl::DataLossError("a step of the import can't be read");
    }
    RETURN_IF_ERROR(Recall(step));
  }
  return absl::OkStatus();
}

// Every client to import has a place among the results, filled or not.
void ImportJob::AddResults() {
  for (int i = response_.results_size(); i < request_.practice_clients_size(); ++i) {
    response_.add_results()->set_practice_client_id(
        request_.practice_clients(i).practice_client_id());
  }
}

absl::Status ImportJob::Recall(const storage::v1::ImportStep& step) {
  if (step.tenant_id() != add_on_.tenant_id()) {
    return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                     add_on_.name() + " was connected to another tenant meanwhile",
                     {{"resource", add_on_.name()}});
  }
  chosen_ = chosen_ || step.choice();
  for (const std::string& id : step.chosen_client_ids()) {
    request_.add_practice_clients()->set_practice_client_id(id);
  }
  AddResults();
  for (const auto& entry : step.results()) {
    if (entry.index() < 0 || entry.index() >= response_.results_size() || IsDone(entry.index()) ||
        !response_.mutable_results(entry.index())->ParseFromString(entry.result())) {
      return absl::DataLossError("a step of the import can't be read");
    }
    ++done_count_;
  }
  return absl::OkStatus();
}

bool ImportJob::IsDone(int index) const {
  return response_.results(index).outcome() != v1::ImportResult::OUTCOME_UNSPECIFIED;
}

std::map<std::string, int> ImportJob::Wanted(const connector::Connector& connector) const {
  std::map<std::string, int> wanted;
  for (int i = 0; i < request_.practice_clients_size(); ++i) {
    if (!IsDone(i)) {
      wanted.emplace(connector.CanonicalId(request_.practice_clients(i).practice_client_id()), i);
    }
  }
  return wanted;
}

absl::Status ImportJob::Choose(connector::Connector& connector) {
  Violations violations;
  const ClientFilter filter(request_.filter(), &violations);
  storage::v1::ImportStep step;
  step.set_tenant_id(add_on_.tenant_id());
  step.set_choice(true);
  std::set<std::string> chosen;
  const auto receive = [&](const type::PracticeClient& client) -> absl::Status {
    RETURN_IF_ERROR(job_.Check());
    // A list may have a client twice.
    if (!filter.Matches(client) || !chosen.insert(client.id()).second) {
      return absl::OkStatus();
    }
    if (step.chosen_client_ids_size() == kMostImported) {
      violations.Add("filter", absl::StrCat("chooses more than ", kMostImported, " clients"));
      return violations.ToStatus();
    }
    step.add_chosen_client_ids(client.id());
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(
      connector.List(model::TenantOf(environment_, add_on_, budget::Priority::kBackground),
                     {.changed_since = filter.changed_since()}, receive, {}));
  RETURN_IF_ERROR(Recall(step));
  RETURN_IF_ERROR(environment_.store.WriteAndWait(
      [&](store::Transaction& transaction) { return StoreStep(step, transaction); }));
  return Failpoint("import.after_choice");
}

absl::Status ImportJob::ImportByGet(connector::Connector& connector) {
  const connector::Tenant tenant =
      model::TenantOf(environment_, add_on_, budget::Priority::kPerson);
  std::vector<std::pair<int, Fetched>> batch;
  absl::Status broken;
  for (int i = 0; i < request_.practice_clients_size(); ++i) {
    RETURN_IF_ERROR(job_.Check());
    if (IsDone(i)) {
      continue;
    }
    const absl::Time start = environment_.clock.Now();
    if (!broken.ok()) {
      batch.push_back({i, {start, broken}});
      continue;
    }
    auto fetched = connector.Get(tenant, request_.practice_clients(i).practice_client_id(),
                                 {.deadline = deadline_});
    if (fetched.ok()) {
      batch.push_back({i, {start, std::move(fetched->client)}});
      continue;
    }
    // What is wrong with the connection is wrong for all that follow.
    if (ReasonOf(fetched.status()) != v1::PRACTICE_CLIENT_NOT_FOUND) {
      broken = fetched.status();
      if (done_count_ == 0 && batch.empty()) {
        return broken;
      }
    }
    batch.push_back({i, {start, std::move(fetched).status()}});
  }
  // A get that was given up says nothing of its client.
  RETURN_IF_ERROR(job_.Check());
  return ImportBatch(batch);
}

absl::Status ImportJob::ImportByList(connector::Connector& connector) {
  std::map<std::string, int> wanted = Wanted(connector);
  const absl::Time start = environment_.clock.Now();
  std::vector<std::pair<int, Fetched>> batch;
  const auto receive = [&](type::PracticeClient client) -> absl::Status {
    RETURN_IF_ERROR(job_.Check());
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
  if (!listed.ok()) {
    // A list that was given up says nothing of the clients that it lacks.
    RETURN_IF_ERROR(job_.Check());
    if (done_count_ == 0) {
      return listed;
    }
    // Some are imported for good: then what broke the list is an outcome of the others alone.
    for (auto& [index, fetched] : batch) {
      fetched.client = listed;
    }
  }
  for (const auto& [id, index] : wanted) {
    batch.push_back({index, {start, listed.ok() ? NoSuchClient(id) : listed}});
  }
  return ImportBatch(batch);
}

absl::Status ImportJob::ImportBatch(const std::vector<std::pair<int, Fetched>>& batch) {
  storage::v1::ImportStep step;
  step.set_tenant_id(add_on_.tenant_id());
  const absl::Status stored =
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(verb::CheckStillFetchedBy(add_on_, transaction));
        for (const auto& [index, fetched] : batch) {
          ASSIGN_OR_RETURN(const v1::ImportResult result, ImportOne(index, fetched, transaction));
          auto* entry = step.add_results();
          entry->set_index(index);
          entry->set_result(result.SerializeAsString());
        }
        RETURN_IF_ERROR(Failpoint("import.in_batch"));
        // An error undoes all that it would have done.
        return request_.validate_only() ? absl::CancelledError() : StoreStep(step, transaction);
      });
  if (request_.validate_only() && absl::IsCancelled(stored)) {
    RETURN_IF_ERROR(environment_.store.WriteAndWait(
        [&](store::Transaction& transaction) { return StoreStep(step, transaction); }));
  } else {
    RETURN_IF_ERROR(stored);
  }
  RETURN_IF_ERROR(Recall(step));
  return Failpoint("import.after_batch");
}

absl::StatusOr<v1::ImportResult> ImportJob::ImportOne(int index, const Fetched& fetched,
                                                      store::Transaction& transaction) const {
  const v1::PracticeClientImport& wanted = request_.practice_clients(index);
  if (!fetched.client.ok()) {
    return Failed(wanted, fetched.client.status());
  }
  ASSIGN_OR_RETURN(
      v1::ImportResult result,
      ImportClient(environment_, call_, firm_, add_on_, wanted, request_.allow_duplicates(),
                   *fetched.client, fetched.start, transaction));
  if (request_.validate_only()) {
    ForgetNewNames(&result);
  }
  return result;
}

// What the step did is stored with what tells the next run of it. The counts are those after it.
absl::Status ImportJob::StoreStep(const storage::v1::ImportStep& step,
                                  store::Transaction& transaction) {
  v1::ImportPracticeClientsMetadata progress;
  progress.set_done_count(done_count_ + step.results_size());
  progress.set_total_count(request_.practice_clients_size());
  RETURN_IF_ERROR(job_.AppendStep(step, transaction));
  return job_.StoreProgress(progress, transaction);
}

}  // namespace profilesync::profile

#include "server/sync/suggestions_job.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/differing_filter.h"
#include "server/sync/find_diff.h"
#include "server/sync/suggestions.h"
#include "server/sync/sync_outcome.h"
#include "server/verb/find.h"
#include "server/verb/long_operation.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

constexpr int kMostLinks = 10'000;

// Whether what came of one link is no reason to leave the others alone.
bool CameOutClean(const v1::SyncOperation& operation) {
  const bool settled = operation.state() == v1::SyncOperation::DONE ||
                       operation.state() == v1::SyncOperation::PARTLY_DONE ||
                       operation.state() == v1::SyncOperation::FAILED;
  const auto& results = operation.field_results();
  return settled && operation.unasked_changes().empty() &&
         std::none_of(results.begin(), results.end(), IsEmptied);
}

// Whether the error is about the one link: the practice system and the add-on are as they should
// be. What the practice system refuses is about the client's values.
bool IsOfLink(v1::ErrorReason reason) {
  switch (reason) {
    case v1::CHANGED_SINCE_READ:
    case v1::STILL_RUNNING:
    case v1::RESOURCE_NOT_FOUND:
    case v1::OPERATION_UNFINISHED:
    case v1::PRACTICE_CLIENT_NOT_WRITABLE:
    case v1::FIELD_RULE_FORBIDS:
    case v1::UNSUPPORTED_BY_PRACTICE_SYSTEM:
    case v1::REFUSED_BY_PRACTICE_SYSTEM:
    case v1::INVALID_REQUEST:
      return true;
    default:
      return false;
  }
}

// Whether a write failed as a whole in a way that says that the next would fail as well.
bool FailsLastingly(const v1::SyncOperation& operation) {
  return operation.state() == v1::SyncOperation::FAILED && operation.has_error() &&
         operation.error().code() != static_cast<int>(absl::StatusCode::kFailedPrecondition);
}

}  // namespace

absl::Status FindSuggested(const Environment& environment, std::string_view firm,
                           const store::DifferingFilter& filter, int most,
                           absl::FunctionRef<absl::Status(const v1::Diff&)> receive) {
  constexpr int kBatch = 200;
  store::Cursor after;
  while (true) {
    std::vector<store::DiffRow> rows;
    RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(rows,
                       reader.ListDiffering(firm, filter, /*descending=*/false, after, kBatch));
      return absl::OkStatus();
    }));
    for (const store::DiffRow& row : rows) {
      ASSIGN_OR_RETURN(const v1::Diff diff, ParseDiff(row.diff));
      if (SuggestedSync(diff, filter).fields().empty()) {
        continue;
      }
      if (most-- == 0) {
        return absl::OkStatus();
      }
      RETURN_IF_ERROR(receive(diff));
    }
    if (rows.size() < kBatch) {
      return absl::OkStatus();
    }
    after = store::CursorOf(rows.back());
  }
}

SuggestionsJob::SuggestionsJob(const Environment& environment, const std::string& operation)
    : environment_(environment),
      name_(operation),
      job_(environment, operation, environment.ids.NewId()) {}

void SuggestionsJob::Run() {
  if (!job_.Take().ok()) {
    return;
  }
  absl::Status status = ApplyAll();
  if (job_.MustStop()) {
    job_.Leave();
    return;
  }
  // What has been written is worth more than why the rest wasn't.
  if (!status.ok() && !absl::IsCancelled(status) && !response_.sync_operations().empty()) {
    *response_.mutable_error() = verb::ToRpcStatus(status);
    status = absl::OkStatus();
  }
  response_.set_skipped_count(static_cast<int>(links_.size()) - done_);
  status.ok() ? job_.EndWith(response_) : job_.EndWith(status);
}

absl::Status SuggestionsJob::ApplyAll() {
  RETURN_IF_ERROR(job_.Check());
  RETURN_IF_ERROR(Load());
  if (!chosen_) {
    RETURN_IF_ERROR(Choose());
  } else {
    RETURN_IF_ERROR(Resume());
  }
  while (done_ < static_cast<int>(links_.size()) && !Stopped()) {
    RETURN_IF_ERROR(job_.Check());
    RETURN_IF_ERROR(ApplyNext());
  }
  return absl::OkStatus();
}

absl::Status SuggestionsJob::Load() {
  // What takes the server with it again and again is not to be tried for ever.
  constexpr int kMostCutOffs = 5;
  if (!job_.ReadRequest(&request_)) {
    return verb::CutOffByShutdown();
  }
  call_ = job_.Call();
  Violations violations;
  filter_ = ParseDifferingFilter(request_.filter(), request_.name(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  for (const std::string& text : job_.steps()) {
    storage::v1::SuggestionsStep step;
    if (!step.ParseFromString(text)) {
      return absl::DataLossError("a step of applying suggestions can't be read");
    }
    Recall(step);
  }
  return job_.cut_offs() < kMostCutOffs ? absl::OkStatus() : verb::CutOffByShutdown();
}

void SuggestionsJob::Recall(const storage::v1::SuggestionsStep& step) {
  if (!chosen_) {
    links_.assign(step.chosen_link_ids().begin(), step.chosen_link_ids().end());
    chosen_ = true;
    return;
  }
  done_ = step.index() + 1;
  if (!step.sync_operation().empty()) {
    response_.add_sync_operations(step.sync_operation());
  }
  if (step.unclean()) {
    response_.set_stopping_operation(step.sync_operation());
  }
  if (!step.error().empty()) {
    response_.mutable_error()->ParseFromString(step.error());
  }
  if (!step.refusal().empty()) {
    v1::RefusedLinkSync* refusal = response_.add_refusals();
    refusal->set_link(LinkName(FirmOf(request_.name()), links_[step.index()]));
    refusal->mutable_error()->ParseFromString(step.refusal());
  }
}

absl::Status SuggestionsJob::Choose() {
  storage::v1::SuggestionsStep step;
  RETURN_IF_ERROR(FindSuggested(environment_, LastId(request_.name()), filter_, kMostLinks,
                                [&](const v1::Diff& diff) -> absl::Status {
                                  step.add_chosen_link_ids(std::string(LastId(diff.link())));
                                  return job_.Check();
                                }));
  return Finish(step);
}

absl::StatusOr<std::optional<v1::SyncOperation>> SuggestionsJob::FindOwn(
    const std::string& link_id) const {
  constexpr int kMostSince = 100;  // others may have synced the link since
  std::optional<v1::SyncOperation> own;
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(
        const auto latest,
        reader.ListSyncOperations(LastId(request_.name()), {.link_id = link_id}, {}, kMostSince));
    const auto found = std::find_if(latest.begin(), latest.end(), [&](const auto& row) {
      return row.operation.long_running_operation() == name_;
    });
    if (found != latest.end()) {
      own = found->operation;
    }
    return absl::OkStatus();
  }));
  return own;
}

// A run that was cut off may have synced the next link without storing that it did. Nobody has seen
// then how it came out; while that isn't known, no other link is touched.
absl::Status SuggestionsJob::Resume() {
  if (done_ == static_cast<int>(links_.size()) || Stopped()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto own, FindOwn(links_[done_]));
  return own ? FinishWith(*own) : absl::OkStatus();
}

absl::Status SuggestionsJob::ApplyNext() {
  const auto applied = ApplyWhenAllowed(LinkName(FirmOf(request_.name()), links_[done_]));
  if (applied.ok()) {
    RETURN_IF_ERROR(Failpoint("suggestions.after_link"));
    return FinishWith(*applied);
  }
  RETURN_IF_ERROR(job_.Check());  // why it is to end says more than what came of that
  // What is in the way may be this work's own, by a run that was taken for dead.
  ASSIGN_OR_RETURN(const auto own, FindOwn(links_[done_]));
  if (own) {
    return FinishWith(*own);
  }
  if (!IsOfLink(ReasonOf(applied.status()))) {
    return applied.status();
  }
  storage::v1::SuggestionsStep step;
  step.set_index(done_);
  step.set_refusal(verb::ToRpcStatus(applied.status()).SerializeAsString());
  return Finish(step);
}

// The next link is dealt with by `operation`; by none where nothing was suggested any more. That it
// stops the work is stored in the same step, or a later run would go on.
absl::Status SuggestionsJob::FinishWith(const v1::SyncOperation& operation) {
  storage::v1::SuggestionsStep step;
  step.set_index(done_);
  step.set_sync_operation(operation.name());
  step.set_unclean(!operation.name().empty() && !CameOutClean(operation));
  if (FailsLastingly(operation)) {
    step.set_error(operation.error().SerializeAsString());
  }
  RETURN_IF_ERROR(Finish(step));
  return Failpoint("suggestions.after_step");
}

// As ApplyTo, once the practice system's calls allow it.
absl::StatusOr<v1::SyncOperation> SuggestionsJob::ApplyWhenAllowed(const std::string& link) {
  // The calls of a minute come back within one; those of a day aren't waited for.
  constexpr absl::Duration kLongestWait = absl::Minutes(2);
  while (true) {
    auto applied = ApplyTo(link);
    const auto delay = RetryAfterOf(applied.status());
    if (applied.ok() || ReasonOf(applied.status()) != v1::PRACTICE_BUDGET_EXHAUSTED || !delay ||
        *delay > kLongestWait) {
      return applied;
    }
    RETURN_IF_ERROR(WaitFor(*delay));
  }
}

absl::StatusOr<v1::SyncOperation> SuggestionsJob::ApplyTo(const std::string& link) const {
  v1::SyncProfileRequest sync;
  model::LinkState state;
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(store::LinkRow row, verb::FindLink(reader, link));
    ASSIGN_OR_RETURN(const std::string bytes,
                     FindDiffBytes(reader, DiffName(FirmOf(link), LastId(link))));
    ASSIGN_OR_RETURN(const v1::Diff diff, ParseDiff(bytes));
    sync = SuggestedSync(diff, filter_);
    if (sync.fields().empty()) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(verb::FindActiveAddOn(reader, row.link.add_on()).status());
    ASSIGN_OR_RETURN(state, model::LoadLinkState(environment_, reader, std::move(row)));
    return model::RequireConnector(environment_, state.add_on).status();
  }));
  if (sync.fields().empty()) {
    return v1::SyncOperation();
  }
  state.tenant = model::TenantOf(environment_, state.add_on, budget::Priority::kBackground);
  const verb::RequestId none(environment_.etag_key, call_, v1::ApplyLinkSuggestionsRequest());
  return RunSuggested(environment_, call_,
                      {.sync = sync,
                       .request_id = request_.request_id(),
                       .long_operation = name_,
                       .validate_only = false},
                      none, std::move(state));
}

absl::Status SuggestionsJob::Finish(const storage::v1::SuggestionsStep& step) {
  Recall(step);
  v1::ApplyFirmSuggestionsMetadata progress;
  progress.set_done_count(done_);
  progress.set_total_count(static_cast<int>(links_.size()));
  return environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(job_.AppendStep(step, transaction));
    return job_.StoreProgress(progress, transaction);
  });
}

absl::Status SuggestionsJob::WaitFor(absl::Duration delay) const {
  constexpr absl::Duration kLook = absl::Milliseconds(100);
  const absl::Time end = environment_.clock.Now() + delay;
  while (environment_.clock.Now() < end) {
    RETURN_IF_ERROR(job_.Check());
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(kLook));
  }
  return absl::OkStatus();
}

}  // namespace profilesync::sync

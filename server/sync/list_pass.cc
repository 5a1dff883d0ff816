#include "server/sync/list_pass.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/fetch.h"
#include "server/store/leases.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

constexpr int kBatch = 100;
constexpr int kPage = 500;
// What a list shows may be a little older than the list.
constexpr absl::Duration kShortlyBefore = absl::Seconds(10);
// A full pass that lacks more linked clients than both of these is not believed.
constexpr int kFewMissing = 5;
constexpr int kMissingShare = 10;  // one in so many

bool SameClient(const type::PracticeClient& one, const type::PracticeClient& other) {
  return google::protobuf::util::MessageDifferencer::Equals(one, other);
}

}  // namespace

absl::Status ListPass::Run() {
  RETURN_IF_ERROR(TakeLease());
  absl::Status status = Load();
  if (status.ok()) {
    status = List();
  }
  if (status.ok() && full_) {
    status = ConcludeMissing();
  }
  if (status.ok()) {
    status = Finish();
  }
  if (ReasonOf(status) == v1::TOO_MANY_MISSING) {
    StoreAttempt();
  }
  GiveLeaseUp();
  return status;
}

absl::Status ListPass::TakeLease() {
  const absl::Status taken =
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        const absl::Time now = environment_.clock.Now();
        const std::string holder = lease_.holder.empty() ? environment_.ids.NewId() : lease_.holder;
        ASSIGN_OR_RETURN(lease_, transaction.AcquireLease(store::RefreshLeaseKey(add_on_name_),
                                                          holder, now, now + store::kRefreshLease));
        return absl::OkStatus();
      });
  if (!absl::IsAborted(taken)) {
    return taken;
  }
  constexpr absl::Duration kAskAgain = absl::Seconds(30);
  return WithRetryAfter(MakeError(absl::StatusCode::kAborted, v1::STILL_RUNNING,
                                  "add-on " + add_on_name_ + " is being refreshed already",
                                  {{"add_on", add_on_name_}}),
                        kAskAgain);
}

void ListPass::GiveLeaseUp() {
  environment_.store
      .WriteAndWait([&](store::Transaction& transaction) {
        return transaction.ReleaseLease(store::RefreshLeaseKey(add_on_name_), lease_.fence);
      })
      .IgnoreError();  // it ends by itself
}

absl::Status ListPass::Load() {
  const std::string firm(FirmOf(add_on_name_));
  const std::string add_on_id(LastId(add_on_name_));
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(add_on_, verb::FindActiveAddOn(reader, add_on_name_));
    ASSIGN_OR_RETURN(auto state, reader.FindRefreshState(firm, add_on_id));
    state_ = state.value_or(storage::v1::RefreshState());
    std::string after;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<store::LinkRow> links,
                       reader.ListLinks(firm, {.add_on_id = add_on_id}, after, kPage));
      for (const store::LinkRow& row : links) {
        after = LastId(row.link.name());
        Remember(row);
      }
      if (links.size() < kPage) {
        return absl::OkStatus();
      }
    }
  }));
  ASSIGN_OR_RETURN(connector_, model::RequireConnector(environment_, add_on_));
  full_ = options_.full || !state_.has_cursor_time() || !connector_->Describe().lists_changes;
  since_ = FindSince();
  start_ = environment_.clock.Now();
  return absl::OkStatus();
}

void ListPass::Remember(const store::LinkRow& row) {
  const v1::Link::State is = row.link.state();
  known_[row.link.practice_client_id()] = {
      .link_id = std::string(LastId(row.link.name())),
      .write_sequence = row.write_sequence,
      .due = row.refresh_due != absl::InfinitePast(),
      .gone = is == v1::Link::MISSING || is == v1::Link::DELETED,
      .busy = !row.unfinished_operation.empty()};
}

absl::Time ListPass::FindSince() {
  absl::Time since = full_ ? absl::InfinitePast() : FromProto(state_.cursor_time());
  for (const auto& unstored : state_.unstored()) {
    const auto found = known_.find(unstored.practice_client_id());
    if (found == known_.end()) {
      continue;
    }
    const absl::Time its_since =
        unstored.has_since_time() ? FromProto(unstored.since_time()) : absl::InfinitePast();
    found->second.unstored_since = its_since;
    // Of one that couldn't be stored now either nothing is asked for.
    since = found->second.busy ? since : std::min(since, its_since);
  }
  return since;
}

absl::Status ListPass::List() {
  connector::ListRequest request;
  if (since_ != absl::InfinitePast()) {
    request.changed_since = since_;
  }
  const auto receive = [this](type::PracticeClient client) { return Receive(std::move(client)); };
  const absl::Status listed = connector_->List(
      model::TenantOf(environment_, add_on_, options_.priority), request, receive, {});
  // What came before the list broke is good.
  const absl::Status stored = StoreBatch();
  return listed.ok() ? stored : listed;
}

absl::Status ListPass::Receive(type::PracticeClient client) {
  ++counts_.read;
  const auto found = known_.find(client.id());
  if (found != known_.end()) {
    found->second.seen = true;
    batch_.push_back(std::move(client));
  }
  // Also when nothing is linked: whoever waits is told, and the leases are kept.
  const bool often = counts_.read % kBatch == 0;
  return batch_.size() >= kBatch || often ? StoreBatch() : absl::OkStatus();
}

absl::Status ListPass::StoreBatch() {
  std::vector<type::PracticeClient> batch;
  batch.swap(batch_);
  store::Lease renewed;
  RETURN_IF_ERROR(
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        const absl::Time now = environment_.clock.Now();
        ASSIGN_OR_RETURN(
            renewed, transaction.AcquireLease(store::RefreshLeaseKey(add_on_name_), lease_.holder,
                                              now, now + store::kRefreshLease));
        RETURN_IF_ERROR(verb::CheckStillFetchedBy(add_on_, transaction));
        for (type::PracticeClient& client : batch) {
          RETURN_IF_ERROR(StoreClient(std::move(client), transaction));
        }
        return absl::OkStatus();
      }));
  lease_ = std::move(renewed);  // not before: what is undone has renewed nothing
  RETURN_IF_ERROR(Failpoint("list_pass.after_batch"));
  return options_.progress(counts_);
}

absl::StatusOr<std::optional<model::LinkState>> ListPass::Storable(
    const std::string& client_id, store::Transaction& transaction) const {
  const Known& known = known_.at(client_id);
  const std::string_view firm = FirmOf(add_on_name_);
  ASSIGN_OR_RETURN(auto link, transaction.FindLink(firm, known.link_id));
  if (!link) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment_, transaction, *std::move(link)));
  if (!model::MayStore(state, {start_, known.write_sequence}, environment_.clock.Now())) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(const bool just_written, JustWritten(known, transaction));
  if (!just_written) {
    return state;
  }
  if (state.link.refresh_due == absl::InfinitePast()) {
    state.link.refresh_due = environment_.clock.Now();  // by a get, which shows what is
    RETURN_IF_ERROR(transaction.PutLink(state.link));
  }
  return std::nullopt;
}

absl::StatusOr<bool> ListPass::JustWritten(const Known& known, const store::Reader& reader) const {
  constexpr int kLatest = 5;
  ASSIGN_OR_RETURN(
      const auto latest,
      reader.ListSyncOperations(FirmOf(add_on_name_), {.link_id = known.link_id}, {}, kLatest));
  return std::any_of(latest.begin(), latest.end(), [this](const store::SyncOperationRow& row) {
    const auto& results = row.operation.field_results();
    return FromProto(row.operation.finish_time()) > start_ - kShortlyBefore &&
           std::any_of(results.begin(), results.end(), [](const v1::FieldResult& result) {
             return result.direction() == v1::TO_PRACTICE;
           });
  });
}

absl::Status ListPass::StoreClient(type::PracticeClient client, store::Transaction& transaction) {
  ASSIGN_OR_RETURN(auto state, Storable(client.id(), transaction));
  known_.at(client.id()).unstored = !state;
  if (!state) {
    return absl::OkStatus();
  }
  const v1::Link::State before = state->link.link.state();
  const std::optional<storage::v1::Snapshot> known = state->snapshot;
  const bool was_due = state->link.refresh_due != absl::InfinitePast();
  model::ApplyFetch(std::move(client), start_, &*state);
  const bool due = state->link.refresh_due != absl::InfinitePast();
  const v1::Link::State after = state->link.link.state();
  if (known && before == after && was_due == due &&
      SameClient(known->client(), state->snapshot->client())) {
    return absl::OkStatus();
  }
  ++counts_.stored;
  counts_.not_active += before != after && after != v1::Link::ACTIVE ? 1 : 0;
  return model::StoreLinkState(environment_, transaction, *state);
}

absl::Status ListPass::ConcludeMissing() {
  std::vector<std::string> missing;
  int linked = 0;
  for (const auto& [client_id, known] : known_) {
    linked += known.gone ? 0 : 1;
    if (!known.seen && !known.gone) {
      missing.push_back(client_id);
    }
  }
  const int count = static_cast<int>(missing.size());
  if (count > kFewMissing && count > linked / kMissingShare) {
    LogError("a list of all clients lacks ", count, " of ", linked, " that are linked under ",
             add_on_name_, ": nothing is concluded from it");
    return MakeError(
        absl::StatusCode::kFailedPrecondition, v1::TOO_MANY_MISSING,
        absl::StrCat("the practice system's list of all clients lacks ", count, " of the ", linked,
                     " that are linked under ", add_on_name_, ": none is taken to be missing"),
        {{"add_on", add_on_name_},
         {"missing_count", absl::StrCat(count)},
         {"linked_count", absl::StrCat(linked)}});
  }
  for (const std::string& client_id : missing) {
    RETURN_IF_ERROR(ConfirmMissing(client_id));
  }
  return absl::OkStatus();
}

absl::Status ListPass::ConfirmMissing(const std::string& client_id) {
  auto fetched = connector_->Get(
      model::TenantOf(environment_, add_on_, budget::Priority::kBackground), client_id, {});
  if (fetched.ok()) {
    batch_.push_back(std::move(fetched->client));
    return StoreBatch();
  }
  if (ReasonOf(fetched.status()) != v1::PRACTICE_CLIENT_NOT_FOUND) {
    return std::move(fetched).status();
  }
  RETURN_IF_ERROR(environment_.store.WriteAndWait(
      [&](store::Transaction& transaction) { return MarkMissing(client_id, transaction); }));
  return options_.progress(counts_);
}

absl::Status ListPass::MarkMissing(const std::string& client_id, store::Transaction& transaction) {
  RETURN_IF_ERROR(verb::CheckStillFetchedBy(add_on_, transaction));
  ASSIGN_OR_RETURN(auto state, Storable(client_id, transaction));
  if (!state) {
    return absl::OkStatus();
  }
  model::ApplyMissing(start_, &*state);
  ++counts_.not_active;
  return model::StoreLinkState(environment_, transaction, *state);
}

void ListPass::StoreAttempt() {
  environment_.store
      .WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        const std::string_view firm = FirmOf(add_on_name_);
        const std::string_view id = LastId(add_on_name_);
        // Whoever changed it meanwhile may have asked for a list of all clients.
        ASSIGN_OR_RETURN(auto found, transaction.FindRefreshState(firm, id));
        storage::v1::RefreshState state = found.value_or(storage::v1::RefreshState());
        *state.mutable_full_attempt_time() = ToProto(start_);
        return transaction.PutRefreshState(firm, id, state);
      })
      .IgnoreError();  // then it is tried again sooner
}

absl::Status ListPass::Finish() {
  return environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.CheckLease(store::RefreshLeaseKey(add_on_name_), lease_.fence));
    RETURN_IF_ERROR(verb::CheckStillFetchedBy(add_on_, transaction));
    RETURN_IF_ERROR(TakeMarksOff(transaction));
    RETURN_IF_ERROR(
        transaction.PutRefreshState(FirmOf(add_on_name_), LastId(add_on_name_), NextState()));
    return Failpoint("list_pass.in_finish");
  });
}

bool ListPass::AskedFor(const Known& known) const {
  return !known.unstored_since || since_ <= *known.unstored_since;
}

absl::Status ListPass::TakeMarksOff(store::Transaction& transaction) {
  const std::string_view firm = FirmOf(add_on_name_);
  for (const auto& [client_id, known] : known_) {
    // What isn't listed hasn't changed: that is all that the refresh was to find out.
    if (!known.due || known.seen || !AskedFor(known)) {
      continue;
    }
    ASSIGN_OR_RETURN(auto link, transaction.FindLink(firm, known.link_id));
    if (link && link->refresh_due < start_ && link->refresh_due != absl::InfinitePast()) {
      link->refresh_due = absl::InfinitePast();
      ASSIGN_OR_RETURN(model::LinkState state,
                       model::LoadLinkState(environment_, transaction, *std::move(link)));
      RETURN_IF_ERROR(model::StoreLinkState(environment_, transaction, state));
    }
  }
  return absl::OkStatus();
}

storage::v1::RefreshState ListPass::NextState() const {
  storage::v1::RefreshState next = state_;
  *next.mutable_cursor_time() = ToProto(start_);
  if (full_) {
    *next.mutable_full_pass_time() = ToProto(start_);
  }
  const absl::Time last =
      state_.has_cursor_time() ? FromProto(state_.cursor_time()) : absl::InfinitePast();
  next.clear_unstored();
  for (const auto& [client_id, known] : known_) {
    if (!known.unstored && AskedFor(known)) {
      continue;
    }
    const absl::Time since = std::min(last, known.unstored_since.value_or(last));
    auto* const unstored = next.add_unstored();
    unstored->set_practice_client_id(client_id);
    if (since != absl::InfinitePast()) {
      *unstored->mutable_since_time() = ToProto(since);
    }
  }
  return next;
}

}  // namespace profilesync::sync

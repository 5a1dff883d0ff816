// Steps that sync, undo, resolve and refresh.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

const std::vector<std::string>& SyncFailpoints() {
  static const auto* const kNames = new std::vector<std::string>{
      "sync.in_intent",      "sync.after_intent",   "sync.before_push",    "sync.after_push",
      "sync.after_push",     "sync.before_outcome", "sync.before_outcome", "sync.in_outcome",
      "store.before_commit", "store.after_commit"};
  return *kNames;
}

}  // namespace

std::unique_ptr<Attempt> Runner::DrawSync(int l) {
  const LinkModel& link = world_.links[l];
  auto attempt = std::make_unique<Attempt>();
  attempt->link = l;
  attempt->partial = draw_.OneIn(4);
  for (int i = 0, count = 1 + draw_.Below(3); i < count; ++i) {
    // Of a tax number the practice shows a few digits: what can be told from them is little.
    const bool tax = draw_.OneIn(8);
    Wish wish{.field =
                  tax ? SpecNamed("tax_number") : draw_.Below(static_cast<int>(Specs().size()))};
    const FieldSpec& spec = Specs()[wish.field];
    const bool taken = std::any_of(attempt->wishes.begin(), attempt->wishes.end(),
                                   [&](const Wish& other) { return other.field == wish.field; });
    if (taken || !world_.Applicable(link, wish.field)) {
      continue;
    }
    // Mostly in both directions at once.
    const bool turns = !attempt->wishes.empty() && !draw_.OneIn(4);
    wish.to_practice = spec.sensitive ? !draw_.OneIn(20)
                       : turns        ? !attempt->wishes.back().to_practice
                                      : draw_.OneIn(2);
    wish.etag = seen_[l].etags[wish.field];
    wish.etag_key = world_.EtagKey(link, wish.field);
    const std::vector<SeenEtag>& etags = etags_[absl::StrCat(link.id, " ", wish.field)];
    if (!etags.empty() && draw_.OneIn(6)) {
      std::tie(wish.etag, wish.etag_key) = etags[draw_.Below(static_cast<int>(etags.size()))];
    } else if (draw_.OneIn(80)) {
      wish.etag = seen_[l].etags[wish.field == 0 ? 1 : 0];
      wish.foreign = true;
    }
    const int source = wish.to_practice ? world_.profiles[link.profile].values[wish.field]
                                        : link.known[wish.field];
    wish.clear = source <= kBlank ? !draw_.OneIn(4) : draw_.OneIn(25);
    attempt->wishes.push_back(std::move(wish));
  }
  return attempt;
}

void Runner::Sync() {
  const int l = DrawAliveLink();
  if (l < 0 || !seen_.contains(l)) {
    return;
  }
  std::unique_ptr<Attempt> attempt = DrawSync(l);
  if (attempt->wishes.empty()) {
    return;
  }
  const bool pushes = std::any_of(attempt->wishes.begin(), attempt->wishes.end(),
                                  [](const Wish& wish) { return wish.to_practice; });
  attempt->validate_only = draw_.OneIn(15);
  attempt->stale = draw_.OneIn(pushes ? 50 : 5);
  attempt->trouble = DrawTrouble(pushes && !attempt->validate_only, SyncFailpoints());
  if (attempt->stale && !attempt->trouble.hang && draw_.OneIn(2)) {
    attempt->trouble.read = DrawReadFault();
  }
  if (attempt->stale && attempt->trouble.read &&
      attempt->trouble.read->kind == xpm_sandbox::FaultKind::kDrop) {
    // libcurl makes a read anew whose connection was closed before an answer came.
    attempt->trouble.read->kind = xpm_sandbox::FaultKind::kServerError;
  }
  Make(std::move(attempt));
}

void Runner::Suggestions() {
  const int l = DrawAliveLink();
  if (l < 0 || !seen_.contains(l)) {
    return;
  }
  const LinkModel& link = world_.links[l];
  auto attempt = std::make_unique<Attempt>();
  attempt->kind = v1::SyncOperation::SUGGESTIONS;
  attempt->link = l;
  attempt->validate_only = draw_.OneIn(6);
  attempt->diff_sequence = seen_[l].diff.sequence();
  bool pushes = false;
  // In the order of the diff.
  for (const v1::FieldDiff& diff : seen_[l].diff.fields()) {
    const int f = SpecNamed(diff.field());
    v1::SyncDirection direction = diff.suggested_direction();
    if (f != kNoValue && world_.StateOf(link, f)) {
      direction = world_.SuggestionFor(link, f);
    }
    if (direction != v1::SYNC_DIRECTION_UNSPECIFIED) {
      attempt->wishes.push_back({.field = f,
                                 .to_practice = direction == v1::TO_PRACTICE,
                                 .etag = diff.etag(),
                                 .etag_key = world_.EtagKey(link, f)});
      pushes = pushes || direction == v1::TO_PRACTICE;
    }
  }
  attempt->trouble = DrawTrouble(pushes && !attempt->validate_only, SyncFailpoints());
  Make(std::move(attempt));
}

void Runner::Revert() {
  std::vector<int> candidates;
  for (int i = 0; i < static_cast<int>(world_.ops.size()); ++i) {
    const OpModel& op = world_.ops[i];
    const bool wrote = std::any_of(op.fields.begin(), op.fields.end(),
                                   [](const OpField& field) { return field.Written(); });
    if (op.Ended() && wrote && world_.links[op.link].alive &&
        op.kind != v1::SyncOperation::RESTORE) {
      candidates.push_back(i);
    }
  }
  if (candidates.empty()) {
    return;
  }
  // Mostly one of the last, which has most to be undone.
  const int size = static_cast<int>(candidates.size());
  auto attempt = std::make_unique<Attempt>();
  attempt->kind = v1::SyncOperation::REVERT;
  attempt->original = candidates[size - 1 - draw_.Below(draw_.OneIn(3) ? size : std::min(size, 4))];
  const OpModel& original = world_.ops[attempt->original];
  attempt->link = original.link;
  attempt->partial = draw_.OneIn(2);
  attempt->validate_only = draw_.OneIn(12);
  const bool pushes =
      std::any_of(original.fields.begin(), original.fields.end(), [](const OpField& field) {
        return field.Written() && field.to_practice && !Specs()[field.field].sensitive;
      });
  attempt->trouble = DrawTrouble(pushes && !attempt->validate_only, SyncFailpoints());
  Make(std::move(attempt));
}

void Runner::Restore() {
  std::vector<int> candidates;
  for (int i = 0; i < static_cast<int>(world_.ops.size()); ++i) {
    const OpModel& op = world_.ops[i];
    if (op.Ended() && op.after && op.absent == kNoValue && world_.links[op.link].alive) {
      candidates.push_back(i);
    }
  }
  if (candidates.empty()) {
    return;
  }
  const int size = static_cast<int>(candidates.size());
  auto attempt = std::make_unique<Attempt>();
  attempt->kind = v1::SyncOperation::RESTORE;
  attempt->original = candidates[size - 1 - draw_.Below(std::min(size, 4))];
  attempt->link = world_.ops[attempt->original].link;
  attempt->validate_only = draw_.OneIn(12);
  attempt->trouble = DrawTrouble(!attempt->validate_only, SyncFailpoints());
  if (attempt->trouble.read && attempt->trouble.read->kind == xpm_sandbox::FaultKind::kAbsent) {
    attempt->trouble.read.reset();
  }
  Make(std::move(attempt));
}

void Runner::Resolve() {
  std::vector<int> open;
  for (const LinkModel& link : world_.links) {
    if (link.alive && link.open >= 0) {
      open.push_back(link.open);
    }
  }
  if (open.empty()) {
    return;
  }
  const int index = open[draw_.Below(static_cast<int>(open.size()))];
  ApplyLate();
  OpModel& op = world_.ops[index];
  const bool needed = op.last.state() == v1::SyncOperation::NEEDS_ATTENTION;
  v1::ResolveSyncOperationRequest request;
  request.set_name(op.name);
  request.set_request_id(NewRequestId());
  request.set_resolution(op.fate == Fate::kApplied ? v1::ResolveSyncOperationRequest::APPLIED
                                                   : v1::ResolveSyncOperationRequest::NOT_APPLIED);
  request.set_note("looked");
  v1::SyncOperation answer;
  const grpc::Status status = rig_.Call<v1::SyncService>(
      DrawServer(), &v1::SyncService::Stub::ResolveSyncOperation, request, &answer);
  Say(status.ok() ? "resolved" : "refused: " + status.error_message());
  Expect(status.ok() || !needed, "a person can't resolve what needs attention");
  const bool unknown = op.last.state() == v1::SyncOperation::UNKNOWN;
  Expect(!status.ok() || needed || unknown, "an operation is resolved that runs");
  if (status.ok()) {
    TakeResolution(index, answer);
  }
}

void Runner::TakeResolution(int index, const v1::SyncOperation& record) {
  OpModel& op = world_.ops[index];
  LinkModel& link = world_.links[op.link];
  const Outcome outcome =
      op.fate == Fate::kApplied ? v1::FieldResult::APPLIED : v1::FieldResult::NOT_APPLIED;
  for (OpField& field : op.fields) {
    if (field.Open()) {
      field.outcome = outcome;
    }
    link.pending[field.field] = false;
  }
  Expect(record.has_finish_time(), "a resolved operation isn't over");
  link.open = -1;
  ++link.writes;
  world_.Settle(link);
  NoteHistory(op, record);
  op.last = record;
}

void Runner::Resume() {
  v1::ResumeAddOnWritesRequest request;
  request.set_name(kAddOn);
  request.set_request_id(NewRequestId());
  rig_.Must<v1::AddOnService>(DrawServer(), &v1::AddOnService::Stub::ResumeAddOnWrites, request);
  world_.suspended = false;
}

void Runner::RefreshLink() {
  const int l = DrawAliveLink();
  if (l < 0) {
    return;
  }
  auto attempt = std::make_unique<RefreshAttempt>();
  attempt->server = DrawServer();
  attempt->link = l;
  attempt->request_id = NewRequestId();
  attempt->trouble =
      DrawTrouble(false, {"refresh.after_fetch", "store.before_commit", "store.after_commit"});
  attempt->fetched = Truth(world_.links[l].client);
  if (attempt->trouble.read && attempt->trouble.read->kind == xpm_sandbox::FaultKind::kAbsent) {
    attempt->fetched[attempt->trouble.read->element == "Phone" ? 1 : 3] = kNoValue;
  }
  attempt->started = Now();
  attempt->writes = world_.links[l].writes;
  Say(world_.links[l].id);
  v1::RefreshLinkRequest request;
  request.set_name(absl::StrCat(kFirm, "/links/", world_.links[l].id));
  request.set_request_id(attempt->request_id);
  Inject(attempt->trouble, attempt->server);
  const auto call = [this, request, a = attempt.get()] {
    a->status = rig_.Call<v1::SyncService>(a->server, &v1::SyncService::Stub::RefreshLink, request,
                                           &a->answer);
  };
  RefreshAttempt& made = *attempt;
  OpenCall open{.refresh = std::move(attempt)};
  if (!made.trouble.hang) {
    call();
  } else if (RunUntilItHangs(call, &open)) {
    open_ = std::move(open);
    open_for_ = absl::ZeroDuration();
    return;
  }
  made.killed = ClearTrouble(made.trouble, made.server);
  ConcludeRefresh(made);
}

void Runner::ConcludeRefresh(const RefreshAttempt& attempt) {
  const LinkModel& link = world_.links[attempt.link];
  if (attempt.killed) {
    LookAtOperations({}, false);
  }
  if (!link.alive) {
    return;
  }
  const bool may_store =
      link.open < 0 && link.writes == attempt.writes && link.fetched <= attempt.started;
  const bool must = attempt.status.ok() && may_store;
  Expect(attempt.status.ok() || attempt.trouble.any() || attempt.killed,
         "a refresh fails: " + attempt.status.error_message());
  const std::vector<int> fetched = Merge(link.known, attempt.fetched);
  if (must) {
    Adopt(attempt.link, {fetched});
  } else if (may_store) {
    Adopt(attempt.link, {link.known, fetched});
  } else {
    Adopt(attempt.link, {link.known});
  }
}

void Runner::RefreshFirm() {
  auto refresh = std::make_unique<FirmRefresh>();
  refresh->server = DrawServer();
  refresh->started = Now();
  for (const LinkModel& link : world_.links) {
    refresh->fetched.push_back(link.alive ? Truth(link.client) : std::vector<int>());
    refresh->writes.push_back(link.writes);
  }
  v1::RefreshFirmRequest request;
  request.set_name(kFirm);
  request.set_full(draw_.OneIn(2));
  request.set_request_id(NewRequestId());
  const bool hang = !open_ && draw_.OneIn(2);
  if (hang) {
    Inject({.read = xpm_sandbox::Fault{.endpoint = "client.api/list",
                                       .kind = xpm_sandbox::FaultKind::kHang,
                                       .applied = true}},
           refresh->server);
  }
  refresh->operation =
      rig_.Must<v1::SyncService>(refresh->server, &v1::SyncService::Stub::RefreshFirm, request)
          .name();
  if (!hang) {
    ConcludeFirm(*refresh);
    return;
  }
  for (int tries = 0; rig_.xpm().hanging() == 0 && tries < 5000; ++tries) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  Say("hangs");
  open_ = OpenCall{.firm = std::move(refresh)};
  open_for_ = absl::ZeroDuration();
}

void Runner::ConcludeFirm(const FirmRefresh& refresh) {
  using google::longrunning::Operations;
  google::longrunning::GetOperationRequest request;
  request.set_name(refresh.operation);
  google::longrunning::Operation operation;
  for (int tries = 0; tries < 10'000 && !operation.done(); ++tries) {
    operation = rig_.Must<Operations>(0, &Operations::Stub::GetOperation, request);
    // One that a killed server has left is ended by another once its lease is over.
    if (!operation.done() && tries % 100 == 99) {
      rig_.time().Advance(absl::Seconds(31));
      for (int s = 0; s < rig_.servers(); ++s) {
        Wake(s);
      }
      LookAtOperations({}, true);
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
  Expect(operation.done(), "a refresh of the firm doesn't end");
  rig_.xpm().ClearFaults();
  AdoptRows(refresh);
  if (operation.has_error()) {
    cut_off_ = refresh;
  }
}

void Runner::AdoptRows(const FirmRefresh& refresh) {
  for (int l = 0; l < static_cast<int>(refresh.fetched.size()); ++l) {
    const LinkModel& link = world_.links[l];
    if (!link.alive || refresh.fetched[l].empty()) {
      continue;
    }
    const bool may_store =
        link.open < 0 && link.writes == refresh.writes[l] && link.fetched <= refresh.started;
    std::vector<std::vector<int>> candidates = {link.known};
    if (may_store) {
      candidates.push_back(Merge(link.known, refresh.fetched[l]));
    }
    Adopt(l, candidates);
  }
}

void Runner::Finish() {
  log_ += "at the end:";
  draw_ = Draw(1);
  Release();
  rig_.xpm().ClearFaults();
  rig_.xpm().SetBehaviour({});
  ApplyLate();
  constexpr int kRounds = 8;
  for (int round = 0; round < kRounds; ++round) {
    rig_.time().Advance(round == 3 ? absl::Minutes(16) : absl::Seconds(131));
    for (int server = 0; server < rig_.servers(); ++server) {
      Wake(server);
      LookAtOperations({}, true);
    }
  }
  for (const LinkModel& link : world_.links) {
    Expect(!link.alive || link.open < 0 ||
               world_.ops[link.open].last.state() == v1::SyncOperation::NEEDS_ATTENTION,
           "an operation is never settled");
  }
  for (std::size_t i = 0; i < world_.links.size(); ++i) {
    Resolve();
  }
  Resume();
  CheckAll();
  for (int l = 0; l < static_cast<int>(world_.links.size()); ++l) {
    if (world_.links[l].alive) {
      v1::RefreshLinkRequest request;
      request.set_name(absl::StrCat(kFirm, "/links/", world_.links[l].id));
      rig_.Must<v1::SyncService>(0, &v1::SyncService::Stub::RefreshLink, request);
      Adopt(l, {Merge(world_.links[l].known, Truth(world_.links[l].client))});
    }
  }
  CheckAll();
  CheckHistory();
  CheckOperations();
  CheckFeedFromStart();
}

}  // namespace profilesync::robustness

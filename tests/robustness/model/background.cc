// What the server does by itself, time, kills, and calls that were held back.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

// Writes that come late come before this, counted from the end of their call: later ones nobody
// could tell from writes that were never made.
constexpr absl::Duration kLatestWrite = absl::Seconds(30);
// A write that is under way and not applied yet mustn't outlast its own time-out.
constexpr absl::Duration kLongestWrite = absl::Seconds(20);

bool Is(const v1::SyncOperation& record, v1::SyncOperation::State state) {
  return record.state() == state;
}

}  // namespace

void Runner::Wake(int server) {
  // What a killed server holds of the practice system's budget it holds until the time has passed.
  int waited = 0;
  const auto wait = [&] {
    if (++waited > 40) {
      rig_.time().Advance(absl::Seconds(5));
    }
  };
  Expect(rig_.server(server).Tell("background", wait),
         "the server ended while it worked by itself");
}

void Runner::RunBackground() {
  const int server = DrawServer();
  Trouble trouble;
  if (draw_.OneIn(12)) {
    trouble.read = DrawReadFault();
    // Of which client nobody could tell.
    if (trouble.read->kind == xpm_sandbox::FaultKind::kAbsent) {
      trouble.read->kind = xpm_sandbox::FaultKind::kUnavailable;
    }
  }
  Inject(trouble, server);
  Wake(server);
  ClearTrouble(trouble, server);
  LookAtOperations(trouble, true);
}

void Runner::LookAtOperations(const Trouble& trouble, bool worked) {
  for (int l = 0; l < static_cast<int>(world_.links.size()); ++l) {
    LinkModel& link = world_.links[l];
    if (!link.alive) {
      continue;
    }
    if (link.open < 0) {
      if (worked) {
        Adopt(l, {link.known, Merge(link.known, Truth(link.client))});
      }
      continue;
    }
    OpModel& op = world_.ops[link.open];
    const v1::SyncOperation record = Operation(op.name);
    if (Bytes(record) == Bytes(op.last)) {
      continue;
    }
    Say(absl::StrCat(op.name.substr(op.name.size() - 4), " is ",
                     v1::SyncOperation::State_Name(record.state())));
    if (Is(op.last, v1::SyncOperation::PUSHING) && Is(record, v1::SyncOperation::UNKNOWN)) {
      TakeRecovery(link.open, record);
    } else if (Is(record, v1::SyncOperation::NEEDS_ATTENTION)) {
      TakeAttention(link.open, record, trouble);
    } else {
      Expect(Is(op.last, v1::SyncOperation::UNKNOWN) && record.has_finish_time(),
             op.name + " went from " + v1::SyncOperation::State_Name(op.last.state()) + " to " +
                 v1::SyncOperation::State_Name(record.state()));
      CheckReadBack(op, record);
      TakeOutcome(link.open, record, trouble, false);
    }
  }
}

void Runner::TakeRecovery(int index, const v1::SyncOperation& record) {
  OpModel& op = world_.ops[index];
  LinkModel& link = world_.links[op.link];
  const bool at_work = open_ && open_->attempt && open_->attempt->op == index;
  Expect(!at_work || open_for_ > kLongestWrite,
         op.name + " was taken over while the server that began it is writing");
  for (int i = 0; i < record.field_results_size(); ++i) {
    for (OpField& field : op.fields) {
      if (Specs()[field.field].name != record.field_results(i).field() || !field.Open()) {
        continue;
      }
      const Outcome expected =
          field.to_practice ? v1::FieldResult::UNKNOWN : v1::FieldResult::NOT_APPLIED;
      Expect(record.field_results(i).outcome() == expected,
             op.name + " was taken over, and a field of it is wrong");
      field.outcome = expected;
      link.pending[field.field] = field.Open();
    }
  }
  ++link.writes;
  world_.Settle(link);
  op.last = record;
}

void Runner::TakeAttention(int index, const v1::SyncOperation& record, const Trouble& trouble) {
  OpModel& op = world_.ops[index];
  LinkModel& link = world_.links[op.link];
  CheckAttention(op, trouble);
  op.last = record;
  const std::vector<int> truth = Truth(link.client);
  if (!trouble.any() && op.kind != v1::SyncOperation::RESTORE) {
    CheckUnasked(op, record, truth);
  } else {
    TakeSuspension(record);
  }
  Adopt(op.link, {link.known, Merge(link.known, truth)});
}

Evidence Runner::EvidenceNow(const OpModel& op) {
  const LinkModel& link = world_.links[op.link];
  const bool person = world_.profiles[link.profile].person;
  const std::vector<int> now = Truth(link.client);
  Evidence evidence;
  for (const OpField& field : op.fields) {
    const FieldSpec& spec = Specs()[field.field];
    if (!field.Open() || !field.to_practice || spec.sensitive || now[field.field] == kNoValue) {
      continue;
    }
    const int is = spec.Form(now[field.field], person);
    const int was = spec.Form(field.practice_before, person);
    const int asked = spec.Form(field.wanted, person);
    evidence.wanted = evidence.wanted || (is == asked && asked != was);
    evidence.before = evidence.before || (is == was && asked != was);
    evidence.other = evidence.other || (is != asked && is != was);
  }
  return evidence;
}

void Runner::CheckAttention(const OpModel& op, const Trouble& trouble) {
  if (trouble.any() || op.kind == v1::SyncOperation::RESTORE) {
    return;
  }
  const Evidence evidence = EvidenceNow(op);
  Expect(evidence.other || evidence.wanted == evidence.before,
         op.name + " needs attention though a read tells");
}

void Runner::CheckReadBack(const OpModel& op, const v1::SyncOperation& record) {
  if (op.kind == v1::SyncOperation::RESTORE) {
    return;
  }
  const Evidence evidence = EvidenceNow(op);
  Expect(!evidence.other && evidence.wanted != evidence.before,
         op.name + " is settled though what a read shows doesn't tell what became of it");
  for (const v1::FieldResult& result : record.field_results()) {
    const bool pushed = std::any_of(op.fields.begin(), op.fields.end(), [&](const OpField& field) {
      return field.Open() && field.to_practice && Specs()[field.field].name == result.field();
    });
    Expect(!pushed || evidence.before == (result.outcome() == v1::FieldResult::NOT_APPLIED),
           op.name + " is settled against what a read shows");
  }
}

void Runner::Time() {
  const absl::Duration jumps[] = {absl::Seconds(1),   absl::Seconds(11), absl::Seconds(11),
                                  absl::Seconds(50),  absl::Seconds(61), absl::Seconds(61),
                                  absl::Seconds(130), absl::Minutes(20), absl::Hours(1)};
  // What comes late comes between two reads, if these aren't too early.
  const bool soon = !late_ops_.empty() && !draw_.OneIn(4);
  const absl::Duration jump = soon ? absl::Seconds(11) : jumps[draw_.Below(std::size(jumps))];
  Say(absl::FormatDuration(jump));
  const bool open_write =
      open_ && open_->at_write && open_->attempt && !open_->attempt->trouble.write->applied;
  if (open_write && open_for_ + jump > kLongestWrite) {
    Release();
  }
  // The answer to a write comes later than its lease goes: another server settles the operation.
  const bool taken_over = open_ && open_->at_write && !open_write && draw_.OneIn(2);
  if (!late_ops_.empty() && (late_for_ + jump > kLatestWrite || taken_over)) {
    ApplyLate();
  }
  rig_.time().Advance(jump);
  open_for_ += jump;
  late_for_ += jump;
  for (int i = soon || taken_over ? 0 : draw_.Below(3); i < 2; ++i) {
    if (taken_over) {
      rig_.time().Advance(absl::Seconds(121));
      open_for_ += absl::Seconds(121);
    }
    Wake(DrawServer());
    LookAtOperations({}, true);
  }
}

void Runner::EndServer(bool orderly) {
  const int server = DrawServer();
  std::optional<OpenCall> call;
  const int called = !open_           ? -1
                     : open_->attempt ? open_->attempt->server
                     : open_->refresh ? open_->refresh->server
                                      : open_->firm->server;
  if (orderly && called >= 0) {
    return;  // it would wait for the call
  }
  if (orderly) {
    rig_.server(server).Stop();
  } else {
    rig_.server(server).Kill();
  }
  if (called == server) {
    NoteRelease();
    call = std::move(open_);
    open_.reset();
    LetGo();  // nobody is there any more
    if (call->attempt) {
      call->attempt->killed = true;
    } else if (call->refresh) {
      call->refresh->killed = true;
    }
  }
  rig_.Start(server);
  if (call) {
    Join(*std::move(call));
  }
  LookAtOperations({}, false);
}

void Runner::NoteRelease() {
  if (open_->attempt) {
    Attempt& attempt = *open_->attempt;
    attempt.at_release = Truth(world_.links[attempt.link].client);
    attempt.elements_at_release = Elements(world_.links[attempt.link].client);
  }
}

void Runner::Release() {
  if (!open_) {
    return;
  }
  NoteRelease();
  OpenCall call = *std::move(open_);
  open_.reset();
  LetGo();
  Join(std::move(call));
}

void Runner::LetGo() {
  rig_.xpm().Release();
  // It has carried out what was to come late as well.
  for (const int op : late_ops_) {
    world_.ops[op].fate = Fate::kApplied;
  }
  late_ops_.clear();
  late_for_ = absl::ZeroDuration();
}

void Runner::Join(OpenCall call) {
  if (call.thread.joinable()) {
    call.thread.join();
  }
  if (call.attempt) {
    Conclude(*call.attempt);
  } else if (call.refresh) {
    ConcludeRefresh(*call.refresh);
  } else if (call.firm) {
    ConcludeFirm(*call.firm);
  }
}

}  // namespace profilesync::robustness

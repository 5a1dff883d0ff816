// Calls that make sync operations, from the request to the intent that they leave.
#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

bool IsOver(const v1::SyncOperation& record) {
  return record.state() != v1::SyncOperation::PUSHING &&
         record.state() != v1::SyncOperation::PLANNED;
}

}  // namespace

template <typename Request>
grpc::Status Runner::CallMethod(const Attempt& attempt, int server, bool other_content,
                                grpc::Status (v1::SyncService::Stub::*method)(grpc::ClientContext*,
                                                                              const Request&,
                                                                              v1::SyncOperation*),
                                Request request, v1::SyncOperation* answer) {
  request.set_request_id(attempt.request_id);
  request.set_validate_only(attempt.validate_only != other_content);
  return rig_.Call<v1::SyncService>(server, method, request, answer);
}

v1::SyncProfileRequest Runner::SyncRequest(const Attempt& attempt) const {
  v1::SyncProfileRequest request;
  const LinkModel& link = world_.links[attempt.link];
  request.set_name(absl::StrCat(kFirm, "/profiles/", world_.profiles[link.profile].id));
  request.set_add_on(kAddOn);
  request.set_allow_partial(attempt.partial);
  request.set_allow_stale(attempt.stale);
  for (const Wish& wish : attempt.wishes) {
    v1::FieldSync* field = request.add_fields();
    field->set_field(Specs()[wish.field].name);
    field->set_direction(wish.to_practice ? v1::TO_PRACTICE : v1::TO_PROFILE);
    field->set_etag(wish.etag);
    field->set_clear(wish.clear);
  }
  return request;
}

grpc::Status Runner::CallFor(const Attempt& attempt, int server, bool other_content,
                             v1::SyncOperation* answer) {
  using Stub = v1::SyncService::Stub;
  switch (attempt.kind) {
    case v1::SyncOperation::SUGGESTIONS: {
      v1::ApplyLinkSuggestionsRequest request;
      request.set_name(absl::StrCat(kFirm, "/links/", world_.links[attempt.link].id));
      request.set_diff_sequence(attempt.diff_sequence);
      return CallMethod(attempt, server, other_content, &Stub::ApplyLinkSuggestions, request,
                        answer);
    }
    case v1::SyncOperation::REVERT: {
      v1::RevertSyncOperationRequest request;
      request.set_name(world_.ops[attempt.original].name);
      request.set_allow_partial(attempt.partial);
      return CallMethod(attempt, server, other_content, &Stub::RevertSyncOperation, request,
                        answer);
    }
    case v1::SyncOperation::RESTORE: {
      v1::RestoreSyncOperationRequest request;
      request.set_name(world_.ops[attempt.original].name);
      return CallMethod(attempt, server, other_content, &Stub::RestoreSyncOperation, request,
                        answer);
    }
    default:
      return CallMethod(attempt, server, other_content, &Stub::SyncProfile, SyncRequest(attempt),
                        answer);
  }
}

void Runner::Begin(Attempt& attempt) {
  const LinkModel& link = world_.links[attempt.link];
  attempt.server = DrawServer();
  attempt.request_id = NewRequestId();
  attempt.fetched = Truth(link.client);
  attempt.elements = Elements(link.client);
  attempt.known_before = link.known;
  attempt.writes = link.writes;
  attempt.started = Now();
  if (attempt.trouble.read && attempt.trouble.read->kind == xpm_sandbox::FaultKind::kAbsent) {
    attempt.absent = attempt.trouble.read->element == "Phone" ? 1 : 3;
    attempt.fetched[attempt.absent] = kNoValue;
  }
}

void Runner::Make(std::unique_ptr<Attempt> made) {
  Attempt& attempt = *made;
  Begin(attempt);
  Say(absl::StrCat(world_.links[attempt.link].id, " on server ", attempt.server,
                   attempt.partial ? " partly" : "", attempt.stale ? " stale" : "",
                   attempt.validate_only ? " only validated" : ""));
  for (const Wish& wish : attempt.wishes) {
    Say(absl::StrCat(Specs()[wish.field].name, wish.to_practice ? ">" : "<",
                     wish.clear ? " clear" : ""));
  }
  Inject(attempt.trouble, attempt.server);
  const auto call = [this, &attempt] {
    attempt.status = CallFor(attempt, attempt.server, false, &attempt.answer);
  };
  if (!attempt.trouble.hang) {
    call();
    attempt.killed = ClearTrouble(attempt.trouble, attempt.server);
    Conclude(attempt);
    return;
  }
  OpenCall open{.attempt = std::move(made), .at_write = attempt.trouble.write.has_value()};
  if (!RunUntilItHangs(call, &open)) {
    ClearTrouble(attempt.trouble, attempt.server);
    Conclude(attempt);
    return;
  }
  // First of all: whoever finds harm from here on still ends the call.
  open_ = std::move(open);
  open_for_ = absl::ZeroDuration();
  if (open_->at_write) {
    const auto record = OperationOf(attempt.request_id);
    Expect(record.has_value(), "a write is under way without a stored intent");
    RegisterIntent(attempt, *record);
    ClaimWrites(attempt, &world_.ops[attempt.op]);
    world_.ops[attempt.op].held_back = Truth(world_.links[attempt.link].client);
  }
}

bool Runner::RunUntilItHangs(const std::function<void()>& call, OpenCall* open) {
  const auto over = std::make_shared<std::atomic<bool>>(false);
  open->thread = std::thread([call, over] {
    call();
    *over = true;
  });
  while (!*over && rig_.xpm().hanging() == 0) {
    absl::SleepFor(absl::Microseconds(200));
  }
  if (rig_.xpm().hanging() > 0) {
    Say("hangs");
    return true;
  }
  open->thread.join();
  return false;
}

void Runner::RegisterIntent(Attempt& attempt, const v1::SyncOperation& record) {
  Plan plan = PlanOf(attempt, attempt.fetched);
  if (plan.unsure) {
    TakeUnsure(record, attempt, &plan);
  }
  LinkModel& link = world_.links[attempt.link];
  const std::string name = record.name() + " ";
  Expect(link.alive && link.open < 0, name + "is made on a link that isn't free");
  Expect(link.writes == attempt.writes, name + "is made though another one came between");
  Expect(AcceptedBy(attempt, plan),
         name + "is made though it should have been refused: " + record.ShortDebugString());
  Expect(record.kind() == attempt.kind, name + "is of another kind");
  OpModel op{.name = record.name(),
             .kind = attempt.kind,
             .link = attempt.link,
             .original = attempt.original,
             .fields = plan.fields,
             .last = record,
             .elements = attempt.elements,
             .before = attempt.fetched};
  op.absent = attempt.absent;
  op.tax_shown = attempt.fetched[SpecNamed("tax_number")] != kNoValue;
  attempt.op = static_cast<int>(world_.ops.size());
  link.known = Merge(link.known, attempt.fetched);
  const bool blanks_ignored =
      rig_.xpm().behaviour().empty_elements == xpm_sandbox::EmptyElements::kIgnored;
  for (const OpField& field : op.fields) {
    link.pending[field.field] = field.Open();
    // A write that XPM took, and that no read shows.
    op.disturbed = op.disturbed || (blanks_ignored && field.to_practice && field.wanted == kBlank);
  }
  link.open = attempt.op;
  ++link.writes;
  world_.ops.push_back(std::move(op));
  world_.Settle(link);
}

// Whether a tax number's snapshot had moved, or a value was shown in a race, only the server can
// tell.
void Runner::TakeUnsure(const v1::SyncOperation& record, const Attempt& attempt, Plan* plan) {
  plan->refused = false;
  for (std::size_t i = 0; i < plan->fields.size(); ++i) {
    OpField& field = plan->fields[i];
    if (field.maybe_hidden && static_cast<int>(i) < record.field_results_size() &&
        record.field_results(static_cast<int>(i)).outcome() == v1::FieldResult::REFUSED) {
      field.outcome = v1::FieldResult::REFUSED;
    }
    if (Specs()[field.field].sensitive && static_cast<int>(i) < record.field_results_size()) {
      const Outcome said = record.field_results(static_cast<int>(i)).outcome();
      const bool moved = said == v1::FieldResult::MOVED;
      const bool permitted =
          world_.Permitted(world_.links[attempt.link], field.field, field.to_practice);
      field.outcome = moved       ? v1::FieldResult::MOVED
                      : permitted ? v1::FieldResult::OUTCOME_UNSPECIFIED
                                  : v1::FieldResult::REFUSED;
    }
    plan->refused = plan->refused || field.outcome == v1::FieldResult::MOVED ||
                    field.outcome == v1::FieldResult::REFUSED;
  }
}

std::optional<v1::SyncOperation> Runner::RecordOf(const Attempt& attempt) {
  if (!attempt.status.ok() || attempt.answer.name().empty()) {
    const bool may_be = attempt.op >= 0 || attempt.killed || attempt.trouble.hang;
    return may_be ? OperationOf(attempt.request_id) : std::nullopt;
  }
  const v1::SyncOperation& answer = attempt.answer;
  Expect(!IsOver(answer) || Bytes(Operation(answer.name())) == Bytes(answer),
         "the answer isn't what is stored of " + answer.name());
  return answer;
}

void Runner::Conclude(Attempt& attempt) {
  if (attempt.stale && attempt.trouble.read && FailsRead(attempt.trouble.read->kind)) {
    attempt.fetched = world_.links[attempt.link].known;
  }
  const std::optional<v1::SyncOperation> record = RecordOf(attempt);
  if (!record) {
    Expect(attempt.op < 0, "an operation is gone");
    ClaimWrites(attempt, nullptr);
    ConcludeWithout(attempt);
    return;
  }
  Say(v1::SyncOperation::State_Name(record->state()));
  const bool held_back = attempt.op >= 0;
  if (!held_back) {
    // A later fetch has made the call read anew.
    if (attempt.trouble.hang && world_.links[attempt.link].fetched > attempt.started) {
      attempt.fetched = attempt.at_release;
      attempt.elements = attempt.elements_at_release;
      attempt.started = Now();
    }
    RegisterIntent(attempt, *record);
  }
  ClaimWrites(attempt, &world_.ops[attempt.op]);
  Remember(attempt);
  TakeAnswer(attempt, Operation(record->name()), held_back);
  if (attempt.killed) {
    LookAtOperations({}, false);
  }
}

void Runner::TakeAnswer(const Attempt& attempt, const v1::SyncOperation& stored, bool held_back) {
  OpModel& op = world_.ops[attempt.op];
  if (held_back && IsOver(op.last)) {
    // Somebody else had taken the operation over: what its first owner does counts no more.
    Expect(Bytes(stored) == Bytes(op.last),
           op.name + " is changed by a server that no longer owns it");
  } else if (IsOver(stored)) {
    TakeOutcome(attempt.op, stored, attempt.trouble, true);
  } else {
    Expect(attempt.killed || attempt.status.error_code() == grpc::StatusCode::UNAVAILABLE,
           op.name + " is left " + v1::SyncOperation::State_Name(stored.state()));
    op.last = stored;
  }
}

void Runner::ConcludeWithout(Attempt& attempt) {
  const Plan plan = PlanOf(attempt, attempt.fetched);
  const LinkModel& link = world_.links[attempt.link];
  const bool free = link.alive && link.open < 0 && link.writes == attempt.writes;
  const bool accepted = AcceptedBy(attempt, plan) && free;
  if (attempt.status.ok()) {
    Expect(attempt.validate_only, "an operation has no name");
    Expect(accepted || plan.unsure, "a plan is given out for what would be refused");
    Expect(attempt.kind == v1::SyncOperation::RESTORE ||
               attempt.answer.field_results_size() == static_cast<int>(plan.fields.size()),
           "a plan has other fields");
    for (int i = 0; i < attempt.answer.field_results_size() && !plan.unsure &&
                    attempt.kind != v1::SyncOperation::RESTORE;
         ++i) {
      Expect(attempt.answer.field_results(i).outcome() == plan.fields[i].outcome,
             "a plan is another one: " + attempt.answer.ShortDebugString());
    }
  } else if (!attempt.trouble.any() && !plan.unsure) {
    Expect(!accepted, "refused without a reason: " + attempt.status.error_message());
  }
  Say(attempt.status.ok() ? "planned" : "refused: " + attempt.status.error_message());
  if (attempt.killed) {
    LookAtOperations({}, false);
  }
  if (link.alive) {
    std::vector<std::vector<int>> candidates = {link.known};
    const bool overtaken = attempt.trouble.hang && link.fetched > attempt.started;
    if (free) {
      candidates.push_back(Merge(link.known, overtaken ? attempt.at_release : attempt.fetched));
    }
    Adopt(attempt.link, candidates);
  }
}

void Runner::Remember(const Attempt& attempt) {
  Attempt again;
  again.kind = attempt.kind;
  again.link = attempt.link;
  again.original = attempt.original;
  again.wishes = attempt.wishes;
  again.partial = attempt.partial;
  again.stale = attempt.stale;
  again.diff_sequence = attempt.diff_sequence;
  again.request_id = attempt.request_id;
  recorded_.push_back({.repeat =
                           [this, again](int server, bool other, std::string* bytes) {
                             v1::SyncOperation answer;
                             const grpc::Status status = CallFor(again, server, other, &answer);
                             *bytes = Bytes(answer);
                             return status;
                           },
                       .answer = "",
                       .op = attempt.op});
}

}  // namespace profilesync::robustness

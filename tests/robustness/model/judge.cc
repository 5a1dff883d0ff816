// What became of an operation: what the server says of it, held against what XPM has done.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

using xpm_sandbox::FaultKind;

bool IsWritten(const v1::FieldResult& result) {
  return result.outcome() == v1::FieldResult::APPLIED ||
         result.outcome() == v1::FieldResult::COERCED;
}

v1::SyncOperation::State StateOfResults(const v1::SyncOperation& record) {
  std::vector<OpField> fields;
  for (const v1::FieldResult& result : record.field_results()) {
    fields.push_back({.outcome = result.outcome()});
  }
  return StateOf(fields);
}

const v1::FieldResult* ResultOf(const v1::SyncOperation& record, int field) {
  const auto& results = record.field_results();
  const auto found = std::find_if(results.begin(), results.end(), [field](const auto& result) {
    return result.field() == Specs()[field].name;
  });
  return found == results.end() ? nullptr : &*found;
}

std::string Line(const v1::FieldResult& result, const v1::SyncOperation& record) {
  const bool coerced = result.outcome() == v1::FieldResult::COERCED;
  return absl::StrCat(result.field(), " ", result.direction(), " [",
                      result.old_value().ShortDebugString(), "] [",
                      (coerced ? result.kept_value() : result.wanted_value()).ShortDebugString(),
                      "] ", record.name());
}

}  // namespace

std::vector<int> Runner::PostImage(const OpModel& op, const Trouble& trouble, bool by_call) {
  const LinkModel& link = world_.links[op.link];
  const std::vector<int> now = Truth(link.client);
  std::vector<int> earlier = now;
  if (by_call && trouble.hang && !op.held_back.empty() && trouble.write->applied) {
    earlier = op.held_back;
  } else if (by_call && trouble.write && trouble.write->kind == FaultKind::kEditAfter) {
    for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
      if (Specs()[f].read[0] != trouble.write->element) {
        continue;
      }
      earlier[f] = link.known[f];
      for (const OpField& field : op.fields) {
        earlier[f] =
            field.field == f && field.to_practice && field.Open() ? field.wanted : earlier[f];
      }
    }
  }
  if (earlier == now) {
    return now;
  }
  // The answer dates from before the practice's staff edited the client; the server may have read
  // it since.
  const Seen seen = Look(op.link);
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    if (world_.Applicable(link, f) && earlier[f] != now[f] &&
        seen.practice[f] != Merge(link.known, earlier)[f]) {
      return now;
    }
  }
  return earlier;
}

void Runner::JudgePush(const OpModel& op, OpField& field, const v1::FieldResult& result,
                       const std::vector<int>& post, const Trouble& trouble, bool by_call,
                       const std::string& error) {
  const FieldSpec& spec = Specs()[field.field];
  const std::string what = absl::StrCat(op.name, " calls ", spec.name, " ",
                                        v1::FieldResult::Outcome_Name(result.outcome()), " (",
                                        result.message(), "; ", error, "), and it ");
  const bool person = world_.profiles[world_.links[op.link].profile].person;
  const int now = post[field.field];
  field.outcome = result.outcome();
  Outcome expected = v1::FieldResult::COERCED;
  // A restore brings back the very text.
  const bool as_asked = op.kind == v1::SyncOperation::RESTORE
                            ? now == field.wanted
                            : spec.Form(now, person) == spec.Form(field.wanted, person);
  if (spec.sensitive || now == kNoValue || as_asked) {
    expected = v1::FieldResult::APPLIED;
  } else if (now == (field.practice_before == kNoValue ? kBlank : field.practice_before)) {
    expected = v1::FieldResult::REFUSED;
  }
  switch (result.outcome()) {
    case v1::FieldResult::NOT_APPLIED:
      Expect(
          op.fate == Fate::kNotSent || op.fate == Fate::kNotApplied || (op.disturbed && !by_call),
          what + (op.fate == Fate::kLate ? "is to be yet" : "was written"));
      Expect(!by_call || trouble.any() || op.refused, what + "had no reason to fail");
      break;
    case v1::FieldResult::UNKNOWN:
      Expect(by_call && (trouble.write || !trouble.kill.empty()), what + "had an answer");
      break;
    default:
      Expect(op.fate == Fate::kApplied || (op.disturbed && !by_call), what + "wasn't written");
      Expect(result.outcome() == expected, what + "is " + v1::FieldResult::Outcome_Name(expected));
      if (result.outcome() == v1::FieldResult::COERCED) {
        field.kept = spec.Find(result.kept_value());
        Expect(field.kept == now, what + "was kept as something else");
        world_.suspended = world_.suspended || field.Emptied();
      }
      break;
  }
}

void Runner::JudgePull(const OpModel& op, OpField& field, const v1::FieldResult& result) {
  const int profile = world_.links[op.link].profile;
  const FieldSpec& spec = Specs()[field.field];
  const bool moved = world_.profiles[profile].versions[field.field] != field.version;
  const Outcome expected = moved ? v1::FieldResult::MOVED : v1::FieldResult::APPLIED;
  Expect(result.outcome() == expected,
         op.name + " calls the profile's " + spec.name + " " +
             v1::FieldResult::Outcome_Name(result.outcome()) +
             (moved ? ", which was saved meanwhile" : ", which nobody has touched"));
  field.outcome = expected;
  if (!moved) {
    world_.SetProfile(profile, field.field, field.wanted);
  }
}

bool Runner::JudgeField(const OpModel& op, OpField& field, const v1::SyncOperation& record,
                        const std::vector<int>& post, const Trouble& trouble, bool by_call) {
  const v1::FieldResult* const result = ResultOf(record, field.field);
  Expect(result != nullptr && (result->direction() == v1::TO_PRACTICE) == field.to_practice,
         op.name + " has no result of " + Specs()[field.field].name);
  if (!field.Open()) {
    Expect(result->outcome() == field.outcome,
           op.name + " calls " + Specs()[field.field].name + " " +
               v1::FieldResult::Outcome_Name(result->outcome()) + " instead of " +
               v1::FieldResult::Outcome_Name(field.outcome));
    return false;
  }
  if (!field.to_practice) {
    JudgePull(op, field, *result);
    return false;
  }
  JudgePush(op, field, *result, post, trouble, by_call, record.error().message());
  return field.Written() || field.outcome == v1::FieldResult::REFUSED;
}

void Runner::TakeOutcome(int index, const v1::SyncOperation& record, const Trouble& trouble,
                         bool by_call) {
  OpModel& op = world_.ops[index];
  LinkModel& link = world_.links[op.link];
  const bool restore = op.kind == v1::SyncOperation::RESTORE;
  Expect(record.state() == StateOfResults(record), op.name + "'s state isn't that of its fields");
  Expect(restore || record.field_results_size() == static_cast<int>(op.fields.size()),
         op.name + " has results of other fields");
  const std::vector<int> post = PostImage(op, trouble, by_call);
  std::vector<bool> was_open;
  const auto& results = record.field_results();
  bool took = restore && std::any_of(results.begin(), results.end(), IsWritten);
  for (OpField& field : op.fields) {
    was_open.push_back(field.Open());
    took = JudgeField(op, field, record, post, trouble, by_call) || took;
    link.pending[field.field] = field.Open();
  }
  if (took || (!by_call && record.has_finish_time())) {
    link.known = Merge(link.known, post);
  }
  if (took) {
    op.after = post;
    CheckUnasked(op, record, post);
  }
  SetBases(op, link, was_open);
  link.open = record.has_finish_time() ? -1 : link.open;
  ++link.writes;
  world_.Settle(link);
  NoteHistory(op, record);
  op.last = record;
}

void Runner::SetBases(const OpModel& op, LinkModel& link, const std::vector<bool>& was_open) {
  const bool person = world_.profiles[link.profile].person;
  for (std::size_t i = 0; i < op.fields.size(); ++i) {
    const OpField& field = op.fields[i];
    const FieldSpec& spec = Specs()[field.field];
    if (!was_open[i] || !field.Written() || field.Emptied() || spec.sensitive) {
      continue;
    }
    if (op.kind == v1::SyncOperation::RESTORE) {
      for (const OpField& was : world_.ops[op.original].fields) {
        if (was.field == field.field && was.to_practice &&
            field.outcome == v1::FieldResult::APPLIED) {
          link.bases[field.field] = was.base_before;
        }
      }
    } else if (field.base_after) {
      link.bases[field.field] = *field.base_after;
    } else if (field.to_practice && link.known[field.field] != kNoValue) {
      link.bases[field.field] = {Base::Kind::kPair, spec.Form(field.profile_before, person),
                                 spec.Form(link.known[field.field], person)};
    }
  }
}

void Runner::TakeSuspension(const v1::SyncOperation& record) {
  for (const v1::UnaskedChange& change : record.unasked_changes()) {
    world_.suspended = world_.suspended || (change.has_old_value() && !change.has_new_value());
  }
}

void Runner::CheckUnasked(const OpModel& op, const v1::SyncOperation& record,
                          const std::vector<int>& post) {
  TakeSuspension(record);
  std::set<std::string> named;
  for (const v1::UnaskedChange& change : record.unasked_changes()) {
    named.insert(change.field());
  }
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    const FieldSpec& spec = Specs()[f];
    const bool asked = std::any_of(op.fields.begin(), op.fields.end(), [f](const OpField& field) {
      return field.field == f && field.to_practice &&
             (field.Open() || field.Written() || field.outcome == v1::FieldResult::REFUSED);
    });
    const int was = op.before[f];
    if (asked || spec.sensitive || f == op.absent || was == kNoValue || post[f] == kNoValue) {
      continue;
    }
    Expect((was != post[f]) == named.contains(spec.name),
           op.name +
               (was != post[f] ? " doesn't tell of the change of "
                               : " tells of a change that wasn't of ") +
               spec.name);
    Expect(was == kBlank || post[f] != kBlank || world_.suspended,
           op.name + " emptied " + spec.name + " unasked, and writes go on");
  }
}

void Runner::NoteHistory(OpModel& op, const v1::SyncOperation& record) {
  for (int i = 0; i < record.field_results_size(); ++i) {
    if (IsWritten(record.field_results(i)) && op.noted.insert(i).second) {
      history_[world_.links[op.link].id].push_back(Line(record.field_results(i), record));
    }
  }
}

}  // namespace profilesync::robustness

// Calls that are made at the same time, to two servers where there are two. In which order they
// were served only their outcomes tell, so that less can be said of them than of one after another.
#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

int FindOrBlank(const FieldSpec& spec, const v1::FieldResult& result, bool old_value) {
  return spec.Find(old_value ? result.old_value() : result.wanted_value());
}

// Whether the practice system was asked to write the field.
bool WasSent(const v1::FieldResult& result) {
  const bool kept = result.outcome() == v1::FieldResult::REFUSED &&
                    result.message() == "the practice system kept its value";
  return result.direction() == v1::TO_PRACTICE &&
         (kept || result.outcome() == v1::FieldResult::APPLIED ||
          result.outcome() == v1::FieldResult::COERCED);
}

}  // namespace

std::vector<std::unique_ptr<Attempt>> Runner::DrawRacers(int l, bool same) {
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 0; i < 2; ++i) {
    std::unique_ptr<Attempt> attempt = DrawSync(l);
    std::erase_if(attempt->wishes,
                  [](const Wish& wish) { return wish.foreign || Specs()[wish.field].sensitive; });
    if (attempt->wishes.empty()) {
      return {};
    }
    Begin(*attempt);
    attempts.push_back(std::move(attempt));
  }
  if (same) {
    attempts[1]->wishes = attempts[0]->wishes;
    attempts[1]->partial = attempts[0]->partial;
    attempts[1]->request_id = attempts[0]->request_id;
  }
  attempts[1]->server = (attempts[0]->server + 1) % rig_.servers();
  return attempts;
}

v1::UpdateProfileRequest Runner::RacingSave(int profile, int field, int value) {
  const FieldSpec& spec = Specs()[field];
  v1::UpdateProfileRequest save;
  save.mutable_profile()->set_name(absl::StrCat(kFirm, "/profiles/", world_.profiles[profile].id));
  save.set_request_id(NewRequestId());
  save.mutable_update_mask()->add_paths("fields." + spec.name);
  if (value != kBlank) {
    type::ClientFields* const fields = save.mutable_profile()->mutable_fields();
    fields->GetReflection()->SetString(fields,
                                       type::ClientFields::descriptor()->FindFieldByName(spec.name),
                                       spec.values[value].value.text());
  }
  return save;
}

void Runner::Race() {
  const int l = DrawAliveLink();
  if (l < 0 || open_ || world_.links[l].open >= 0 || !seen_.contains(l)) {
    return;
  }
  const bool same = draw_.OneIn(3);  // the same call twice
  std::vector<std::unique_ptr<Attempt>> attempts = DrawRacers(l, same);
  if (attempts.empty()) {
    return;
  }
  const int f = draw_.Below(4);
  const int value = DrawValue(f, true);
  const v1::UpdateProfileRequest save = RacingSave(world_.links[l].profile, f, value);
  const bool saves = draw_.OneIn(2);
  const int saver = DrawServer();
  grpc::Status saved;
  {
    std::vector<std::jthread> threads;
    for (const auto& attempt : attempts) {
      threads.emplace_back(
          [this, a = attempt.get()] { a->status = CallFor(*a, a->server, false, &a->answer); });
    }
    v1::Profile answer;
    saved = !saves ? grpc::Status::OK
                   : rig_.Call<v1::ProfileService>(saver, &v1::ProfileService::Stub::UpdateProfile,
                                                   save, &answer);
  }
  Expect(saved.ok(), "a save is refused: " + saved.error_message());
  Say(absl::StrCat(world_.links[l].id, same ? " the same call twice" : "",
                   saves ? absl::StrCat(" save ", Specs()[f].name, "=", value) : ""));
  if (same) {
    Expect(!attempts[0]->status.ok() || !attempts[1]->status.ok() ||
               attempts[0]->answer.name() == attempts[1]->answer.name(),
           "one request_id made two operations");
    attempts.erase(attempts.begin() + (attempts[0]->status.ok() ? 1 : 0));
  }
  TakeRace(l, attempts, saves ? std::map<int, int>{{f, value}} : std::map<int, int>{});
}

void Runner::TakeRacer(Attempt& attempt, const v1::SyncOperation& record) {
  LinkModel& link = world_.links[attempt.link];
  Expect(record.has_finish_time(), record.name() + " isn't over though nothing went wrong");
  OpModel op{.name = record.name(), .kind = attempt.kind, .link = attempt.link};
  op.elements = attempt.elements;
  op.before = attempt.fetched;
  for (int i = 0; i < record.field_results_size(); ++i) {
    const v1::FieldResult& result = record.field_results(i);
    const FieldSpec& spec = Specs()[attempt.wishes[i].field];
    OpField field{.field = attempt.wishes[i].field, .to_practice = attempt.wishes[i].to_practice};
    field.wanted = FindOrBlank(spec, result, false);
    (field.to_practice ? field.practice_before : field.profile_before) =
        FindOrBlank(spec, result, true);
    field.maybe_hidden =
        field.to_practice && !result.has_old_value() && link.known[field.field] == kNoValue;
    field.base_before.kind = Base::Kind::kUnknown;
    field.outcome = result.outcome();
    if (WasSent(result)) {
      field.outcome = v1::FieldResult::OUTCOME_UNSPECIFIED;
    }
    Expect(field.wanted != kBlank || !(field.Written() || field.Open()) || attempt.wishes[i].clear,
           record.name() + " wrote a blank that nobody asked for");
    op.fields.push_back(field);
    link.bases[field.field].kind = Base::Kind::kUnknown;
  }
  attempt.op = static_cast<int>(world_.ops.size());
  world_.ops.push_back(op);
}

void Runner::TakeRace(int l, const std::vector<std::unique_ptr<Attempt>>& attempts,
                      const std::map<int, int>& saved) {
  std::vector<Attempt*> made;
  LinkModel& link = world_.links[l];
  for (const auto& attempt : attempts) {
    // What was read in between may have made a base.
    for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
      if (attempt->fetched[f] != link.known[f]) {
        link.bases[f].kind = Base::Kind::kUnknown;
      }
    }
    if (attempt->status.ok()) {
      const v1::SyncOperation record = Operation(attempt->answer.name());
      TakeRacer(*attempt, record);
      made.push_back(attempt.get());
      world_.ops[attempt->op].last = record;
    } else {
      Expect(!OperationOf(attempt->request_id).has_value(), "an operation is made and not told of");
    }
  }
  // As they ended.
  std::sort(made.begin(), made.end(), [this](const Attempt* a, const Attempt* b) {
    const auto& x = world_.ops[a->op].last.finish_time();
    const auto& y = world_.ops[b->op].last.finish_time();
    return std::make_pair(x.seconds(), x.nanos()) < std::make_pair(y.seconds(), y.nanos());
  });
  std::map<int, std::set<int>> may_be;  // the profile's fields
  for (const auto& [f, value] : saved) {
    may_be[f].insert(value);
  }
  for (Attempt* const attempt : made) {
    OpModel& op = world_.ops[attempt->op];
    ClaimRacer(*attempt);
    for (int i = 0; i < op.last.field_results_size(); ++i) {
      const v1::FieldResult& result = op.last.field_results(i);
      OpField& field = op.fields[i];
      field.outcome = result.outcome();
      field.kept = Specs()[field.field].Find(result.kept_value());
      if (!field.to_practice && field.Written()) {
        may_be[field.field].insert(field.wanted);
      }
    }
    NoteHistory(op, op.last);
    CheckSuspension(op.last);
  }
  AdoptAfterRace(l, may_be);
}

void Runner::AdoptAfterRace(int l, const std::map<int, std::set<int>>& may_be) {
  LinkModel& link = world_.links[l];
  ProfileModel& profile = world_.profiles[link.profile];
  ReadFeed();
  const std::vector<int>& now = replayed_[absl::StrCat(kFirm, "/profiles/", profile.id)];
  const std::vector<int> truth = Truth(link.client);
  const Seen seen = Look(l);
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    const auto found = may_be.find(f);
    const bool fits = found == may_be.end() ? now[f] == Specs()[f].Shown(profile.values[f])
                                            : found->second.contains(now[f]);
    Expect(fits, absl::StrCat(profile.id, "'s ", Specs()[f].name, " is ", now[f],
                              ", which nobody wrote last"));
    if (found != may_be.end()) {
      profile.values[f] = now[f];
      ++profile.versions[f];
      link.bases[f].kind = Base::Kind::kUnknown;
    }
    const bool shown = world_.Applicable(link, f) && !Specs()[f].sensitive;
    Expect(!shown || seen.practice[f] == truth[f] || seen.practice[f] == link.known[f],
           link.id + "'s snapshot is none of what the client was");
    if (shown && seen.practice[f] != link.known[f]) {
      link.known[f] = seen.practice[f];
      link.bases[f].kind = Base::Kind::kUnknown;
    }
  }
  ++link.writes;
  world_.Settle(link);
}

void Runner::ClaimRacer(Attempt& attempt) {
  OpModel& op = world_.ops[attempt.op];
  const bool pushes = std::any_of(op.fields.begin(), op.fields.end(), [](const OpField& field) {
    return field.to_practice && field.Open();
  });
  int count = 0;
  for (const xpm_sandbox::CallRecord& call : rig_.xpm().calls("client.api/update")) {
    if (pushes && count == 0 && !claimed_.contains(call.id)) {
      ++count;
      claimed_.insert(call.id);
      CheckBody(op, call);
      op.fate = Fate::kApplied;
    }
  }
  Expect(!pushes || count == 1, op.name + " calls applied what it never sent");
}

void Runner::CheckSuspension(const v1::SyncOperation& record) {
  for (const v1::UnaskedChange& change : record.unasked_changes()) {
    world_.suspended = world_.suspended || (change.has_old_value() && !change.has_new_value());
  }
}

}  // namespace profilesync::robustness

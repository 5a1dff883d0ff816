// What is checked after every step, and when all has come to rest.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

std::string Numbers(const std::vector<int>& values) { return absl::StrJoin(values, " "); }

type::FieldValue ValueIn(const type::ClientFields& fields, const FieldSpec& spec) {
  type::FieldValue value;
  const auto* field = type::ClientFields::descriptor()->FindFieldByName(spec.name);
  const auto* reflection = fields.GetReflection();
  if (!reflection->HasField(fields, field)) {
    return value;
  }
  if (field->message_type() != nullptr) {
    *value.mutable_address() =
        static_cast<const type::Address&>(reflection->GetMessage(fields, field));
    if (value.address().ByteSizeLong() == 0) {
      value.clear_value();
    }
  } else if (!reflection->GetString(fields, field).empty()) {
    value.set_text(reflection->GetString(fields, field));
  }
  return value;
}

std::vector<int> ValuesOf(const v1::Profile& profile) {
  std::vector<int> values;
  for (const FieldSpec& spec : Specs()) {
    values.push_back(spec.Find(ValueIn(profile.fields(), spec)));
  }
  return values;
}

std::vector<int> Shown(const std::vector<int>& values) {
  std::vector<int> shown;
  for (std::size_t f = 0; f < values.size(); ++f) {
    shown.push_back(Specs()[f].Shown(values[f]));
  }
  return shown;
}

// But for those that can't be seen.
bool SameSeen(const std::vector<int>& one, const std::vector<int>& other,
              const std::vector<bool>& hidden) {
  for (std::size_t f = 0; f < one.size(); ++f) {
    if (!hidden[f] && !Specs()[f].sensitive && one[f] != other[f]) {
      return false;
    }
  }
  return true;
}

bool IsOfSpecs(const std::string& element) {
  return std::any_of(Specs().begin(), Specs().end(), [&](const FieldSpec& spec) {
    return std::count(spec.write.begin(), spec.write.end(), element) > 0;
  });
}

}  // namespace

Seen Runner::Look(int l) {
  Seen seen;
  v1::GetDiffRequest request;
  request.set_name(absl::StrCat(kFirm, "/links/", world_.links[l].id, "/diff"));
  seen.diff =
      rig_.Must<v1::SyncService>(step_ % rig_.servers(), &v1::SyncService::Stub::GetDiff, request);
  seen.practice.assign(Specs().size(), kNoValue);
  seen.etags.resize(Specs().size());
  for (const v1::FieldDiff& field : seen.diff.fields()) {
    const int f = SpecNamed(field.field());
    if (f == kNoValue) {
      continue;
    }
    seen.etags[f] = field.etag();
    if (field.has_practice_value()) {
      seen.practice[f] = Specs()[f].Find(field.practice_value());
      Expect(seen.practice[f] != kNoValue,
             "a diff has a value that nobody wrote: " + field.ShortDebugString());
    } else if (field.state() != v1::FieldDiff::PRACTICE_UNKNOWN) {
      seen.practice[f] = kBlank;
    }
  }
  return seen;
}

void Runner::Adopt(int l, const std::vector<std::vector<int>>& candidates) {
  LinkModel& link = world_.links[l];
  const Seen seen = Look(l);
  std::vector<bool> hidden;
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    hidden.push_back(!world_.Applicable(link, f));
  }
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (SameSeen(seen.practice, candidates[i], hidden)) {
      if (candidates[i] != link.known) {
        world_.Store(link, candidates[i]);
      }
      return;
    }
  }
  std::string all;
  for (const std::vector<int>& candidate : candidates) {
    absl::StrAppend(&all, " | ", Numbers(candidate));
  }
  throw Harm(absl::StrCat("the snapshot of ", link.id, " is ", Numbers(seen.practice),
                          " and not one of", all));
}

void Runner::ReadFeed() {
  v1::ListProfileChangesRequest request;
  request.set_parent(kFirm);
  request.set_page_size(1000);
  request.set_start_revision(feed_ + 1);
  const auto answer =
      rig_.Must<v1::ProfileService>(0, &v1::ProfileService::Stub::ListProfileChanges, request);
  for (const v1::ProfileChange& change : answer.profile_changes()) {
    Expect(change.revision() == feed_ + 1, "the change feed has a gap or a revision twice");
    ++feed_;
    const std::vector<int> values = ValuesOf(change.profile());
    std::vector<int>& replayed = replayed_[change.profile().name()];
    for (int f = 0; f < static_cast<int>(Specs().size()) && !replayed.empty(); ++f) {
      const auto& changed = change.changed_fields();
      Expect(replayed[f] == values[f] ||
                 std::count(changed.begin(), changed.end(), Specs()[f].name) == 1,
             "the change feed doesn't name a field that changed");
    }
    replayed = values;
  }
}

void Runner::CheckAll() {
  ReadFeed();
  if (cut_off_) {
    AdoptRows(*cut_off_);
  }
  for (const ProfileModel& profile : world_.profiles) {
    const std::vector<int>& replayed = replayed_[absl::StrCat(kFirm, "/profiles/", profile.id)];
    Expect(replayed == Shown(profile.values),
           absl::StrCat("profile ", profile.id, " is ", Numbers(replayed), " and should be ",
                        Numbers(profile.values)));
  }
  v1::GetAddOnRequest request;
  request.set_name(kAddOn);
  const v1::AddOn add_on =
      rig_.Must<v1::AddOnService>(0, &v1::AddOnService::Stub::GetAddOn, request);
  Expect(add_on.has_write_suspension() == world_.suspended,
         world_.suspended ? "writes go on though a write emptied what nobody had asked to empty"
                          : "writes are suspended for nothing");
  if (!open_) {
    ExpectNoOtherWrites();
  }
  CheckLinks();
  for (int l = 0; l < static_cast<int>(world_.links.size()); ++l) {
    if (!world_.links[l].alive) {
      continue;
    }
    Seen seen = Look(l);
    for (const v1::FieldDiff& field : seen.diff.fields()) {
      if (SpecNamed(field.field()) != kNoValue) {
        CheckField(world_.links[l], SpecNamed(field.field()), field);
      }
    }
    const auto& fetched = seen.diff.refresh_time();
    world_.links[l].fetched = fetched.seconds() * 1000 + fetched.nanos() / 1'000'000;
    seen_[l] = std::move(seen);
  }
}

// That the links are those that were made and not removed.
void Runner::CheckLinks() {
  v1::ListLinksRequest request;
  request.set_parent(kFirm);
  request.set_page_size(100);
  const auto answer = rig_.Must<v1::LinkService>(0, &v1::LinkService::Stub::ListLinks, request);
  std::set<std::string> there;
  for (const v1::Link& link : answer.links()) {
    there.insert(link.name());
  }
  std::set<std::string> expected;
  for (const LinkModel& link : world_.links) {
    if (link.alive) {
      expected.insert(absl::StrCat(kFirm, "/links/", link.id));
    }
  }
  Expect(there == expected, absl::StrCat("the links are ", absl::StrJoin(there, " "), " and not ",
                                         absl::StrJoin(expected, " ")));
}

void Runner::CheckField(const LinkModel& link, int f, const v1::FieldDiff& diff) {
  const FieldSpec& spec = Specs()[f];
  const std::string what = link.id + "'s " + spec.name + " ";
  const ProfileModel& profile = world_.profiles[link.profile];
  Expect(world_.Applicable(link, f), what + "isn't one of its profile's kind");
  Expect(spec.Find(diff.profile_value()) == spec.Shown(profile.values[f]),
         what + "shows another profile value");
  if (!spec.sensitive && link.known[f] != kNoValue) {
    const int practice = spec.Find(diff.practice_value());
    Expect(practice == link.known[f], absl::StrCat(what, "shows the practice's value ", practice,
                                                   " instead of ", link.known[f]));
  }
  const auto state = world_.StateOf(link, f);
  Expect(!state || *state == diff.state(),
         what + "is " + v1::FieldDiff::State_Name(diff.state()) + " instead of " +
             (state ? v1::FieldDiff::State_Name(*state) : "") + ": " + diff.ShortDebugString());
  Expect(!state || world_.SuggestionFor(link, f) == diff.suggested_direction(),
         what + "has another suggestion: " + diff.ShortDebugString());
  if (link.pending[f] && !spec.sensitive) {
    Expect(diff.pending_operation() == world_.ops[link.open].name,
           what + "is pending for another operation");
  }
  if (spec.sensitive) {
    return;
  }
  const std::string key = world_.EtagKey(link, f);
  const auto [known, fresh] = etag_of_key_.emplace(key, diff.etag());
  Expect(fresh || known->second == diff.etag(), what + "has another etag for the same values");
  std::vector<SeenEtag>& etags = etags_[absl::StrCat(link.id, " ", f)];
  if (etags.empty() || etags.back().first != diff.etag()) {
    etags.emplace_back(diff.etag(), key);
  }
}

void Runner::CheckHistory() {
  for (const auto& [link, expected] : history_) {
    std::vector<std::string> entries;
    v1::ListFieldHistoryEntriesRequest request;
    request.set_parent(absl::StrCat(kFirm, "/links/", link));
    request.set_page_size(1000);
    do {
      const auto page =
          rig_.Must<v1::SyncService>(0, &v1::SyncService::Stub::ListFieldHistoryEntries, request);
      for (const v1::FieldHistoryEntry& entry : page.field_history_entries()) {
        entries.push_back(absl::StrCat(
            entry.field(), " ", entry.direction(), " [", entry.old_value().ShortDebugString(),
            "] [", entry.new_value().ShortDebugString(), "] ", entry.sync_operation()));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    std::reverse(entries.begin(), entries.end());
    Expect(entries == expected,
           absl::StrCat("the history of ", link, " is\n  ", absl::StrJoin(entries, "\n  "),
                        "\nand not\n  ", absl::StrJoin(expected, "\n  ")));
  }
}

void Runner::CheckOperations() {
  for (const OpModel& op : world_.ops) {
    Expect(Bytes(Operation(op.name)) == Bytes(op.last), op.name + " changed after its end");
  }
}

void Runner::CheckFeedFromStart() {
  feed_ = 0;
  replayed_.clear();
  ReadFeed();
  for (const ProfileModel& profile : world_.profiles) {
    v1::GetProfileRequest request;
    request.set_name(absl::StrCat(kFirm, "/profiles/", profile.id));
    const v1::Profile now =
        rig_.Must<v1::ProfileService>(0, &v1::ProfileService::Stub::GetProfile, request);
    Expect(ValuesOf(now) == replayed_[request.name()],
           profile.id + " isn't what its changes come to");
    Expect(ValuesOf(now) == Shown(profile.values), profile.id + " isn't what was saved");
  }
}

void Runner::ClaimWrites(Attempt& attempt, OpModel* op) {
  const std::string& client = world_.clients[world_.links[attempt.link].client];
  int count = 0;
  for (const xpm_sandbox::CallRecord& call : rig_.xpm().calls("client.api/update")) {
    if (call.body.find(client) == std::string::npos || claimed_.contains(call.id)) {
      continue;
    }
    Expect(op != nullptr, "a write was sent without a stored intent: " + call.body);
    Expect(++count == 1, op->name + " was sent twice");
    claimed_.insert(call.id);
    op->call = call.id;
    CheckBody(*op, call);
  }
  if (op != nullptr) {
    FindFate(attempt);
  }
}

// Whether it writes a tax number that another client has, which XPM refuses.
bool Runner::IsTaken(const OpModel& op) {
  const int tax = SpecNamed("tax_number");
  const int client = world_.links[op.link].client;
  for (const OpField& field : op.fields) {
    for (int c = 0; c < static_cast<int>(world_.clients.size()); ++c) {
      if (field.field == tax && field.to_practice && field.Open() && c != client &&
          Truth(c)[tax] == field.wanted) {
        return true;
      }
    }
  }
  return false;
}

void Runner::FindFate(const Attempt& attempt) {
  using enum xpm_sandbox::FaultKind;
  OpModel& op = world_.ops[attempt.op];
  for (const xpm_sandbox::CallRecord& call : rig_.xpm().calls("client.api/update")) {
    if (call.id != op.call) {
      continue;
    }
    const bool late = call.fault == NameOf(kLateDrop) || call.fault == NameOf(kLateServerError) ||
                      call.fault == NameOf(kLateTimeout);
    const bool hung = attempt.trouble.hang && attempt.trouble.write;
    if (late && rig_.xpm().late_writes() > 0) {
      late_for_ = late_ops_.empty() ? absl::ZeroDuration() : late_for_;
      late_ops_.insert(attempt.op);
      op.fate = Fate::kLate;
    } else if (hung && !attempt.trouble.write->applied) {
      // It is carried out when it is let go, unless its caller has left by then.
      op.refused = call.end && IsTaken(op);
      const bool done = call.status == 200 && !op.refused;
      op.fate = !call.end ? Fate::kLate : done ? Fate::kApplied : Fate::kNotApplied;
    } else {
      op.refused = IsTaken(op);
      const bool done = (late || hung || call.fault.empty() || call.fault_applied) && !op.refused;
      op.fate = done ? Fate::kApplied : Fate::kNotApplied;
    }
  }
}

void Runner::CheckBody(const OpModel& op, const xpm_sandbox::CallRecord& call) {
  const xpm_sandbox::ClientRecord before{.values = op.elements};
  std::map<std::string, std::string> asked = {
      {"UUID", world_.clients[world_.links[op.link].client]}, {"Name", before.Get("Name")}};
  std::set<std::string> needed;
  for (const OpField& field : op.fields) {
    const FieldSpec& spec = Specs()[field.field];
    if (!field.to_practice || !field.Open()) {
      continue;
    }
    for (std::size_t i = 0; i < spec.write.size(); ++i) {
      asked[spec.write[i]] = spec.values[field.wanted].texts[i];
      needed.insert(spec.write[i]);
    }
  }
  for (const auto& [element, text] : ElementsOfBody(call.body)) {
    needed.erase(element);
    const auto found = asked.find(element);
    if (op.kind == v1::SyncOperation::RESTORE && found == asked.end()) {
      // Repeated, where XPM empties what isn't.
      const std::string read = element == "WebSite" ? "Website" : element;
      if (!IsOfSpecs(element)) {
        continue;
      }
      const auto& original = world_.ops[op.original].elements;
      const auto was = original.find(read);
      Expect(before.Get(read) == text || (was != original.end() && was->second == text),
             "a restore writes " + element);
      continue;
    }
    Expect(found != asked.end(), op.name + " writes " + element +
                                     ", which nobody asked for: " + op.last.ShortDebugString());
    Expect(found->second == text, op.name + " writes \"" + text + "\" to " + element +
                                      " instead of \"" + found->second + "\"");
  }
  Expect(needed.empty(), op.name + " doesn't write all of what was asked for");
}

void Runner::ExpectNoOtherWrites() {
  for (const xpm_sandbox::CallRecord& call : rig_.xpm().calls("client.api/update")) {
    Expect(claimed_.contains(call.id), "a write was sent that nobody had asked for: " + call.body);
  }
  rig_.xpm().ClearCalls();
}

}  // namespace profilesync::robustness

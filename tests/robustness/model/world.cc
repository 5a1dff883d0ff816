#include "tests/robustness/model/world.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace profilesync::robustness {

void Expect(bool holds, const std::string& what) {
  if (!holds) {
    throw Harm(what);
  }
}

int World::LinkOf(int profile) const {
  for (int i = 0; i < static_cast<int>(links.size()); ++i) {
    if (links[i].alive && links[i].profile == profile) {
      return i;
    }
  }
  return -1;
}

int World::LinkOfClient(int client) const {
  for (int i = 0; i < static_cast<int>(links.size()); ++i) {
    if (links[i].alive && links[i].client == client) {
      return i;
    }
  }
  return -1;
}

bool World::Applicable(const LinkModel& link, int field) const {
  return profiles[link.profile].person || !Specs()[field].persons_only;
}

int World::ProfileForm(const LinkModel& link, int field) const {
  const ProfileModel& profile = profiles[link.profile];
  return Specs()[field].Form(profile.values[field], profile.person);
}

int World::PracticeForm(const LinkModel& link, int field) const {
  return Specs()[field].Form(link.known[field], profiles[link.profile].person);
}

std::optional<v1::FieldDiff::State> World::StateOf(const LinkModel& link, int field) const {
  const int profile = ProfileForm(link, field);
  const int practice = PracticeForm(link, field);
  const Base& base = link.bases[field];
  if (Specs()[field].sensitive) return v1::FieldDiff::NOT_COMPARABLE;
  if (link.known[field] == kNoValue) return v1::FieldDiff::PRACTICE_UNKNOWN;
  if (link.pending[field]) return v1::FieldDiff::PENDING;
  if (profile == practice) return v1::FieldDiff::IN_SYNC;
  if (base.kind == Base::Kind::kNone) return v1::FieldDiff::NEVER_SYNCED;
  if (base.kind == Base::Kind::kUnknown) return std::nullopt;
  const bool same_profile = profile == base.profile;
  const bool same_practice = practice == base.practice;
  if (same_profile && same_practice) return v1::FieldDiff::COERCED;
  if (same_profile) return v1::FieldDiff::PRACTICE_CHANGED;
  return same_practice ? v1::FieldDiff::PROFILE_CHANGED : v1::FieldDiff::CONFLICT;
}

bool World::Permitted(const LinkModel& link, int field, bool to_practice) const {
  const FieldSpec& spec = Specs()[field];
  const int profile = profiles[link.profile].values[field];
  if (link.pending[field]) {
    return false;
  }
  if (to_practice) {
    return !suspended && (profile != kBlank || spec.clearable);
  }
  const bool unnames = spec.name == "name" && link.known[field] == kBlank;
  return !spec.sensitive && link.known[field] != kNoValue && !unnames;
}

v1::SyncDirection World::SuggestionFor(const LinkModel& link, int field) const {
  const auto state = StateOf(link, field);
  const bool profile_blank = ProfileForm(link, field) == 0;
  const bool practice_blank = PracticeForm(link, field) == 0;
  bool to_practice = false;
  if (state == v1::FieldDiff::NEVER_SYNCED) {
    if (!profile_blank && !practice_blank) {
      return v1::SYNC_DIRECTION_UNSPECIFIED;
    }
    to_practice = practice_blank;
  } else if (state == v1::FieldDiff::PROFILE_CHANGED) {
    to_practice = true;
  } else if (state != v1::FieldDiff::PRACTICE_CHANGED) {
    return v1::SYNC_DIRECTION_UNSPECIFIED;
  }
  const bool persons_name = Specs()[field].name == "name" && profiles[link.profile].person;
  if ((to_practice ? profile_blank : practice_blank) || (to_practice && persons_name) ||
      !Permitted(link, field, to_practice)) {
    return v1::SYNC_DIRECTION_UNSPECIFIED;
  }
  return to_practice ? v1::TO_PRACTICE : v1::TO_PROFILE;
}

void World::Settle(LinkModel& link) const {
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    const bool comparable = Applicable(link, f) && !Specs()[f].sensitive;
    const int profile = ProfileForm(link, f);
    if (comparable && link.known[f] != kNoValue && !link.pending[f] &&
        profile == PracticeForm(link, f)) {
      link.bases[f] = {Base::Kind::kPair, profile, profile};
    }
  }
}

void World::Store(LinkModel& link, const std::vector<int>& fetched) const {
  link.known = Merge(link.known, fetched);
  Settle(link);
}

std::string World::EtagKey(const LinkModel& link, int field) const {
  const int practice = Specs()[field].Shown(link.known[field]);
  return absl::StrCat(link.id, " ", link.client, " ", field, " ",
                      profiles[link.profile].values[field], " ", practice, " ",
                      link.pending[field] ? ops[link.open].name : "");
}

void World::SetProfile(int profile, int field, int value) {
  ProfileModel& model = profiles[profile];
  if (model.values[field] != value) {
    model.values[field] = value;
    ++model.versions[field];
  }
}

std::vector<int> Merge(const std::vector<int>& known, const std::vector<int>& fetched) {
  std::vector<int> merged = fetched;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    if (merged[i] == kNoValue && i < known.size()) {
      merged[i] = known[i];
    }
  }
  return merged;
}

v1::SyncOperation::State StateOf(const std::vector<OpField>& fields) {
  bool written = false;
  bool missed = false;
  for (const OpField& field : fields) {
    if (field.outcome == v1::FieldResult::UNKNOWN) {
      return v1::SyncOperation::UNKNOWN;
    }
    written = written || field.Written();
    missed = missed || !(field.Written() || field.outcome == v1::FieldResult::UNCHANGED);
  }
  if (!missed) {
    return v1::SyncOperation::DONE;
  }
  return written ? v1::SyncOperation::PARTLY_DONE : v1::SyncOperation::FAILED;
}

}  // namespace profilesync::robustness

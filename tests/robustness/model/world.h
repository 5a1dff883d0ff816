#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "profilesync/v1/diff.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "tests/robustness/model/values.h"

namespace profilesync::robustness {

using Outcome = v1::FieldResult::Outcome;

// The server has done what the design forbids, or hasn't done what it promises.
class Harm : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws Harm unless `holds`.
void Expect(bool holds, const std::string& what);

// The pair on which the sides last agreed, as forms.
struct Base {
  enum class Kind { kNone, kPair, kUnknown };  // kUnknown: several threads may have set it
  Kind kind = Kind::kNone;
  int profile = 0;
  int practice = 0;
};

struct ProfileModel {
  std::string id;
  bool person = false;
  std::vector<int> values;
  std::vector<int> versions;  // counts the changes of each field
};

struct LinkModel {
  std::string id;
  int profile = 0;
  int client = 0;
  bool alive = true;
  std::vector<int> known;  // of the practice side, as last fetched
  std::vector<Base> bases;
  std::vector<bool> pending;
  int open = -1;  // the unfinished operation
  int writes = 0;
  std::int64_t fetched = 0;  // when the fetch of what is known started, as the diff says
};

// Whether XPM has done what an update asked for.
enum class Fate { kNotSent, kNotApplied, kLate, kApplied };

struct OpField {
  int field = 0;
  bool to_practice = false;
  int wanted = 0;
  int profile_before = 0;
  int practice_before = 0;
  int version = 0;  // of the profile's field
  Base base_before;
  std::optional<Base> base_after;  // of a revert
  Outcome outcome = v1::FieldResult::OUTCOME_UNSPECIFIED;
  int kept = kNoValue;
  // Whether practice_before was blank or wasn't shown only the server can tell: it was read in a
  // race.
  bool maybe_hidden = false;

  bool Open() const {
    return outcome == v1::FieldResult::OUTCOME_UNSPECIFIED || outcome == v1::FieldResult::UNKNOWN;
  }
  bool Written() const {
    return outcome == v1::FieldResult::APPLIED || outcome == v1::FieldResult::COERCED;
  }
  // It was to get a value, and what it had is gone.
  bool Emptied() const {
    return to_practice && outcome == v1::FieldResult::COERCED && wanted != kBlank && kept == kBlank;
  }
};

struct OpModel {
  std::string name;
  v1::SyncOperation::Kind kind = v1::SyncOperation::SYNC;
  int link = 0;
  int original = -1;  // of a restore
  std::vector<OpField> fields;
  v1::SyncOperation last;  // as the server said last
  Fate fate = Fate::kNotSent;
  bool refused = false;   // by XPM, for what it writes
  std::int64_t call = 0;  // the write to XPM, in its log
  int absent = kNoValue;  // the field that the read before it left out
  // What reads show of it may mislead: staff have edited the client since, for one.
  bool disturbed = false;
  std::vector<int> held_back;             // what an answer that XPM held back has of the client
  xpm_sandbox::ElementMap elements;       // of the client before its write
  std::vector<int> before;                // its values then
  std::optional<std::vector<int>> after;  // and after it
  bool tax_shown = false;                 // before it
  std::set<int> noted;                    // the results that are in the history

  bool Ended() const { return last.has_finish_time(); }
};

// What the design says the two sides, the bases and the operations are. Knows nothing of how the
// server finds it out.
struct World {
  std::vector<ProfileModel> profiles;
  std::vector<std::string> clients;  // their UUIDs
  std::vector<LinkModel> links;
  std::vector<OpModel> ops;
  bool suspended = false;

  int LinkOf(int profile) const;
  int LinkOfClient(int client) const;
  bool Applicable(const LinkModel& link, int field) const;
  int ProfileForm(const LinkModel& link, int field) const;
  int PracticeForm(const LinkModel& link, int field) const;

  // Design section 4: the state; nullopt where several threads have left it open.
  std::optional<v1::FieldDiff::State> StateOf(const LinkModel& link, int field) const;
  // The direction that loses nothing.
  v1::SyncDirection SuggestionFor(const LinkModel& link, int field) const;
  bool Permitted(const LinkModel& link, int field, bool to_practice) const;
  // Sets a base wherever the sides are equal and no write is pending.
  void Settle(LinkModel& link) const;
  // A fetch is stored.
  void Store(LinkModel& link, const std::vector<int>& fetched) const;
  // What the field's etag stands for.
  std::string EtagKey(const LinkModel& link, int field) const;
  void SetProfile(int profile, int field, int value);
};

// What not reported leaves of what was known.
std::vector<int> Merge(const std::vector<int>& known, const std::vector<int>& fetched);

// What an operation of these outcomes is.
v1::SyncOperation::State StateOf(const std::vector<OpField>& fields);

}  // namespace profilesync::robustness

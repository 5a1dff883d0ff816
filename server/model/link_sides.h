#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/catalogue.h"
#include "common/field_state.h"
#include "common/normalise.h"
#include "profilesync/v1/diff.pb.h"
#include "profilesync/v1/sync_direction.pb.h"
#include "server/model/field_bases.h"
#include "server/model/link_state.h"
#include "server/model/side_forms.h"

namespace profilesync::model {

// What the two sides of the profile's links are compared by.
Normaliser NormaliserOf(const v1::Firm& firm, const v1::Profile& profile);

// Both sides of a link in normal form, and every question about a field that they answer. Refers to
// the state that it was made of; the state's own values must not change under it.
//
// What doesn't depend on the bases is found out once, when it is made: all fields are asked about,
// each several times.
class LinkSides {
 public:
  // `etag_key`: Environment::etag_key.
  LinkSides(const LinkState& state, std::string_view etag_key);

  FieldState StateOf(const Field& field) const;
  // The directions in which the field may be synced now, blank sides by clearing.
  PermittedDirections PermittedFor(const Field& field) const { return At(field).permitted; }
  // The name of the rule without which the field might be synced in that direction, or "".
  std::string_view RuleAgainst(const Field& field, v1::SyncDirection direction) const;
  std::string EtagOf(const Field& field) const;

  // Whether there is a snapshot that reports the field.
  bool PracticeKnown(const Field& field) const { return At(field).practice_known; }
  const type::FieldValue& ProfileValue(const Field& field) const { return At(field).profile; }
  // Not set where blank or not known.
  const type::FieldValue& PracticeValue(const Field& field) const { return At(field).practice; }
  // The sides' forms are equal, and the practice side is known.
  bool Equal(const Field& field) const;
  // The base that a pair of these values makes, which needn't be the current ones.
  storage::v1::FieldBase BaseOf(const Field& field, const type::FieldValue& profile_value,
                                const type::FieldValue& practice_value) const;

  // The base as it is, or nullptr.
  const storage::v1::FieldBase* BaseNow(const Field& field) const { return bases_.Find(field); }

  // The diff, once the bases are settled; its sequence is left out.
  v1::Diff MakeDiff() const;
  // Sets a base wherever the sides are equal now and no write is pending, and drops those whose
  // practice value has come from another source since.
  void SettleBases();
  storage::v1::FieldBases StoredBases() const { return bases_.Store(normaliser_); }

  // What is to be stored of the practice side's forms, and what made them.
  storage::v1::FieldForms PracticeForms() const { return practice_forms_.Store(normaliser_); }
  const Normaliser& normaliser() const { return normaliser_; }

 private:
  // One field on both sides.
  struct FieldSides {
    const connector::FieldCapability* capability = nullptr;  // nullptr: the connector lacks it
    bool applicable = false;                                 // and the profile's kind has it
    bool comparable = false;
    bool practice_known = false;
    type::FieldValue profile;
    type::FieldValue practice;
    std::string_view source;              // where `practice` was read
    std::string_view pending_operation;   // that has a write of the field pending, or ""
    const v1::FieldRule* rule = nullptr;  // nullptr: there is none
    PermittedDirections permitted;
    PermittedDirections ruled_out;  // would be permitted without the rule
  };

  const FieldSides& At(const Field& field) const { return fields_[field.index()]; }
  void FindCapabilities();
  void FindPending();
  FieldSides Look(const Field& field, FieldSides sides) const;
  PermittedDirections PossibleFor(const Field& field, const FieldSides& sides) const;
  void Permit(const Field& field, FieldSides* sides) const;
  storage::v1::FieldBase CurrentBase(const Field& field) const;
  v1::FieldDiff MakeFieldDiff(const Field& field, FieldState state) const;
  Suggestion SuggestFor(const Field& field, FieldState state) const;

  const LinkState& state_;
  const std::string_view etag_key_;
  const Normaliser normaliser_;
  const SideForms profile_forms_;
  const SideForms practice_forms_;
  FieldBases bases_;
  std::vector<FieldSides> fields_;  // by Field::index()
};

}  // namespace profilesync::model

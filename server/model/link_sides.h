#pragma once

#include <optional>
#include <string>
#include <string_view>

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
class LinkSides {
 public:
  // `etag_key`: Environment::etag_key.
  LinkSides(const LinkState& state, std::string_view etag_key);

  FieldState StateOf(const Field& field) const;
  // The directions in which the field may be synced now, blank sides by clearing.
  PermittedDirections PermittedFor(const Field& field) const;
  std::string EtagOf(const Field& field) const;

  // Whether there is a snapshot that reports the field.
  bool PracticeKnown(const Field& field) const;
  type::FieldValue ProfileValue(const Field& field) const;
  type::FieldValue PracticeValue(const Field& field) const;  // not set where blank or not known
  // The sides' forms are equal, and the practice side is known.
  bool Equal(const Field& field) const;
  // The base that a pair of these values makes.
  storage::v1::FieldBase BaseOf(const Field& field, const type::FieldValue& profile_value,
                                const type::FieldValue& practice_value) const;

  // The base as it is, or nullptr.
  const storage::v1::FieldBase* BaseNow(const Field& field) const { return bases_.Find(field); }

  // The diff; its sequence is left out.
  v1::Diff MakeDiff() const;
  // Sets a base wherever the sides are equal now and no write is pending, and drops those whose
  // practice value has come from another source since.
  void SettleBases();
  storage::v1::FieldBases StoredBases() const { return bases_.Store(normaliser_); }

  // What is to be stored of the practice side's forms, and what made them.
  storage::v1::FieldForms PracticeForms() const { return practice_forms_.Store(normaliser_); }
  const Normaliser& normaliser() const { return normaliser_; }

 private:
  const connector::FieldCapability* CapabilityOf(const Field& field) const;
  std::string SourceOf(const Field& field) const;
  // The name of the unfinished operation that has a write of the field pending, or "".
  std::string_view PendingOperation(const Field& field) const;
  v1::FieldDiff MakeFieldDiff(const Field& field, FieldState state) const;
  Suggestion SuggestFor(const Field& field, FieldState state) const;

  const LinkState& state_;
  const std::string_view etag_key_;
  const Normaliser normaliser_;
  const SideForms profile_forms_;
  const SideForms practice_forms_;
  FieldBases bases_;
};

}  // namespace profilesync::model

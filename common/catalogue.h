#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/text_form.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// A value is blank when it is not set, when its text is (text_form.h), and when all parts of its
// address are.
bool IsBlank(const type::Address& address);
bool IsBlank(const type::FieldValue& value);

// Whether two values are the same to the letter; two blank ones are.
bool SameValue(const type::FieldValue& left, const type::FieldValue& right);

// One field of ClientFields that can be synced, as its options in the proto declare it.
// Immutable and thread-safe; owned by the Catalogue.
//
// Presence: a field of ClientFields is absent, or present with a value that may be blank. What
// absent means is the holder's business: on a profile it is blank too, on a practice client it is
// "not reported".
class Field {
 public:
  explicit Field(const google::protobuf::FieldDescriptor* descriptor, int index);

  // The name in the proto, by which requests name the field.
  std::string_view name() const { return descriptor_->name(); }
  // The number in the proto: what stored records know the field by.
  int number() const { return descriptor_->number(); }
  // Dense, from 0 to Catalogue::size() - 1, in the order of the proto: for arrays and bit sets that
  // live no longer than the process. Not for storing.
  int index() const { return index_; }
  type::FieldKind kind() const { return options_.kind(); }
  // What people call it, in English.
  std::string_view label() const { return options_.label(); }
  // Stored sealed, shown masked, never normalised and never compared.
  bool sensitive() const { return options_.sensitive(); }
  // In UTF-8 bytes; of an address, for each line and part.
  int max_length() const { return options_.max_length(); }
  bool is_address() const { return options_.kind() == type::ADDRESS; }
  bool AppliesTo(type::PartyKind kind) const;

  // Whether the field is present, blank or not.
  bool Has(const type::ClientFields& fields) const;
  // A copy of the value; not set where the field is absent or blank.
  type::FieldValue Get(const type::ClientFields& fields) const;
  // The value in place, without a copy; "" or an empty address where the field is absent. Text() is
  // for every kind but ADDRESS, Address() for that one alone.
  std::string_view Text(const type::ClientFields& fields) const;
  const type::Address& Address(const type::ClientFields& fields) const;
  // Whether SameValue holds of the two holders' values.
  bool SameIn(const type::ClientFields& left, const type::ClientFields& right) const;
  // Makes the field present with `value`; a value that isn't set makes it present and blank.
  void Set(type::ClientFields* fields, const type::FieldValue& value) const;
  // Makes the field absent.
  void Clear(type::ClientFields* fields) const;

 private:
  const google::protobuf::FieldDescriptor* descriptor_;
  const google::protobuf::Reflection* reflection_;
  type::FieldOptions options_;
  int index_;
};

// Every field that can be synced, read from the descriptors of ClientFields. Immutable and
// thread-safe.
class Catalogue {
 public:
  // The one catalogue; built at the first call, lives as long as the process.
  static const Catalogue& Get();

  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

  // In the order of the proto, so that All()[i].index() == i.
  const std::vector<Field>& All() const { return fields_; }
  std::size_t size() const { return fields_.size(); }
  // nullptr where no syncable field has that name.
  const Field* Find(std::string_view name) const;
  // nullptr where no syncable field has that number.
  const Field* FindByNumber(int number) const;

 private:
  Catalogue();

  std::vector<Field> fields_;
  std::unordered_map<std::string_view, const Field*> by_name_;
  // At a field's number; nullptr in the gaps.
  std::vector<const Field*> by_number_;
};

}  // namespace profilesync

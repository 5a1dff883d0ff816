#pragma once

#include <string>
#include <vector>

#include "profilesync/type/client_fields.pb.h"
#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::robustness {

// Not reported, or a value that the model doesn't know.
inline constexpr int kNoValue = -1;
// The index of "blank" among a field's values.
inline constexpr int kBlank = 0;

// One of the few values that a field ever has in the model's world.
struct Value {
  type::FieldValue value;          // as callers see it; not set: blank
  std::vector<std::string> texts;  // of the field's elements in XPM
  // Values that count as equal have the same; 0 is blank. Told here by hand, not by the server's
  // normal forms.
  int form = 0;
  int form_of_person = 0;
  bool callers = true;  // false: only a practice's staff can enter it
};

// What the model knows of a field. Independent of the server's catalogue and mapping.
struct FieldSpec {
  std::string name;
  std::vector<std::string> read;   // its elements when read
  std::vector<std::string> write;  // and when written
  std::vector<Value> values;
  bool clearable = true;
  bool sensitive = false;
  bool persons_only = false;
  bool in_tax_block = false;  // not reported until the client is opened for tax

  int Form(int value, bool person) const;
  // By the value as callers see it; of a sensitive one the first that is shown the same.
  int Find(const type::FieldValue& value) const;
  // Likewise for a value of which only the last three characters are seen.
  int Shown(int value) const;
};

const std::vector<FieldSpec>& Specs();
int SpecNamed(const std::string& name);

// What a practice's client has in a field.
int ValueOf(const FieldSpec& spec, const xpm_sandbox::ClientRecord& client);

}  // namespace profilesync::robustness

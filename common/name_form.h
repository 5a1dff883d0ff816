#pragma once

#include <string_view>

#include "common/normal_form.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// Whether a party of this kind bears a person's name.
bool HasPersonName(type::PartyKind kind);

// The name of a party. A person's equals itself written family name first with a comma ("Okafor,
// Adaeze Ngozi"), and with or without full stops after initials; which of its words are family name
// is not known, so that "Paul Smith, John" equals "Smith, John Paul". Any other party's name, and
// one of a party whose kind isn't known, is text.
NormalForm NameForm(std::string_view text, type::PartyKind kind);

}  // namespace profilesync

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/address_tokens.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// The parts of an address, read for comparing only.
struct AddressParts {
  std::vector<Tokens> street;
  std::vector<Tokens> town;
  // Folded text, or of an Australian state its abbreviation in capitals.
  std::string state;
  std::string postal_code;
  // ISO alpha-2, or folded text where it isn't recognised.
  std::string country;
  bool country_recognised = true;
};

// Splits `address` into its parts and takes what is missing from the end of the town or, without a
// town, of the street lines; see AddressForm. `region` is the country of an address that names
// none.
AddressParts LayOut(const type::Address& address, std::string_view region);

}  // namespace profilesync

#include "tests/integration/sync/elements.h"

#include <map>

namespace profilesync::testing {

const std::vector<std::string>& ElementsOf(std::string_view field) {
  static const auto* const kElements = new std::map<std::string, std::vector<std::string>>{
      {"email", {"Email"}},
      {"primary_phone", {"Phone"}},
      {"other_phone", {"Fax"}},
      {"website", {"Website"}},
      {"physical_address", {"Address", "City", "Region", "PostCode", "Country"}},
      {"postal_address",
       {"PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry"}},
      {"name", {"Name"}},
      {"given_name", {"FirstName"}},
      {"middle_name", {"OtherName"}},
      {"family_name", {"LastName"}},
      {"date_of_birth", {"DateOfBirth"}},
      {"company_number", {"CompanyNumber"}},
      {"business_number", {"BusinessNumber"}},
      {"tax_number", {"TaxNumber"}}};
  return kElements->at(std::string(field));
}

xpm_sandbox::ElementMap ElementsWith(std::string_view field, const type::FieldValue& value) {
  const std::vector<std::string>& names = ElementsOf(field);
  if (names.size() == 1) {
    return {{names[0], value.text()}};
  }
  const type::Address& address = value.address();
  std::string street;
  for (const std::string& line : address.lines()) {
    street += line + "\n";
  }
  return {{names[0], street},
          {names[1], address.city()},
          {names[2], address.region()},
          {names[3], address.postal_code()},
          {names[4], address.country()}};
}

std::set<std::string> ChangedElements(const xpm_sandbox::ClientRecord& before,
                                      const xpm_sandbox::ClientRecord& after) {
  std::set<std::string> changed;
  for (const auto* record : {&before, &after}) {
    for (const auto& [name, value] : record->values) {
      if (before.Get(name) != after.Get(name)) {
        changed.insert(name);
      }
    }
  }
  const auto compare = [&](const char* name, bool same) {
    if (!same) {
      changed.insert(name);
    }
  };
  compare("UUID", before.uuid == after.uuid);
  compare("Contacts", before.contacts == after.contacts);
  compare("Notes", before.notes == after.notes);
  compare("Groups", before.groups == after.groups);
  compare("Relationships", before.relationships == after.relationships);
  compare("Type", before.type == after.type);
  return changed;
}

}  // namespace profilesync::testing

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "server/connector/connector.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {

// What differs between two states of a `<Client>` and isn't shown by a field that the tenant's
// add-on reads. Elements are named by their path ("AccountManager/Name",
// "Contacts/Contact[<UUID>]/Email"). Absent and empty are alike here, but for the tax block: where
// `before` hasn't got it, nothing is known to have changed in it. `tax_number_written` leaves out
// the TaxNumber that was asked for.
std::vector<OtherChange> FindOtherChanges(const XmlElement& before, const XmlElement& after,
                                          const Tenant& tenant, bool tax_number_written);

// Where `after` shows a TaxNumber whose visible digits aren't the last of the one that was written,
// or no longer shows one though it shows the tax block.
std::optional<OtherChange> FindOtherTaxNumber(const XmlElement& before, const XmlElement& after,
                                              std::string_view written);

// Elements that an answer has together or not at all (reference 5.1), by their names in it.
bool InTaxBlock(std::string_view element);
bool HasTaxBlock(const XmlElement& client);

}  // namespace profilesync::connector::xpm

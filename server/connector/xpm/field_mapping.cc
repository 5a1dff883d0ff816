#include "server/connector/xpm/field_mapping.h"

#include <algorithm>

namespace profilesync::connector::xpm {
namespace {

using enum Format;
using enum WhenAbsent;

constexpr ElementName Same(std::string_view name) { return {name, name}; }

// References are to the XPM reference's sections.
constexpr FieldMapping kMappings[] = {
    // Present only when set, in every recording (5.1).
    {"email", {Same("Email")}, kText, kBlank, true},
    // Always present in recordings, mostly empty (5.1): where one is missing the answer is one that
    // nobody has described, and nothing is concluded from it. The same for the next four.
    {"primary_phone", {Same("Phone")}, kText, kNotReported, true},
    {kOtherPhone, {Same("Fax")}, kText, kNotReported, true},
    // Read "Website", written "WebSite" (5.2, 6).
    {"website", {{{"Website", "WebSite"}}}, kText, kNotReported, true},
    {"physical_address",
     {Same("Address"), Same("City"), Same("Region"), Same("PostCode"), Same("Country")},
     kAddress,
     kNotReported,
     true},
    {"postal_address",
     {Same("PostalAddress"), Same("PostalCity"), Same("PostalRegion"), Same("PostalPostCode"),
      Same("PostalCountry")},
     kAddress,
     kNotReported,
     true},
    // Required wherever a client is read or written (5.1, 6).
    {"name", {Same("Name")}, kText, kNotReported, false},
    // Individual-only elements (5.2) were in no recording, "nobody had set them", and an older dump
    // has them on individuals alone (5.1). So on an individual, or a client whose kind isn't known,
    // a missing one was never set: blank, or it could never be filled from a profile. On a company
    // or trust XPM has no reason to show it, whatever it holds: not reported.
    {"given_name", {Same("FirstName")}, kText, kBlankWhereApplicable, true},
    // OtherName and not MiddleName: the former is documented for XML, to read and to write (5.2);
    // the latter is known from a withdrawn OpenAPI file only, its spelling in XML unconfirmed
    // (13.9).
    {"middle_name", {Same("OtherName")}, kText, kBlankWhereApplicable, true},
    {"family_name", {Same("LastName")}, kText, kBlankWhereApplicable, true},
    {"date_of_birth", {Same("DateOfBirth")}, kDate, kBlankWhereApplicable, true},
    // The tax block may be missing as a whole from a client that has one later (5.1, 13.10).
    {"company_number", {Same("CompanyNumber")}, kText, kNotReported, true},
    {"business_number", {Same("BusinessNumber")}, kText, kNotReported, true},
    // Masked when read (5.2). Not clearable: no read could tell that it worked.
    {"tax_number", {Same("TaxNumber")}, kMasked, kNotReported, false},
};

}  // namespace

std::span<const FieldMapping> FieldMappings() { return kMappings; }

const FieldMapping* FindMapping(std::string_view field) {
  const auto* it = std::find_if(std::begin(kMappings), std::end(kMappings),
                                [field](const FieldMapping& m) { return m.field == field; });
  return it == std::end(kMappings) ? nullptr : it;
}

std::span<const ElementName> ElementsOf(const FieldMapping& mapping) {
  return {mapping.elements.data(), mapping.format == kAddress ? mapping.elements.size() : 1};
}

}  // namespace profilesync::connector::xpm

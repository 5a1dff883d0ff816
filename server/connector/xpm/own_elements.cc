#include "server/connector/xpm/own_elements.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/date_form.h"
#include "common/status.h"
#include "server/connector/xpm/client_reader.h"

namespace profilesync::connector::xpm {
namespace {

using enum OwnFormat;

constexpr ElementName Same(std::string_view name) { return {name, name}; }

// Reference 5.2. Left out are the flag that must not be written (IsProspect) and what can only be
// read. Those known from OpenAPI alone are sent where they held a value, under that name.
constexpr OwnElement kElements[] = {
    {Same("Title"), kText, true},
    {Same("Gender"), kText, true},
    {Same("MiddleName"), kText, true},
    {Same("DateOfDeath"), kDate, true},
    {Same("PlaceOfBirthCity"), kText, true},
    {Same("PlaceOfBirthCountryCode"), kText, true},
    {Same("ReferralSource"), kText, true},
    {Same("ExportCode"), kText, true},
    {Same("ClientCode"), kText, true},
    {{"AccountManager", "AccountManagerUUID"}, kReference},
    {{"JobManager", "JobManagerUUID"}, kReference},
    {{"BillingClient", "BillingClientUUID"}, kReference},
    {Same("BranchNumber"), kText, true},
    {Same("BusinessStructure")},
    {Same("BalanceMonth")},
    {Same("GSTRegistered")},
    {Same("PrepareGST")},
    {Same("GSTPeriod"), kGstPeriod},
    {Same("GSTBasis")},
    {Same("ProvisionalTaxBasis")},
    {Same("ProvisionalTaxRatio")},
    {Same("SignedTaxAuthority")},
    {Same("TaxAgent")},
    {Same("AgencyStatus")},
    {Same("ReturnType")},
    {Same("PrepareActivityStatement")},
    {Same("PrepareTaxReturn")},
    {Same("ActiveAtoClient")},
    {Same("AutoBasOptInCriteria")},
};

// "Monthly", "2 Monthly", "6 Monthly" as 1, 2, 6; what is none of these can't be written.
std::string GstPeriodNumber(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kPeriods[] = {
      {"Monthly", "1"}, {"2 Monthly", "2"}, {"6 Monthly", "6"}};
  for (const auto& [read, written] : kPeriods) {
    if (text == read) {
      return std::string(written);
    }
  }
  return "";
}

}  // namespace

std::span<const OwnElement> OwnElements() { return kElements; }

const OwnElement* FindOwnElement(std::string_view read_name) {
  const auto* it =
      std::find_if(std::begin(kElements), std::end(kElements),
                   [read_name](const OwnElement& e) { return e.name.read == read_name; });
  return it == std::end(kElements) ? nullptr : it;
}

std::string OwnText(const XmlElement& client, const OwnElement& element) {
  if (element.format == kReference) {
    const XmlElement* const reference = client.Find(element.name.read);
    return reference == nullptr ? "" : ParseUuid(reference->Text("UUID").value_or(""));
  }
  std::string text(absl::StripAsciiWhitespace(client.Text(element.name.read).value_or("")));
  if (text.empty()) {
    return text;
  }
  switch (element.format) {
    case kDate:
      return ParseDate(text, "").value_or(text);
    case kGstPeriod:
      return GstPeriodNumber(text);
    default:
      return text;
  }
}

}  // namespace profilesync::connector::xpm

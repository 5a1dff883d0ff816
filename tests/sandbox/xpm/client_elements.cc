#include "tests/sandbox/xpm/client_elements.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr auto kAlways = Presence::kAlways;
constexpr auto kWhenSet = Presence::kWhenSet;
constexpr auto kTaxBlock = Presence::kTaxBlock;
constexpr auto kTaxAustralia = Presence::kTaxAustralia;
constexpr auto kTaxWhenSet = Presence::kTaxWhenSet;
constexpr auto kStructured = Presence::kStructured;

ClientElement Text(std::string_view name, Presence presence) { return {name, name, presence}; }

ClientElement Individual(std::string_view name, Content content = Content::kText) {
  return {name, name, kWhenSet, content, true};
}

ClientElement ReadOnly(std::string_view name, Presence presence) { return {name, "", presence}; }

ClientElement YesNo(std::string_view name, Presence presence) {
  return {name, name, presence, Content::kYesNo, false, "No"};
}

ClientElement Tax(std::string_view name, Content content, std::string_view choices = "") {
  return {name, name, kTaxWhenSet, content, false, "", choices};
}

// An element that OpenAPI alone has.
struct OpenApiName {
  std::string_view name;
  std::string_view with_acronyms;
};

constexpr OpenApiName kOpenApiNames[] = {
    {"MiddleName", "MiddleName"},
    {"DateOfDeath", "DateOfDeath"},
    {"PlaceOfBirthCity", "PlaceOfBirthCity"},
    {"PlaceOfBirthCountryCode", "PlaceOfBirthCountryCode"},
    {"ClientCode", "ClientCode"},
    {"Industry", "Industry"},
    {"AutoBasOptInCriteria", "AutoBASOptInCriteria"},
    {"BankBsb", "BankBSB"},
    {"BankAccountName", "BankAccountName"},
    {"BankAccountNumber", "BankAccountNumber"},
    {"BankName", "BankName"},
};

const OpenApiName* FindOpenApiName(std::string_view name) {
  const auto* it = std::find_if(std::begin(kOpenApiNames), std::end(kOpenApiNames),
                                [name](const OpenApiName& known) { return known.name == name; });
  return it == std::end(kOpenApiNames) ? nullptr : it;
}

}  // namespace

const std::vector<ClientElement>& ClientElements() {
  static const auto* const kElements = new std::vector<ClientElement>{
      Text("Name", kAlways),
      Individual("Title"),
      Individual("Gender"),
      Individual("FirstName"),
      Individual("LastName"),
      Individual("OtherName"),
      Individual("MiddleName"),
      Text("Email", kWhenSet),
      Individual("DateOfBirth", Content::kDate),
      Individual("DateOfDeath", Content::kDate),
      Individual("PlaceOfBirthCity"),
      Individual("PlaceOfBirthCountryCode"),
      Text("Address", kAlways),
      Text("City", kAlways),
      Text("Region", kAlways),
      Text("PostCode", kAlways),
      Text("Country", kAlways),
      Text("PostalAddress", kAlways),
      Text("PostalCity", kAlways),
      Text("PostalRegion", kAlways),
      Text("PostalPostCode", kAlways),
      Text("PostalCountry", kAlways),
      Text("Phone", kAlways),
      Text("Fax", kAlways),
      {"Website", "WebSite", kAlways},
      Text("ReferralSource", kAlways),
      Text("ExportCode", kAlways),
      Text("ClientCode", kWhenSet),
      ReadOnly("Industry", kWhenSet),
      {"IsArchived", "", kAlways, Content::kYesNo, false, "No"},
      {"IsDeleted", "", kAlways, Content::kYesNo, false, "No"},
      {"AccountManager", "AccountManagerUUID", kWhenSet, Content::kStaff},
      {"BillingClient", "BillingClientUUID", kWhenSet, Content::kClient},
      {"Type", "", kStructured, Content::kList},
      {"Contacts", "", kStructured, Content::kList},
      {"Notes", "", kStructured, Content::kList},
      {"JobManager", "JobManagerUUID", kWhenSet, Content::kStaff},
      {"TaxNumber", "TaxNumber", kTaxBlock, Content::kTaxNumber},
      Text("CompanyNumber", kTaxBlock),
      Text("BusinessNumber", kTaxBlock),
      Text("BranchNumber", kTaxAustralia),
      Tax("BusinessStructure", Content::kStructureName),
      Tax("BalanceMonth", Content::kMonth),
      YesNo("GSTRegistered", kTaxBlock),
      YesNo("PrepareGST", kTaxBlock),
      Tax("GSTPeriod", Content::kGstPeriod),
      Tax("GSTBasis", Content::kChoice, "Invoice|Payment|Hybrid"),
      Tax("ProvisionalTaxBasis", Content::kChoice, "Standard Option|Estimate Option|Ratio Option"),
      Tax("ProvisionalTaxRatio", Content::kDecimal),
      YesNo("SignedTaxAuthority", kTaxBlock),
      Tax("TaxAgent", Content::kTaxAgentName),
      {"AgencyStatus", "AgencyStatus", kTaxBlock, Content::kChoice, false, "Unlinked",
       "With EOT|Without EOT|Unlinked"},
      Tax("ReturnType", Content::kChoice, "IR3|IR3NR|IR4|IR6|IR7|IR9|PTS"),
      YesNo("PrepareActivityStatement", kTaxAustralia),
      YesNo("PrepareTaxReturn", kTaxAustralia),
      YesNo("ActiveAtoClient", kTaxAustralia),
      Tax("AutoBasOptInCriteria", Content::kChoice, "Annually|Monthly|Quarterly|Opt-out"),
      ReadOnly("BankBsb", kWhenSet),
      ReadOnly("BankAccountName", kWhenSet),
      ReadOnly("BankAccountNumber", kWhenSet),
      ReadOnly("BankName", kWhenSet),
      {"Groups", "", kStructured, Content::kList},
      {"Relationships", "", kStructured, Content::kList},
  };
  return *kElements;
}

const ClientElement* FindByReadName(std::string_view name) {
  const auto& all = ClientElements();
  auto it = std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.name == name; });
  return it == all.end() ? nullptr : &*it;
}

const ClientElement* FindByWriteName(std::string_view name, OpenApiNames openapi_names) {
  const auto& all = ClientElements();
  auto it = std::find_if(all.begin(), all.end(), [&](const auto& e) {
    return !e.write_name.empty() && Spelled(e.write_name, openapi_names) == name;
  });
  return it == all.end() ? nullptr : &*it;
}

std::string Spelled(std::string_view name, OpenApiNames openapi_names) {
  const OpenApiName* known = FindOpenApiName(name);
  std::string spelled(name);
  if (known == nullptr || openapi_names == OpenApiNames::kPascal) return spelled;
  if (openapi_names == OpenApiNames::kAcronyms) return std::string(known->with_acronyms);
  spelled[0] = absl::ascii_tolower(static_cast<unsigned char>(spelled[0]));
  return spelled;
}

bool InTaxBlock(const ClientElement& element) {
  return element.presence == kTaxBlock || element.presence == kTaxAustralia ||
         element.presence == kTaxWhenSet;
}

}  // namespace profilesync::xpm_sandbox

#include "tests/sandbox/xpm/client_elements.h"

#include <algorithm>

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

const ClientElement* FindByWriteName(std::string_view name) {
  const auto& all = ClientElements();
  auto it =
      std::find_if(all.begin(), all.end(), [&](const auto& e) { return e.write_name == name; });
  return name.empty() || it == all.end() ? nullptr : &*it;
}

bool InTaxBlock(const ClientElement& element) {
  return element.presence == kTaxBlock || element.presence == kTaxAustralia ||
         element.presence == kTaxWhenSet;
}

}  // namespace profilesync::xpm_sandbox

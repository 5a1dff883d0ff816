#include "server/connector/xpm/other_changes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/catalogue.h"
#include "common/status.h"
#include "server/connector/xpm/client_reader.h"
#include "server/connector/xpm/field_mapping.h"

namespace profilesync::connector::xpm {
namespace {

// Reference 5.1: these come and go together. The capitals of the last aren't certain (13.9).
constexpr std::string_view kTaxBlock[] = {"TaxNumber",
                                          "CompanyNumber",
                                          "BusinessNumber",
                                          "BranchNumber",
                                          "BusinessStructure",
                                          "BalanceMonth",
                                          "GSTRegistered",
                                          "PrepareGST",
                                          "GSTPeriod",
                                          "GSTBasis",
                                          "ProvisionalTaxBasis",
                                          "ProvisionalTaxRatio",
                                          "SignedTaxAuthority",
                                          "TaxAgent",
                                          "AgencyStatus",
                                          "ReturnType",
                                          "PrepareActivityStatement",
                                          "PrepareTaxReturn",
                                          "ActiveAtoClient",
                                          "AutoBasOptInCriteria"};

using Leaves = std::map<std::string, std::string>;

// Lists are keyed by UUID, so that one entry more or less doesn't shift the others.
std::string Key(const XmlElement& parent, const XmlElement& child, std::size_t index) {
  if (parent.name != child.name + "s") {
    return child.name;
  }
  const std::string uuid = child.Text("UUID").value_or("");
  return absl::StrCat(child.name, "[", uuid.empty() ? absl::StrCat(index) : uuid, "]");
}

// The texts that aren't blank, by path; of a path that is there twice the first. A line break is
// the same whether XPM writes it as CRLF or as LF.
void Collect(const XmlElement& element, const std::string& path, Leaves* leaves) {
  for (std::size_t i = 0; i < element.children.size(); ++i) {
    const XmlElement& child = element.children[i];
    const std::string child_path =
        absl::StrCat(path, path.empty() ? "" : "/", Key(element, child, i));
    if (!IsBlank(child.text)) {
      leaves->emplace(child_path, absl::StrReplaceAll(child.text, {{"\r\n", "\n"}}));
    }
    Collect(child, child_path, leaves);
  }
}

// The elements whose changes fields show.
std::set<std::string> ShownByFields(const Tenant& tenant, bool tax_number_written) {
  std::set<std::string> shown;
  for (const FieldMapping& mapping : FieldMappings()) {
    const bool elsewhere = mapping.field == kOtherPhone && OtherPhoneSource(tenant) != kFaxSource;
    const bool masked = mapping.format == Format::kMasked && !tax_number_written;
    if (!elsewhere && !masked) {
      for (const ElementName& element : ElementsOf(mapping)) {
        shown.emplace(element.read);
      }
    }
  }
  return shown;
}

std::string Digits(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](unsigned char c) { return absl::ascii_isdigit(c); });
  return digits;
}

}  // namespace

bool InTaxBlock(std::string_view element) {
  return std::any_of(std::begin(kTaxBlock), std::end(kTaxBlock), [element](std::string_view known) {
    return absl::EqualsIgnoreCase(AV(known), AV(element));
  });
}

bool HasTaxBlock(const XmlElement& client) {
  return std::any_of(client.children.begin(), client.children.end(),
                     [](const XmlElement& child) { return InTaxBlock(child.name); });
}

std::vector<OtherChange> FindOtherChanges(const XmlElement& before, const XmlElement& after,
                                          const Tenant& tenant, bool tax_number_written) {
  Leaves old_leaves;
  Leaves new_leaves;
  Collect(before, "", &old_leaves);
  Collect(after, "", &new_leaves);
  std::set<std::string> paths;
  for (const Leaves* leaves : {&old_leaves, &new_leaves}) {
    for (const auto& [path, text] : *leaves) {
      paths.insert(path);
    }
  }
  const std::set<std::string> shown = ShownByFields(tenant, tax_number_written);
  // What wasn't reported before isn't known to have changed.
  const bool had_tax_block = HasTaxBlock(before);
  const bool had_contacts = before.Find("Contacts") != nullptr;
  const auto text = [](const Leaves& leaves, const std::string& path) {
    const auto it = leaves.find(path);
    return it == leaves.end() ? std::string() : it->second;
  };
  std::vector<OtherChange> changes;
  for (const std::string& path : paths) {
    OtherChange change{path, text(old_leaves, path), text(new_leaves, path)};
    const std::string element = path.substr(0, path.find('/'));
    const bool reported =
        (had_tax_block || !InTaxBlock(element)) && (had_contacts || element != "Contacts");
    const bool looked_at = reported && !shown.contains(element);
    if (looked_at && change.before != change.after) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

std::optional<OtherChange> FindOtherTaxNumber(const XmlElement& before, const XmlElement& after,
                                              std::string_view written) {
  constexpr char kElement[] = "TaxNumber";
  const std::string was = before.Text(kElement).value_or("");
  const std::string shown = after.Text(kElement).value_or("");
  if (shown.empty()) {
    // Where none was shown before either, or nothing of the tax block is, it may be hidden.
    const bool gone = !written.empty() && !was.empty() && HasTaxBlock(after);
    return gone ? std::make_optional(OtherChange{kElement, was, "", "tax_number"}) : std::nullopt;
  }
  const std::size_t mask = shown.rfind('*');
  const std::string visible = Digits(mask == std::string::npos ? shown : shown.substr(mask));
  if (visible.empty() || absl::EndsWith(Digits(written), visible)) {
    return std::nullopt;
  }
  return OtherChange{kElement, was, shown, "tax_number"};
}

}  // namespace profilesync::connector::xpm

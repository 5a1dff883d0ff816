#include "tests/sandbox/xpm/client_xml.h"

#include <string_view>
#include <vector>

#include "tests/sandbox/xpm/client_elements.h"
#include "tests/sandbox/xpm/xml_writer.h"

namespace profilesync::xpm_sandbox {
namespace {

using Names = std::vector<std::string_view>;

std::string ValueOf(const ElementMap& map, std::string_view name) {
  auto it = map.find(std::string(name));
  return it == map.end() ? "" : it->second;
}

std::string DateAsRead(const std::string& date, const Behaviour& behaviour) {
  if (date.empty() || behaviour.dates_read == DatesRead::kDateOnly) return date;
  return date + "T00:00:00";
}

class ClientWriter {
 public:
  ClientWriter(const ClientRecord& client, Detail detail, const Behaviour& behaviour,
               const NameLookup& names)
      : client_(client), detail_(detail), behaviour_(behaviour), names_(names) {}

  std::string Write() {
    xml_.Open("Client");
    xml_.Scalar("UUID", client_.uuid);
    for (const auto& [name, value] : client_.extra) xml_.Scalar(name, value);
    for (const ClientElement& element : ClientElements()) {
      if (element.presence == Presence::kStructured) {
        Structured(element.name);
      } else if (IsPresent(element)) {
        Scalar(element);
      }
    }
    xml_.Close("Client");
    return xml_.Take();
  }

 private:
  bool IsPresent(const ClientElement& element) const {
    const bool set = client_.values.contains(std::string(element.name));
    const bool tax = client_.opened_for_tax || behaviour_.tax_block == TaxBlock::kAlways;
    switch (element.presence) {
      case Presence::kAlways:
        return true;
      case Presence::kWhenSet:
        return set;
      case Presence::kTaxBlock:
        return tax;
      case Presence::kTaxAustralia:
        return tax && (set || client_.jurisdiction == "AU");
      case Presence::kTaxWhenSet:
        return tax && set;
      case Presence::kStructured:
        break;
    }
    return false;
  }

  void Scalar(const ClientElement& element) {
    std::string value = client_.Get(std::string(element.name));
    if (value.empty()) value = std::string(element.when_unset);
    const std::string name = Spelled(element.name, behaviour_.openapi_names);
    switch (element.content) {
      case Content::kTaxNumber:
        return xml_.Scalar(name, MaskTaxNumber(value));
      case Content::kDate:
        return xml_.Scalar(name, DateAsRead(value, behaviour_));
      case Content::kStaff:
        return Reference(name, value, names_.staff(value));
      case Content::kClient:
        return Reference(name, value, names_.client(value));
      default:
        return xml_.Scalar(name, AddressAsRead(element.name, std::move(value)));
    }
  }

  std::string AddressAsRead(std::string_view name, std::string value) const {
    const bool street = name == "Address" || name == "PostalAddress";
    if (street && behaviour_.addresses_read == AddressesRead::kTrailingNewline && !value.empty() &&
        value.back() != '\n') {
      value += '\n';
    }
    return value;
  }

  void Reference(std::string_view name, const std::string& uuid, const std::string& text) {
    xml_.Open(name);
    xml_.Scalar("UUID", uuid);
    xml_.Scalar("Name", text);
    xml_.Close(name);
  }

  void Structured(std::string_view name) {
    if (name == "Type") return PaymentTerms();
    if (name == "Contacts") {
      static const Names kParts = {"UUID",  "Name",  "Salutation", "Addressee", "Mobile",
                                   "Email", "Phone", "IsDeleted",  "IsPrimary", "Position"};
      if (detail_ != Detail::kPaged) List(name, "Contact", client_.contacts, kParts);
      return;
    }
    if (detail_ != Detail::kDetailed) return;
    if (name == "Notes") {
      static const Names kParts = {"Title", "Text", "Folder", "Date", "CreatedBy", "Tag"};
      List(name, "Note", client_.notes, kParts);
    } else if (name == "Groups") {
      static const Names kParts = {"UUID", "Name"};
      List(name, "Group", client_.groups, kParts);
    } else {
      Relationships();
    }
  }

  void PaymentTerms() {
    if (client_.type.empty()) return;
    xml_.Open("Type");
    for (std::string_view part : {"Name", "CostMarkup", "PaymentTerm", "PaymentDay"}) {
      xml_.Scalar(part, ValueOf(client_.type, part));
    }
    xml_.Close("Type");
  }

  void List(std::string_view name, std::string_view item, const std::vector<ElementMap>& items,
            const Names& parts) {
    if (items.empty()) return xml_.EmptyCollection(name);
    xml_.Open(name);
    for (const ElementMap& values : items) {
      xml_.Open(item);
      for (std::string_view part : parts) {
        std::string value = ValueOf(values, part);
        const bool flag = part == "IsDeleted" || part == "IsPrimary";
        xml_.Scalar(part, flag && value.empty() ? "No" : value);
      }
      xml_.Close(item);
    }
    xml_.Close(name);
  }

  void Relationships() {
    if (client_.relationships.empty()) return xml_.EmptyCollection("Relationships");
    xml_.Open("Relationships");
    for (const ElementMap& values : client_.relationships) {
      xml_.Open("Relationship");
      xml_.Scalar("UUID", ValueOf(values, "UUID"));
      xml_.Scalar("Type", ValueOf(values, "Type"));
      Reference("RelatedClient", ValueOf(values, "RelatedClientUUID"),
                ValueOf(values, "RelatedClientName"));
      for (std::string_view part : {"NumberOfShares", "Percentage", "StartDate", "EndDate"}) {
        const std::string value = ValueOf(values, part);
        if (!value.empty()) xml_.Scalar(part, value);
      }
      xml_.Close("Relationship");
    }
    xml_.Close("Relationships");
  }

  const ClientRecord& client_;
  const Detail detail_;
  const Behaviour& behaviour_;
  const NameLookup& names_;
  XmlWriter xml_;
};

}  // namespace

std::string ClientXml(const ClientRecord& client, Detail detail, const Behaviour& behaviour,
                      const NameLookup& names) {
  return ClientWriter(client, detail, behaviour, names).Write();
}

std::string MaskTaxNumber(const std::string& tax_number) {
  if (tax_number.empty()) return "";
  std::string digits;
  for (const char c : tax_number) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return "******" + digits.substr(digits.size() < 3 ? 0 : digits.size() - 3);
}

}  // namespace profilesync::xpm_sandbox

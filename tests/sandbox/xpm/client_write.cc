#include "tests/sandbox/xpm/client_write.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/write_value.h"

namespace profilesync::xpm_sandbox {
namespace {

absl::Status Refuse(const std::string& why) { return absl::InvalidArgumentError(why); }

bool IsBlank(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isspace(c); });
}

// Attributes, text beside the elements, and an element twice are unknown properties too.
absl::Status CheckShape(const XmlElement& parent, bool repeats) {
  if (!parent.attributes.empty()) {
    return Refuse(absl::StrCat("Attribute '", parent.attributes[0], "' is not allowed"));
  }
  if (!parent.children.empty() && !IsBlank(parent.text)) {
    return Refuse(absl::StrCat("Text is not allowed in '", parent.name, "'"));
  }
  std::set<std::string> seen;
  for (const XmlElement& child : parent.children) {
    if (!seen.insert(child.name).second && !repeats) {
      return Refuse(absl::StrCat("Element '", child.name, "' appears twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckScalar(const XmlElement& element) {
  absl::Status shape = CheckShape(element, false);
  if (!shape.ok()) return shape;
  if (element.children.empty()) return absl::OkStatus();
  return Refuse(absl::StrCat("Element '", element.name, "' takes a plain value"));
}

class Writer {
 public:
  Writer(bool adding, const Behaviour& behaviour, const Store& store, ClientRecord& client)
      : adding_(adding), behaviour_(behaviour), store_(store), client_(client) {}

  absl::Status Write(const XmlElement& body) {
    absl::Status status = behaviour_.unknown_elements == UnknownElements::kRefused
                              ? CheckShape(body, false)
                              : absl::OkStatus();
    if (!status.ok()) return status;
    if (!(status = CheckName(body)).ok()) return status;
    if (!adding_ && behaviour_.omitted_elements == OmittedElements::kCleared) ClearWritable();
    // The structure first: what else may be written depends on it.
    for (const bool structure : {true, false}) {
      for (const XmlElement& child : body.children) {
        if ((child.name == "BusinessStructure") != structure) continue;
        if (!(status = WriteElement(child)).ok()) return status;
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckName(const XmlElement& body) const {
    auto it = std::find_if(body.children.begin(), body.children.end(),
                           [](const XmlElement& child) { return child.name == "Name"; });
    if (it == body.children.end()) {
      const bool required = adding_ || behaviour_.name_required_on_update;
      return required ? Refuse("Name is required") : absl::OkStatus();
    }
    return IsBlank(it->text) ? Refuse("Name is required") : absl::OkStatus();
  }

  void ClearWritable() {
    for (const ClientElement& element : ClientElements()) {
      const std::string name(element.name);
      if (!element.write_name.empty() && name != "Name") client_.Set(name, "");
    }
  }

  absl::Status WriteElement(const XmlElement& child) {
    if (child.name == "UUID" && !adding_) return absl::OkStatus();
    if (child.name == "Contacts" && adding_) return WriteContacts(child);
    const ClientElement* element = FindByWriteName(child.name, behaviour_.openapi_names);
    if (element == nullptr) return Unknown(child);
    absl::Status status = CheckScalar(child);
    if (!status.ok()) return status;
    return child.text.empty() ? WriteEmpty(*element) : WriteValue(*element, child.text);
  }

  absl::Status Unknown(const XmlElement& child) const {
    if (behaviour_.unknown_elements == UnknownElements::kIgnored) return absl::OkStatus();
    const bool readable = FindByReadName(child.name) != nullptr || child.name == "UUID";
    return Refuse(readable ? absl::StrCat("Element '", child.name, "' can't be written here")
                           : absl::StrCat("Unknown element '", child.name, "'"));
  }

  absl::Status WriteEmpty(const ClientElement& element) {
    const bool clears = behaviour_.empty_elements == EmptyElements::kClear || adding_;
    if (clears) client_.Set(std::string(element.name), "");
    return absl::OkStatus();
  }

  absl::Status WriteValue(const ClientElement& element, const std::string& text) {
    if (element.individuals_only && IsKnownNotToBeIndividual()) {
      if (behaviour_.individual_fields_elsewhere == IndividualFieldsElsewhere::kIgnored) {
        return absl::OkStatus();
      }
      if (behaviour_.individual_fields_elsewhere == IndividualFieldsElsewhere::kRefused) {
        return Refuse(absl::StrCat(std::string(element.name), " is for individuals only"));
      }
    }
    auto value = ValueToKeep(element, text, client_.uuid, behaviour_, store_);
    if (!value.ok()) return value.status();
    if (value->has_value()) client_.Set(std::string(element.name), **value);
    return absl::OkStatus();
  }

  bool IsKnownNotToBeIndividual() const {
    const std::string name = client_.Get("BusinessStructure");
    if (name.empty()) return false;
    for (const BusinessStructure& structure : store_.practice().business_structures) {
      if (structure.name == name) return !structure.individual;
    }
    return false;
  }

  absl::Status WriteContacts(const XmlElement& list) {
    absl::Status status = CheckShape(list, true);
    if (!status.ok()) return status;
    for (const XmlElement& item : list.children) {
      if (item.name != "Contact") return Unknown(item);
      if (!(status = WriteContact(item)).ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status WriteContact(const XmlElement& item) {
    static constexpr std::array<const char*, 8> kWritable = {
        "Name", "Salutation", "Addressee", "Mobile", "Email", "Phone", "IsPrimary", "Position"};
    absl::Status status = CheckShape(item, false);
    ElementMap contact;
    for (const XmlElement& part : item.children) {
      if (!status.ok()) return status;
      status = std::find(kWritable.begin(), kWritable.end(), part.name) == kWritable.end()
                   ? Unknown(part)
                   : CheckScalar(part);
      contact[part.name] = part.text;
    }
    if (!status.ok()) return status;
    if (contact["Name"].empty()) return Refuse("A contact's Name is required");
    const std::string& primary = contact["IsPrimary"];
    if (!primary.empty() && primary != "Yes" && primary != "No") {
      return Refuse("Invalid IsPrimary: must be Yes or No");
    }
    if (contact["IsPrimary"] == "Yes") {  // the last one wins (reference 5.4)
      for (ElementMap& other : client_.contacts) other["IsPrimary"] = "No";
    }
    client_.contacts.push_back(std::move(contact));
    return absl::OkStatus();
  }

  const bool adding_;
  const Behaviour& behaviour_;
  const Store& store_;
  ClientRecord& client_;
};

}  // namespace

absl::StatusOr<XmlElement> ReadClientBody(const std::string& body, const Behaviour& behaviour) {
  absl::StatusOr<XmlElement> root = ReadXml(body);
  if (!root.ok()) {
    const std::string why = absl::StrCat("The request is not XML: ", root.status().message());
    switch (behaviour.malformed_xml) {
      case MalformedXml::k400:
        return absl::FailedPreconditionError(why);
      case MalformedXml::kError:
        return absl::InvalidArgumentError(why);
      case MalformedXml::k500:
        return absl::InternalError(why);
    }
  }
  if (root->name != "Client") return Refuse("The request must be a Client");
  return root;
}

absl::StatusOr<std::string> UuidOf(const XmlElement& body) {
  std::string uuid;
  for (const XmlElement& child : body.children) {
    if (child.name != "UUID") continue;
    if (!uuid.empty()) return Refuse("Element 'UUID' appears twice");
    uuid = child.text;
  }
  if (uuid.empty()) return Refuse("UUID is required");
  return uuid;
}

absl::Status WriteClient(const XmlElement& body, bool adding, const Behaviour& behaviour,
                         const Store& store, ClientRecord& client) {
  return Writer(adding, behaviour, store, client).Write(body);
}

}  // namespace profilesync::xpm_sandbox

#include "server/connector/xpm/client_reader.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/catalogue.h"
#include "common/date_form.h"
#include "common/error.h"
#include "common/status.h"
#include "server/connector/xpm/field_mapping.h"

namespace profilesync::connector::xpm {
namespace {

bool IsYes(const std::optional<std::string>& text) {
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(text.value_or("")), "Yes");
}

bool AnyReported(const XmlElement& client, const FieldMapping& mapping) {
  for (const ElementName& element : ElementsOf(mapping)) {
    if (client.Find(element.read) != nullptr) {
      return true;
    }
  }
  return false;
}

// Lines without the indentation and the line break at the end that XPM adds.
type::Address ReadAddress(const XmlElement& client, const FieldMapping& mapping) {
  const auto text = [&](int part) { return client.Text(mapping.elements[part].read).value_or(""); };
  type::Address address;
  const std::string street = text(0);
  for (const absl::string_view line : absl::StrSplit(street, absl::ByAnyChar("\r\n"))) {
    const absl::string_view trimmed = absl::StripAsciiWhitespace(line);
    if (!trimmed.empty()) {
      address.add_lines(std::string(trimmed));
    }
  }
  address.set_city(text(1));
  address.set_region(text(2));
  address.set_postal_code(text(3));
  address.set_country(text(4));
  return address;
}

bool IsBlankWhenAbsent(const FieldMapping& mapping, const Field& field, type::PartyKind kind) {
  switch (mapping.when_absent) {
    case WhenAbsent::kBlank:
      return true;
    case WhenAbsent::kBlankWhereApplicable:
      return field.AppliesTo(kind);
    case WhenAbsent::kNotReported:
      return false;
  }
  return false;
}

// The contact marked as primary and not deleted; of several the last, as XPM has it on add.
const XmlElement* PrimaryContact(const XmlElement& contacts) {
  const XmlElement* primary = nullptr;
  for (const XmlElement& contact : contacts.children) {
    if (IsYes(contact.Text("IsPrimary")) && !IsYes(contact.Text("IsDeleted"))) {
      primary = &contact;
    }
  }
  return primary;
}

// A missing list of contacts isn't reported; one without a primary contact is known to have no
// mobile number. Whose number it would be is told even where the number isn't reported: what is
// known of another contact's must not pass for it.
void ReadContactMobile(const XmlElement& client, type::PracticeClient* result) {
  const XmlElement* contacts = client.Find("Contacts");
  if (contacts == nullptr) {
    return;
  }
  const XmlElement* primary = PrimaryContact(*contacts);
  const std::string id = primary == nullptr ? "" : ParseUuid(primary->Text("UUID").value_or(""));
  (*result->mutable_field_sources())[std::string(kOtherPhone)] = absl::StrCat("contact:", id);
  if (const auto mobile = primary == nullptr ? "" : primary->Text("Mobile")) {
    result->mutable_fields()->set_other_phone(*mobile);
  }
}

void ReadFields(const XmlElement& client, std::string_view other_phone_source,
                type::PracticeClient* result) {
  for (const FieldMapping& mapping : FieldMappings()) {
    const bool elsewhere = mapping.field == kOtherPhone && other_phone_source != kFaxSource;
    if (mapping.format == Format::kMasked || elsewhere) {
      continue;
    }
    const Field& field = *Catalogue::Get().Find(mapping.field);
    if (AnyReported(client, mapping) || IsBlankWhenAbsent(mapping, field, result->kind())) {
      field.Set(result->mutable_fields(), ReadValue(client, mapping));
    }
  }
  if (other_phone_source == kContactMobileSource) {
    ReadContactMobile(client, result);
  } else if (other_phone_source == kFaxSource) {
    (*result->mutable_field_sources())[std::string(kOtherPhone)] = std::string(kFaxSource);
  }
}

type::PracticeClient::State ReadState(const XmlElement& client) {
  if (IsYes(client.Text("IsDeleted"))) {
    return type::PracticeClient::DELETED;
  }
  if (IsYes(client.Text("IsArchived"))) {
    return type::PracticeClient::ARCHIVED;
  }
  return client.Find("IsArchived") == nullptr ? type::PracticeClient::STATE_UNSPECIFIED
                                              : type::PracticeClient::ACTIVE;
}

}  // namespace

type::FieldValue ReadValue(const XmlElement& client, const FieldMapping& mapping) {
  type::FieldValue value;
  if (mapping.format == Format::kAddress) {
    *value.mutable_address() = ReadAddress(client, mapping);
    return value;
  }
  std::string text = client.Text(mapping.elements[0].read).value_or("");
  if (mapping.format == Format::kDate) {
    text = ParseDate(text, "").value_or(text);
  }
  if (!text.empty()) {
    value.set_text(std::move(text));
  }
  return value;
}

std::string ParseUuid(std::string_view text) {
  constexpr std::string_view kShape = "00000000-0000-0000-0000-000000000000";
  std::string uuid(absl::StripAsciiWhitespace(AV(text)));
  absl::AsciiStrToLower(&uuid);
  if (uuid.size() != kShape.size()) {
    return "";
  }
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const auto c = static_cast<unsigned char>(uuid[i]);
    if (kShape[i] == '-' ? c != '-' : !absl::ascii_isxdigit(c)) {
      return "";
    }
  }
  return uuid;
}

std::string_view OtherPhoneSource(const Tenant& tenant) {
  const auto it = tenant.field_sources.find(std::string(kOtherPhone));
  return it == tenant.field_sources.end() ? kFaxSource : std::string_view(it->second);
}

absl::StatusOr<type::PracticeClient> ReadClient(const XmlElement& client, const Tenant& tenant,
                                                const PartyKinds& kinds) {
  type::PracticeClient result;
  result.set_id(ParseUuid(client.Text("UUID").value_or("")));
  const auto name = client.Text("Name");
  if (result.id().empty() || !name) {
    return MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                     "the practice system's answer has a client without a UUID or a name");
  }
  result.set_display_name(*name);
  result.set_state(ReadState(client));
  kinds.Detect(client, &result);
  ReadFields(client, OtherPhoneSource(tenant), &result);
  return result;
}

}  // namespace profilesync::connector::xpm

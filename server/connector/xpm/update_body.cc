#include "server/connector/xpm/update_body.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/catalogue.h"
#include "common/date_form.h"
#include "common/error.h"
#include "common/status.h"
#include "server/connector/xpm/client_body.h"
#include "server/connector/xpm/client_reader.h"
#include "server/connector/xpm/field_mapping.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {
namespace {

bool IsCleared(const UpdateRequest& request, std::string_view field) {
  return std::find(request.clear.begin(), request.clear.end(), field) != request.clear.end();
}

absl::Status Unsupported(const Field& field, std::string_view what) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::UNSUPPORTED_BY_PRACTICE_SYSTEM,
      absl::StrCat(AV(field.label()), " can't be ", AV(what), " in this practice system"));
}

absl::Status CheckClient(const UpdateRequest& request) {
  const std::string uuid = ParseUuid(request.client_id);
  Violations violations;
  if (uuid.empty() || uuid != ParseUuid(request.expected.client.id())) {
    violations.Add("client_id", "isn't the UUID of the client that was fetched");
  }
  if (IsBlank(request.expected.client.display_name())) {
    violations.Add("expected", "has no name, which has to be repeated");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return CheckWritable(request.expected.client);
}

absl::Status CheckSupported(const Tenant& tenant, const UpdateRequest& request) {
  for (const Field& field : Catalogue::Get().All()) {
    if (field.Has(request.values) && !CanWriteField(tenant, field.name())) {
      return Unsupported(field, "written");
    }
    if (IsCleared(request, field.name()) && !CanClearField(tenant, field.name())) {
      return Unsupported(field, "cleared");
    }
  }
  return absl::OkStatus();
}

// Whether what stands in the body would be the whole value: less would be another value that nobody
// asked for, and nothing at all would clear the field.
bool IsCarried(const Field& field, const type::ClientFields& values) {
  if (!field.is_address()) {
    return FitsXml(field.Text(values));
  }
  const auto parts = AddressParts(field.Address(values));
  return std::all_of(parts.begin(), parts.end(), FitsXml);
}

void CheckValue(const Field& field, const FieldMapping& mapping, const type::ClientFields& values,
                Violations* violations) {
  const auto name = field.name();
  if (IsBlank(field.Get(values))) {
    violations->Add(name, "is blank, which has to be asked for by clearing it");
  } else if (mapping.format == Format::kDate && !ParseDate(field.Text(values), "")) {
    violations->Add(name, "is not a date");
  } else if (mapping.format == Format::kMasked &&
             field.Text(values).find('*') != std::string_view::npos) {
    violations->Add(name, "is masked");
  } else if (!IsCarried(field, values)) {
    violations->Add(name, "has a character that XML doesn't have");
  }
}

absl::Status CheckValues(const UpdateRequest& request) {
  Violations violations;
  bool any = !request.clear.empty();
  for (const std::string& field : request.clear) {
    if (Catalogue::Get().Find(field) == nullptr) {
      violations.Add("clear", "names a field that doesn't exist");
    }
  }
  for (const Field& field : Catalogue::Get().All()) {
    if (!field.Has(request.values)) {
      continue;
    }
    any = true;
    if (IsCleared(request, field.name())) {
      violations.Add(field.name(), "is both set and cleared");
    } else {
      CheckValue(field, *FindMapping(field.name()), request.values, &violations);
    }
  }
  if (!any) {
    violations.Add("values", "name nothing to write");
  }
  return violations.ToStatus();
}

void AppendUnlessBlank(std::string* body, std::string_view name, std::string_view text) {
  if (!IsBlank(text)) {
    AppendElement(body, name, text);
  }
}

// What isn't blank of an address.
void AppendParts(std::string* body, const FieldMapping& mapping, const type::Address& address) {
  const auto parts = AddressParts(address);
  for (std::size_t i = 0; i < mapping.elements.size(); ++i) {
    AppendUnlessBlank(body, mapping.elements[i].write, parts[i]);
  }
}

// The name stands in front, whether it changes or not.
void AppendField(std::string* body, const Field& field, const UpdateRequest& request) {
  const FieldMapping& mapping = *FindMapping(field.name());
  if (mapping.elements[0].write == "Name") {
    return;
  }
  if (IsCleared(request, field.name())) {
    AppendValue(body, mapping, type::FieldValue());
  } else if (field.Has(request.values)) {
    AppendValue(body, mapping, field.Get(request.values));
  }
}

}  // namespace

bool CanWriteField(const Tenant& tenant, std::string_view field) {
  return FindMapping(field) != nullptr &&
         (field != kOtherPhone || OtherPhoneSource(tenant) == kFaxSource);
}

bool CanClearField(const Tenant& tenant, std::string_view field) {
  return CanWriteField(tenant, field) && FindMapping(field)->clearable;
}

absl::Status CheckWritable(const type::PracticeClient& client) {
  switch (client.state()) {
    case type::PracticeClient::ARCHIVED:
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::PRACTICE_CLIENT_NOT_WRITABLE,
                       "the practice client is archived");
    case type::PracticeClient::DELETED:
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::PRACTICE_CLIENT_NOT_WRITABLE,
                       "the practice client is deleted");
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<std::string> MakeUpdateBody(const Tenant& tenant, const UpdateRequest& request) {
  RETURN_IF_ERROR(CheckClient(request));
  RETURN_IF_ERROR(CheckSupported(tenant, request));
  RETURN_IF_ERROR(CheckValues(request));
  std::string body = "<Client>";
  AppendElement(&body, "UUID", ParseUuid(request.client_id));
  AppendElement(
      &body, "Name",
      request.values.has_name() ? request.values.name() : request.expected.client.display_name());
  for (const Field& field : Catalogue::Get().All()) {
    if (FindMapping(field.name()) != nullptr) {
      AppendField(&body, field, request);
    }
  }
  body += "</Client>";
  return body;
}

absl::StatusOr<std::string> MakeCreateBody(const Tenant& tenant, const CreateRequest& request,
                                           const PartyKinds& kinds) {
  const UpdateRequest values{.values = request.values};
  RETURN_IF_ERROR(CheckSupported(tenant, values));
  if (!request.values.has_name()) {
    Violations violations;
    violations.Add("name", "must be set: the practice system lists its clients by it");
    return violations.ToStatus();
  }
  RETURN_IF_ERROR(CheckValues(values));
  std::string body = "<Client>";
  AppendElement(&body, "Name", request.values.name());
  AppendUnlessBlank(&body, "BusinessStructure", kinds.NameOf(request.kind));
  for (const Field& field : Catalogue::Get().All()) {
    const FieldMapping* const mapping = FindMapping(field.name());
    if (mapping != nullptr && mapping->format == Format::kAddress) {
      AppendParts(&body, *mapping, field.Address(request.values));
    } else if (mapping != nullptr) {
      AppendField(&body, field, values);
    }
  }
  body += "</Client>";
  return body;
}

}  // namespace profilesync::connector::xpm

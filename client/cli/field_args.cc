#include "client/cli/field_args.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/context.h"
#include "common/catalogue.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

absl::Status UnknownField(std::string_view name) {
  return UsageError(
      absl::StrCat("there is no field ", AV(name), "; the fields are ", FieldNames()));
}

void AddPath(std::string_view field, google::protobuf::FieldMask* mask) {
  const std::string path = absl::StrCat("fields.", AV(field));
  if (std::find(mask->paths().begin(), mask->paths().end(), path) == mask->paths().end()) {
    mask->add_paths(path);
  }
}

absl::Status SetPart(std::string_view part, const std::string& value, type::Address* address) {
  if (part == "lines") {
    address->add_lines(value);
  } else if (part == "city") {
    address->set_city(value);
  } else if (part == "region") {
    address->set_region(value);
  } else if (part == "postal_code") {
    address->set_postal_code(value);
  } else if (part == "country") {
    address->set_country(value);
  } else {
    return UsageError(
        absl::StrCat("an address has no part ", AV(part),
                     "; its parts are lines (once for each), city, region, postal_code, country"));
  }
  return absl::OkStatus();
}

absl::Status SetField(const std::string& argument, v1::Profile* profile,
                      google::protobuf::FieldMask* mask) {
  const std::string_view text = argument;
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return UsageError(absl::StrCat("--set takes FIELD=VALUE, not ", argument));
  }
  const std::string_view key = text.substr(0, equals);
  const std::string value(text.substr(equals + 1));
  const std::string_view name = key.substr(0, key.find('.'));
  const Field* field = Catalogue::Get().Find(name);
  if (field == nullptr) {
    return UnknownField(name);
  }
  const bool has_part = name.size() < key.size();
  if (field->is_address() != has_part) {
    return UsageError(has_part ? absl::StrCat(AV(name), " isn't an address and has no parts")
                               : absl::StrCat(AV(name), " is an address: set its parts, such as ",
                                              AV(name), ".city=Nelson"));
  }
  type::FieldValue whole = field->Get(profile->fields());
  if (has_part) {
    RETURN_IF_ERROR(SetPart(key.substr(name.size() + 1), value, whole.mutable_address()));
  } else {
    whole.set_text(value);
  }
  field->Set(profile->mutable_fields(), whole);
  AddPath(name, mask);
  return absl::OkStatus();
}

}  // namespace

absl::Status SetFields(const std::vector<std::string>& arguments, v1::Profile* profile,
                       google::protobuf::FieldMask* mask) {
  for (const std::string& argument : arguments) {
    RETURN_IF_ERROR(SetField(argument, profile, mask));
  }
  return absl::OkStatus();
}

absl::Status ClearFields(const std::vector<std::string>& fields,
                         google::protobuf::FieldMask* mask) {
  for (const std::string& field : fields) {
    if (Catalogue::Get().Find(field) == nullptr) {
      return UnknownField(field);
    }
    const int before = mask->paths_size();
    AddPath(field, mask);
    if (mask->paths_size() == before) {
      return UsageError(absl::StrCat(field, " is both set and cleared"));
    }
  }
  return absl::OkStatus();
}

absl::Status SetKind(const std::string& kind, type::PartyKind* out) {
  if (type::PartyKind_Parse(absl::AsciiStrToUpper(kind), out)) {
    return absl::OkStatus();
  }
  std::vector<std::string> names;
  for (int i = 1; i < type::PartyKind_ARRAYSIZE; ++i) {
    names.push_back(type::PartyKind_Name(static_cast<type::PartyKind>(i)));
  }
  return UsageError(
      absl::StrCat("there is no kind ", kind, "; the kinds are ", absl::StrJoin(names, ", ")));
}

std::string FieldNames() {
  std::vector<std::string> names;
  for (const Field& field : Catalogue::Get().All()) {
    names.emplace_back(field.name());
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace profilesync::cli

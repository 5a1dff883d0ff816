#include "common/normalise.h"

#include <unicode/uversion.h>

#include "absl/strings/str_cat.h"
#include "common/address_form.h"
#include "common/date_form.h"
#include "common/email_form.h"
#include "common/identifier_form.h"
#include "common/name_form.h"
#include "common/phone_form.h"
#include "common/status.h"
#include "common/text_form.h"
#include "common/url_form.h"

namespace profilesync {
namespace {

std::string IcuVersion() {
  UVersionInfo version;
  u_getVersion(version);
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_versionToString(version, text);
  return text;
}

NormalForm FormOf(type::FieldKind field_kind, std::string_view text, const std::string& region,
                  type::PartyKind party_kind) {
  switch (field_kind) {
    case type::EMAIL:
      return EmailForm(text);
    case type::PHONE:
      return PhoneForm(text, region);
    case type::URL:
      return UrlForm(text);
    case type::DATE:
      return DateForm(text, region);
    case type::IDENTIFIER:
      return IdentifierForm(text);
    case type::PERSON_OR_ENTITY_NAME:
      return NameForm(text, party_kind);
    default:
      return TextForm(text);
  }
}

}  // namespace

const std::string& Normaliser::RulesVersion() {
  static const std::string* const kVersion = new std::string(
      absl::StrCat("r", kNormaliserRules, " p" PROFILESYNC_PHONENUMBER_VERSION " i", IcuVersion()));
  return *kVersion;
}

Normaliser::Normaliser(std::string_view region, type::PartyKind kind)
    : region_(region),
      kind_(kind),
      version_(absl::StrCat(RulesVersion(), " ", region_,
                            HasPersonName(kind) ? " person" : " entity")) {}

NormalForm Normaliser::NormaliseText(const Field& field, std::string_view text) const {
  if (IsBlank(text)) {
    return {};
  }
  NormalForm form = FormOf(field.kind(), text, region_, kind_);
  // A value of punctuation alone is no blank.
  return form.blank() ? NormalForm::Unparsed(FoldText(text)) : form;
}

NormalForm Normaliser::Normalise(const Field& field, const type::FieldValue& value) const {
  if (field.sensitive() || IsBlank(value)) {
    return {};
  }
  return field.is_address() ? AddressForm(value.address(), region_)
                            : NormaliseText(field, value.text());
}

NormalForm Normaliser::Normalise(const Field& field, const type::ClientFields& fields) const {
  if (field.sensitive()) {
    return {};
  }
  if (!field.is_address()) {
    return NormaliseText(field, field.Text(fields));
  }
  const type::Address& address = field.Address(fields);
  return IsBlank(address) ? NormalForm{} : AddressForm(address, region_);
}

}  // namespace profilesync

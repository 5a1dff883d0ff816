#include "common/validate_fields.h"

#include <unicode/uchar.h>
#include <unicode/utf.h>

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/country.h"
#include "common/date_form.h"
#include "common/email_form.h"
#include "common/status.h"
#include "common/url_form.h"

namespace profilesync {
namespace {

constexpr int kMaxAddressLines = 6;
constexpr int kMinPhoneDigits = 3;

// What is wrong with `text` whatever its kind; "" where nothing is.
std::string_view TextFault(std::string_view text) {
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    if (c < 0) {
      return "is not valid UTF-8";
    }
    constexpr UChar32 kLineSeparator = 0x2028;
    constexpr UChar32 kParagraphSeparator = 0x2029;
    if (u_charType(c) == U_CONTROL_CHAR || c == kLineSeparator || c == kParagraphSeparator) {
      return "holds a control character or line break";
    }
    // XML can't carry U+FFFE and U+FFFF, and nobody means any of them.
    if (U_IS_UNICODE_NONCHAR(c)) {
      return "holds a code point that Unicode keeps from being a character";
    }
  }
  return "";
}

int CountDigits(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(),
                                        [](unsigned char c) { return absl::ascii_isdigit(c); }));
}

// What is wrong with the value of `field`, which is no address; "" where nothing is.
std::string_view KindFault(const Field& field, std::string_view text, std::string_view region) {
  if (field.sensitive() && text.find('*') != std::string_view::npos) {
    return "is masked; give the number in full";
  }
  switch (field.kind()) {
    case type::EMAIL:
      return EmailForm(text).parsed() ? "" : "is not an e-mail address";
    case type::URL:
      return UrlForm(text).parsed() ? "" : "is not a web address";
    case type::DATE:
      return ParseDate(text, region) ? "" : "is not a date; write it yyyy-MM-dd";
    case type::PHONE:
      return CountDigits(text) >= kMinPhoneDigits ? "" : "is not a phone number: it lacks digits";
    default:
      return "";
  }
}

class Validator {
 public:
  Validator(std::string_view region, Violations* violations)
      : region_(region), violations_(*violations) {}

  void CheckField(const Field& field, std::string_view text, const std::string& path) {
    if (!CheckText(text, field.max_length(), path) || IsBlank(text)) {
      return;
    }
    if (const std::string_view fault = KindFault(field, text, region_); !fault.empty()) {
      violations_.Add(path, fault);
    }
  }

  void CheckAddress(const Field& field, const type::Address& address, const std::string& path) {
    if (address.lines_size() > kMaxAddressLines) {
      violations_.Add(path + ".lines", absl::StrCat("has ", address.lines_size(), " lines; ",
                                                    kMaxAddressLines, " are allowed"));
    }
    for (int i = 0; i < address.lines_size(); ++i) {
      CheckText(address.lines(i), field.max_length(), absl::StrCat(path, ".lines[", i, "]"));
    }
    CheckText(address.city(), field.max_length(), path + ".city");
    CheckText(address.region(), field.max_length(), path + ".region");
    CheckText(address.postal_code(), field.max_length(), path + ".postal_code");
    if (CheckText(address.country(), field.max_length(), path + ".country") &&
        !IsBlank(address.country()) && !Countries::Get().IsCode(address.country())) {
      violations_.Add(path + ".country", "is not an ISO 3166-1 alpha-2 code in capitals");
    }
  }

 private:
  // Whether `text` is fit to be looked at further.
  bool CheckText(std::string_view text, int max_length, const std::string& path) {
    const std::string_view fault = TextFault(text);
    if (!fault.empty()) {
      violations_.Add(path, fault);
    }
    const bool fits = text.size() <= static_cast<std::size_t>(max_length);
    if (!fits) {
      violations_.Add(
          path, absl::StrCat("is ", text.size(), " bytes long; ", max_length, " are allowed"));
    }
    return fault.empty() && fits;
  }

  const std::string_view region_;
  Violations& violations_;
};

}  // namespace

void ValidateFields(const type::ClientFields& fields, const std::vector<const Field*>& changed,
                    std::string_view region, std::string_view path, Violations* violations) {
  Validator validator(region, violations);
  for (const Field* field : changed) {
    const std::string field_path = absl::StrCat(AV(path), ".", AV(field->name()));
    if (field->is_address()) {
      validator.CheckAddress(*field, field->Address(fields), field_path);
    } else {
      validator.CheckField(*field, field->Text(fields), field_path);
    }
  }
}

}  // namespace profilesync

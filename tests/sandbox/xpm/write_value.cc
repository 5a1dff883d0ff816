#include "tests/sandbox/xpm/write_value.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace profilesync::xpm_sandbox {
namespace {

using Kept = absl::StatusOr<std::optional<std::string>>;

absl::Status Refuse(const ClientElement& element, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat("Invalid ", std::string(element.name), ": ", why));
}

Kept Choice(const ClientElement& element, const std::string& text) {
  const std::vector<std::string> choices = absl::StrSplit(std::string(element.choices), '|');
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
  return Refuse(element, absl::StrCat("'", text, "' is not one of its values"));
}

Kept YesNo(const ClientElement& element, const std::string& text) {
  if (text == "Yes" || text == "No") return text;
  return Refuse(element, "must be Yes or No");
}

// The date in `text` under `format`; the whole text must be as the format writes it.
std::optional<std::string> ParseDate(const std::string& format, const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(format, text, &time, &error)) return std::nullopt;
  if (absl::FormatTime(format, time, absl::UTCTimeZone()) != text) return std::nullopt;
  return absl::FormatTime("%E4Y-%m-%d", time, absl::UTCTimeZone());
}

Kept Date(const ClientElement& element, const std::string& text, const Behaviour& behaviour) {
  std::optional<std::string> date;
  if (behaviour.accept_date_dashed) date = ParseDate("%E4Y-%m-%d", text);
  if (!date && behaviour.accept_date_compact) date = ParseDate("%E4Y%m%d", text);
  if (!date && behaviour.accept_date_with_time) date = ParseDate("%E4Y-%m-%dT%H:%M:%S", text);
  if (date) return *date;
  switch (behaviour.bad_date) {
    case BadDate::kIgnored:
      return std::optional<std::string>();
    case BadDate::k500:
      return absl::InternalError("An application exception occurred");
    case BadDate::kError:
      break;
  }
  return Refuse(element, absl::StrCat("'", text, "' is not a date"));
}

Kept Month(const ClientElement& element, const std::string& text) {
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int number = 0;
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (absl::EqualsIgnoreCase(text, kMonths[i])) number = static_cast<int>(i) + 1;
  }
  if (number == 0 && !absl::SimpleAtoi(text, &number)) number = 0;
  if (number >= 1 && number <= 12) return absl::StrCat(number);
  return Refuse(element, "must be a month, as a number or as Jan, Feb, …");
}

Kept GstPeriod(const ClientElement& element, const std::string& text) {
  if (text == "1") return "Monthly";
  if (text == "2" || text == "6") return text + " Monthly";
  return Refuse(element, "must be 1, 2 or 6");
}

Kept Decimal(const ClientElement& element, const std::string& text) {
  double number = 0;
  if (absl::SimpleAtod(text, &number)) return text;
  return Refuse(element, "must be a decimal number");
}

Kept TaxNumber(const ClientElement& element, const std::string& text, const std::string& uuid,
               const Store& store) {
  const std::string digits = DigitsOf(text);
  const bool only_digits = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isdigit(c) || c == ' ' || c == '-';
  });
  if (!only_digits || digits.size() < 8 || digits.size() > 11) {
    return Refuse(element, "not a tax number");
  }
  if (store.TaxNumberTaken(digits, uuid)) return Refuse(element, "another client has it");
  return text;
}

Kept StructureName(const ClientElement& element, const std::string& text,
                   const Behaviour& behaviour, const Store& store) {
  for (const BusinessStructure& structure : store.practice().business_structures) {
    if (absl::EqualsIgnoreCase(structure.name, text)) return structure.name;
  }
  if (behaviour.unknown_business_structure == UnknownBusinessStructure::kStored) return text;
  return Refuse(element, absl::StrCat("the practice has no '", text, "'"));
}

Kept TaxAgentName(const ClientElement& element, const std::string& text, const Store& store) {
  const auto& agents = store.practice().tax_agents;
  if (std::find(agents.begin(), agents.end(), text) != agents.end()) return text;
  return Refuse(element, absl::StrCat("the practice has no '", text, "'"));
}

}  // namespace

Kept ValueToKeep(const ClientElement& element, const std::string& text, const std::string& uuid,
                 const Behaviour& behaviour, const Store& store) {
  switch (element.content) {
    case Content::kText:
      return text;
    case Content::kYesNo:
      return YesNo(element, text);
    case Content::kDate:
      return Date(element, text, behaviour);
    case Content::kChoice:
      return Choice(element, text);
    case Content::kDecimal:
      return Decimal(element, text);
    case Content::kMonth:
      return Month(element, text);
    case Content::kGstPeriod:
      return GstPeriod(element, text);
    case Content::kTaxNumber:
      return TaxNumber(element, text, uuid, store);
    case Content::kStructureName:
      return StructureName(element, text, behaviour, store);
    case Content::kTaxAgentName:
      return TaxAgentName(element, text, store);
    case Content::kStaff:
      if (!store.StaffName(text).empty()) return text;
      return absl::InvalidArgumentError("Invalid staff identifier for client request");
    case Content::kClient:
      if (store.Find(text) != nullptr) return text;
      return Refuse(element, "no such client");
    case Content::kList:
      break;
  }
  return Refuse(element, "can't be written");
}

}  // namespace profilesync::xpm_sandbox

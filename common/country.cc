#include "common/country.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "common/status.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

using Alias = std::pair<const char*, const char*>;

// Names in use that aren't ICU's.
constexpr Alias kNames[] = {
    {"aotearoa", "NZ"},
    {"n z", "NZ"},
    {"aotearoa new zealand", "NZ"},
    {"new zealand aotearoa", "NZ"},
    {"commonwealth of australia", "AU"},
    {"britain", "GB"},
    {"great britain", "GB"},
    {"united states of america", "US"},
    {"republic of ireland", "IE"},
    {"eire", "IE"},
    {"holland", "NL"},
    {"the netherlands", "NL"},
    {"hong kong", "HK"},
    {"hong kong sar", "HK"},
    {"macau", "MO"},
    {"macao", "MO"},
    {"peoples republic of china", "CN"},
    {"mainland china", "CN"},
    {"viet nam", "VN"},
    {"republic of korea", "KR"},
    {"korea republic of", "KR"},
    {"czech republic", "CZ"},
    {"russian federation", "RU"},
    {"burma", "MM"},
    {"myanmar", "MM"},
    {"ivory coast", "CI"},
    {"cote d'ivoire", "CI"},
    {"east timor", "TL"},
    {"swaziland", "SZ"},
    {"macedonia", "MK"},
    {"turkiye", "TR"},
    {"türkiye", "TR"},
    {"turkey", "TR"},
    {"brunei darussalam", "BN"},
    {"republic of singapore", "SG"},
    {"republic of fiji", "FJ"},
    {"independent state of samoa", "WS"},
    {"western samoa", "WS"},
    {"kingdom of tonga", "TO"},
    {"vatican", "VA"},
    {"the bahamas", "BS"},
    {"the gambia", "GM"},
    {"the philippines", "PH"},
    {"republic of south africa", "ZA"},
};

// Abbreviations in use that are neither alpha-2 nor alpha-3 codes.
constexpr Alias kAbbreviations[] = {
    {"uk", "GB"}, {"aust", "AU"}, {"uae", "AE"}, {"prc", "CN"}, {"rsa", "ZA"},
};

// How names are looked up: folded, "&" as "and", other punctuation gone.
std::string Key(std::string_view text) {
  std::string key = absl::StrReplaceAll(
      FoldText(text), {{"&", " and "}, {"’", ""}, {"'", ""}, {".", ""}, {",", " "}, {"-", " "}});
  key = absl::StrReplaceAll(key, {{"(", " "}, {")", " "}});
  return CollapseWhiteSpace(key);
}

template <typename Map>
std::string_view FindIn(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

const Countries& Countries::Get() {
  static const auto* const kCountries = new Countries;
  return *kCountries;
}

Countries::Countries() {
  for (const char* const* code = icu::Locale::getISOCountries(); *code != nullptr; ++code) {
    const icu::Locale country("", *code);
    icu::UnicodeString display;
    country.getDisplayCountry(icu::Locale::getEnglish(), display);
    std::string name;
    display.toUTF8String(name);
    code_by_name_[Key(name)] = *code;
    code_by_abbreviation_[Key(*code)] = *code;
    code_by_abbreviation_[Key(country.getISO3Country())] = *code;
    name_by_code_[*code] = std::move(name);
  }
  for (const auto& [name, code] : kNames) {
    code_by_name_[Key(name)] = code;
  }
  for (const auto& [abbreviation, code] : kAbbreviations) {
    code_by_abbreviation_[Key(abbreviation)] = code;
  }
}

bool Countries::IsCode(std::string_view code) const {
  return name_by_code_.count(std::string(code)) > 0;
}

std::string_view Countries::NameOf(std::string_view code) const {
  return FindIn(name_by_code_, std::string(code));
}

std::string_view Countries::CodeOf(std::string_view text) const {
  // The alpha-2 code is what every profile holds, and needs no folding.
  if (const auto found = name_by_code_.find(std::string(text)); found != name_by_code_.end()) {
    return found->first;
  }
  const std::string key = Key(text);
  const std::string_view code = FindIn(code_by_abbreviation_, key);
  return code.empty() ? FindIn(code_by_name_, key) : code;
}

std::string Countries::PracticeText(std::string_view code, std::string_view practice_text) const {
  if (!code.empty() && CodeOf(practice_text) == code) {
    return std::string(practice_text);
  }
  const std::string_view name = NameOf(code);
  return std::string(name.empty() ? code : name);
}

}  // namespace profilesync

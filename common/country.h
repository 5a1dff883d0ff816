#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace profilesync {

// Countries by ISO 3166-1 alpha-2 code, by ICU's English name, by alpha-3 code and by the names
// that people write (UK, USA, Aotearoa). Immutable and thread-safe.
class Countries {
 public:
  // The one table; built at the first call, lives as long as the process.
  static const Countries& Get();

  Countries(const Countries&) = delete;
  Countries& operator=(const Countries&) = delete;

  // Whether `code` is an assigned alpha-2 code in capitals.
  bool IsCode(std::string_view code) const;
  // ICU's English name of an alpha-2 code, "New Zealand" for "NZ"; "" for an unknown code.
  std::string_view NameOf(std::string_view code) const;
  // The alpha-2 code that `text` means, whatever its case, spacing and punctuation; "" where the
  // text isn't recognised. The parts of a country (England) are not the country.
  std::string_view CodeOf(std::string_view text) const;

  // What is written to a practice system, which holds countries as text, for a profile's `code`:
  // `practice_text` itself when it means that country already, else ICU's English name, else `code`
  // as it is.
  std::string PracticeText(std::string_view code, std::string_view practice_text) const;

 private:
  Countries();

  // Keyed without case, spacing and punctuation, see Key() in the .cc.
  std::unordered_map<std::string, std::string> code_by_name_;
  std::unordered_map<std::string, std::string> code_by_abbreviation_;
  std::unordered_map<std::string, std::string> name_by_code_;
};

}  // namespace profilesync

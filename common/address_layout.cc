#include "common/address_layout.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/address_street.h"
#include "common/address_words.h"
#include "common/country.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

bool IsPostalCode(std::string_view word) { return IsDigits(word) && word.size() == 4; }

// Takes the parts that the address lacks off its end.
class TailReader {
 public:
  TailReader(AddressParts* parts, std::string_view region)
      : parts_(*parts), region_(region), tail_(parts->town.empty() ? parts->street : parts->town) {}

  void TakeCountry() {
    if (!parts_.country.empty() || tail_.empty()) {
      return;
    }
    const Tokens& last = tail_.back();
    // A country that follows something in its own segment may be up to three words long.
    for (std::size_t size = std::min<std::size_t>(last.size(), 3); size > 0; --size) {
      const std::size_t start = last.size() - size;
      const Tokens words(last.begin() + start, last.end());
      const std::string_view code = CountryAtEnd(JoinTokens(words));
      const bool divided = start == 0 ? tail_.size() > 1 : MayPrecedeCountry(last[start - 1]);
      if (!code.empty() && divided) {
        parts_.country = code;
        Cut(start);
        return;
      }
    }
  }

  void TakePostalCodeAndState() {
    if (tail_.empty()) {
      return;
    }
    const Tokens& last = tail_.back();
    std::size_t end = last.size();
    std::string code;
    if (parts_.postal_code.empty() && IsPostalCode(last.back())) {
      code = last.back();
      --end;
    }
    std::string state;
    if (end > 0 && parts_.country == "AU" && parts_.state.empty() && last[end - 1].size() <= 3) {
      state = AustralianState(last[end - 1]);
      end -= state.empty() ? 0 : 1;
    }
    if (end == last.size() || !MayEndHere(end, !state.empty())) {
      return;
    }
    parts_.postal_code += code;
    parts_.state += state;
    Cut(end);
    TakeStateSegment();
  }

  // Street lines that no town goes with are searched for one.
  void TakeTown() {
    if (!parts_.town.empty() || parts_.street.empty()) {
      return;
    }
    Tokens& last = parts_.street.back();
    const std::size_t start = TownStart(last, IsNewZealand());
    const bool own_segment = start == 0 && parts_.street.size() > 1;
    const bool between = start > 0 && start < last.size() && !parts_.postal_code.empty();
    if (own_segment || between) {
      parts_.town.emplace_back(last.begin() + start, last.end());
      last.erase(last.begin() + start, last.end());
      if (last.empty()) {
        parts_.street.pop_back();
      }
    }
  }

 private:
  bool IsNewZealand() const { return parts_.country == "NZ"; }

  // The region's own country, New Zealand and Australia by name or abbreviation; no other, for
  // "Jordan" and "Georgia" are towns and people too.
  std::string_view CountryAtEnd(const std::string& text) const {
    const std::string_view code = Countries::Get().CodeOf(text);
    const bool near = code == region_ || code == "NZ" || code == "AU";
    return near && text.size() > 1 && text != "au" ? code : std::string_view();
  }

  // Inside a segment a country stands behind the postal code or the state.
  static bool MayPrecedeCountry(std::string_view word) {
    return IsPostalCode(word) || (word.size() <= 3 && !AustralianState(word).empty());
  }

  // Whether what stands before the postal code and state leaves no doubt that they are these: a
  // town, nothing (they have a segment of their own), or a street and a town.
  bool MayEndHere(std::size_t end, bool has_state) const {
    const Tokens& last = tail_.back();
    const bool is_town_part = &tail_ == &parts_.town;
    if (end == 0) {
      return tail_.size() > 1;
    }
    const Tokens before(last.begin(), last.begin() + end);
    const std::size_t start = TownStart(before, IsNewZealand());
    if (start == 0) {
      return is_town_part || tail_.size() > 1;
    }
    return start < before.size() || (has_state && tail_.size() > 1 && is_town_part);
  }

  // "Sydney, NSW, 2000": the state has a segment of its own.
  void TakeStateSegment() {
    if (parts_.country == "AU" && parts_.state.empty() && tail_.size() > 1) {
      const std::string_view state = AustralianState(JoinTokens(tail_.back()));
      if (!state.empty()) {
        parts_.state = state;
        tail_.pop_back();
      }
    }
  }

  void Cut(std::size_t start) {
    tail_.back().resize(start);
    if (start == 0) {
      tail_.pop_back();
    }
  }

  AddressParts& parts_;
  const std::string_view region_;
  // What the missing parts are taken from.
  std::vector<Tokens>& tail_;
};

std::string StateOf(const std::string& text, bool australian) {
  const std::string state = absl::StrJoin(CanonicalTown(AddressSegments(text)), " ");
  const std::string_view abbreviation = australian ? AustralianState(state) : std::string_view();
  return abbreviation.empty() ? state : std::string(abbreviation);
}

std::string WithoutSpaces(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}

}  // namespace

AddressParts LayOut(const type::Address& address, std::string_view region) {
  AddressParts parts;
  for (const std::string& line : address.lines()) {
    std::vector<Tokens> segments = AddressSegments(line);
    std::move(segments.begin(), segments.end(), std::back_inserter(parts.street));
  }
  parts.town = AddressSegments(address.city());
  parts.postal_code = WithoutSpaces(FoldText(address.postal_code()));
  if (!FoldText(address.country()).empty()) {
    parts.country = Countries::Get().CodeOf(address.country());
    parts.country_recognised = !parts.country.empty();
    if (!parts.country_recognised) {
      parts.country = FoldText(address.country());
    }
  }
  TailReader tail(&parts, region);
  tail.TakeCountry();
  if (parts.country.empty()) {
    parts.country = region;
  }
  parts.state = StateOf(address.region(), parts.country == "AU");
  if (parts.country == "AU" || parts.country == "NZ") {
    tail.TakePostalCodeAndState();
    tail.TakeTown();
  }
  return parts;
}

}  // namespace profilesync

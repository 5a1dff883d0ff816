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

// Whether `found` may be taken for `part`: it's missing, or the address says it twice.
bool IsMissingOr(std::string_view part, std::string_view found) {
  return part.empty() || part == found;
}

// Whether a postal code is one of `state`'s, by its first digit. "Port Victoria 5573" is not in
// Victoria.
bool PostalCodeFits(std::string_view code, std::string_view state) {
  constexpr std::pair<std::string_view, std::string_view> kFirstDigits[] = {
      {"NSW", "12"}, {"VIC", "38"}, {"QLD", "49"}, {"SA", "5"},
      {"WA", "6"},   {"TAS", "7"},  {"NT", "0"},   {"ACT", "02"},
  };
  const auto* row = std::find_if(std::begin(kFirstDigits), std::end(kFirstDigits),
                                 [&](const auto& digits) { return digits.first == state; });
  return !code.empty() && row != std::end(kFirstDigits) &&
         row->second.find(code.front()) != std::string_view::npos;
}

// The last `size` words before `end`.
std::string WordsBefore(const Tokens& words, std::size_t end, std::size_t size) {
  return JoinTokens(Tokens(words.begin() + (end - size), words.begin() + end));
}

// Takes the parts that the address lacks off its end.
class TailReader {
 public:
  TailReader(AddressParts* parts, std::string_view region)
      : parts_(*parts), region_(region), tail_(parts->town.empty() ? parts->street : parts->town) {}

  // "NSW, Australia 2000" is "NSW 2000, Australia".
  void MovePostalCodeBeforeCountry() {
    if (tail_.size() < 2 || tail_.back().size() < 2 || !IsPostalCode(tail_.back().back())) {
      return;
    }
    Tokens& last = tail_.back();
    const std::string_view country =
        NearCountry(WordsBefore(last, last.size() - 1, last.size() - 1));
    // "Au" is a village as well.
    if (country.empty() || !IsMissingOr(parts_.country, country) || last.front() == "au") {
      return;
    }
    Tokens code = {std::move(last.back())};
    last.pop_back();
    Tokens& before = tail_[tail_.size() - 2];
    // Behind another word than a state's it might be read as that word's number: "PO Box".
    if (!before.empty() && !AustralianState(before.back()).empty()) {
      before.push_back(std::move(code.front()));
    } else {
      tail_.insert(std::prev(tail_.end()), std::move(code));
    }
  }

  void TakeCountry() {
    if (tail_.empty()) {
      return;
    }
    const Tokens& last = tail_.back();
    // A country that follows something in its own segment may be up to three words long.
    for (std::size_t size = std::min<std::size_t>(last.size(), 3); size > 0; --size) {
      const std::size_t start = last.size() - size;
      const std::string text = WordsBefore(last, last.size(), size);
      const std::string_view code = NearCountry(text);
      if (!code.empty() && IsMissingOr(parts_.country, code) && MayBeCountry(code, start)) {
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
    if (IsPostalCode(last.back()) && IsMissingOr(parts_.postal_code, last.back())) {
      code = last.back();
      --end;
    }
    const std::string_view state =
        StateBefore(&end, code.empty() ? std::string_view(parts_.postal_code) : code);
    if (end == last.size() || !MayEndHere(end, !state.empty())) {
      return;
    }
    if (!code.empty()) {
      parts_.postal_code = code;
    }
    if (!state.empty()) {
      parts_.state = state;
    }
    Cut(end);
    TakeStateSegment();
  }

  // Street lines that no town goes with are searched for one.
  void TakeTown() {
    if (!parts_.town.empty() || parts_.street.empty()) {
      return;
    }
    Tokens& last = parts_.street.back();
    const auto [start, follows_number] = FindTown(last, IsNewZealand());
    const bool own_segment = start == 0 && parts_.street.size() > 1;
    const bool state = parts_.country == "AU" && !parts_.state.empty();
    const bool ended = !parts_.postal_code.empty() || state || follows_number;
    if (own_segment || (start > 0 && start < last.size() && ended)) {
      parts_.town.emplace_back(last.begin() + start, last.end());
      last.erase(last.begin() + start, last.end());
      if (last.empty()) {
        parts_.street.pop_back();
      }
    }
  }

 private:
  bool IsNewZealand() const { return parts_.country == "NZ"; }
  bool IsTownPart() const { return &tail_ == &parts_.town; }

  // The region's own country, New Zealand and Australia by name or abbreviation; no other, for
  // "Jordan" and "Georgia" are towns and people too.
  std::string_view NearCountry(const std::string& text) const {
    const std::string_view code = Countries::Get().CodeOf(text);
    const bool near = code == region_ || code == "NZ" || code == "AU";
    return near && text.size() > 1 ? code : std::string_view();
  }

  static bool IsPostalCodeOrState(std::string_view word) {
    return IsPostalCode(word) || (word.size() <= 3 && !AustralianState(word).empty());
  }

  // Whether the words from `start` on, which can mean `country`, stand where a country does: behind
  // the postal code or the state, in a segment of their own, or behind a town.
  bool MayBeCountry(std::string_view country, std::size_t start) const {
    const Tokens& last = tail_.back();
    if (start == 0 && tail_.size() == 1) {
      return false;
    }
    if (IsPostalCodeOrState(start > 0 ? last[start - 1] : tail_[tail_.size() - 2].back())) {
      return true;
    }
    if (last[start] == "au") {
      // A name and a village as well; the third segment of an address is neither.
      return start == 0 && (IsTownPart() || tail_.size() > 2);
    }
    if (last[start] == "n") {
      // "Patel, N Z" has initials.
      return start == 0 && IsTownPart();
    }
    if (start == 0) {
      return true;
    }
    const Tokens before(last.begin(), last.begin() + start);
    const std::size_t town = FindTown(before, country == "NZ").start;
    const bool behind_town = town == 0 ? IsTownPart() || tail_.size() > 1 : town < before.size();
    // "Bank of New Zealand" and "South Australia" are no towns in a country.
    return behind_town && before.back() != "of" &&
           AustralianState(WordsBefore(last, last.size(), last.size() - start + 1)).empty();
  }

  // The state whose last word stands before `*end`, which moves before its first. A name, which may
  // be a town's, needs a segment of its own or a town before it and a postal code to bear it out.
  std::string_view StateBefore(std::size_t* end, std::string_view postal_code) const {
    const Tokens& last = tail_.back();
    const bool divided = tail_.size() > (IsTownPart() ? 1 : 2);
    for (std::size_t size = parts_.country == "AU" ? std::min<std::size_t>(*end, 3) : 0; size > 0;
         --size) {
      const std::string text = WordsBefore(last, *end, size);
      const std::string_view state = AustralianState(text);
      const bool sure =
          text.size() <= 3 || (*end == size ? divided : PostalCodeFits(postal_code, state));
      if (!state.empty() && IsMissingOr(parts_.state, state) && sure) {
        *end -= size;
        return state;
      }
    }
    return {};
  }

  // Whether what stands before the postal code and state leaves no doubt that they are these: a
  // town, nothing (they have a segment of their own), or a street and a town.
  bool MayEndHere(std::size_t end, bool has_state) const {
    const Tokens& last = tail_.back();
    if (end == 0) {
      return tail_.size() > 1;
    }
    const Tokens before(last.begin(), last.begin() + end);
    const std::size_t start = FindTown(before, IsNewZealand()).start;
    if (start == 0) {
      return IsTownPart() || tail_.size() > 1;
    }
    return start < before.size() || (has_state && tail_.size() > 1 && IsTownPart());
  }

  // "Sydney, NSW, 2000": the state has a segment of its own.
  void TakeStateSegment() {
    if (parts_.country == "AU" && tail_.size() > 1) {
      const std::string_view state = AustralianState(JoinTokens(tail_.back()));
      if (!state.empty() && IsMissingOr(parts_.state, state)) {
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
      parts.country = EvenOutQuotes(FoldText(address.country()));
    }
  }
  TailReader tail(&parts, region);
  tail.MovePostalCodeBeforeCountry();
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

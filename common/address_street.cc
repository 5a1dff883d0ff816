#include "common/address_street.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>

#include "common/address_words.h"

namespace profilesync {
namespace {

// What boxes, bags and rural deliveries are written as in the canonical row; no such words occur
// elsewhere.
constexpr std::string_view kRuralDelivery = "ruraldelivery";

// How many words of `words` from `i` on spell out `phrase`; 0 when they don't.
std::size_t MatchAt(const Tokens& words, std::size_t i, std::string_view phrase) {
  const std::size_t start = i;
  while (!phrase.empty()) {
    const auto end = std::min(phrase.find(' '), phrase.size());
    if (i == words.size() || words[i] != phrase.substr(0, end)) {
      return 0;
    }
    ++i;
    phrase.remove_prefix(std::min(end + 1, phrase.size()));
  }
  return i - start;
}

// What a phrase at a place in a segment stands for, and how many words it takes; none where 0.
struct Phrase {
  std::string_view canonical;
  std::size_t size = 0;
};

Phrase BoxAt(const Tokens& words, std::size_t i) {
  constexpr std::pair<std::string_view, std::string_view> kBoxes[] = {
      {"p o box", "pobox"},
      {"po box", "pobox"},
      {"pobox", "pobox"},
      {"p / o box", "pobox"},
      {"post office box", "pobox"},
      {"g p o box", "gpobox"},
      {"gpo box", "gpobox"},
      {"gpobox", "gpobox"},
      {"general post office box", "gpobox"},
      {"private bag", "privatebag"},
      {"pvt bag", "privatebag"},
      {"priv bag", "privatebag"},
      {"private mail bag", "privatemailbag"},
      {"pmb", "privatemailbag"},
      {"locked bag", "lockedbag"},
      {"locked mail bag", "lockedbag"},
  };
  for (const auto& [phrase, canonical] : kBoxes) {
    if (const std::size_t size = MatchAt(words, i, phrase); size > 0) {
      return {canonical, size};
    }
  }
  return {};
}

// Where the number that belongs to the word before `i` stands: "Box 12", "Box No 12".
std::size_t SkipNo(const Tokens& words, std::size_t i) {
  return i < words.size() && words[i] == "no" ? i + 1 : i;
}

bool IsShortNumber(std::string_view word) { return IsDigits(word) && word.size() <= 2; }

// Whether the word at `i` follows a name, as a street type must.
bool FollowsName(const Tokens& words, std::size_t i) {
  return i > 0 && IsName(words[i - 1]) && words[i - 1] != "c/o" &&
         (i < 2 || PartDesignator(words[i - 2]).empty() || words[i - 1].size() > 1);
}

// "State Highway 1", "State Hwy No 1"; in New Zealand "SH 1" too, while "SH 1/23" is a shop.
Phrase StateHighwayAt(const Tokens& words, std::size_t i, bool new_zealand) {
  std::size_t size = std::max(MatchAt(words, i, "state highway"), MatchAt(words, i, "state hwy"));
  if (size == 0 && new_zealand) {
    size = std::max(MatchAt(words, i, "sh"), MatchAt(words, i, "s h"));
  }
  const std::size_t number_at = SkipNo(words, i + size);
  const bool numbered = size > 0 && number_at < words.size() && IsNumber(words[number_at]) &&
                        words[number_at].size() <= 3 && MatchAt(words, number_at + 1, "/") == 0;
  return numbered ? Phrase{"state highway", number_at - i} : Phrase{};
}

// Whether the number of a state highway is the word before `i`.
bool FollowsStateHighway(const Tokens& words, std::size_t i, bool new_zealand) {
  constexpr std::size_t kLongest = 4;
  for (std::size_t start = i < kLongest ? 0 : i - kLongest; start < i; ++start) {
    const Phrase highway = StateHighwayAt(words, start, new_zealand);
    if (highway.size > 0 && start + highway.size + 1 == i) {
      return true;
    }
  }
  return false;
}

bool FollowsRoad(const Tokens& words, std::size_t i) {
  const bool street = i > 0 && !StreetType(words[i - 1]).empty() && FollowsName(words, i - 1);
  return street || FollowsStateHighway(words, i, /*new_zealand=*/true);
}

// New Zealand's "RD 1", "R.D.1", "R D 1", "Rural Delivery No 1". "Smith Rd 1" isn't one: nothing
// says where the road ends.
Phrase RuralDeliveryAt(const Tokens& words, std::size_t i) {
  std::size_t size = std::max(MatchAt(words, i, "r d"), MatchAt(words, i, "rural delivery"));
  if (size == 0 && MatchAt(words, i, "rd") > 0 && (i == 0 || FollowsRoad(words, i))) {
    size = 1;
  }
  const std::size_t number_at = SkipNo(words, i + size);
  const bool numbered = size > 0 && number_at < words.size() && IsShortNumber(words[number_at]);
  return numbered ? Phrase{kRuralDelivery, number_at - i} : Phrase{};
}

// The words that announce the number at the end of `word`: "unit" of "unit4", and of "rd1" "r" and
// "d", which are a rural delivery wherever they stand. Empty where `word` is better left whole.
Tokens AnnouncerIn(std::string_view word, bool new_zealand) {
  const std::size_t digit = std::min(word.find_first_of("0123456789"), word.size());
  const std::string_view name = word.substr(0, digit);
  const std::string_view number = word.substr(digit);
  if (name.empty() || !IsNumber(number)) {
    return {};
  }
  if (new_zealand && name == "rd" && IsShortNumber(number)) {
    return {"r", "d"};
  }
  const bool splits = (new_zealand && name == "sh") || name == "box" || name == "pobox" ||
                      name == "bag" || name == "rmb" || name == "pmb" ||
                      !PartDesignator(name).empty();
  return splits ? Tokens{std::string(name)} : Tokens();
}

Tokens SplitNumbers(const Tokens& words, bool new_zealand) {
  Tokens out;
  for (const std::string& word : words) {
    const Tokens announcer = AnnouncerIn(word, new_zealand);
    out.insert(out.end(), announcer.begin(), announcer.end());
    out.push_back(announcer.empty() ? word : word.substr(word.find_first_of("0123456789")));
  }
  return out;
}

// "L3" of "L3, 12 George St". In "L3/12 George St" it's rather a unit, as is "A3".
bool IsLevel(const Tokens& segment, const Tokens& next) {
  return segment.size() == 1 && segment[0][0] == 'l' && IsShortNumber(segment[0].substr(1)) &&
         next.size() > 1 && IsNumber(next[0]);
}

// Where the direction words from `i` on end.
std::size_t SkipDirections(const Tokens& words, std::size_t i) {
  while (i < words.size() && !DirectionWord(words[i]).empty()) {
    ++i;
  }
  return i;
}

// Whether the word at `i` is the type of a street: it follows the street's name, and where its
// abbreviation may be another word it must end the street as well.
bool IsStreetTypeAt(const Tokens& words, std::size_t i, bool new_zealand) {
  if (StreetType(words[i]).empty() || !FollowsName(words, i)) {
    return false;
  }
  const auto delivery_at = [&](std::size_t at) {
    return new_zealand && RuralDeliveryAt(words, at).size > 0;
  };
  // "Park Pl Dr": no saint and no doctor bears the name of a street type.
  std::size_t last = i;
  while (last + 1 < words.size() && !StreetType(words[last + 1]).empty() &&
         !delivery_at(last + 1)) {
    ++last;
  }
  const std::size_t next = SkipDirections(words, last + 1);
  if (next == words.size() || words[next] == "and" || words[next] == "/" || delivery_at(next)) {
    return true;
  }
  return !IsAmbiguousStreetType(words[i]) && !IsNumber(words[next]);
}

// Whether only a town is left from `i` on: "PO Box 23 226 Smith Rd" is perhaps box 23 and a house.
bool IsTownFrom(const Tokens& words, std::size_t i) {
  for (; i < words.size(); ++i) {
    if (!IsName(words[i]) || !PartDesignator(words[i]).empty() ||
        (!StreetType(words[i]).empty() && FollowsName(words, i))) {
      return false;
    }
  }
  return true;
}

// A box number is printed in groups of three: "23 226", "23-226".
std::string BoxNumber(const Tokens& words, std::size_t i, std::size_t* size) {
  std::string number = words[i];
  *size = 1;
  const auto hyphen = number.find('-');
  if (hyphen <= 3 && number.size() == hyphen + 4 && IsNumber(number)) {
    number.erase(hyphen, 1);
  } else if (IsDigits(number) && number.size() <= 3 && i + 1 < words.size() &&
             IsDigits(words[i + 1]) && words[i + 1].size() == 3 && IsTownFrom(words, i + 2)) {
    number += words[i + 1];
    *size = 2;
  }
  return number;
}

bool IsPartNumber(std::string_view word) {
  return IsNumber(word) || (word.size() == 1 && IsName(word)) ||
         (word.size() > 1 && IsName(word.substr(0, 1)) && IsDigits(word.substr(1)));
}

// Evens out one segment at a time; each Take…() consumes words at i_ and tells whether it did.
class SegmentReader {
 public:
  SegmentReader(const Tokens& words, bool new_zealand, Tokens* out)
      : words_(words), new_zealand_(new_zealand), out_(*out) {}

  void Read() {
    while (i_ < words_.size()) {
      if (!TakeBox() && !TakeRuralDelivery() && !TakeStateHighway() && !TakeCorner() && !TakeNo() &&
          !TakePart() && !TakeSlash() && !TakeStreetType()) {
        out_.emplace_back(WrittenOut(words_[i_]));
        at_start_ = at_start_ && words_[i_] == "c/o";
        ++i_;
      }
    }
  }

 private:
  bool TakeBox() {
    const Phrase box = BoxAt(words_, i_);
    const std::size_t number_at = SkipNo(words_, i_ + box.size);
    if (box.size == 0 || number_at >= words_.size()) {
      return false;
    }
    std::size_t size = 0;
    std::string number = BoxNumber(words_, number_at, &size);
    out_.emplace_back(box.canonical);
    out_.push_back(std::move(number));
    i_ = number_at + size;
    at_start_ = false;
    return true;
  }

  bool TakeRuralDelivery() {
    const Phrase delivery = new_zealand_ ? RuralDeliveryAt(words_, i_) : Phrase{};
    if (delivery.size == 0) {
      return false;
    }
    out_.emplace_back(delivery.canonical);
    out_.push_back(words_[i_ + delivery.size]);
    i_ += delivery.size + 1;
    at_start_ = false;
    return true;
  }

  bool TakeStateHighway() {
    const Phrase highway = StateHighwayAt(words_, i_, new_zealand_);
    if (highway.size == 0) {
      return false;
    }
    out_.emplace_back(highway.canonical);
    i_ += highway.size;
    out_.push_back(words_[i_]);
    ++i_;
    TakeDirections();
    at_start_ = false;
    return true;
  }

  bool TakeCorner() {
    if (WrittenOut(words_[i_]) != "corner" || MatchAt(words_, i_ + 1, "of") == 0) {
      return false;
    }
    out_.emplace_back("corner");
    i_ += 2;
    at_start_ = false;
    return true;
  }

  // "No 12 High St".
  bool TakeNo() {
    const std::size_t number_at = SkipNo(words_, i_);
    if (!at_start_ || number_at == i_ || number_at >= words_.size() ||
        !IsNumber(words_[number_at])) {
      return false;
    }
    i_ = number_at;
    return true;
  }

  // "Flat 2", "Level 3", "Suite 4 /". What follows may start another part or the street number.
  bool TakePart() {
    const std::string_view designator = PartDesignator(words_[i_]);
    const std::size_t number_at = SkipNo(words_, i_ + 1);
    if (designator.empty() || number_at >= words_.size() || !IsPartNumber(words_[number_at])) {
      return false;
    }
    // A letter may be an initial or a word, the more so behind "u".
    if (IsName(words_[number_at]) && (!at_start_ || words_[i_].size() == 1)) {
      return false;
    }
    out_.emplace_back(designator);
    out_.push_back(words_[number_at]);
    i_ = number_at + 1;
    if (i_ + 1 < words_.size() && words_[i_] == "/" && IsNumber(words_[i_ + 1])) {
      ++i_;
    }
    return true;
  }

  // "2/14 High St" is unit 2.
  bool TakeSlash() {
    if (!at_start_ || !IsPartNumber(words_[i_]) || i_ + 2 >= words_.size() ||
        words_[i_ + 1] != "/" || !IsNumber(words_[i_ + 2])) {
      return false;
    }
    out_.emplace_back("unit");
    out_.push_back(words_[i_]);
    i_ += 2;
    at_start_ = false;
    return true;
  }

  bool TakeStreetType() {
    if (!IsStreetTypeAt(words_, i_, new_zealand_)) {
      return false;
    }
    out_.emplace_back(StreetType(words_[i_]));
    ++i_;
    TakeDirections();
    return true;
  }

  void TakeDirections() {
    for (const std::size_t end = SkipDirections(words_, i_); i_ < end; ++i_) {
      out_.emplace_back(DirectionWord(words_[i_]));
    }
  }

  const Tokens& words_;
  const bool new_zealand_;
  Tokens& out_;
  std::size_t i_ = 0;
  // Nothing but parts of the building has been read in this segment.
  bool at_start_ = true;
};

// A box, a rural delivery, a state highway or a street.
struct Delivery {
  // 0 for none.
  std::size_t end = 0;
  bool numbered = false;
  // A direction may follow.
  bool road = false;
};

// The delivery that is named at `i`.
Delivery DeliveryAt(const Tokens& words, std::size_t i, bool new_zealand) {
  const Phrase box = BoxAt(words, i);
  const std::size_t box_number = SkipNo(words, i + box.size);
  if (box.size > 0 && box_number < words.size()) {
    std::size_t size = 0;
    BoxNumber(words, box_number, &size);
    return {box_number + size, /*numbered=*/true, /*road=*/false};
  }
  const Phrase rural = new_zealand ? RuralDeliveryAt(words, i) : Phrase{};
  if (rural.size > 0) {
    return {i + rural.size + 1, /*numbered=*/true, /*road=*/false};
  }
  const Phrase highway = StateHighwayAt(words, i, new_zealand);
  if (highway.size > 0) {
    return {i + highway.size + 1, /*numbered=*/true, /*road=*/true};
  }
  const bool street = !StreetType(words[i]).empty() && FollowsName(words, i);
  return street ? Delivery{i + 1, /*numbered=*/false, /*road=*/true} : Delivery{};
}

// Whether the break between two segments says which of them a direction goes with: "Queen St, East
// Tamaki" is not "Queen St East, Tamaki".
bool DirectionMayBelongToEither(const Tokens& segment, const Tokens& next, bool new_zealand) {
  std::size_t last = segment.size();
  while (last > 1 && !DirectionWord(segment[last - 1]).empty()) {
    --last;
  }
  const bool road =
      !StreetType(segment[last - 1]).empty() || FollowsStateHighway(segment, last, new_zealand);
  return road && (last < segment.size() || !DirectionWord(next.front()).empty());
}

// Whether without the break between two segments a box's number would go on behind it.
bool NumberMayGoOn(const Tokens& segment, const Tokens& next) {
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const Phrase box = BoxAt(segment, i);
    const std::size_t number_at = SkipNo(segment, i + box.size);
    if (box.size > 0 && number_at + 1 == segment.size()) {
      Tokens joined(segment.begin() + number_at, segment.end());
      joined.insert(joined.end(), next.begin(), next.end());
      std::size_t size = 0;
      BoxNumber(joined, 0, &size);
      return size > 1;
    }
  }
  return false;
}

}  // namespace

TownPlace FindTown(const Tokens& raw, bool new_zealand) {
  const Tokens words = SplitNumbers(raw, new_zealand);
  TownPlace place;
  bool ambiguous = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const Delivery delivery = DeliveryAt(words, i, new_zealand); delivery.end > 0) {
      place.start = delivery.road ? SkipDirections(words, delivery.end) : delivery.end;
      place.follows_number = delivery.numbered;
      // "Park Road North Shore" may be Park Road North or North Shore.
      ambiguous = place.start > delivery.end && place.start < words.size();
      i = place.start - 1;
    }
  }
  const bool named = std::all_of(
      words.begin() + place.start, words.end(),
      [](const std::string& word) { return IsName(word) && PartDesignator(word).empty(); });
  if (ambiguous || !named || (!words.empty() && AnnouncesNumber(words.back()))) {
    place.start = raw.size();
  } else if (place.start > 0) {
    // Words were added before the town only, so places count from the end.
    place.start = raw.size() - (words.size() - place.start);
  }
  return place;
}

Tokens CanonicalStreet(const std::vector<Tokens>& segments, bool new_zealand) {
  Tokens out;
  Tokens previous;
  for (auto segment = segments.begin(); segment != segments.end(); ++segment) {
    const auto next = std::next(segment);
    const bool level = next != segments.end() && IsLevel(*segment, *next);
    Tokens words =
        level ? Tokens{"level", segment->front().substr(1)} : SplitNumbers(*segment, new_zealand);
    if (!previous.empty() && (DirectionMayBelongToEither(previous, words, new_zealand) ||
                              NumberMayGoOn(previous, words))) {
      out.emplace_back(",");
    }
    SegmentReader(words, new_zealand, &out).Read();
    previous = std::move(words);
  }
  return out;
}

Tokens CanonicalTown(const std::vector<Tokens>& segments) {
  Tokens out;
  for (const Tokens& segment : segments) {
    for (const std::string& word : segment) {
      out.emplace_back(WrittenOut(word));
    }
  }
  return out;
}

}  // namespace profilesync

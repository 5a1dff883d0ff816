#include "common/address_street.h"

#include <algorithm>
#include <initializer_list>
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
      {"post office box", "pobox"},
      {"g p o box", "gpobox"},
      {"gpo box", "gpobox"},
      {"gpobox", "gpobox"},
      {"general post office box", "gpobox"},
      {"private bag", "privatebag"},
      {"pvt bag", "privatebag"},
      {"priv bag", "privatebag"},
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

// "RD 1", "R.D.1", "R D 1", "Rural Delivery No 1". "Smith Rd 1" isn't one: nothing says where the
// road ends.
Phrase RuralDeliveryAt(const Tokens& words, std::size_t i) {
  std::size_t size = std::max(MatchAt(words, i, "r d"), MatchAt(words, i, "rural delivery"));
  const bool road_before = i > 0 && !StreetType(words[i - 1]).empty() && FollowsName(words, i - 1);
  if (size == 0 && MatchAt(words, i, "rd") > 0 && (i == 0 || road_before)) {
    size = 1;
  }
  const std::size_t number_at = SkipNo(words, i + size);
  const bool numbered = size > 0 && number_at < words.size() && IsShortNumber(words[number_at]);
  return numbered ? Phrase{kRuralDelivery, number_at - i} : Phrase{};
}

// "rd1" is "rd" "1".
Tokens SplitRuralDelivery(Tokens words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].size() > 2 && words[i].compare(0, 2, "rd") == 0 &&
        IsShortNumber(std::string_view(words[i]).substr(2))) {
      std::string number = words[i].substr(2);
      words[i] = "r";
      words.insert(words.begin() + i + 1, {"d", std::move(number)});
    }
  }
  return words;
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
  const std::size_t next = SkipDirections(words, i + 1);
  if (next == words.size() || (new_zealand && RuralDeliveryAt(words, next).size > 0)) {
    return true;
  }
  return !IsAmbiguousStreetType(words[i]) && !IsNumber(words[next]);
}

// A box number is printed in groups of three: "23 226", "23-226".
std::string BoxNumber(const Tokens& words, std::size_t i, std::size_t* size) {
  std::string number = words[i];
  *size = 1;
  const auto hyphen = number.find('-');
  if (hyphen != std::string::npos && hyphen <= 3 && number.size() == hyphen + 4 &&
      IsNumber(number)) {
    number.erase(hyphen, 1);
  } else if (IsDigits(number) && number.size() <= 3 && i + 2 == words.size() &&
             IsDigits(words[i + 1]) && words[i + 1].size() == 3) {
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
      if (!TakeBox() && !TakeRuralDelivery() && !TakePart() && !TakeSlash() && !TakeStreetType()) {
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

  // "Flat 2", "Level 3", "Suite 4 /". What follows may start another part or the street number.
  bool TakePart() {
    const std::string_view designator = PartDesignator(words_[i_]);
    if (designator.empty() || i_ + 1 >= words_.size() || !IsPartNumber(words_[i_ + 1]) ||
        (!at_start_ && IsName(words_[i_ + 1]))) {
      return false;
    }
    out_.emplace_back(designator);
    out_.push_back(words_[i_ + 1]);
    i_ += 2;
    if (i_ + 1 < words_.size() && words_[i_] == "/" && IsNumber(words_[i_ + 1])) {
      ++i_;
    }
    return true;
  }

  // "2/14 High St" is unit 2; "U2/14" too.
  bool TakeSlash() {
    if (!at_start_ || !IsPartNumber(words_[i_]) || i_ + 2 >= words_.size() ||
        words_[i_ + 1] != "/" || !IsNumber(words_[i_ + 2])) {
      return false;
    }
    const std::string& unit = words_[i_];
    out_.emplace_back("unit");
    out_.push_back(unit.size() > 1 && unit.front() == 'u' ? unit.substr(1) : unit);
    i_ += 2;
    at_start_ = false;
    return true;
  }

  bool TakeStreetType() {
    if (!IsStreetTypeAt(words_, i_, new_zealand_)) {
      return false;
    }
    out_.emplace_back(StreetType(words_[i_]));
    const std::size_t end = SkipDirections(words_, i_ + 1);
    while (++i_ < end) {
      out_.emplace_back(DirectionWord(words_[i_]));
    }
    return true;
  }

  const Tokens& words_;
  const bool new_zealand_;
  Tokens& out_;
  std::size_t i_ = 0;
  // Nothing but parts of the building has been read in this segment.
  bool at_start_ = true;
};

// Where the box, the rural delivery or the street that is named at `i` ends; `i` where none is.
std::size_t EndOfDelivery(const Tokens& words, std::size_t i, bool new_zealand) {
  const Phrase box = BoxAt(words, i);
  const std::size_t box_number = SkipNo(words, i + box.size);
  if (box.size > 0 && box_number < words.size()) {
    const std::size_t end = box_number + 1;
    const bool grouped = end < words.size() && IsDigits(words[end]) && words[end].size() == 3;
    return grouped ? end + 1 : end;
  }
  if (const Phrase delivery = new_zealand ? RuralDeliveryAt(words, i) : Phrase{};
      delivery.size > 0) {
    return i + delivery.size + 1;
  }
  return !StreetType(words[i]).empty() && FollowsName(words, i) ? i + 1 : i;
}

// Whether the break between two segments says which of them a direction goes with: "Queen St, East
// Tamaki" is not "Queen St East, Tamaki". Only then a break counts.
bool DirectionMayBelongToEither(const Tokens& segment, const Tokens& next) {
  std::size_t last = segment.size();
  while (last > 1 && !DirectionWord(segment[last - 1]).empty()) {
    --last;
  }
  const bool street = !StreetType(segment[last - 1]).empty();
  return street && (last < segment.size() || !DirectionWord(next.front()).empty());
}

}  // namespace

std::size_t TownStart(const Tokens& raw, bool new_zealand) {
  const Tokens words = SplitRuralDelivery(raw);
  std::size_t start = 0;
  bool ambiguous = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const std::size_t end = EndOfDelivery(words, i, new_zealand); end > i) {
      const bool street = !StreetType(words[i]).empty();
      start = street ? SkipDirections(words, end) : end;
      // "Park Road North Shore" may be Park Road North or North Shore.
      ambiguous = start > end && start < words.size();
      i = start - 1;
    }
  }
  const bool named = std::all_of(words.begin() + start, words.end(), [](const std::string& word) {
    return IsName(word) && PartDesignator(word).empty();
  });
  if (ambiguous || !named || (!words.empty() && AnnouncesNumber(words.back()))) {
    return raw.size();
  }
  // Words were added before the town only, so places count from the end.
  return start == 0 ? 0 : raw.size() - (words.size() - start);
}

Tokens CanonicalStreet(const std::vector<Tokens>& segments, bool new_zealand) {
  Tokens out;
  const Tokens* previous = nullptr;
  for (const Tokens& segment : segments) {
    if (previous != nullptr && DirectionMayBelongToEither(*previous, segment)) {
      out.emplace_back(",");
    }
    previous = &segment;
    const Tokens words = new_zealand ? SplitRuralDelivery(segment) : segment;
    SegmentReader(words, new_zealand, &out).Read();
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

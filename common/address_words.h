#pragma once

#include <string>
#include <string_view>

namespace profilesync {

// The words of New Zealand and Australian addresses. Every word is given and answered folded; ""
// means that the word isn't in the list.

// The street type that `word` is or abbreviates: "road" for "rd" and "road".
std::string_view StreetType(std::string_view word);
// Whether a street type's abbreviation may be another word ("st": saint, "dr": doctor), so that
// only its place at the end of a street's name tells.
bool IsAmbiguousStreetType(std::string_view word);
// "west" for "w" and "west".
std::string_view DirectionWord(std::string_view word);
// What stands before the number of a part of a building: "unit" for "flat" and "apt", "level" for
// "lvl", "suite", "shop", … A shop or suite isn't a unit: both may be at one street number.
std::string_view PartDesignator(std::string_view word);
// Whether `word` announces a number that isn't a postal code: "box", "bag", "rmb", "lot".
bool AnnouncesNumber(std::string_view word);
// "NSW" for "nsw" and "new south wales".
std::string_view AustralianState(std::string_view text);
// An abbreviation that is safe wherever it stands, written out: "mount" for "mt", and "saint" for
// an "st" that is no street type; else `word`.
std::string_view WrittenOut(std::string_view word);

// "12", "12a", "12-14".
bool IsNumber(std::string_view word);
// Only digits, and at least one.
bool IsDigits(std::string_view word);
// No digit, and starts with a letter.
bool IsName(std::string_view word);

}  // namespace profilesync

#include "common/address_words.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"

namespace profilesync {
namespace {

struct Word {
  std::string_view from;
  std::string_view to;
};

template <std::size_t N>
std::string_view Find(const Word (&words)[N], std::string_view word) {
  const auto* found = std::find_if(std::begin(words), std::end(words),
                                   [&](const Word& w) { return w.from == word; });
  return found == std::end(words) ? std::string_view() : found->to;
}

constexpr Word kStreetTypes[] = {
    {"road", "road"},
    {"rd", "road"},
    {"roads", "roads"},
    {"rds", "roads"},
    {"street", "street"},
    {"streets", "streets"},
    {"sts", "streets"},
    {"st", "street"},
    {"str", "street"},
    {"avenue", "avenue"},
    {"ave", "avenue"},
    {"av", "avenue"},
    {"terrace", "terrace"},
    {"tce", "terrace"},
    {"terr", "terrace"},
    {"drive", "drive"},
    {"dr", "drive"},
    {"drv", "drive"},
    {"place", "place"},
    {"pl", "place"},
    {"crescent", "crescent"},
    {"cres", "crescent"},
    {"cresc", "crescent"},
    {"cr", "crescent"},
    {"crs", "crescent"},
    {"court", "court"},
    {"ct", "court"},
    {"crt", "court"},
    {"lane", "lane"},
    {"ln", "lane"},
    {"close", "close"},
    {"cl", "close"},
    {"grove", "grove"},
    {"gr", "grove"},
    {"gve", "grove"},
    {"highway", "highway"},
    {"hwy", "highway"},
    {"parade", "parade"},
    {"pde", "parade"},
    {"boulevard", "boulevard"},
    {"blvd", "boulevard"},
    {"bvd", "boulevard"},
    {"circuit", "circuit"},
    {"cct", "circuit"},
    {"esplanade", "esplanade"},
    {"esp", "esplanade"},
    {"espl", "esplanade"},
    {"square", "square"},
    {"sq", "square"},
    {"way", "way"},
    {"wy", "way"},
    {"quay", "quay"},
    {"qy", "quay"},
    {"gardens", "gardens"},
    {"gdns", "gardens"},
    {"parkway", "parkway"},
    {"pkwy", "parkway"},
    {"pwy", "parkway"},
    {"freeway", "freeway"},
    {"fwy", "freeway"},
    {"motorway", "motorway"},
    {"mwy", "motorway"},
    {"mews", "mews"},
    {"mws", "mews"},
    {"track", "track"},
    {"trk", "track"},
    {"heights", "heights"},
    {"hts", "heights"},
    {"circle", "circle"},
    {"cir", "circle"},
    {"promenade", "promenade"},
    {"prom", "promenade"},
    {"loop", "loop"},
    {"rise", "rise"},
    {"walk", "walk"},
    {"rse", "rise"},
    {"boulevarde", "boulevarde"},
    {"bvde", "boulevarde"},
    // "View" and "Cove" themselves are words of towns too: Bay View.
    {"vw", "view"},
    {"cv", "cove"},
};

constexpr std::string_view kAmbiguousStreetTypes[] = {
    "st",   "str",   "dr",    "pl",  "cr",    "ct",  "cl",   "gr",   "ln",
    "sq",   "wy",    "qy",    "av",  "esp",   "cir", "prom", "loop", "rise",
    "walk", "place", "close", "way", "court", "vw",  "cv",
};

constexpr Word kDirections[] = {
    {"n", "north"},      {"s", "south"},      {"e", "east"},         {"w", "west"},
    {"north", "north"},  {"south", "south"},  {"east", "east"},      {"west", "west"},
    {"nth", "north"},    {"sth", "south"},    {"ne", "northeast"},   {"nw", "northwest"},
    {"se", "southeast"}, {"sw", "southwest"}, {"extn", "extension"}, {"extension", "extension"},
};

constexpr Word kPartDesignators[] = {
    {"unit", "unit"},
    {"flat", "unit"},
    {"apartment", "unit"},
    {"apt", "unit"},
    {"u", "unit"},
    {"level", "level"},
    {"lvl", "level"},
    {"suite", "suite"},
    {"ste", "suite"},
    {"shop", "shop"},
    {"office", "office"},
    {"room", "room"},
    {"rm", "room"},
    {"factory", "factory"},
    {"villa", "villa"},
    {"studio", "studio"},
    {"townhouse", "townhouse"},
    {"floor", "floor"},
    {"flr", "floor"},
    {"warehouse", "warehouse"},
    {"tenancy", "tenancy"},
    {"lot", "lot"},
};

constexpr std::string_view kNumberAnnouncers[] = {"box", "bag", "rmb", "rsd", "cmb",      "cma",
                                                  "dx",  "lot", "no",  "rd",  "delivery", "pmb"};

constexpr Word kAustralianStates[] = {
    {"nsw", "NSW"}, {"new south wales", "NSW"},
    {"vic", "VIC"}, {"victoria", "VIC"},
    {"qld", "QLD"}, {"queensland", "QLD"},
    {"sa", "SA"},   {"south australia", "SA"},
    {"wa", "WA"},   {"western australia", "WA"},
    {"tas", "TAS"}, {"tasmania", "TAS"},
    {"nt", "NT"},   {"northern territory", "NT"},
    {"act", "ACT"}, {"australian capital territory", "ACT"},
};

constexpr Word kWrittenOut[] = {
    {"mt", "mount"},  {"nth", "north"},  {"sth", "south"},     {"upr", "upper"},
    {"lwr", "lower"}, {"cnr", "corner"}, {"bldg", "building"}, {"st", "saint"},
    {"pt", "point"},  {"gt", "great"},   {"flr", "floor"},     {"hwy", "highway"},
};

}  // namespace

std::string_view StreetType(std::string_view word) { return Find(kStreetTypes, word); }

bool IsAmbiguousStreetType(std::string_view word) {
  return std::find(std::begin(kAmbiguousStreetTypes), std::end(kAmbiguousStreetTypes), word) !=
         std::end(kAmbiguousStreetTypes);
}

std::string_view DirectionWord(std::string_view word) { return Find(kDirections, word); }

std::string_view PartDesignator(std::string_view word) { return Find(kPartDesignators, word); }

bool AnnouncesNumber(std::string_view word) {
  return std::find(std::begin(kNumberAnnouncers), std::end(kNumberAnnouncers), word) !=
         std::end(kNumberAnnouncers);
}

std::string_view AustralianState(std::string_view text) { return Find(kAustralianStates, text); }

std::string_view WrittenOut(std::string_view word) {
  const std::string_view found = Find(kWrittenOut, word);
  return found.empty() ? word : found;
}

bool IsDigits(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(),
                                      [](unsigned char c) { return absl::ascii_isdigit(c); });
}

bool IsNumber(std::string_view word) {
  if (const auto hyphen = word.find('-'); hyphen != std::string_view::npos) {
    return IsNumber(word.substr(0, hyphen)) && IsNumber(word.substr(hyphen + 1));
  }
  if (!word.empty() && absl::ascii_isalpha(static_cast<unsigned char>(word.back()))) {
    word.remove_suffix(1);
  }
  return IsDigits(word);
}

bool IsName(std::string_view word) {
  const auto digit = [](unsigned char c) { return absl::ascii_isdigit(c); };
  return !word.empty() &&
         (absl::ascii_isalpha(static_cast<unsigned char>(word.front())) ||
          static_cast<unsigned char>(word.front()) >= 0x80) &&
         std::none_of(word.begin(), word.end(), digit);
}

}  // namespace profilesync

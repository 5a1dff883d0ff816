#pragma once

#include <array>
#include <span>
#include <string_view>

namespace profilesync::connector::xpm {

// One of XPM's elements. The names differ for Website alone.
struct ElementName {
  std::string_view read;
  std::string_view write;
};

// How a value is written as text.
enum class Format {
  kText,
  kDate,     // written yyyy-MM-dd
  kAddress,  // five elements: lines, city, region, postal code, country
  kMasked,   // read as asterisks and the last three characters, so never read
};

// What it means that none of a field's elements is in a client that was read.
enum class WhenAbsent {
  kBlank,                 // XPM leaves the element out when it has no value
  kNotReported,           // XPM always has the element, or leaves it out with a value in place
  kBlankWhereApplicable,  // blank where the client's kind has the field, else not reported
};

// How one field of ours stands in an XPM client.
struct FieldMapping {
  std::string_view field;
  std::array<ElementName, 5> elements;  // of every format but kAddress only the first
  Format format;
  WhenAbsent when_absent;
  bool clearable;
};

// The one table of what is mapped, in the order of our catalogue. Every field can be written.
std::span<const FieldMapping> FieldMappings();
// nullptr where the field isn't mapped.
const FieldMapping* FindMapping(std::string_view field);
// The elements of a mapping that are in use.
std::span<const ElementName> ElementsOf(const FieldMapping& mapping);

// What feeds other_phone: AddOnSettings.field_sources names one of these.
inline constexpr std::string_view kOtherPhone = "other_phone";
inline constexpr std::string_view kFaxSource = "Fax";  // the default; can be written
inline constexpr std::string_view kContactMobileSource = "PrimaryContactMobile";

}  // namespace profilesync::connector::xpm

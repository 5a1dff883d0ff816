#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace profilesync::connector::xpm {

// An element of a document with all that is in it, but for attributes. A plain value.
struct XmlElement {
  std::string name;
  std::string text;  // what stands directly in it, without line breaks at its end
  std::vector<XmlElement> children;

  // The first child of that name, or nullptr.
  const XmlElement* Find(std::string_view child) const;
  // The text of the first child of that name that isn't blank; "" where all are; nullopt where
  // there is no such child. (Xero's own sample has DateOfBirth twice, first filled, then empty.)
  std::optional<std::string> Text(std::string_view child) const;
};

// Whether XML 1.0 has every character of `text`.
bool FitsXml(std::string_view text);

// `text` to stand between tags: escaped, without the characters that XML 1.0 doesn't have. A
// carriage return is kept, as a character reference.
std::string EscapeXml(std::string_view text);

}  // namespace profilesync::connector::xpm

#include "server/connector/xpm/xml_element.h"

#include "common/catalogue.h"

namespace profilesync::connector::xpm {
namespace {

// Whether a character that XML 1.0 doesn't have, U+FFFE or U+FFFF, starts at `text`.
bool IsNonCharacter(std::string_view text) {
  return text.substr(0, 3) == "\xef\xbf\xbe" || text.substr(0, 3) == "\xef\xbf\xbf";
}

}  // namespace

const XmlElement* XmlElement::Find(std::string_view child) const {
  for (const XmlElement& candidate : children) {
    if (candidate.name == child) {
      return &candidate;
    }
  }
  return nullptr;
}

std::optional<std::string> XmlElement::Text(std::string_view child) const {
  std::optional<std::string> found;
  for (const XmlElement& candidate : children) {
    if (candidate.name != child) {
      continue;
    }
    if (!IsBlank(candidate.text)) {
      return candidate.text;
    }
    found = "";
  }
  return found;
}

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (IsNonCharacter(text.substr(i))) {
      i += 2;
    } else if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '\r') {
      escaped += "&#13;";
    } else if (c >= 0x20 || c == '\t' || c == '\n') {
      escaped += text[i];
    }
  }
  return escaped;
}

}  // namespace profilesync::connector::xpm

#include "server/connector/xpm/xml_element.h"

#include "common/catalogue.h"

namespace profilesync::connector::xpm {
namespace {

// The length of the character at the start of `text` if XML 1.0 doesn't have it, else 0.
std::size_t UnfitAt(std::string_view text) {
  const auto c = static_cast<unsigned char>(text[0]);
  if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
    return 1;
  }
  const std::string_view start = text.substr(0, 3);
  return start == "\xef\xbf\xbe" || start == "\xef\xbf\xbf" ? 3 : 0;  // U+FFFE, U+FFFF
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

bool FitsXml(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (UnfitAt(text.substr(i)) > 0) {
      return false;
    }
  }
  return true;
}

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (const std::size_t unfit = UnfitAt(text.substr(i)); unfit > 0) {
      i += unfit - 1;
    } else if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '\r') {
      escaped += "&#13;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace profilesync::connector::xpm

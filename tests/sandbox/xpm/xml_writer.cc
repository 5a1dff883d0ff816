#include "tests/sandbox/xpm/xml_writer.h"

namespace profilesync::xpm_sandbox {

std::string EscapeXml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void XmlWriter::Open(std::string_view name) {
  out_ += '<';
  out_ += name;
  out_ += '>';
}

void XmlWriter::OpenWith(std::string_view name, std::string_view attribute,
                         std::string_view value) {
  out_ += '<';
  out_ += name;
  out_ += ' ';
  out_ += attribute;
  out_ += "=\"";
  out_ += EscapeXml(value);
  out_ += "\">";
}

void XmlWriter::Close(std::string_view name) {
  out_ += "</";
  out_ += name;
  out_ += '>';
}

void XmlWriter::Scalar(std::string_view name, std::string_view text) {
  Open(name);
  out_ += EscapeXml(text);
  Close(name);
}

void XmlWriter::EmptyCollection(std::string_view name) {
  out_ += '<';
  out_ += name;
  out_ += " />";
}

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <string>
#include <string_view>

namespace profilesync::xpm_sandbox {

// `text` as XML character data: & < > escaped, a carriage return as a character reference (a parser
// would otherwise turn it into a line feed).
std::string EscapeXml(std::string_view text);

// Builds a document as XPM writes it (reference 5.1): no declaration, no namespace, one line but
// for line breaks within values. Not thread-safe.
class XmlWriter {
 public:
  // `<name>`, or `<name attribute="value">`.
  void Open(std::string_view name);
  void OpenWith(std::string_view name, std::string_view attribute, std::string_view value);
  void Close(std::string_view name);

  // A scalar; an empty one is `<name></name>`.
  void Scalar(std::string_view name, std::string_view text);

  // `<name />`, which is how an empty collection is written.
  void EmptyCollection(std::string_view name);

  // Markup that is already well-formed.
  void Raw(std::string_view markup) { out_ += markup; }

  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace profilesync::xpm_sandbox

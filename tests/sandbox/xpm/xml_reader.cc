#include "tests/sandbox/xpm/xml_reader.h"

#include <expat.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr size_t kMaxDepth = 16;

struct TreeBuilder {
  XML_Parser parser;
  XmlElement root;
  std::vector<XmlElement> open;
  std::string refusal;

  void Refuse(std::string why) {
    refusal = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }
};

void OnStart(void* data, const XML_Char* name, const XML_Char** attributes) {
  auto* builder = static_cast<TreeBuilder*>(data);
  if (builder->open.size() == kMaxDepth) return builder->Refuse("elements nest too deeply");
  XmlElement element;
  element.name = name;
  for (; *attributes != nullptr; attributes += 2) element.attributes.emplace_back(*attributes);
  builder->open.push_back(std::move(element));
}

void OnEnd(void* data, const XML_Char*) {
  auto* builder = static_cast<TreeBuilder*>(data);
  XmlElement done = std::move(builder->open.back());
  builder->open.pop_back();
  if (builder->open.empty()) {
    builder->root = std::move(done);
  } else {
    builder->open.back().children.push_back(std::move(done));
  }
}

void OnText(void* data, const XML_Char* text, int length) {
  auto* builder = static_cast<TreeBuilder*>(data);
  if (!builder->open.empty()) {
    builder->open.back().text.append(text, static_cast<size_t>(length));
  }
}

void OnDoctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<TreeBuilder*>(data)->Refuse("a DOCTYPE is not accepted");
}

}  // namespace

absl::StatusOr<XmlElement> ReadXml(const std::string& document) {
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                      &XML_ParserFree);
  TreeBuilder builder{.parser = parser.get()};
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  XML_SetStartDoctypeDeclHandler(parser.get(), OnDoctype);
  const XML_Status status =
      XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
  if (!builder.refusal.empty()) return absl::InvalidArgumentError(builder.refusal);
  if (status != XML_STATUS_OK) {
    return absl::InvalidArgumentError(
        absl::StrCat(XML_ErrorString(XML_GetErrorCode(parser.get())), " at line ",
                     XML_GetCurrentLineNumber(parser.get()), ", column ",
                     XML_GetCurrentColumnNumber(parser.get()) + 1));
  }
  return std::move(builder.root);
}

}  // namespace profilesync::xpm_sandbox

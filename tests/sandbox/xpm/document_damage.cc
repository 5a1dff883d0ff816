#include "tests/sandbox/xpm/document_damage.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "tests/sandbox/xpm/client_elements.h"
#include "tests/sandbox/xpm/xml_writer.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr std::string_view kOpen = "<Client>";
constexpr std::string_view kClose = "</Client>";
constexpr absl::string_view kTagOfDuplicate = "DateOfBirth";
// Known names inside: a reader that skips only the outer tag would take these for the client's.
constexpr absl::string_view kUnheardOf =
    R"(<Unheard of="it"><UUID>not-a-uuid</UUID><Name>Nobody</Name><Deeper><Phone>0</Phone></Deeper></Unheard>)";
constexpr absl::string_view kComment = "<!-- <Phone>0</Phone> & more -->";

// An element with all that is in it.
struct Part {
  absl::string_view name;
  absl::string_view markup;

  bool empty_element() const { return absl::EndsWith(markup, "/>"); }
  // What stands between its tags.
  absl::string_view inner() const {
    if (empty_element()) return {};
    return markup.substr(name.size() + 2, markup.size() - 2 * name.size() - 5);
  }
  bool scalar() const { return !empty_element() && !absl::StrContains(inner(), "<"); }

  std::string With(absl::string_view text) const {
    return absl::StrCat("<", name, ">", text, "</", name, ">");
  }
};

// The children of an element from what is in it. No child has one of its own name inside.
std::vector<Part> PartsOf(absl::string_view inner) {
  std::vector<Part> parts;
  while (!inner.empty()) {
    const size_t tag_end = inner.find('>') + 1;
    const absl::string_view name = inner.substr(1, inner.find_first_of(" />") - 1);
    size_t end = tag_end;
    if (inner[tag_end - 2] != '/') {
      const std::string close = absl::StrCat("</", name, ">");
      end = inner.find(close) + close.size();
    }
    parts.push_back({name, inner.substr(0, end)});
    inner.remove_prefix(end);
  }
  return parts;
}

bool IsText(const Part& part) {
  const ClientElement* element = FindByReadName(std::string(part.name));
  return part.scalar() && element != nullptr && element->content == Content::kText;
}

std::string Unescape(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}});
}

std::string InCdata(const Part& part) {
  const absl::string_view text = part.inner();
  // A carriage return can't be written in CDATA: a parser would make a line feed of it.
  if (!part.scalar() || text.empty() || absl::StrContains(text, "&#xD;")) {
    return std::string(part.markup);
  }
  const std::string plain = absl::StrReplaceAll(Unescape(text), {{"]]>", "]]]]><![CDATA[>"}});
  return part.With(absl::StrCat("<![CDATA[", plain, "]]>"));
}

// Behind the first space, or at the end of a text that has none.
std::string WithCommentInside(const Part& part) {
  const absl::string_view text = part.inner();
  const size_t at = std::min(text.size(), text.find(' '));
  return part.With(absl::StrCat(text.substr(0, at), kComment, text.substr(at)));
}

std::string InOtherEmptyForm(const Part& part) {
  if (part.empty_element()) return part.With("");
  return part.inner().empty() ? absl::StrCat("<", part.name, "/>") : std::string(part.markup);
}

class ClientDamage {
 public:
  ClientDamage(const Fault& fault, const Behaviour& behaviour)
      : fault_(fault), name_(Spelled(fault.element, behaviour.openapi_names)) {}

  // Of the elements in a client.
  std::string Apply(absl::string_view inner) const {
    std::vector<Part> parts = PartsOf(inner);
    if (fault_.kind == FaultKind::kReordered) std::reverse(parts.begin(), parts.end());
    std::string out = Before();
    for (const Part& part : parts) out += Damaged(part);
    return out + After();
  }

 private:
  std::string Before() const {
    return fault_.kind == FaultKind::kDuplicateBefore ? Duplicate()
           : fault_.kind == FaultKind::kUnknown       ? std::string(kUnheardOf)
                                                      : "";
  }

  std::string After() const {
    return fault_.kind == FaultKind::kDuplicate  ? Duplicate()
           : fault_.kind == FaultKind::kUnknown  ? std::string(kUnheardOf)
           : fault_.kind == FaultKind::kIndented ? "\n  "
                                                 : "";
  }

  std::string Duplicate() const {
    const absl::string_view name = name_.empty() ? kTagOfDuplicate : absl::string_view(name_);
    return absl::StrCat("<", name, ">", EscapeXml(fault_.value), "</", name, ">");
  }

  bool IsAbsent(const Part& part) const {
    if (!name_.empty()) return part.name == name_;
    const ClientElement* element = FindByReadName(std::string(part.name));
    return element != nullptr && InTaxBlock(*element);
  }

  bool GainsNewline(const Part& part) const {
    if (part.inner().empty()) return false;
    return name_.empty() ? IsText(part) : part.name == name_ && part.scalar();
  }

  std::string Damaged(const Part& part) const {
    std::string as_it_is(part.markup);
    switch (fault_.kind) {
      case FaultKind::kAbsent:
        return IsAbsent(part) ? "" : as_it_is;
      case FaultKind::kTrailingNewline:
        return GainsNewline(part) ? part.With(absl::StrCat(part.inner(), "\n")) : as_it_is;
      case FaultKind::kComments:
        return absl::StrCat(kComment, IsText(part) ? WithCommentInside(part) : as_it_is);
      case FaultKind::kCdata:
        return InCdata(part);
      case FaultKind::kEmptyForms:
        return InOtherEmptyForm(part);
      case FaultKind::kIndented:
        return absl::StrCat("\n    ", as_it_is);
      case FaultKind::kUnknown:
        return absl::StrReplaceAll(as_it_is,
                                   {{"<Contact>", absl::StrCat("<Contact>", kUnheardOf)}});
      default:
        return as_it_is;
    }
  }

  const Fault& fault_;
  const std::string name_;
};

// Puts `apply` of what is in each client in its place.
void ForEachClient(const ClientDamage& damage, std::string& document) {
  std::string out;
  out.reserve(document.size() + document.size() / 4);
  size_t done = 0;
  for (size_t at = document.find(kOpen); at != std::string::npos; at = document.find(kOpen, done)) {
    const size_t begin = at + kOpen.size();
    const size_t end = document.find(kClose, begin);
    out.append(document, done, begin - done);
    out += damage.Apply(absl::string_view(document).substr(begin, end - begin));
    done = end;
  }
  out.append(document, done);
  document = std::move(out);
}

// Where the document is cut; the middle of one without clients.
size_t CutAt(FaultKind kind, const std::string& document) {
  std::vector<size_t> begins;
  for (size_t at = 0; (at = document.find(kOpen, at)) != std::string::npos; ++at) {
    begins.push_back(at);
  }
  if (begins.empty()) return document.size() / 2;
  const bool inside = kind == FaultKind::kCutInClient;
  const size_t begin = begins[(inside ? begins.size() : begins.size() - 1) / 2];
  const size_t end = document.find(kClose, begin) + kClose.size();
  return inside ? begin + (end - begin) / 2 : end;
}

}  // namespace

bool DamagesDocument(FaultKind kind) {
  switch (kind) {
    case FaultKind::kCutInClient:
    case FaultKind::kCutAfterClient:
    case FaultKind::kBom:
    case FaultKind::kDeclaration:
    case FaultKind::kCrlf:
    case FaultKind::kTrailingNewline:
    case FaultKind::kDuplicate:
    case FaultKind::kDuplicateBefore:
    case FaultKind::kReordered:
    case FaultKind::kUnknown:
    case FaultKind::kAbsent:
    case FaultKind::kComments:
    case FaultKind::kCdata:
    case FaultKind::kEmptyForms:
    case FaultKind::kIndented:
      return true;
    default:
      return false;
  }
}

void DamageDocument(const Fault& fault, const Behaviour& behaviour, std::string& document) {
  switch (fault.kind) {
    case FaultKind::kCutInClient:
    case FaultKind::kCutAfterClient:
      document.resize(CutAt(fault.kind, document));
      return;
    case FaultKind::kBom:
      document.insert(0, "\xEF\xBB\xBF");
      return;
    case FaultKind::kDeclaration:
      document.insert(0, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n");
      return;
    case FaultKind::kCrlf:
      // Within values only: a document has no line breaks elsewhere.
      document = absl::StrReplaceAll(document, {{"&#xD;\n", "&#xD;\n"}, {"\n", "&#xD;\n"}});
      return;
    case FaultKind::kUnknown:
      document =
          absl::StrReplaceAll(document, {{"</Status>", absl::StrCat("</Status>", kUnheardOf)}});
      break;
    default:
      break;
  }
  ForEachClient(ClientDamage(fault, behaviour), document);
}

}  // namespace profilesync::xpm_sandbox

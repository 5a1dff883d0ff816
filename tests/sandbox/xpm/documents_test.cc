// The faults that damage a document: what it reads as, and what becomes of its text.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/document_damage.h"
#include "tests/sandbox/xpm/test_clients.h"
#include "tests/sandbox/xpm/xml_reader.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using K = FaultKind;

const std::string kUnread = "(not XML)";

// Every value by its path, "Response/Client/Phone"; values of one path in their order. Sorting them
// by path makes documents equal that say the same in another order.
void Flatten(const XmlElement& element, const std::string& above,
             std::multimap<std::string, std::string>& out) {
  const std::string path = absl::StrCat(above, "/", element.name);
  if (element.children.empty()) out.emplace(path, element.text);
  for (const XmlElement& child : element.children) {
    if (child.name != "Unheard") Flatten(child, path, out);
  }
}

std::multimap<std::string, std::string> Read(const std::string& document) {
  const absl::StatusOr<XmlElement> root = ReadXml(document);
  std::multimap<std::string, std::string> out;
  if (!root.ok()) return {{kUnread, std::string(root.status().message())}};
  Flatten(*root, "", out);
  return out;
}

std::vector<std::string> ValuesAt(const std::string& document, const std::string& path) {
  const auto all = Read(document);
  std::vector<std::string> out;
  for (auto [it, end] = all.equal_range("/Response/Client/" + path); it != end; ++it) {
    out.push_back(it->second);
  }
  return out;
}

// An answer with a fault of that kind.
std::string Struck(TestSandbox& sandbox, const Fault& fault, const std::string& target) {
  EXPECT_TRUE(sandbox.xpm.InjectFault(fault).ok());
  return sandbox.Call("GET", kApi + target).body;
}

TEST(DocumentsTest, WhatSaysTheSameInOtherWords) {
  for (const FaultKind kind : {K::kBom, K::kDeclaration, K::kReordered, K::kUnknown, K::kComments,
                               K::kCdata, K::kEmptyForms, K::kIndented}) {
    for (const std::string& target : {std::string("list?detailed=true"), std::string("paged-list"),
                                      "get/" + kTrust, "get/" + kCompany, "get/" + kNobody}) {
      SCOPED_TRACE(NameOf(kind) + " of " + target);
      TestSandbox sandbox;
      const std::string usual = sandbox.Call("GET", kApi + target).body;
      const std::string struck = Struck(sandbox, {.kind = kind}, target);
      EXPECT_EQ(Read(struck), Read(usual));
      const bool has_clients = target != "get/" + kNobody;
      EXPECT_TRUE(struck != usual || !has_clients);
    }
  }
}

struct Words {
  Fault fault;
  std::string uuid;
  std::string has;
  std::string lacks = "(nothing)";
};

TEST(DocumentsTest, TheWordsOfEach) {
  const std::string amp = "Kowhai &amp; Sons Builders Limited";
  const std::vector<Words> table = {
      {{.kind = K::kCrlf}, kCompany, "<Address>Level 2&#xD;\n45 Harbour Street&#xD;\n</Address>"},
      {{.kind = K::kTrailingNewline}, kCompany, "<Name>" + amp + "\n</Name>", "No\n<"},
      {{.kind = K::kTrailingNewline}, kCompany, "<Fax></Fax>"},
      {{.kind = K::kTrailingNewline, .element = "IsArchived"},
       kCompany,
       "No\n</IsArchived>",
       "Limited\n"},
      {{.kind = K::kDuplicate}, kIndividual, "<DateOfBirth></DateOfBirth></Client>"},
      {{.kind = K::kDuplicate, .element = "Phone", .value = "1 & 2"},
       kCompany,
       "<Phone>1 &amp; 2</Phone></Client>"},
      {{.kind = K::kDuplicateBefore}, kIndividual, "<Client><DateOfBirth></DateOfBirth><UUID>"},
      {{.kind = K::kReordered}, kCompany, "</UUID></Client>", "<Client><UUID>"},
      {{.kind = K::kUnknown}, kTrust, "<Contact><Unheard of=\"it\">"},
      {{.kind = K::kUnknown}, kTrust, "<Client><Unheard of=\"it\">"},
      {{.kind = K::kAbsent, .element = "Phone"}, kCompany, "<Fax>", "<Phone>(04)"},
      {{.kind = K::kAbsent, .element = "Contacts"}, kTrust, "<Notes", "<Contacts"},
      {{.kind = K::kAbsent, .element = "UUID"}, kCompany, "<Client><Name>"},
      {{.kind = K::kAbsent}, kIndividual, "<Phone>", "<TaxNumber>"},
      {{.kind = K::kAbsent}, kIndividual, "<AccountManager>", "<BusinessStructure>"},
      {{.kind = K::kComments}, kCompany, "<Name>Kowhai<!--"},
      {{.kind = K::kCdata}, kCompany, "<Name><![CDATA[Kowhai & Sons Builders Limited]]></Name>"},
      {{.kind = K::kEmptyForms}, kCompany, "<Fax/>", "<Fax></Fax>"},
      {{.kind = K::kEmptyForms}, kIndividual, "<Contacts></Contacts>", "<Contacts />"},
      {{.kind = K::kIndented}, kCompany, "<Client>\n    <UUID>"},
  };
  for (const Words& row : table) {
    SCOPED_TRACE(NameOf(row.fault.kind) + " " + row.fault.element);
    TestSandbox sandbox;
    const std::string struck = Struck(sandbox, row.fault, "get/" + row.uuid);
    EXPECT_THAT(struck, AllOf(HasSubstr(row.has), Not(HasSubstr(row.lacks))));
    EXPECT_FALSE(Read(struck).contains(kUnread));
  }
}

TEST(DocumentsTest, WhatReadersMakeOfThem) {
  TestSandbox sandbox;
  const std::string get = "get/" + kIndividual;
  using Values = std::vector<std::string>;
  EXPECT_EQ(ValuesAt(Struck(sandbox, {.kind = K::kDuplicate}, get), "DateOfBirth"),
            (Values{"1984-02-29T00:00:00", ""}));
  EXPECT_EQ(ValuesAt(Struck(sandbox, {.kind = K::kDuplicateBefore}, get), "DateOfBirth"),
            (Values{"", "1984-02-29T00:00:00"}));
  EXPECT_EQ(ValuesAt(Struck(sandbox, {.kind = K::kCrlf}, get), "Address"),
            (Values{"Unit 4\r\n17 Kauri Lane\r\n"}));
  EXPECT_EQ(ValuesAt(Struck(sandbox, {.kind = K::kTrailingNewline}, get), "City"),
            (Values{"Nelson\n"}));
}

TEST(DocumentsTest, ATextThatEndsACdataSection) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.EditClient(kCompany, {.values = {{"Name", "a]]>b"}}}).ok());
  const std::string struck = Struck(sandbox, {.kind = K::kCdata}, "get/" + kCompany);
  EXPECT_EQ(ValuesAt(struck, "Name"), std::vector<std::string>{"a]]>b"});
}

TEST(DocumentsTest, AListCutInAClientOrBehindOne) {
  for (const FaultKind kind : {K::kCutInClient, K::kCutAfterClient}) {
    TestSandbox sandbox;
    const std::string whole = sandbox.Call("GET", kApi + "list").body;
    ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = kind}).ok());
    const RawReply reply = sandbox.Call("GET", kApi + "list");
    EXPECT_EQ(reply.Header("Content-Length"), std::to_string(reply.body.size()));
    EXPECT_FALSE(reply.truncated);
    EXPECT_EQ(reply.body, whole.substr(0, reply.body.size()));
    EXPECT_THAT(reply.body, HasSubstr("</Client>"));
    EXPECT_EQ(absl::EndsWith(reply.body, "</Client>"), kind == K::kCutAfterClient);
    EXPECT_TRUE(Read(reply.body).contains(kUnread));
  }
}

TEST(DocumentsTest, ElementsInOtherSpellings) {
  TestSandbox sandbox({.openapi_names = OpenApiNames::kAcronyms});
  ASSERT_TRUE(sandbox.xpm.EditClient(kCompany, {.values = {{"BankBsb", "012-003"}}}).ok());
  EXPECT_THAT(Struck(sandbox, {.kind = K::kAbsent, .element = "BankBsb"}, "get/" + kCompany),
              Not(HasSubstr("012-003")));
}

TEST(DocumentsTest, AnswersWithoutADocumentStayAsTheyAre) {
  for (const std::string& name : FaultKindNames()) {
    const FaultKind kind = *FaultKindNamed(name);
    if (!DamagesDocument(kind)) continue;
    std::string empty;
    DamageDocument({.kind = kind}, {}, empty);
    const bool in_front = kind == K::kBom || kind == K::kDeclaration;
    EXPECT_EQ(empty.empty(), !in_front) << name;
  }
}

}  // namespace
}  // namespace profilesync::xpm_sandbox

// Lists with other clients than they should have, and pages of clients that come and go.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/sandbox/xpm/test_clients.h"
#include "tests/sandbox/xpm/xml_reader.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using K = FaultKind;
using Uuids = std::vector<std::string>;

const XmlElement* ChildOf(const XmlElement& parent, const std::string& name) {
  for (const XmlElement& child : parent.children) {
    if (child.name == name) return &child;
  }
  return nullptr;
}

struct Page {
  Uuids uuids;
  std::string next;  // the target
};

Page Listed(TestSandbox& sandbox, const std::string& target) {
  Page page;
  const absl::StatusOr<XmlElement> root = ReadXml(sandbox.Call("GET", target).body);
  if (!root.ok()) return page;
  const XmlElement* clients = ChildOf(*root, "Clients");
  if (clients != nullptr) {
    for (const XmlElement& client : clients->children) {
      page.uuids.push_back(ChildOf(client, "UUID")->text);
    }
  }
  const XmlElement* pagination = ChildOf(*root, "Pagination");
  const XmlElement* next =
      pagination == nullptr ? nullptr : ChildOf(*ChildOf(*pagination, "Links"), "Next");
  if (next != nullptr) page.next = absl::StrReplaceAll(next->text, {{sandbox.xpm.base_url(), ""}});
  return page;
}

TEST(ListsTest, AClientThatListsLeaveOut) {
  for (const std::string target : {"list", "list?detailed=true&modifiedsince=2000-01-01T00:00:00",
                                   "search?query=merrow", "paged-list?pageSize=500"}) {
    SCOPED_TRACE(target);
    TestSandbox sandbox;
    const Uuids usual = Listed(sandbox, kApi + target).uuids;
    ASSERT_THAT(usual, Contains(kTrust));
    ASSERT_TRUE(
        sandbox.xpm.InjectFault({.kind = K::kHideClient, .times = 2, .element = kTrust}).ok());
    EXPECT_THAT(sandbox.Get(kTrust).body, HasSubstr(kTrust)) << "a get neither sees nor uses it";
    for (int i = 0; i < 2; ++i) {
      const Uuids hidden = Listed(sandbox, kApi + target).uuids;
      EXPECT_THAT(hidden, Not(Contains(kTrust)));
      EXPECT_EQ(hidden.size(), usual.size() - 1);
    }
    EXPECT_EQ(Listed(sandbox, kApi + target).uuids, usual);
  }
}

TEST(ListsTest, AHiddenClientsPlaceOnAPageIsAnothers) {
  TestSandbox sandbox;
  const Uuids usual = Listed(sandbox, kApi + "paged-list?pageSize=3").uuids;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kHideClient, .element = usual[1]}).ok());
  const Uuids hidden = Listed(sandbox, kApi + "paged-list?pageSize=3").uuids;
  EXPECT_EQ(hidden.size(), 3u);
  EXPECT_EQ(hidden[1], usual[2]);
}

TEST(ListsTest, AClientThatNobodyAskedFor) {
  for (const std::string target : {"list?modifiedsince=2030-01-01T00:00:00",
                                   "search?query=nothing-like-it", "paged-list?pageSize=1"}) {
    SCOPED_TRACE(target);
    TestSandbox sandbox;
    Uuids expected = Listed(sandbox, kApi + target).uuids;
    ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kUnasked, .element = kDeleted}).ok());
    expected.push_back(kDeleted);
    EXPECT_EQ(Listed(sandbox, kApi + target).uuids, expected);
  }
}

TEST(ListsTest, OneThatIsThereAlreadyIsThereTwice) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = K::kUnasked, .element = kTrust}).ok());
  EXPECT_THAT(Listed(sandbox, kApi + "search?query=merrow%20family").uuids,
              ElementsAre(kTrust, kTrust));
}

TEST(ListsTest, GetAnswersAnother) {
  TestSandbox sandbox;
  ASSERT_TRUE(
      sandbox.xpm
          .InjectFault({.endpoint = "client.api/get", .kind = K::kUnasked, .element = kCompany})
          .ok());
  EXPECT_THAT(sandbox.Get(kTrust).body, HasSubstr("<Client><UUID>" + kCompany));
  EXPECT_THAT(sandbox.Get(kTrust).body, HasSubstr("<Client><UUID>" + kTrust));
}

TEST(ListsTest, FaultsThatCannotBe) {
  TestSandbox sandbox;
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.InjectFault({.kind = K::kHideClient})));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.InjectFault(
      {.endpoint = "client.api/get", .kind = K::kHideClient, .element = kTrust})));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.InjectFault(
      {.endpoint = "client.api/update", .kind = K::kUnasked, .element = kTrust})));
}

TEST(ListsTest, PagesHoldWhileClientsComeAndGo) {
  TestSandbox sandbox;
  const Uuids before = Listed(sandbox, kApi + "paged-list?pageSize=500").uuids;
  Uuids seen;
  std::string target = kApi + "paged-list?pageSize=2";
  while (!target.empty()) {
    const Page page = Listed(sandbox, target);
    seen.insert(seen.end(), page.uuids.begin(), page.uuids.end());
    target = page.next;
    if (seen.size() > 20) break;
    sandbox.xpm.AddClient({.values = {{"Name", absl::StrCat("New ", seen.size())}}});
    if (seen.size() == 2) {
      // The client that the token names.
      ASSERT_TRUE(sandbox.xpm.RemoveClient(seen[1]).ok());
    }
  }
  EXPECT_THAT(seen, IsSupersetOf(before));
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end()) << "none twice";
}

TEST(ListsTest, APageBehindTheLastClient) {
  TestSandbox sandbox;
  const std::string first = Listed(sandbox, kApi + "paged-list?pageSize=1").next;
  for (const ClientRecord& client : sandbox.xpm.clients()) {
    ASSERT_TRUE(sandbox.xpm.RemoveClient(client.uuid).ok());
  }
  const Page page = Listed(sandbox, first);
  EXPECT_THAT(page.uuids, IsEmpty());
  EXPECT_THAT(page.next, IsEmpty());
}

}  // namespace
}  // namespace profilesync::xpm_sandbox

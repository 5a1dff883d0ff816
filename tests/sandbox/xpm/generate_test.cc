// Practices of thousands of clients: what is generated, and that lists, pages and edits hold.

#include "tests/sandbox/xpm/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/test_clients.h"
#include "tests/sandbox/xpm/xml_reader.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;
using Uuids = std::vector<std::string>;

constexpr size_t kMany = 5'000;

// The UUIDs of a list's clients, without parsing it.
Uuids UuidsIn(const std::string& document) {
  constexpr char kStart[] = "<Client><UUID>";
  constexpr size_t kUuidSize = 36;
  Uuids out;
  for (size_t at = 0; (at = document.find(kStart, at)) != std::string::npos;) {
    at += sizeof(kStart) - 1;
    out.push_back(document.substr(at, kUuidSize));
  }
  return out;
}

TEST(GenerateTest, ASeedMakesTheSameClients) {
  TestSandbox one;
  TestSandbox two;
  const Uuids uuids = one.xpm.AddGeneratedClients(20, 7);
  EXPECT_EQ(two.xpm.AddGeneratedClients(20, 7), uuids);
  for (const std::string& uuid : uuids) EXPECT_EQ(one.Get(uuid).body, two.Get(uuid).body);
  const Uuids other = one.xpm.AddGeneratedClients(20, 8);
  const Uuids more = one.xpm.AddGeneratedClients(20, 7);
  std::set<std::string> all(uuids.begin(), uuids.end());
  all.insert(other.begin(), other.end());
  all.insert(more.begin(), more.end());
  EXPECT_EQ(all.size(), 60u);
  EXPECT_TRUE(one.xpm.AddGeneratedClients(0, 7).empty());
  EXPECT_EQ(one.xpm.GetClient(uuids[0])->modified, one.clock.Now());
}

TEST(GenerateTest, ClientsOfAllKindsThatCanBeReadAndWritten) {
  TestSandbox sandbox;
  std::map<std::string, int> kinds;
  std::map<std::string, int> jurisdictions;
  std::set<std::string> tax_numbers;
  int taxed = 0;
  for (const std::string& uuid : sandbox.xpm.AddGeneratedClients(300, 3)) {
    const ClientRecord client = *sandbox.xpm.GetClient(uuid);
    ++kinds[client.Get("BusinessStructure")];
    ++jurisdictions[client.jurisdiction];
    const std::string number = client.Get("TaxNumber");
    if (!number.empty()) ++taxed;
    if (!number.empty()) tax_numbers.insert(number);
    EXPECT_TRUE(ReadXml(sandbox.Get(uuid).body).ok()) << uuid;
    const std::string individual = client.Get("FirstName").empty() ? "" : client.Get("DateOfBirth");
    const std::string birth =
        individual.empty() ? "" : absl::StrCat("<DateOfBirth>", individual, "</DateOfBirth>");
    EXPECT_THAT(sandbox.Update(uuid, "<Fax>1</Fax>" + birth).body, HasSubstr("<Status>OK"));
  }
  for (const char* kind : {"Individual", "Company", "Trust", "Partnership", "Super Fund", ""}) {
    EXPECT_GE(kinds[kind], 5) << kind;
  }
  EXPECT_GE(jurisdictions["NZ"], 100);
  EXPECT_GE(jurisdictions["AU"], 50);
  EXPECT_EQ(tax_numbers.size(), static_cast<size_t>(taxed)) << "no two have the same";
}

TEST(GenerateTest, ARelatedClientIsThereUnderItsName) {
  TestSandbox sandbox;
  int related = 0;
  for (const std::string& uuid : sandbox.xpm.AddGeneratedClients(50, 3)) {
    const ClientRecord client = *sandbox.xpm.GetClient(uuid);
    for (ElementMap relationship : client.relationships) {
      const auto other = sandbox.xpm.GetClient(relationship["RelatedClientUUID"]);
      ASSERT_TRUE(other.ok());
      EXPECT_EQ(relationship["RelatedClientName"], other->Get("Name"));
      ++related;
    }
  }
  EXPECT_GT(related, 5);
}

TEST(GenerateTest, AListOfThousandsHoldsNobodyUp) {
  TestSandbox sandbox;
  const Uuids uuids = sandbox.xpm.AddGeneratedClients(kMany, 1);
  auto list = std::async(std::launch::async,
                         [&] { return sandbox.Call("GET", kApi + "list?detailed=true"); });
  int answered = 0;
  while (list.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (sandbox.Get(uuids[0]).status == 200) ++answered;
    sandbox.Update(uuids[1], "<Fax>1</Fax>");
  }
  EXPECT_GT(answered, 3);
  const RawReply reply = list.get();
  EXPECT_FALSE(reply.truncated);
  EXPECT_EQ(UuidsIn(reply.body).size(), kMany + 9);
  EXPECT_GT(reply.body.size(), kMany * 3'000);
  EXPECT_LT(reply.body.size(), kMany * 4'000);
}

TEST(GenerateTest, PagesOfThousandsWhileClientsAreAdded) {
  TestSandbox sandbox;
  const Uuids generated = sandbox.xpm.AddGeneratedClients(kMany, 1);
  std::set<std::string> seen;
  size_t listed = 0;
  std::string token;
  for (int page = 0; page < 100; ++page) {
    const std::string target =
        absl::StrCat(kApi, "paged-list?pageSize=100", token.empty() ? "" : "&pageToken=", token);
    const std::string body = sandbox.Call("GET", target).body;
    for (const std::string& uuid : UuidsIn(body)) {
      seen.insert(uuid);
      ++listed;
    }
    const size_t next = body.find("pageToken=");
    if (next == std::string::npos) break;
    token = body.substr(next + 10, body.find("&amp;", next) - next - 10);
    sandbox.xpm.AddClient({.values = {{"Name", absl::StrCat("Added ", page)}}});
  }
  EXPECT_EQ(listed, seen.size()) << "none twice";
  for (const std::string& uuid : generated) EXPECT_TRUE(seen.contains(uuid)) << uuid;
  EXPECT_GT(seen.size(), kMany + 30) << "those added meanwhile are at the end";
}

TEST(GenerateTest, OneElementOfAHundredOfThousands) {
  TestSandbox sandbox;
  sandbox.xpm.AddGeneratedClients(10'000, 1);
  sandbox.clock.Advance(absl::Hours(1));
  const Uuids all = sandbox.xpm.client_uuids();
  Uuids some;
  for (size_t i = 0; i < all.size() && some.size() < 100; i += 100) some.push_back(all[i]);
  ASSERT_TRUE(sandbox.xpm.EditClients(some, {.values = {{"Phone", "03 555 0000"}}}).ok());
  const std::string since = kApi + "list?modifiedsince=2026-07-20T13:00:00";
  EXPECT_THAT(UuidsIn(sandbox.Call("GET", since).body), UnorderedElementsAreArray(some));
  ASSERT_TRUE(sandbox.xpm
                  .EditClients(some,
                               [](size_t index) -> StaffEdit {
                                 return {.values = {{"Phone", absl::StrCat(index)}}};
                               })
                  .ok());
  EXPECT_EQ(sandbox.xpm.GetClient(some[99])->Get("Phone"), "99");
}

TEST(GenerateTest, EditsOfManyAreAllOrNothing) {
  TestSandbox sandbox;
  const StaffEdit edit{.values = {{"Phone", "new"}}};
  EXPECT_TRUE(absl::IsNotFound(sandbox.xpm.EditClients({kTrust, kNobody}, edit)));
  EXPECT_TRUE(absl::IsInvalidArgument(
      sandbox.xpm.EditClients({kTrust, kCompany}, [](size_t index) -> StaffEdit {
        return {.values = {{index == 0 ? "Phone" : "UUID", "new"}}};
      })));
  EXPECT_NE(sandbox.xpm.GetClient(kTrust)->Get("Phone"), "new");
}

}  // namespace
}  // namespace profilesync::xpm_sandbox

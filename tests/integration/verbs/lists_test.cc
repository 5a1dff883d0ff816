// Lists of what differs, what was synced and what changed: their contents, order and pages.
#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ListsTest : public VerbsTest {
 protected:
  std::string Make(const std::string& id, const std::string& website) {
    return MakeLinked(id, Fields(absl::StrCat("name: 'A Ltd' website: '", website, "'")),
                      {{"Name", "A Ltd"}});
  }

  grpc::Status Differing(const v1::ListDifferingLinksRequest& request,
                         v1::ListDifferingLinksResponse* page) {
    return Call(*syncs_, &v1::SyncService::Stub::ListDifferingLinks, request, page);
  }

  // The profiles' ids of all pages.
  std::vector<std::string> AllDiffering(v1::ListDifferingLinksRequest request,
                                        std::vector<int>* pages = nullptr) {
    std::vector<std::string> ids;
    v1::ListDifferingLinksResponse page;
    do {
      request.set_page_token(page.next_page_token());
      EXPECT_TRUE(Differing(request, &page).ok());
      for (const v1::Diff& diff : page.diffs()) {
        ids.push_back(diff.profile().substr(diff.profile().rfind('/') + 1));
        EXPECT_EQ(diff.SerializeAsString(), Diff(diff.link()).SerializeAsString());
      }
      if (pages != nullptr) {
        pages->push_back(page.diffs_size());
      }
    } while (!page.next_page_token().empty());
    return ids;
  }

  grpc::Status Operations(const v1::ListSyncOperationsRequest& request,
                          v1::ListSyncOperationsResponse* page) {
    return Call(*syncs_, &v1::SyncService::Stub::ListSyncOperations, request, page);
  }

  std::vector<std::string> AllOperations(v1::ListSyncOperationsRequest request,
                                         std::vector<int>* pages = nullptr) {
    std::vector<std::string> names;
    v1::ListSyncOperationsResponse page;
    do {
      request.set_page_token(page.next_page_token());
      EXPECT_TRUE(Operations(request, &page).ok());
      for (const v1::SyncOperation& operation : page.sync_operations()) {
        names.push_back(operation.name());
      }
      if (pages != nullptr) {
        pages->push_back(page.sync_operations_size());
      }
    } while (!page.next_page_token().empty());
    return names;
  }
};

TEST_F(ListsTest, DifferingLinksComeInTheOrderOfSinceWhenTheyDiffer) {
  std::map<std::string, std::string> links;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    links[id] = Make(id, "a.example");
  }
  Make("same", "");
  v1::ListDifferingLinksRequest request;
  request.set_parent(kFirm);
  EXPECT_THAT(AllDiffering(request), ElementsAre("e", "d", "c", "b", "a"));
  const auto since = Diff(links["b"]).differ_time();
  EditClient(links["b"], {{"Phone", "04 555 0100"}});
  Refresh(links["b"]);
  EXPECT_EQ(Diff(links["b"]).differ_time().DebugString(), since.DebugString())
      << "it has differed all the time";
  ASSERT_EQ(Sync(Request(links["d"], {{"website", v1::TO_PRACTICE}})).state(),
            v1::SyncOperation::DONE);
  EXPECT_FALSE(Diff(links["d"]).has_differ_time());
  EXPECT_THAT(AllDiffering(request), ElementsAre("e", "c", "b", "a"));
  request.set_order_by("differ_time");
  for (const auto& [page_size, expected] :
       std::vector<std::pair<int, std::vector<int>>>{{3, {3, 1}}, {2, {2, 2}}}) {
    request.set_page_size(page_size);
    std::vector<int> pages;
    EXPECT_THAT(AllDiffering(request, &pages), ElementsAre("a", "b", "c", "e"));
    EXPECT_EQ(pages, expected) << "a last page that is full is the last one";
  }
  EditClient(links["d"], {{"Phone", "04 555 0100"}});
  Refresh(links["d"]);
  EXPECT_THAT(AllDiffering(request), ElementsAre("a", "b", "c", "e", "d")) << "anew, so the latest";
}

TEST_F(ListsTest, AWriteThatFailsDoesNotMakeADifferenceNew) {
  const std::string link = Make("a", "a.example");
  const auto since = Diff(link).differ_time();
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update",
                                .kind = xpm_sandbox::FaultKind::kBusinessError,
                                .value = "No"})
                  .ok());
  ASSERT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(Diff(link).differ_time().DebugString(), since.DebugString());
}

TEST_F(ListsTest, DifferingLinksAreChosenByAddOnFieldStateAndTime) {
  std::map<std::string, std::string> links;
  for (const char* id : {"a", "b", "c"}) {
    links[id] = Make(id, "a.example");
  }
  EditClient(links["b"], {{"Phone", "04 555 0100"}});
  Refresh(links["b"]);
  const std::string of_b =
      google::protobuf::util::TimeUtil::ToString(Diff(links["b"]).differ_time());
  const std::pair<std::string, std::vector<std::string>> kRows[] = {
      {"field = primary_phone", {"b"}},
      {"state = CONFLICT", {}},
      {"field = website AND state = NEVER_SYNCED", {"c", "b", "a"}},
      {"field = primary_phone AND state = PRACTICE_CHANGED", {"b"}},
      {"field = primary_phone AND state = NEVER_SYNCED", {}},
      {"state = PRACTICE_CHANGED", {"b"}},
      {absl::StrCat("add_on = \"", kAddOn, "\""), {"c", "b", "a"}},
      {"add_on = \"firms/harbour/addOns/none\"", {}},
      {"differ_time < \"" + of_b + "\"", {"a"}},
      {"differ_time <= \"" + of_b + "\"", {"b", "a"}},
      {"differ_time > \"" + of_b + "\"", {"c"}},
      {"differ_time >= \"" + of_b + "\" AND differ_time<\"2100-01-01T00:00:00Z\"", {"c", "b"}},
      {"differ_time <= \"" + of_b + "\" AND field = primary_phone", {"b"}},
  };
  v1::ListDifferingLinksRequest request;
  request.set_parent(kFirm);
  request.set_page_size(1);
  for (const auto& [filter, expected] : kRows) {
    request.set_filter(filter);
    EXPECT_EQ(AllDiffering(request), expected) << filter;
    v1::ListDifferingLinksResponse page;
    ASSERT_TRUE(Differing(request, &page).ok());
    if (filter.find("differ_time") == std::string::npos) {
      EXPECT_EQ(page.total_size(), static_cast<int>(expected.size())) << filter;
    }
  }
  for (const char* filter : {"state = IN_SYNC", "state = PENDING", "field = shoe_size",
                             "add_on = \"firms/other/addOns/xpm\"", "add_on = xpm", "field:website",
                             "differ_time = \"2026-01-01T00:00:00Z\"", "differ_time < yesterday",
                             "field = website AND field = email"}) {
    request.set_filter(filter);
    v1::ListDifferingLinksResponse page;
    EXPECT_THAT(ViolatedFields(Differing(request, &page)), ElementsAre("filter")) << filter;
  }
  request.clear_filter();
  request.set_order_by("name");
  v1::ListDifferingLinksResponse page;
  EXPECT_THAT(ViolatedFields(Differing(request, &page)), ElementsAre("order_by"));
}

TEST_F(ListsTest, TheFirstPageOfDifferingLinksCountsThem) {
  std::map<std::string, std::string> links;
  for (const char* id : {"a", "b", "c"}) {
    links[id] = Make(id, "a.example");
  }
  EditClient(links["b"], {{"Phone", "04 555 0100"}});
  Refresh(links["b"]);
  v1::ListDifferingLinksRequest request;
  request.set_parent(kFirm);
  request.set_page_size(2);
  v1::ListDifferingLinksResponse page;
  ASSERT_TRUE(Differing(request, &page).ok());
  std::vector<std::string> counts;
  for (const v1::DifferingLinkCount& count : page.counts()) {
    counts.push_back(absl::StrCat(count.add_on(), " ", count.field(), " ",
                                  v1::FieldDiff::State_Name(count.state()), " ",
                                  count.link_count()));
  }
  EXPECT_THAT(counts, ElementsAre("firms/harbour/addOns/xpm primary_phone PRACTICE_CHANGED 1",
                                  "firms/harbour/addOns/xpm website NEVER_SYNCED 3"));
  request.set_page_token(page.next_page_token());
  ASSERT_TRUE(Differing(request, &page).ok());
  EXPECT_EQ(page.counts_size(), 0);
}

TEST_F(ListsTest, APageTokenOfDifferingLinksHoldsForItsOwnQueryOnly) {
  for (const char* id : {"a", "b", "c"}) {
    Make(id, "a.example");
  }
  v1::ListDifferingLinksRequest request;
  request.set_parent(kFirm);
  request.set_page_size(2);
  v1::ListDifferingLinksResponse page;
  ASSERT_TRUE(Differing(request, &page).ok());
  const std::string token = page.next_page_token();
  ASSERT_NE(token, "");
  request.set_page_token(token);
  request.set_filter("field = website");
  EXPECT_EQ(ReasonOf(Differing(request, &page)), "INVALID_PAGE_TOKEN");
  v1::ListSyncOperationsRequest other;
  other.set_parent(kFirm);
  other.set_page_size(2);
  other.set_page_token(token);
  v1::ListSyncOperationsResponse operations;
  EXPECT_EQ(ReasonOf(Operations(other, &operations)), "INVALID_PAGE_TOKEN");
  request.clear_filter();
  request.set_page_token("x" + token);
  EXPECT_EQ(ReasonOf(Differing(request, &page)), "INVALID_PAGE_TOKEN");
  request.set_page_size(-1);
  EXPECT_THAT(ViolatedFields(Differing(request, &page)), ElementsAre("page_size", "page_token"));
  request.set_page_size(2);
  request.clear_page_token();
  request.set_filter("shoe_size = 44");
  EXPECT_THAT(ViolatedFields(Differing(request, &page)), ElementsAre("filter"));
}

TEST_F(ListsTest, SyncOperationsComeLatestFirst) {
  const std::string one = Make("one", "a.example");
  const std::string two = Make("two", "b.example");
  std::vector<std::string> names;
  names.push_back(Sync(Request(one, {{"website", v1::TO_PRACTICE}})).name());
  EditClient(one, {{"Phone", "04 555 0100"}});
  Refresh(one);
  names.push_back(Sync(Request(one, {{"primary_phone", v1::TO_PROFILE}})).name());
  names.push_back(LeaveUnfinished(two));
  v1::ListSyncOperationsRequest request;
  request.set_parent(kFirm);
  EXPECT_THAT(AllOperations(request), ElementsAre(names[2], names[1], names[0]));
  request.set_page_size(2);
  std::vector<int> pages;
  EXPECT_THAT(AllOperations(request, &pages), ElementsAre(names[2], names[1], names[0]));
  EXPECT_THAT(pages, ElementsAre(2, 1));
  request.set_page_size(1);
  request.set_filter("profile = \"firms/harbour/profiles/one\"");
  EXPECT_THAT(AllOperations(request), ElementsAre(names[1], names[0]));
  v1::ListSyncOperationsResponse page;
  ASSERT_TRUE(Operations(request, &page).ok());
  request.set_page_token(page.next_page_token());
  request.set_filter("link = \"" + two + "\"");
  EXPECT_EQ(ReasonOf(Operations(request, &page)), "INVALID_PAGE_TOKEN");
  request.clear_page_token();
  EXPECT_THAT(AllOperations(request), ElementsAre(names[2]));
  request.set_filter("state = DONE AND link = \"" + one + "\"");
  EXPECT_THAT(AllOperations(request), ElementsAre(names[1], names[0]));
  request.set_filter("state = UNKNOWN");
  EXPECT_THAT(AllOperations(request), ElementsAre(names[2]));
  for (const char* bad :
       {"state = SOMEHOW", "profile = \"firms/other/profiles/one\"", "state:DONE"}) {
    request.set_filter(bad);
    EXPECT_THAT(ViolatedFields(Operations(request, &page)), ElementsAre("filter")) << bad;
  }
}

TEST_F(ListsTest, TheChangeLogHasNoGapsWhateverChangedAProfile) {
  const std::string link = Make("p", "a.example");
  ASSERT_TRUE(SyncTest::Save("p", "fields.email", Fields("email: 'a@a.example'")).ok());
  // Neither refused, nor without effect, nor of a practice client alone: none of these is a change.
  EXPECT_FALSE(SyncTest::Save("p", "fields.email", Fields("email: 'no address'")).ok());
  EXPECT_TRUE(SyncTest::Save("p", "fields.email", Fields("email: 'a@a.example'")).ok());
  EXPECT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
  Imported(ImportOf({AddClient({{"Name", "B"}}), "11111111-2222-4333-8444-555555555555",
                     AddClient({{"Name", "C"}})}));
  EditClient(link, {{"Phone", "04 555 0100"}, {"Fax", "04 555 0101"}});
  Refresh(link);
  const v1::SyncOperation operation =
      Sync(Request(link, {{"other_phone", v1::TO_PROFILE}, {"primary_phone", v1::TO_PROFILE}}));
  MakeProfile("gone", Fields("name: 'Gone'"));
  v1::DeleteProfileRequest remove;
  remove.set_name("firms/harbour/profiles/gone");
  google::protobuf::Empty empty;
  ASSERT_TRUE(Call(*profiles_, &v1::ProfileService::Stub::DeleteProfile, remove, &empty).ok());

  v1::ListProfileChangesRequest request;
  request.set_parent(kFirm);
  request.set_page_size(3);
  std::vector<std::string> log;
  v1::ListProfileChangesResponse page;
  do {
    request.set_page_token(page.next_page_token());
    page = Changes(request);
    for (const v1::ProfileChange& change : page.profile_changes()) {
      EXPECT_EQ(change.revision(), static_cast<std::int64_t>(log.size()) + 1);
      log.push_back(absl::StrCat(v1::ProfileChange::Source_Name(change.source()), " ",
                                 v1::ProfileChange::Action_Name(change.action()), " ",
                                 change.changed_fields_size()));
      const bool synced = change.source() == v1::ProfileChange::SYNC;
      EXPECT_EQ(change.sync_operation(), synced ? operation.name() : "");
    }
  } while (!page.next_page_token().empty());
  EXPECT_THAT(log, ElementsAre("PLATFORM CREATED 4", "PLATFORM UPDATED 1", "IMPORT CREATED 1",
                               "IMPORT CREATED 1", "SYNC UPDATED 2", "PLATFORM CREATED 3",
                               "PLATFORM DELETED 0"));
  EXPECT_EQ(page.latest_revision(), 7);
  v1::ListProfileChangesRequest late;
  late.set_parent(kFirm);
  late.set_start_revision(6);
  EXPECT_EQ(Changes(late).profile_changes_size(), 2);
  EXPECT_EQ(Changes(late).profile_changes(0).revision(), 6);
  late.set_start_revision(8);
  EXPECT_EQ(Changes(late).profile_changes_size(), 0) << "nothing newer yet";
  late.set_start_revision(-1);
  EXPECT_THAT(
      ViolatedFields(Call(*profiles_, &v1::ProfileService::Stub::ListProfileChanges, late, &page)),
      ElementsAre("start_revision"));
}

}  // namespace
}  // namespace profilesync::testing

// Searching a practice system's clients: what is found, its links, and its pages.
#include <numeric>

#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

class SearchTest : public VerbsTest {
 protected:
  static v1::SearchPracticeClientsRequest For(const std::string& query, int page_size = 0) {
    v1::SearchPracticeClientsRequest request;
    request.set_parent(kAddOn);
    request.set_query(query);
    request.set_page_size(page_size);
    return request;
  }

  grpc::Status TrySearch(const v1::SearchPracticeClientsRequest& request,
                         v1::SearchPracticeClientsResponse* page) {
    return Call(*links_, &v1::LinkService::Stub::SearchPracticeClients, request, page);
  }

  v1::SearchPracticeClientsResponse Search(const v1::SearchPracticeClientsRequest& request) {
    v1::SearchPracticeClientsResponse page;
    const grpc::Status status = TrySearch(request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return page;
  }

  std::vector<std::string> AddClients(int count, const std::string& name) {
    std::vector<std::string> ids;
    ids.reserve(count);
    for (int i = 0; i < count; ++i) {
      ids.push_back(AddClient({{"Name", absl::StrCat(name, " ", i)}}));
    }
    return ids;
  }

  // The ids of all pages; how many each had; the last page.
  struct All {
    std::vector<std::string> ids;
    std::vector<int> pages;
    v1::SearchPracticeClientsResponse last;
  };
  All SearchAll(v1::SearchPracticeClientsRequest request) {
    All all;
    do {
      request.set_page_token(all.last.next_page_token());
      all.last = Search(request);
      all.pages.push_back(all.last.practice_client_matches_size());
      for (const auto& match : all.last.practice_client_matches()) {
        all.ids.push_back(match.practice_client().id());
      }
    } while (!all.last.next_page_token().empty() && all.pages.size() < 100);
    return all;
  }
};

TEST_F(SearchTest, AnEmptyQueryListsAllPageByPage) {
  AddClients(25, "Kauri");
  const All all = SearchAll(For("", 10));
  EXPECT_THAT(all.ids, UnorderedElementsAreArray(xpm_.client_uuids()));
  for (std::size_t i = 0; i + 1 < all.pages.size(); ++i) {
    EXPECT_LE(all.pages[i], 10);
    EXPECT_GT(all.pages[i], 0);
  }
  EXPECT_GE(all.pages.size(), 3u);
  EXPECT_FALSE(all.last.truncated());
}

TEST_F(SearchTest, AQueryFindsByNameAndNamesTheLink) {
  const std::string link = MakeLinked("p", Fields("name: 'A Ltd'"), {{"Name", "Kauri Timber"}});
  const std::string free = AddClient({{"Name", "Kauri Honey"}});
  AddClient({{"Name", "Rimu Honey"}});
  std::map<std::string, std::string> links;
  const v1::SearchPracticeClientsResponse found = Search(For("kauri"));
  for (const auto& match : found.practice_client_matches()) {
    links[match.practice_client().display_name()] = match.link();
  }
  EXPECT_THAT(links,
              UnorderedElementsAre(std::pair("Kauri Timber", link), std::pair("Kauri Honey", "")));
  EXPECT_EQ(SearchAll(For("Nobody of that name")).pages, std::vector<int>{0});
}

TEST_F(SearchTest, WhatIsFoundComesInPages) {
  const std::vector<std::string> kauri = AddClients(23, "Kauri");
  AddClients(5, "Rimu");
  const All all = SearchAll(For("kauri", 10));
  EXPECT_THAT(all.ids, UnorderedElementsAreArray(kauri));
  EXPECT_THAT(all.pages, ElementsAre(10, 10, 3));
}

TEST_F(SearchTest, MoreThanFiveHundredMatchesAreCutAndSaidToBe) {
  AddClients(501, "Kauri");
  const All all = SearchAll(For("kauri", 1000));
  EXPECT_EQ(std::accumulate(all.pages.begin(), all.pages.end(), 0), 500);
  EXPECT_TRUE(all.last.truncated());
}

TEST_F(SearchTest, APagesTokenIsOfItsQuery) {
  AddClients(5, "Kauri");
  AddClients(5, "Rimu");
  v1::SearchPracticeClientsRequest other = For("rimu", 2);
  other.set_page_token(Search(For("kauri", 2)).next_page_token());
  ASSERT_NE(other.page_token(), "");
  v1::SearchPracticeClientsResponse page;
  EXPECT_EQ(ReasonOf(TrySearch(other, &page)), "INVALID_PAGE_TOKEN");
  other.set_page_token("nonsense");
  EXPECT_EQ(ReasonOf(TrySearch(other, &page)), "INVALID_PAGE_TOKEN");
}

TEST_F(SearchTest, WhatIsWrongIsListedAndCostsNoCall) {
  xpm_.ClearCalls();
  v1::SearchPracticeClientsResponse page;
  const grpc::Status status = TrySearch(For(std::string(256, 'a'), -1), &page);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status), UnorderedElementsAre("query", "page_size"));
  EXPECT_THAT(ViolatedFields(TrySearch(For(std::string("a\0b", 3)), &page)), ElementsAre("query"));
  EXPECT_THAT(xpm_.calls(), ::testing::IsEmpty());
}

TEST_F(SearchTest, TaxNumbersAreMasked) {
  AddClient({{"Name", "Kauri Timber"}, {"TaxNumber", "49091850"}});
  const auto page = Search(For("kauri"));
  EXPECT_EQ(page.practice_client_matches_size(), 1);
  EXPECT_THAT(page.DebugString(), Not(HasSubstr("49091850")));
}

}  // namespace
}  // namespace profilesync::testing

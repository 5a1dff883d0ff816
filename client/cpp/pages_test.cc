#include "client/cpp/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace profilesync::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A list whose pages are keyed by their token; a page that isn't there is an error.
class PagesTest : public testing::Test {
 protected:
  Pages<int> List() {
    return Pages<int>([this](const std::string& token) -> absl::StatusOr<Page<int>> {
      fetched_.push_back(token);
      const auto page = pages_.find(token);
      if (page == pages_.end()) {
        return absl::UnavailableError("no page");
      }
      return page->second;
    });
  }

  std::map<std::string, Page<int>> pages_;
  std::vector<std::string> fetched_;
};

TEST_F(PagesTest, GoesThroughAllPages) {
  pages_ = {{"", {{1, 2}, "b"}}, {"b", {{}, "c"}}, {"c", {{3}, ""}}};
  EXPECT_THAT(List().All().value(), ElementsAre(1, 2, 3));
  EXPECT_THAT(fetched_, ElementsAre("", "b", "c"));
}

TEST_F(PagesTest, IsEmptyWhereTheListIs) {
  pages_ = {{"", {{}, ""}}};
  EXPECT_THAT(List().All().value(), IsEmpty());
  EXPECT_EQ(fetched_.size(), 1u);
}

TEST_F(PagesTest, FetchesAPageOnlyOnceItIsReached) {
  pages_ = {{"", {{1, 2}, "b"}}, {"b", {{3}, ""}}};
  auto list = List();
  EXPECT_TRUE(list.Next() && list.Next());
  EXPECT_EQ(fetched_.size(), 1u);
}

TEST_F(PagesTest, EndsWithAnError) {
  pages_ = {{"", {{1}, "b"}}};
  std::vector<int> items;
  std::vector<absl::Status> errors;
  auto list = List();
  for (const absl::StatusOr<int>& item : list) {
    item.ok() ? items.push_back(*item) : errors.push_back(item.status());
  }
  EXPECT_THAT(items, ElementsAre(1));
  EXPECT_THAT(errors, ElementsAre(absl::UnavailableError("no page")));
  EXPECT_EQ(List().All().status(), absl::UnavailableError("no page"));
}

}  // namespace
}  // namespace profilesync::client

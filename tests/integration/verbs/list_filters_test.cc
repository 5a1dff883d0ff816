// ListProfiles and ListLinks: what their filters and orders choose, page by page.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

class ListProfilesTest : public VerbsTest {
 protected:
  void Make(const std::string& id, type::PartyKind kind, const std::string& region,
            const std::string& fields) {
    v1::CreateProfileRequest request;
    request.set_parent(kFirm);
    request.set_profile_id(id);
    request.mutable_profile()->set_kind(kind);
    request.mutable_profile()->set_region_code(region);
    *request.mutable_profile()->mutable_fields() = Fields(fields);
    v1::Profile profile;
    const grpc::Status status =
        Call(*profiles_, &v1::ProfileService::Stub::CreateProfile, request, &profile);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  // Created in another order than that of their ids and of their names.
  void MakeSome() {
    Make("c", type::COMPANY, "NZ", "name: 'Merrow Ltd' email: 'Office@Merrow.example'");
    Make("a", type::INDIVIDUAL, "AU",
         "name: 'Zoe Merrow' given_name: 'Zoe' email: 'zoe@a.example' "
         "postal_address { lines: '12 High Street' city: 'Sydney' country: 'AU' }");
    Make("d", type::COMPANY, "", "name: 'Ash \"and\" Co' primary_phone: '04 555 0100'");
    Make("b", type::TRUST, "AU", "name: 'beta Trust' email: 'office@merrow.example'");
  }

  grpc::Status List(const v1::ListProfilesRequest& request, v1::ListProfilesResponse* page) {
    return Call(*profiles_, &v1::ProfileService::Stub::ListProfiles, request, page);
  }

  // The ids of all pages, and how many each has.
  std::vector<std::string> All(const std::string& filter, const std::string& order_by = "",
                               int page_size = 0, std::vector<int>* pages = nullptr) {
    v1::ListProfilesRequest request;
    request.set_parent(kFirm);
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    v1::ListProfilesResponse page;
    do {
      request.set_page_token(page.next_page_token());
      const grpc::Status status = List(request, &page);
      EXPECT_TRUE(status.ok()) << filter << ": " << status.error_message();
      for (const v1::Profile& profile : page.profiles()) {
        ids.push_back(IdOf(profile.name()));
      }
      if (pages != nullptr) {
        pages->push_back(page.profiles_size());
      }
    } while (!page.next_page_token().empty() && ids.size() < 100);
    return ids;
  }
};

TEST_F(ListProfilesTest, AFilterChooses) {
  MakeSome();
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {"", {"a", "b", "c", "d"}},
      {"kind = COMPANY", {"c", "d"}},
      {"kind=\"TRUST\"", {"b"}},
      {"kind = PARTNERSHIP", {}},
      {"region_code = AU", {"a", "b"}},
      {"region_code = \"nz\"", {"c"}},
      // Letter case aside; the whole text.
      {"fields.email = \"office@merrow.example\"", {"b", "c"}},
      {"fields.email = merrow.example", {}},
      {"fields.name = \"merrow ltd\"", {"c"}},
      {"fields.name = \"Ash \\\"and\\\" Co\"", {"d"}},
      {"fields.email = \"\"", {"d"}},
      // The text inside.
      {"fields.name:MERROW", {"a", "c"}},
      {"fields.email:\"merrow.\"", {"b", "c"}},
      {"fields.postal_address:\"high street\"", {"a"}},
      {"fields.postal_address:sydney", {"a"}},
      {"fields.name:\"nobody\"", {}},
      // All of the terms.
      {"fields.name:merrow AND kind = COMPANY", {"c"}},
      {"region_code = AU AND fields.email:merrow AND kind = TRUST", {"b"}},
      {"kind = COMPANY AND kind = TRUST", {}},
  };
  for (const auto& [filter, ids] : rows) {
    EXPECT_THAT(All(filter), ElementsAreArray(ids)) << filter;
  }
}

TEST_F(ListProfilesTest, AnOrderPutsThemInOrder) {
  MakeSome();
  ASSERT_TRUE(Save("d", "fields.email", Fields("email: 'd@a.example'")).ok());
  ASSERT_TRUE(Save("a", "fields.email", Fields("email: 'a@a.example'")).ok());
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {"", {"a", "b", "c", "d"}},
      {"name", {"a", "b", "c", "d"}},
      {"name desc", {"d", "c", "b", "a"}},
      {"create_time", {"c", "a", "d", "b"}},
      {"create_time desc", {"b", "d", "a", "c"}},
      {"update_time", {"c", "b", "d", "a"}},
      {"update_time desc", {"a", "d", "b", "c"}},
      // As people sort names, letter case aside.
      {"display_name", {"d", "b", "c", "a"}},
      {"display_name desc", {"a", "c", "b", "d"}},
  };
  for (const auto& [order_by, ids] : rows) {
    EXPECT_THAT(All("", order_by), ElementsAreArray(ids)) << order_by;
    EXPECT_THAT(All("", order_by, /*page_size=*/1), ElementsAreArray(ids)) << order_by;
  }
}

TEST_F(ListProfilesTest, PagesGoThroughWhatAFilterChoosesInItsOrder) {
  // Many share a name: the place in the list mustn't rest on it alone.
  std::vector<std::string> wanted;
  for (int i = 0; i < 12; ++i) {
    const std::string id = absl::StrCat("p", 10 + i);
    Make(id, i % 3 == 0 ? type::TRUST : type::COMPANY, "NZ",
         absl::StrCat("name: '", i < 6 ? "Same" : "Zeta", " Ltd'"));
    if (i % 3 != 0) {
      wanted.push_back(id);
    }
  }
  for (const char* order_by : {"display_name", "create_time", "name"}) {
    std::vector<int> pages;
    EXPECT_THAT(All("kind = COMPANY", order_by, 3, &pages), ElementsAreArray(wanted)) << order_by;
    EXPECT_THAT(pages, ElementsAre(3, 3, 2)) << order_by;
    pages.clear();
    EXPECT_THAT(All("kind = COMPANY AND fields.name:same", order_by, 2, &pages),
                ElementsAre("p11", "p12", "p14", "p15"))
        << order_by;
    EXPECT_THAT(pages, ElementsAre(2, 2)) << "a last page that is full is the last one";
  }
  for (const char* order_by : {"display_name desc", "create_time desc", "name desc"}) {
    std::vector<std::string> backwards = All("kind = COMPANY", order_by, 3);
    std::reverse(backwards.begin(), backwards.end());
    EXPECT_THAT(backwards, ElementsAreArray(wanted)) << order_by;
  }
}

TEST_F(ListProfilesTest, ATokenHoldsForItsFilterAndOrder) {
  MakeSome();
  v1::ListProfilesRequest request;
  request.set_parent(kFirm);
  request.set_filter("region_code = AU");
  request.set_order_by("display_name");
  request.set_page_size(1);
  v1::ListProfilesResponse page;
  ASSERT_TRUE(List(request, &page).ok());
  ASSERT_NE(page.next_page_token(), "");
  request.set_page_token(page.next_page_token());
  auto other = request;
  other.set_order_by("display_name desc");
  EXPECT_EQ(ReasonOf(List(other, &page)), "INVALID_PAGE_TOKEN");
  other = request;
  other.set_filter("region_code = NZ");
  EXPECT_EQ(ReasonOf(List(other, &page)), "INVALID_PAGE_TOKEN");
  EXPECT_TRUE(List(request, &page).ok());
}

TEST_F(ListProfilesTest, WhatIsWrongWithAQueryIsSaid) {
  MakeSome();
  // The query, the parts that are violated, and what one of them is said to be.
  struct Row {
    const char* filter;
    const char* order_by;
    std::vector<std::string> violated;
    const char* says;
  };
  const Row rows[] = {
      {"kind = GIANT", "", {"filter"}, "there is no kind GIANT"},
      {"kind:COMPANY", "", {"filter"}, "kind:COMPANY: can't be filtered by"},
      {"region_code:A", "", {"filter"}, "region_code:A: can't be filtered by"},
      {"shoe_size = 44", "", {"filter"}, "shoe_size = 44: can't be filtered by"},
      {"fields.shoe_size = 44", "", {"filter"}, "fields.shoe_size: can't be filtered by"},
      {"fields.tax_number = 907", "", {"filter"}, "fields.tax_number: can't be filtered by"},
      {"fields.tax_number:9", "", {"filter"}, "fields.tax_number: can't be filtered by"},
      {"kind", "", {"filter"}, "a term is a field, one of = : < <= > >=, and a value"},
      {"kind =", "", {"filter"}, "a term is a field, one of = : < <= > >=, and a value"},
      {"fields.name = \"Merrow",
       "",
       {"filter"},
       "a term is a field, one of = : < <= > >=, and a value"},
      {"kind = COMPANY OR kind = TRUST", "", {"filter"}, "terms are joined by AND"},
      {"kind = COMPANY AND",
       "",
       {"filter"},
       "a term is a field, one of = : < <= > >=, and a value"},
      {"kind = GIANT AND shoe_size = 44", "", {"filter", "filter"}, "shoe_size"},
      {"", "email", {"order_by"}, "must be name, display_name, create_time or update_time"},
      {"", "display_name asc desc", {"order_by"}, "must be name"},
      {"", "name, create_time", {"order_by"}, "must be name"},
      {"", " desc", {"order_by"}, "must be name"},
      {"kind = GIANT", "email", {"order_by", "filter"}, "there is no kind GIANT"},
  };
  for (const Row& row : rows) {
    v1::ListProfilesRequest request;
    request.set_parent(kFirm);
    request.set_filter(row.filter);
    request.set_order_by(row.order_by);
    v1::ListProfilesResponse page;
    const grpc::Status status = List(request, &page);
    const std::string what = absl::StrCat("\"", row.filter, "\" \"", row.order_by, "\"");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << what;
    EXPECT_THAT(ViolatedFields(status), ::testing::UnorderedElementsAreArray(row.violated)) << what;
    EXPECT_THAT(status.error_message(), HasSubstr(row.says)) << what;
  }
  v1::ListProfilesRequest request;
  request.set_parent(kFirm);
  request.set_page_size(-1);
  request.set_order_by("email");
  request.set_filter("kind");
  v1::ListProfilesResponse page;
  EXPECT_THAT(ViolatedFields(List(request, &page)),
              UnorderedElementsAre("page_size", "order_by", "filter"));
}

class ListLinksTest : public VerbsTest {
 protected:
  std::string Make(const std::string& id) {
    return MakeLinked(id, Fields("name: 'A Ltd'"), {{"Name", "A Ltd"}});
  }

  grpc::Status List(const v1::ListLinksRequest& request, v1::ListLinksResponse* page) {
    return Call(*links_, &v1::LinkService::Stub::ListLinks, request, page);
  }

  // The profiles' ids of all pages, in the order of the links' names.
  std::vector<std::string> All(const std::string& filter, int page_size = 0,
                               std::vector<int>* pages = nullptr) {
    v1::ListLinksRequest request;
    request.set_parent(kFirm);
    request.set_filter(filter);
    request.set_page_size(page_size);
    std::vector<std::string> ids, names;
    v1::ListLinksResponse page;
    do {
      request.set_page_token(page.next_page_token());
      const grpc::Status status = List(request, &page);
      EXPECT_TRUE(status.ok()) << filter << ": " << status.error_message();
      for (const v1::Link& link : page.links()) {
        ids.push_back(IdOf(link.profile()));
        names.push_back(link.name());
      }
      if (pages != nullptr) {
        pages->push_back(page.links_size());
      }
    } while (!page.next_page_token().empty() && ids.size() < 100);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    return ids;
  }
};

TEST_F(ListLinksTest, AFilterChooses) {
  const std::string a = Make("a");
  const std::string b = Make("b");
  EditClient(b, {{"IsArchived", "Yes"}});
  ASSERT_EQ(Refresh(b).link_state(), v1::Link::ARCHIVED);
  const std::string client = Diff(a).practice_client_id();
  EXPECT_THAT(All(""), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(All("profile = \"firms/harbour/profiles/a\""), ElementsAre("a"));
  EXPECT_THAT(All("profile = firms/harbour/profiles/none"), IsEmpty());
  EXPECT_THAT(All(absl::StrCat("add_on = ", kAddOn)), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(All("add_on = firms/harbour/addOns/other"), IsEmpty());
  EXPECT_THAT(All(absl::StrCat("practice_client_id = \"", client, "\"")), ElementsAre("a"));
  EXPECT_THAT(All("state = ARCHIVED"), ElementsAre("b"));
  EXPECT_THAT(All("state = ACTIVE"), ElementsAre("a"));
  EXPECT_THAT(All(absl::StrCat("state = ARCHIVED AND practice_client_id = ", client)), IsEmpty());
  EXPECT_THAT(All(absl::StrCat("state = ACTIVE AND add_on = ", kAddOn)), ElementsAre("a"));
}

TEST_F(ListLinksTest, PagesGoThroughWhatAFilterChooses) {
  for (int i = 0; i < 9; ++i) {
    const std::string link = Make(absl::StrCat("p", i));
    if (i % 2 == 1) {
      EditClient(link, {{"IsArchived", "Yes"}});
      Refresh(link);
    }
  }
  std::vector<int> pages;
  EXPECT_THAT(All("state = ACTIVE", 2, &pages), UnorderedElementsAre("p0", "p2", "p4", "p6", "p8"));
  EXPECT_THAT(pages, ElementsAre(2, 2, 1));
  pages.clear();
  EXPECT_THAT(All("state = ARCHIVED", 2, &pages), UnorderedElementsAre("p1", "p3", "p5", "p7"));
  EXPECT_THAT(pages, ElementsAre(2, 2)) << "a last page that is full is the last one";
  v1::ListLinksRequest request;
  request.set_parent(kFirm);
  request.set_page_size(2);
  request.set_filter("state = ACTIVE");
  v1::ListLinksResponse page;
  ASSERT_TRUE(List(request, &page).ok());
  request.set_page_token(page.next_page_token());
  request.set_filter("state = ARCHIVED");
  EXPECT_EQ(ReasonOf(List(request, &page)), "INVALID_PAGE_TOKEN");
}

TEST_F(ListLinksTest, WhatIsWrongWithAQueryIsSaid) {
  Make("a");
  const std::pair<const char*, const char*> rows[] = {
      {"profile:\"firms/harbour/profiles/a\"", "profile: only = is known here"},
      {"profile = a", "profile: must be a name under the parent"},
      {"profile = firms/other/profiles/a", "profile: must be a name under the parent"},
      {"add_on = firms/harbour/profiles/a", "add_on: must be a name under the parent"},
      {"state = GONE", "state = GONE isn't known here: terms are of profile, add_on"},
      {"shoe_size = 44", "shoe_size = 44 isn't known here"},
      {"state = ACTIVE state = ARCHIVED", "terms are joined by AND"},
      {"state", "a term is a field, one of = : < <= > >=, and a value"},
  };
  for (const auto& [filter, says] : rows) {
    v1::ListLinksRequest request;
    request.set_parent(kFirm);
    request.set_filter(filter);
    v1::ListLinksResponse page;
    const grpc::Status status = List(request, &page);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << filter;
    EXPECT_THAT(ViolatedFields(status), ElementsAre("filter")) << filter;
    EXPECT_THAT(status.error_message(), HasSubstr(says)) << filter;
  }
  v1::ListLinksRequest request;
  request.set_parent(kFirm);
  request.set_page_size(-1);
  request.set_filter("state = GONE AND shoe_size = 44");
  v1::ListLinksResponse page;
  EXPECT_THAT(ViolatedFields(List(request, &page)),
              UnorderedElementsAre("page_size", "filter", "filter"));
}

}  // namespace
}  // namespace profilesync::testing

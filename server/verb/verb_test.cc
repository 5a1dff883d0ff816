#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profilesync/v1/add_on.pb.h"
#include "profilesync/v1/firm.pb.h"
#include "profilesync/v1/profile.pb.h"
#include "server/verb/check.h"
#include "server/verb/errors.h"
#include "server/verb/etag.h"
#include "server/verb/paging.h"
#include "server/verb/update_mask.h"

namespace profilesync::verb {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kKey(32, 'k');

std::vector<std::string> Described(const Violations& violations) {
  std::vector<std::string> described;
  for (const auto& violation : ViolationsOf(violations.ToStatus())) {
    described.push_back(violation.field() + ": " + violation.description());
  }
  return described;
}

google::protobuf::FieldMask Mask(std::initializer_list<const char*> paths) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) {
    mask.add_paths(path);
  }
  return mask;
}

TEST(ErrorsTest, NameTheResource) {
  EXPECT_EQ(ReasonOf(NotFound("firms/a")), v1::RESOURCE_NOT_FOUND);
  EXPECT_EQ(ErrorInfoOf(NotFound("firms/a"))->metadata().at("resource"), "firms/a");
  EXPECT_EQ(AlreadyExists("firms/a").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ErrorInfoOf(AlreadyExists("firms/a"))->metadata().at("resource"), "firms/a");
}

TEST(EtagTest, FollowsEveryOtherFieldAndTheKey) {
  v1::Firm firm;
  firm.set_name("firms/a");
  SetEtag(kKey, &firm);
  const std::string first = firm.etag();
  EXPECT_EQ(first.size(), 22u);
  SetEtag(kKey, &firm);
  EXPECT_EQ(firm.etag(), first);
  SetEtag(std::string(32, 'x'), &firm);
  EXPECT_NE(firm.etag(), first);
  firm.set_region_code("NZ");
  SetEtag(kKey, &firm);
  EXPECT_NE(firm.etag(), first);
}

TEST(EtagTest, OfAMapDoesNotDependOnItsOrder) {
  v1::Profile one, other;
  for (int i = 0; i < 100; ++i) {
    (*one.mutable_field_revisions())["f" + std::to_string(i)] = i;
    (*other.mutable_field_revisions())["f" + std::to_string(99 - i)] = 99 - i;
  }
  SetEtag(kKey, &one);
  SetEtag(kKey, &other);
  EXPECT_EQ(one.etag(), other.etag());
}

TEST(EtagTest, AStaleOneIsAborted) {
  EXPECT_TRUE(CheckEtag("", "now", "firms/a").ok());
  EXPECT_TRUE(CheckEtag("now", "now", "firms/a").ok());
  const absl::Status stale = CheckEtag("then", "now", "firms/a");
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(stale), v1::CHANGED_SINCE_READ);
}

TEST(PagingTest, PageSizeIsClamped) {
  Violations violations;
  EXPECT_EQ(PageSize(0, &violations), 50);
  EXPECT_EQ(PageSize(7, &violations), 7);
  EXPECT_EQ(PageSize(5000, &violations), 1000);
  EXPECT_EQ(PageSize(5000, &violations, 500), 500);
  EXPECT_TRUE(violations.empty());
  PageSize(-1, &violations);
  EXPECT_THAT(Described(violations), ElementsAre("page_size: must not be negative"));
}

TEST(PagingTest, PositionsCarryAnyKey) {
  const store::Cursor cursor{.key = "a/b\n\xc3\xa9", .id = "p.1"};
  const store::Cursor back = FromPosition(ToPosition(cursor));
  EXPECT_EQ(back.key, cursor.key);
  EXPECT_EQ(back.id, cursor.id);
  EXPECT_EQ(FromPosition("").id, "");
}

TEST(UpdateMaskTest, ReplacesWhatIsNamedAndNothingElse) {
  v1::Profile from, to;
  from.set_region_code("AU");
  from.mutable_fields()->set_email("new@example.com");
  from.mutable_fields()->mutable_postal_address()->add_lines("PO Box 1");
  to.set_region_code("NZ");
  to.mutable_fields()->set_email("old@example.com");
  to.mutable_fields()->set_website("old.example");
  to.mutable_fields()->mutable_postal_address()->add_lines("1 Old St");
  to.mutable_fields()->mutable_postal_address()->set_city("Oldtown");
  Violations violations;
  ApplyUpdateMask(Mask({"fields.email", "fields.postal_address", "fields.website", "etag"}), from,
                  &to, &violations);
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(to.region_code(), "NZ");
  EXPECT_EQ(to.fields().email(), "new@example.com");
  EXPECT_FALSE(to.fields().has_website());
  EXPECT_EQ(to.fields().postal_address().lines_size(), 1);
  EXPECT_EQ(to.fields().postal_address().city(), "");
}

TEST(UpdateMaskTest, ReplacesAMap) {
  v1::AddOn from, to;
  (*from.mutable_settings()->mutable_field_sources())["other_phone"] = "fax";
  (*to.mutable_settings()->mutable_field_sources())["website"] = "x";
  Violations violations;
  ApplyUpdateMask(Mask({"settings.field_sources"}), from, &to, &violations);
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(to.settings().field_sources().size(), 1u);
  EXPECT_EQ(to.settings().field_sources().at("other_phone"), "fax");
}

TEST(UpdateMaskTest, ListsAllThatIsWrong) {
  struct Case {
    google::protobuf::FieldMask mask;
    std::vector<std::string> wrong;
  };
  const Case cases[] = {
      {Mask({}), {"update_mask: must name the fields to change"}},
      {Mask({"nope", "fields.nope", "fields.email.nope", "", "*", "field_revisions.x"}),
       {"update_mask: there is no field nope", "update_mask: there is no field fields.nope",
        "update_mask: there is no field fields.email.nope", "update_mask: there is no field ",
        "update_mask: there is no field *", "update_mask: there is no field field_revisions.x"}},
      {Mask({"name", "origin.tenant_id", "kind"}),
       {"update_mask: name can't be changed", "update_mask: origin.tenant_id can't be changed"}},
  };
  for (const Case& c : cases) {
    v1::Profile from, to;
    Violations violations;
    ApplyUpdateMask(c.mask, from, &to, &violations);
    EXPECT_EQ(Described(violations), c.wrong);
  }
}

TEST(UpdateMaskTest, Touches) {
  EXPECT_TRUE(Touches(Mask({"fields"}), "fields.email"));
  EXPECT_TRUE(Touches(Mask({"fields.email"}), "fields"));
  EXPECT_FALSE(Touches(Mask({"fields.email"}), "fields.emails"));
  EXPECT_FALSE(Touches(Mask({}), "fields"));
}

TEST(CheckTest, Text) {
  Violations violations;
  CheckText("a", "fine", 4, true, &violations);
  CheckText("b", "", 4, false, &violations);
  EXPECT_THAT(Described(violations), IsEmpty());
  CheckText("c", "  ", 4, true, &violations);
  CheckText("d", std::string("x\0yzw", 5), 4, true, &violations);
  EXPECT_THAT(Described(violations),
              ElementsAre("c: must be set", "d: must not be longer than 4 bytes",
                          "d: must not hold control characters"));
}

class OneId final : public IdSource {
 public:
  std::string NewId() override { return "made-up"; }
  std::string NewSecret() override { return "secret"; }
};

TEST(CheckTest, ChoosesTheCallersIdOrANewOne) {
  OneId ids;
  Violations violations;
  EXPECT_EQ(ChooseId("firm_id", "", ids, &violations), "made-up");
  EXPECT_EQ(ChooseId("firm_id", "mine", ids, &violations), "mine");
  EXPECT_TRUE(violations.empty());
  ChooseId("firm_id", "a/b", ids, &violations);
  EXPECT_FALSE(violations.empty());
}

}  // namespace
}  // namespace profilesync::verb

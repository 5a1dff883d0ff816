#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "common/status.h"
#include "server/firm/create_firm.h"
#include "server/firm/get_firm.h"
#include "server/firm/list_firms.h"
#include "server/firm/update_firm.h"
#include "tests/support/test_environment.h"

namespace profilesync::firm {
namespace {

class FirmTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::Firm> Create(const std::string& id, const std::string& region = "NZ",
                                  const std::string& zone = "Pacific/Auckland") {
    v1::CreateFirmRequest request;
    request.set_firm_id(id);
    request.mutable_firm()->set_display_name("Firm " + id);
    request.mutable_firm()->set_region_code(region);
    request.mutable_firm()->set_time_zone(zone);
    return Write([&](store::Transaction& transaction) {
      return CreateFirm(test_.environment(), test_.Call(), request, transaction);
    });
  }

  absl::StatusOr<v1::Firm> Update(const v1::UpdateFirmRequest& request) {
    return Write([&](store::Transaction& transaction) {
      return UpdateFirm(test_.environment(), test_.Call(), request, transaction);
    });
  }

  absl::StatusOr<v1::Firm> Write(
      const std::function<absl::StatusOr<v1::Firm>(store::Transaction&)>& verb) {
    absl::StatusOr<v1::Firm> answer;
    const absl::Status stored =
        test_.store().WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
          answer = verb(transaction);
          return answer.status();
        });
    EXPECT_EQ(stored, answer.status());
    return answer;
  }

  absl::StatusOr<v1::Firm> Get(const std::string& name) {
    v1::GetFirmRequest request;
    request.set_name(name);
    absl::StatusOr<v1::Firm> answer;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      answer = GetFirm(test_.environment(), test_.Call(), request, reader);
                      return absl::OkStatus();
                    })
                    .ok());
    return answer;
  }

  profilesync::testing::TestEnvironment test_;
};

std::vector<std::string> Violated(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const auto& violation : ViolationsOf(status)) {
    fields.push_back(violation.field());
  }
  return fields;
}

TEST_F(FirmTest, IsCreatedOnceAndReadBack) {
  const auto created = Create("a");
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->name(), "firms/a");
  const auto read = Get("firms/a");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->SerializeAsString(), created->SerializeAsString());
  EXPECT_EQ(ReasonOf(Create("a").status()), v1::RESOURCE_EXISTS);
  EXPECT_EQ(ReasonOf(Get("firms/b").status()), v1::RESOURCE_NOT_FOUND);
}

TEST_F(FirmTest, GetsAnIdWhenNoneIsChosen) {
  const auto created = Create("");
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->name(), "firms/id1");
}

TEST_F(FirmTest, ListsAllThatIsWrong) {
  EXPECT_THAT(Violated(Create("no/slash", "New Zealand", "Middle/Earth").status()),
              ::testing::UnorderedElementsAre("firm_id", "firm.region_code", "firm.time_zone"));
}

TEST_F(FirmTest, AnUpdateChangesWhatItsMaskNames) {
  ASSERT_TRUE(Create("a").ok());
  test_.clock().Advance(absl::Seconds(5));
  v1::UpdateFirmRequest request;
  request.mutable_firm()->set_name("firms/a");
  request.mutable_firm()->set_display_name("Renamed");
  request.mutable_firm()->set_region_code("AU");
  request.mutable_update_mask()->add_paths("display_name");
  const auto updated = Update(request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->display_name(), "Renamed");
  EXPECT_EQ(updated->region_code(), "NZ");
  EXPECT_GT(updated->update_time().seconds(), updated->create_time().seconds());
  request.clear_update_mask();
  EXPECT_THAT(Violated(Update(request).status()), ::testing::ElementsAre("update_mask"));
}

TEST_F(FirmTest, AStaleEtagIsRefused) {
  const auto created = Create("a");
  ASSERT_TRUE(created.ok());
  v1::UpdateFirmRequest request;
  request.mutable_firm()->set_name("firms/a");
  request.mutable_firm()->set_display_name("Renamed");
  request.mutable_firm()->set_etag(created->etag());
  request.mutable_update_mask()->add_paths("display_name");
  ASSERT_TRUE(Update(request).ok());
  request.mutable_firm()->set_display_name("Again");
  EXPECT_EQ(ReasonOf(Update(request).status()), v1::CHANGED_SINCE_READ);
}

TEST_F(FirmTest, APageHoldsFirmsThatTheCallerMayReach) {
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(Create(id).ok());
  }
  access::Call call = test_.Call();
  call.caller.role = config::v1::VIEWER;
  call.caller.firms = {"b"};
  absl::StatusOr<v1::ListFirmsResponse> page;
  ASSERT_TRUE(test_.store()
                  .Read([&](const store::Reader& reader) -> absl::Status {
                    page = ListFirms(test_.environment(), call, {}, reader);
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->firms_size(), 1);
  EXPECT_EQ(page->firms(0).name(), "firms/b");
}

}  // namespace
}  // namespace profilesync::firm

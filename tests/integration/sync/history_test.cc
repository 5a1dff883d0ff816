// What happened to a link's fields, as it is told afterwards.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;

class HistoryTest : public SyncTest {
 protected:
  HistoryTest() {
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_website("p.example");
    link_ = MakeLinked("p", fields,
                       {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}, {"Email", "a@b.example"}});
    push_ = Sync(Request(link_, {{"website", v1::TO_PRACTICE}})).name();
    Sync(Request(link_, {{"primary_phone", v1::TO_PROFILE}}));
    Sync(Request(link_, {{"email", v1::TO_PROFILE}}));
  }
  grpc::Status List(const v1::ListFieldHistoryEntriesRequest& request,
                    v1::ListFieldHistoryEntriesResponse* response) {
    return Call(*syncs_, &v1::SyncService::Stub::ListFieldHistoryEntries, request, response);
  }
  grpc::Status Get(const std::string& name, v1::FieldHistoryEntry* entry) {
    v1::GetFieldHistoryEntryRequest request;
    request.set_name(name);
    return Call(*syncs_, &v1::SyncService::Stub::GetFieldHistoryEntry, request, entry);
  }
  // The fields of all pages, each of `page_size`.
  std::vector<std::string> Fields(const std::string& filter = "", int page_size = 1) {
    std::vector<std::string> fields;
    v1::ListFieldHistoryEntriesRequest request;
    request.set_parent(link_);
    request.set_filter(filter);
    request.set_page_size(page_size);
    do {
      v1::ListFieldHistoryEntriesResponse page;
      const grpc::Status status = List(request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const auto& entry : page.field_history_entries()) {
        fields.push_back(entry.field());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return fields;
  }

  std::string link_;
  std::string push_;
};

TEST_F(HistoryTest, TellsWhatSyncsWroteTheLatestFirst) {
  EXPECT_THAT(Fields(), ElementsAre("email", "primary_phone", "website"));
  EXPECT_THAT(Fields("", 2), ElementsAre("email", "primary_phone", "website"));
  EXPECT_THAT(Fields("field = website"), ElementsAre("website"));
  EXPECT_THAT(Fields("field = postal_address"), ElementsAre());
}

TEST_F(HistoryTest, AnEntrySaysWhoWhatAndWhy) {
  v1::ListFieldHistoryEntriesRequest request;
  request.set_parent(link_);
  request.set_filter("field = website");
  v1::ListFieldHistoryEntriesResponse list;
  ASSERT_TRUE(List(request, &list).ok());
  ASSERT_EQ(list.field_history_entries_size(), 1);
  v1::FieldHistoryEntry entry;
  ASSERT_TRUE(Get(list.field_history_entries(0).name(), &entry).ok());
  EXPECT_EQ(entry.SerializeAsString(), list.field_history_entries(0).SerializeAsString());
  EXPECT_EQ(entry.direction(), v1::TO_PRACTICE);
  EXPECT_FALSE(entry.has_old_value());
  EXPECT_EQ(entry.new_value().text(), "p.example");
  EXPECT_EQ(entry.actor(), "local");
  EXPECT_EQ(entry.reason(), "sync");
  EXPECT_EQ(entry.sync_operation(), push_);
  EXPECT_TRUE(entry.has_change_time());
}

TEST_F(HistoryTest, OutlivesItsLink) {
  v1::DeleteLinkRequest request;
  request.set_name(link_);
  google::protobuf::Empty empty;
  ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::DeleteLink, request, &empty).ok());
  EXPECT_THAT(Fields(), ElementsAre("email", "primary_phone", "website"));
}

TEST_F(HistoryTest, IsRefusedForWhatIsntThere) {
  v1::FieldHistoryEntry entry;
  for (const std::string name : {"99", "0", "x", "9223372036854775807"}) {
    EXPECT_EQ(ReasonOf(Get(link_ + "/fieldHistoryEntries/" + name, &entry)), "RESOURCE_NOT_FOUND")
        << name;
  }
  v1::ListFieldHistoryEntriesRequest request;
  v1::ListFieldHistoryEntriesResponse list;
  request.set_parent("firms/harbour/links/none");
  EXPECT_EQ(ReasonOf(List(request, &list)), "RESOURCE_NOT_FOUND");
  request.set_parent(link_);
  request.set_filter("field = nothing");
  EXPECT_THAT(ViolatedFields(List(request, &list)), ElementsAre("filter"));
}

}  // namespace
}  // namespace profilesync::testing

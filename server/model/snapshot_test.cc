#include "server/model/snapshot.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace profilesync::model {
namespace {

// `source` is other_phone's, "" for none: the text format and the thread sanitizer don't agree on
// maps.
type::PracticeClient Client(const std::string& text, const std::string& source = "") {
  type::PracticeClient client;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &client)) << text;
  if (!source.empty()) {
    (*client.mutable_field_sources())["other_phone"] = source;
  }
  return client;
}

// The fields that are known after `fetched` was read upon `before`.
std::string Merged(const type::PracticeClient& before, const type::PracticeClient& fetched) {
  storage::v1::Snapshot known;
  *known.mutable_client() = before;
  const auto merged = MergeSnapshot(known, fetched, absl::FromUnixSeconds(1));
  return merged.client().fields().ShortDebugString();
}

TEST(MergeSnapshotTest, NotReportedNeverReplacesAKnownValue) {
  EXPECT_EQ(Merged(Client("fields { email: 'a' }"), Client("fields { }")), "email: \"a\"");
  EXPECT_EQ(Merged(Client("fields { email: 'a' }"), Client("fields { email: '' }")), "email: \"\"")
      << "known blank does";
  EXPECT_EQ(Merged(Client("fields { email: 'a' }"), Client("fields { email: 'b' website: 'w' }")),
            "email: \"b\" website: \"w\"");
  EXPECT_EQ(Merged(Client("fields { }"), Client("fields { email: 'b' }")), "email: \"b\"");
}

TEST(MergeSnapshotTest, AValueOfAnotherSourceIsForgotten) {
  const auto before = Client("fields { other_phone: '1' }", "Fax");
  EXPECT_EQ(Merged(before, Client("", "contact:7")), "");
  EXPECT_EQ(Merged(before, Client("", "Fax")), "other_phone: \"1\"");
}

TEST(ForgetTest, TheFieldAndItsSourceAreUnknown) {
  storage::v1::Snapshot known;
  *known.mutable_client() = Client("fields { other_phone: '1' email: 'a' }", "Fax");
  known.mutable_forms()->set_normaliser_version("v");
  Forget({Catalogue::Get().Find("other_phone")}, &known);
  EXPECT_EQ(known.client().fields().ShortDebugString(), "email: \"a\"");
  EXPECT_TRUE(known.client().field_sources().empty());
  EXPECT_FALSE(known.has_forms());
}

TEST(MergeSnapshotTest, TheFirstFetchIsTakenAsItIs) {
  const auto first = MergeSnapshot(std::nullopt, Client("id: 'c' fields { email: 'a' }"),
                                   absl::FromUnixSeconds(7));
  EXPECT_EQ(first.client().id(), "c");
  EXPECT_EQ(first.fetch_start_time().seconds(), 7);
}

}  // namespace
}  // namespace profilesync::model

#include "common/serialize.h"

#include <gtest/gtest.h>

#include "profilesync/type/practice_client.pb.h"

namespace profilesync {
namespace {

// A message of our own, not google.protobuf.Struct: Debian's library is built without the thread
// sanitizer, under which a map has another layout.
type::PracticeClient Sources(const std::string& letters) {
  type::PracticeClient made;
  for (const char letter : letters) {
    (*made.mutable_field_sources())[std::string(1, letter)] = letter;
  }
  return made;
}

TEST(SerializeSortedTest, EqualMapsHaveEqualBytesInWhateverOrderTheyWereFilled) {
  const std::string bytes = SerializeSorted(Sources("abcdefghijkl"));
  EXPECT_EQ(SerializeSorted(Sources("lkjihgfedcba")), bytes);
  EXPECT_NE(SerializeSorted(Sources("lkjihgfedcb")), bytes);
  type::PracticeClient parsed;
  ASSERT_TRUE(parsed.ParseFromString(bytes));
  EXPECT_EQ(parsed.field_sources_size(), 12);
}

}  // namespace
}  // namespace profilesync

#include "common/serialize.h"

#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>

namespace profilesync {
namespace {

google::protobuf::Struct Letters(const std::string& letters) {
  google::protobuf::Struct made;
  for (const char letter : letters) {
    (*made.mutable_fields())[std::string(1, letter)].set_number_value(letter);
  }
  return made;
}

TEST(SerializeSortedTest, EqualMapsHaveEqualBytesInWhateverOrderTheyWereFilled) {
  const std::string bytes = SerializeSorted(Letters("abcdefghijkl"));
  EXPECT_EQ(SerializeSorted(Letters("lkjihgfedcba")), bytes);
  EXPECT_NE(SerializeSorted(Letters("lkjihgfedcb")), bytes);
  google::protobuf::Struct parsed;
  ASSERT_TRUE(parsed.ParseFromString(bytes));
  EXPECT_EQ(parsed.fields_size(), 12);
}

}  // namespace
}  // namespace profilesync

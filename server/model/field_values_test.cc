#include "server/model/field_values.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace profilesync::model {
namespace {

type::FieldValue Value(const std::string& text) {
  type::FieldValue value;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &value)) << text;
  return value;
}

std::string ToPractice(const char* field, const std::string& value) {
  return ForPractice(*Catalogue::Get().Find(field), Value(value), {}).ShortDebugString();
}

TEST(FieldValuesTest, WhiteSpaceAroundTextStaysBehind) {
  EXPECT_EQ(ToPractice("email", "text: ' a@b.example\\n'"),
            Value("text: 'a@b.example'").ShortDebugString());
  EXPECT_EQ(ToPractice("name", "text: 'A  B Ltd'"), Value("text: 'A  B Ltd'").ShortDebugString())
      << "what is inside is left as it is";
}

TEST(FieldValuesTest, SoDoBlankLinesOfAnAddress) {
  EXPECT_EQ(ToPractice("postal_address",
                       "address { lines: '' lines: ' 12 Queen St ' lines: ' ' lines: 'Level 3' "
                       "city: ' Nelson' postal_code: '7010 ' }"),
            Value("address { lines: '12 Queen St' lines: 'Level 3' city: 'Nelson' "
                  "postal_code: '7010' }")
                .ShortDebugString());
}

TEST(FieldValuesTest, BlankStaysBlank) { EXPECT_EQ(ToPractice("email", ""), ""); }

}  // namespace
}  // namespace profilesync::model

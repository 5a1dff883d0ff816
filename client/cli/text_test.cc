#include "client/cli/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace profilesync::cli {
namespace {

using testing::ElementsAre;

TEST(DisplayWidth, CountsCells) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("Rata"), 4);
  EXPECT_EQ(DisplayWidth("Ōtautahi"), 8);
  EXPECT_EQ(DisplayWidth("O\u0304"), 1);
  EXPECT_EQ(DisplayWidth("東京"), 4);
  EXPECT_EQ(DisplayWidth("→"), 1);
}

TEST(Printable, DisarmsControlCharacters) {
  EXPECT_EQ(Printable("a\x1b[31mb"), "a\uFFFD[31mb");
  EXPECT_EQ(Printable("a\nb"), "a\uFFFDb");
  EXPECT_EQ(Printable("a\nb", true), "a\nb");
  EXPECT_EQ(Printable("\xff"), "\uFFFD");
  EXPECT_EQ(Printable("Ōtautahi 東京"), "Ōtautahi 東京");
}

struct WrapCase {
  const char* text;
  int width;
  std::vector<std::string> lines;

  friend void PrintTo(const WrapCase& row, std::ostream* out) {
    *out << testing::PrintToString(row.text) << " in " << row.width;
  }
};

class WrapTest : public testing::TestWithParam<WrapCase> {};

TEST_P(WrapTest, Breaks) {
  const auto& param = GetParam();
  EXPECT_EQ(Wrap(param.text, param.width), param.lines);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WrapTest,
    testing::Values(WrapCase{"", 5, {""}}, WrapCase{"12 Rata", 7, {"12 Rata"}},
                    WrapCase{"12 Rata Street", 7, {"12 Rata", "Street"}},
                    WrapCase{"12 Rata Street", 9, {"12 Rata", "Street"}},
                    WrapCase{"https://example.org", 8, {"https://", "example.", "org"}},
                    WrapCase{"a longwordindeed", 6, {"a", "longwo", "rdinde", "ed"}},
                    WrapCase{"two\nlines", 20, {"two", "lines"}},
                    WrapCase{"東京都港区", 5, {"東京", "都港", "区"}},
                    WrapCase{"ŌŌŌ", 2, {"ŌŌ", "Ō"}}));

TEST(Counted, HasASingular) {
  EXPECT_EQ(Counted(0, "link", "links"), "0 links");
  EXPECT_EQ(Counted(1, "link", "links"), "1 link");
  EXPECT_EQ(Counted(2, "link", "links"), "2 links");
}

TEST(PadTo, FillsUpWithSpaces) {
  EXPECT_EQ(PadTo("ab", 4), "ab  ");
  EXPECT_EQ(PadTo("東", 4), "東  ");
  EXPECT_EQ(PadTo("abcde", 4), "abcde");
}

}  // namespace
}  // namespace profilesync::cli

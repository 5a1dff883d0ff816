#include "common/text_form.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(CollapseWhiteSpaceTest, EverySortOfWhiteSpace) {
  EXPECT_EQ(CollapseWhiteSpace("  a \t\r\n b  "), "a b");
  EXPECT_EQ(CollapseWhiteSpace("a\u00a0\u2003b"), "a b");
  EXPECT_EQ(CollapseWhiteSpace("\ufeff"
                               "a\u200b"),
            "a");
  EXPECT_EQ(CollapseWhiteSpace(" \u3000 "), "");
  EXPECT_EQ(CollapseWhiteSpace("Māia"), "Māia");
}

TEST(ComposeUnicodeTest, IsNfc) {
  EXPECT_EQ(ComposeUnicode("Ma\u0304ia"), "Māia");
  EXPECT_EQ(ComposeUnicode("Maia"), "Maia");
}

TEST(FoldTextTest, FoldsFullyAndIsIdempotent) {
  struct Case {
    const char* text;
    const char* folded;
  };
  const Case cases[] = {
      {"Harbour & PINE", "harbour & pine"},
      {"MA\u0304IA", "māia"},
      {"Straße", "strasse"},
      {"ﬁnance", "finance"},
      {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FoldText(c.text), c.folded);
    EXPECT_EQ(FoldText(FoldText(c.text)), c.folded);
  }
}

TEST(FoldTextTest, InvalidUtf8IsNotFatal) { EXPECT_EQ(FoldText("A\xff"), "a\ufffd"); }

TEST(AsciiHostTest, ReadsInternationalNamesAndRefusesOthers) {
  EXPECT_EQ(AsciiHost("Example.CO.NZ"), "example.co.nz");
  EXPECT_EQ(AsciiHost("MĀORI.example.nz"), "xn--mori-qsa.example.nz");
  for (const char* host : {"", "a b.nz", "a_b!.nz", "a..nz", "-a.nz", "[::1]"}) {
    EXPECT_EQ(AsciiHost(host), "") << host;
  }
}

TEST(TextFormTest, BlankIsTheEmptyForm) {
  EXPECT_TRUE(TextForm(" ").blank());
  EXPECT_EQ(TextForm("A").bytes, "=a");
  EXPECT_TRUE(TextForm("A").parsed());
}

TEST(TextFormTest, TypographicQuotesAreApostrophes) {
  EXPECT_EQ(EvenOutQuotes("O’Connell ‘Sean’ O'Neil"), "O'Connell 'Sean' O'Neil");
  EXPECT_EQ(EvenOutQuotes("ʻokina"), "ʻokina");
  EXPECT_EQ(TextForm("O’Connell").bytes, "=o'connell");
}

}  // namespace
}  // namespace profilesync

#include "server/connector/xpm/paged_list.h"

#include <gtest/gtest.h>

namespace profilesync::connector::xpm {
namespace {

TEST(PagedListTest, TakesTheTokenAndNothingElse) {
  EXPECT_EQ(PageTokenOf("https://evil.example/x?pageToken=dG9rZW4&pageSize=1"), "dG9rZW4");
  EXPECT_EQ(PageTokenOf("x?pageSize=1&pageToken=a%2Bb%3D%3D"), "a+b==");
  EXPECT_EQ(PageTokenOf(" x?pageToken=abc \n"), "abc");
  EXPECT_EQ(PageTokenOf("x?notpageToken=abc"), "");
  EXPECT_EQ(PageTokenOf("x/pageToken=abc"), "");
  EXPECT_EQ(PageTokenOf(""), "");
}

TEST(PagedListTest, EscapesOnlyBareAmpersands) {
  EXPECT_EQ(EscapeBareAmpersands("<Next>x?pageToken=a&pageSize=1</Next>"),
            "<Next>x?pageToken=a&amp;pageSize=1</Next>");
  const char* kept = "&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;";
  EXPECT_EQ(EscapeBareAmpersands(kept), kept);
  EXPECT_EQ(EscapeBareAmpersands("& && &; &#; &amp &nbsp; &"),
            "&amp; &amp;&amp; &amp;; &amp;#; &amp;amp &amp;nbsp; &amp;");
}

}  // namespace
}  // namespace profilesync::connector::xpm

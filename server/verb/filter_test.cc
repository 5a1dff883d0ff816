#include "server/verb/filter.h"

#include <gtest/gtest.h>

namespace profilesync::verb {
namespace {

std::string Read(std::string_view filter) {
  Violations violations;
  std::string read;
  for (const FilterTerm& term : ParseFilter(filter, &violations)) {
    read += "[" + ToText(term) + "]";
  }
  return violations.empty() ? read : "refused";
}

TEST(FilterTest, ReadsTermsAndRefusesTheRest) {
  const std::pair<const char*, const char*> kRows[] = {
      {"", ""},
      {"  ", ""},
      {"kind = COMPANY", "[kind = COMPANY]"},
      {"kind=COMPANY", "[kind = COMPANY]"},
      {"fields.name:\"merrow\"", "[fields.name:merrow]"},
      {"a = \"x AND y\" AND b:z", "[a = x AND y][b:z]"},
      {"a = \"say \\\"hi\\\" \\\\ there\"", "[a = say \"hi\" \\ there]"},
      {"a = \"\"", "[a = ]"},
      {"profile = \"firms/a/profiles/b\"", "[profile = firms/a/profiles/b]"},
      {"a", "refused"},
      {"a =", "refused"},
      {"= b", "refused"},
      {"a = b c = d", "refused"},
      {"a = b OR c = d", "refused"},
      {"a = b AND", "refused"},
      {"a = \"b", "refused"},
      {"a < b", "[a < b]"},
      {"a<b AND a >= \"c d\"", "[a < b][a >= c d]"},
      {"a <= b AND a > c", "[a <= b][a > c]"},
      {"a < = b", "refused"},
      {"a != b", "refused"},
  };
  for (const auto& [filter, expected] : kRows) {
    EXPECT_EQ(Read(filter), expected) << filter;
  }
}

}  // namespace
}  // namespace profilesync::verb

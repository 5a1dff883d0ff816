#include "server/connector/xpm/hide_number.h"

#include <gtest/gtest.h>

namespace profilesync::connector::xpm {
namespace {

TEST(HideNumberTest, FindsTheNumberHoweverItIsWritten) {
  struct Row {
    std::string number;
    std::string text;
    std::string hidden;
  };
  const std::string gone = "Number (tax number) is taken";
  for (const Row& row : {
           Row{"123456789", "Number 123456789 is taken", gone},
           Row{"123456789", "Number 123-456-789 is taken", gone},
           Row{"123456789", "Number 123 456 789 is taken", gone},
           Row{"123456789", "Number 12.345.67  89 is taken", gone},
           Row{"123456789", "Number 123\n456\t789 is taken", gone},
           Row{"123456789",
               "Number 123\xc2\xa0"
               "456\xe2\x80\x91"
               "789 is taken",
               gone},
           Row{"123-456 789", "Number 123456789 is taken", gone},
           Row{"012-345-678", "Number 12 345 678 is taken", gone},
           Row{"12345678", "Number 012345678 is taken", "Number 0(tax number) is taken"},
           Row{"GB123K", "Number gb-123k is taken", gone},
           Row{"123456789", "'123456789','1234-56789'", "'(tax number)','(tax number)'"},
           Row{"1123456789", "111 2345 6789", "1(tax number)"},
           Row{"123456789", "Ends in 12345678", "Ends in 12345678"},
           Row{"123456789", "123_456_789", "123_456_789"},
           Row{"", "Number 1", "Number 1"},
           Row{"000", "Number 000", "Number 000"},
           Row{"1", "", ""},
       }) {
    EXPECT_EQ(HideNumber(row.text, row.number), row.hidden) << row.number;
  }
}

}  // namespace
}  // namespace profilesync::connector::xpm

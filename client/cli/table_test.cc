#include "client/cli/table.h"

#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "client/cli/text.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

TEST(DrawTable, AlignsColumns) {
  EXPECT_EQ(DrawTable({}, {"Field", "Value"}, {{"Email", "a@example.org"}, {"City", ""}}),
            "Field  Value\n"
            "Email  a@example.org\n"
            "City\n");
}

TEST(DrawTable, WrapsTheWidestColumns) {
  EXPECT_EQ(DrawTable({24, false}, {"Field", "Value"}, {{"Address", "12 Rata Street Newtown"}}),
            "Field    Value\n"
            "Address  12 Rata Street\n"
            "         Newtown\n");
}

TEST(DrawTable, IsAsWideAsNeedBeWithoutAWidth) {
  const std::string wide(300, 'x');
  EXPECT_EQ(DrawTable({0, false}, {"A"}, {std::vector<Cell>{Cell(wide)}}), "A\n" + wide + "\n");
}

TEST(DrawTable, KeepsARowOnOneLineWithoutAWidth) {
  EXPECT_EQ(DrawTable({0, false}, {"A", "B"}, {{"PO Box 12\nNelson", "x"}}),
            "A                  B\nPO Box 12, Nelson  x\n");
}

TEST(DrawTable, StaysWithinItsWidth) {
  const std::vector<std::vector<Cell>> rows = {
      {std::string(50, 'a'), "東京都港区芝公園四丁目二番八号",
       "a note that is long\nand has a line"},
      {"short", std::string(200, 'b'), ""}};
  for (const int width : {40, 80, 120}) {
    for (const auto line : absl::StrSplit(DrawTable({width, false}, {"A", "B", "C"}, rows), '\n')) {
      EXPECT_LE(DisplayWidth(SV(line)), width) << line;
    }
  }
}

TEST(DrawTable, ColoursOnlyTheTextOfACell) {
  EXPECT_EQ(DrawTable({80, true}, {"A", "B"}, {{Cell("x", true), "y"}}),
            "\x1b[1mA  B\x1b[0m\n"
            "\x1b[31mx\x1b[0m  y\n");
}

}  // namespace
}  // namespace profilesync::cli

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace profilesync::cli {

// How many terminal cells UTF-8 text takes: wide East Asian characters two, combining marks none.
int DisplayWidth(std::string_view text);

// Text that is safe to print: control characters, which could steer the terminal, become U+FFFD.
// With `keep_newlines`, line feeds stay.
std::string Printable(std::string_view text, bool keep_newlines = false);

// The lines of `text`, none wider than `width` cells: broken at spaces where it can be, else inside
// the word. Line feeds break too. At least one line. `width` is 2 at least.
std::vector<std::string> Wrap(std::string_view text, int width);

// "1 link" or "2 links": how many there are of what the words say.
std::string Counted(std::int64_t count, std::string_view one, std::string_view many);

// `text` and as many spaces as make it `width` cells wide.
std::string PadTo(std::string_view text, int width);

}  // namespace profilesync::cli

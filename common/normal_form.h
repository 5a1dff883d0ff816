#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace profilesync {

// What a value is compared by: two values are equal when the bytes of their normal forms are. The
// bytes are stored beside the value and mean nothing else. A value object.
struct NormalForm {
  // Empty for a blank value. Otherwise the first byte tells whether the value could be read as its
  // kind, so that a value read and one taken as mere text are never equal.
  std::string bytes;

  static NormalForm Parsed(std::string_view canonical) { return Tagged('=', canonical); }
  // A value that can't be read as its kind and is compared as text; `folded` is what of
  // that text counts.
  static NormalForm Unparsed(std::string_view folded) { return Tagged('?', folded); }

  bool blank() const { return bytes.empty(); }
  // False for a value that couldn't be read as its kind.
  bool parsed() const { return bytes.empty() || bytes.front() == '='; }

  friend bool operator==(const NormalForm&, const NormalForm&) = default;

 private:
  static NormalForm Tagged(char tag, std::string_view text) {
    NormalForm form;
    if (!text.empty()) {
      form.bytes.reserve(text.size() + 1);
      form.bytes += tag;
      form.bytes += text;
    }
    return form;
  }
};

}  // namespace profilesync

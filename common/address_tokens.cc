#include "common/address_tokens.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/address_words.h"
#include "common/status.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

bool IsAlnum(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || byte >= 0x80;
}

// Splits one folded line into segments of words.
class LineSplitter {
 public:
  explicit LineSplitter(std::string_view line) : line_(line) {}

  std::vector<Tokens> Split() {
    for (at_ = 0; at_ < line_.size(); ++at_) {
      Read(line_[at_]);
    }
    EndSegment();
    return std::move(segments_);
  }

 private:
  char Previous() const { return at_ > 0 ? line_[at_ - 1] : ' '; }
  char Next() const { return at_ + 1 < line_.size() ? line_[at_ + 1] : ' '; }

  void Read(char c) {
    switch (c) {
      case ',':
      case ';':
        EndSegment();
        break;
      case ' ':
      case '(':
      case ')':
      case '"':
      case ':':
      case '#':
        EndWord();
        break;
      case '/':
        EndWord();
        segment_.emplace_back("/");
        break;
      case '&':
        EndWord();
        segment_.emplace_back("and");
        break;
      case '.':
        ReadStop();
        break;
      case '-':
        ReadHyphen();
        break;
      default:
        word_ += c;
        ++run_;
    }
  }

  // "p.o." and "r.d.1" are one word, "st.georges" is two, "1.2" is a number.
  void ReadStop() {
    const bool decimal = absl::ascii_isdigit(static_cast<unsigned char>(Previous())) &&
                         absl::ascii_isdigit(static_cast<unsigned char>(Next()));
    if (decimal) {
      word_ += '.';
    } else if (run_ != 1 || absl::ascii_isdigit(static_cast<unsigned char>(Previous()))) {
      EndWord();
    }
    run_ = 0;
  }

  // Inside a word it belongs to it. A spaced one joins the two house numbers of a range ("12 - 14
  // High St", "5/12- 14") and otherwise divides like a comma.
  void ReadHyphen() {
    if (IsAlnum(Previous()) && IsAlnum(Next())) {
      word_ += '-';
      return;
    }
    EndWord();
    if (segment_ == Tokens{"c", "/"}) {
      segment_ = {"c/o"};
      return;
    }
    const std::size_t next = at_ + (Next() == ' ' ? 2 : 1);
    if (EndsInHouseNumber() && next < line_.size() &&
        absl::ascii_isdigit(static_cast<unsigned char>(line_[next]))) {
      word_ = std::move(segment_.back()) + "-";
      segment_.pop_back();
      at_ = next - 1;
    } else {
      EndSegment();
    }
  }

  // "12" or "5/12"; the number of "Level 3" is none.
  bool EndsInHouseNumber() const {
    const std::size_t size = segment_.size();
    const bool alone = size == 1 || (size == 3 && segment_[1] == "/" && IsNumber(segment_[0]));
    return alone && IsNumber(segment_.back());
  }

  void EndWord() {
    if (!word_.empty()) {
      segment_.push_back(std::move(word_));
    }
    word_.clear();
    run_ = 0;
  }

  void EndSegment() {
    EndWord();
    if (!segment_.empty()) {
      segments_.push_back(std::move(segment_));
    }
    segment_.clear();
  }

  const std::string_view line_;
  std::size_t at_ = 0;
  // Letters since the last full stop or the start of the word.
  int run_ = 0;
  std::string word_;
  Tokens segment_;
  std::vector<Tokens> segments_;
};

// "c/o", "c/ Smith" and "care of" become the one word that "c/-" is. "C/14 High St" is unit C.
void JoinCareOf(Tokens* segment) {
  Tokens& words = *segment;
  if (words.size() >= 2 && words[0] == "c" && words[1] == "/" &&
      (words.size() == 2 || IsName(words[2]))) {
    const bool spelt = words.size() > 2 && words[2] == "o";
    words.erase(words.begin(), words.begin() + (spelt ? 3 : 2));
    words.insert(words.begin(), "c/o");
  } else if (words.size() >= 2 && words[0] == "care" && words[1] == "of") {
    words.erase(words.begin());
    words[0] = "c/o";
  }
}

std::vector<Tokens> SplitLine(const std::string& folded) { return LineSplitter(folded).Split(); }

std::string FoldLine(absl::string_view line) {
  std::string folded = FoldText(SV(line));
  for (const char c : folded) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      return absl::StrReplaceAll(folded, {{"’", "'"},
                                          {"‘", "'"},
                                          {"ʼ", "'"},
                                          {"–", "-"},
                                          {"—", "-"},
                                          {"‐", "-"},
                                          {"‑", "-"},
                                          {"℅", "c/o "}});
    }
  }
  return folded;
}

}  // namespace

std::vector<Tokens> AddressSegments(std::string_view text) {
  std::vector<Tokens> segments;
  for (const absl::string_view line : absl::StrSplit(AV(text), absl::ByAnyChar("\r\n\v\f"))) {
    for (Tokens& segment : SplitLine(FoldLine(line))) {
      JoinCareOf(&segment);
      segments.push_back(std::move(segment));
    }
  }
  return segments;
}

std::string JoinTokens(const Tokens& tokens) { return absl::StrJoin(tokens, " "); }

}  // namespace profilesync

// Reads the committed table of pairs and holds the comparison to it, and to properties that must
// hold for every value in it.
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/compare.h"
#include "common/country.h"
#include "common/date_form.h"
#include "common/status.h"
#include "gtest/gtest.h"
#include "tests/compare/pairs.h"

namespace profilesync {
namespace {

class PairsTest : public testing::Test {
 protected:
  // All faults of a test at once: a change of a rule often moves several rows.
  void ExpectNone(const std::vector<std::string>& faults) {
    EXPECT_TRUE(faults.empty()) << absl::StrJoin(faults, "\n");
  }

  // Calls `check` with every value of the table and the row that it stands in.
  template <typename Check>
  void ForEachValue(Check check) {
    for (const Pair& pair : pairs_) {
      check(pair, pair.left);
      check(pair, pair.right);
    }
  }

  std::vector<std::string> file_faults_;
  const std::vector<Pair> pairs_ = ReadPairs(PROFILESYNC_PAIRS, &file_faults_);
};

TEST_F(PairsTest, TableIsWellFormedAndLargeEnough) {
  ExpectNone(file_faults_);
  const auto differing =
      std::count_if(pairs_.begin(), pairs_.end(), [](const Pair& pair) { return !pair.equal; });
  EXPECT_GE(pairs_.size(), 300u);
  EXPECT_GE(differing * 3, static_cast<std::ptrdiff_t>(pairs_.size()));
}

TEST_F(PairsTest, EveryRowHoldsBothWaysRound) {
  std::vector<std::string> faults;
  for (const Pair& pair : pairs_) {
    const Normaliser normaliser = pair.normaliser();
    const Comparison there = Compare(normaliser, *pair.field, pair.left, pair.right);
    const Comparison back = Compare(normaliser, *pair.field, pair.right, pair.left);
    if (there.equal != pair.equal || back.equal != pair.equal) {
      faults.push_back(
          absl::StrCat(pair.Describe(), pair.equal ? " should be equal" : " should differ"));
    } else if (there.format_rule != pair.rule || back.format_rule != pair.rule) {
      faults.push_back(absl::StrCat(pair.Describe(), " should be equal by '", pair.rule, "', not '",
                                    AV(there.format_rule), "' and '", AV(back.format_rule), "'"));
    }
  }
  ExpectNone(faults);
}

// Values that rows call equal form clusters; whatever the rows, two values of one cluster are equal
// and no row may call two of them different.
TEST_F(PairsTest, EqualityIsTransitive) {
  using Key = std::tuple<std::string, int, std::string, std::string>;
  std::map<Key, Key> parent;
  const auto key = [](const Pair& pair, const type::FieldValue& value) {
    return Key(std::string(pair.field->name()), pair.kind, pair.region, value.SerializeAsString());
  };
  const auto root = [&](Key at) {
    while (parent.emplace(at, at).first->second != at) {
      at = parent[at];
    }
    return at;
  };
  for (const Pair& pair : pairs_) {
    if (pair.equal) {
      parent[root(key(pair, pair.left))] = root(key(pair, pair.right));
    }
  }
  std::vector<std::string> faults;
  std::map<Key, type::FieldValue> first_of_cluster;
  ForEachValue([&](const Pair& pair, const type::FieldValue& value) {
    const auto [first, is_new] = first_of_cluster.emplace(root(key(pair, value)), value);
    if (!is_new && !Compare(pair.normaliser(), *pair.field, first->second, value).equal) {
      faults.push_back(absl::StrCat(pair.Describe(), " leaves its cluster"));
    }
  });
  for (const Pair& pair : pairs_) {
    if (!pair.equal && root(key(pair, pair.left)) == root(key(pair, pair.right))) {
      faults.push_back(absl::StrCat(pair.Describe(), " differ, yet other rows make them equal"));
    }
  }
  ExpectNone(faults);
}

// The value that a parsed form spells out.
type::FieldValue Rendered(const Field& field, const NormalForm& form) {
  type::FieldValue value;
  const std::string canonical = form.bytes.substr(1);
  if (!field.is_address()) {
    value.set_text(absl::StrReplaceAll(canonical, {{";ext=", " ext "}}));
    return value;
  }
  const std::vector<std::string> parts = absl::StrSplit(canonical, '\n');
  value.mutable_address()->add_lines(parts[0]);
  value.mutable_address()->set_city(parts[1]);
  value.mutable_address()->set_region(parts[2]);
  value.mutable_address()->set_postal_code(parts[3]);
  value.mutable_address()->set_country(parts[4]);
  return value;
}

TEST_F(PairsTest, NormalisingACanonicalValueChangesNothing) {
  std::vector<std::string> faults;
  ForEachValue([&](const Pair& pair, const type::FieldValue& value) {
    const Normaliser normaliser = pair.normaliser();
    const NormalForm form = normaliser.Normalise(*pair.field, value);
    if (form.parsed() && normaliser.Normalise(*pair.field, Rendered(*pair.field, form)) != form) {
      faults.push_back(absl::StrCat(pair.Describe(), ": ", form.bytes));
    }
  });
  ExpectNone(faults);
}

// `value` as Xero Practice Manager gives it back: the street in one text with indentation and a
// line break at its end, the country by name, a date with a time.
type::FieldValue InXpmShape(const Field& field, const type::FieldValue& value,
                            const std::string& region) {
  type::FieldValue shaped = value;
  if (field.is_address()) {
    type::Address& address = *shaped.mutable_address();
    const std::string street = absl::StrCat(absl::StrJoin(address.lines(), "\n  "), "\n");
    address.clear_lines();
    address.add_lines(street);
    address.set_country(Countries::Get().PracticeText(address.country(), ""));
  } else if (field.kind() == type::DATE) {
    if (const auto date = ParseDate(value.text(), region)) {
      shaped.set_text(*date + "T00:00:00");
    }
  } else {
    shaped.set_text(value.text() + "\n");
  }
  return shaped;
}

TEST_F(PairsTest, EveryValueSurvivesXpm) {
  std::vector<std::string> faults;
  ForEachValue([&](const Pair& pair, const type::FieldValue& value) {
    const type::FieldValue shaped = InXpmShape(*pair.field, value, pair.region);
    if (!Compare(pair.normaliser(), *pair.field, value, shaped).equal) {
      faults.push_back(
          absl::StrCat(pair.Describe(), " comes back as [", shaped.ShortDebugString(), "]"));
    }
  });
  ExpectNone(faults);
}

}  // namespace
}  // namespace profilesync

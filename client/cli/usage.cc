#include "client/cli/usage.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace profilesync::cli {
namespace {

// As far from a word as a name may be to be what was meant: two slips of the finger.
constexpr int kFarthest = 2;

// How many letters must be added, removed or changed to make one of the other (Levenshtein).
int Distance(const std::string& from, const std::string& to) {
  std::vector<int> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < from.size(); ++i) {
    int diagonal = std::exchange(row[0], static_cast<int>(i) + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const int changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

// The innermost verb that the command line names; the program itself where it names none.
const CLI::App& Innermost(const CLI::App& app) {
  const CLI::App* verb = &app;
  while (!verb->get_subcommands().empty()) {
    verb = verb->get_subcommands().back();
  }
  return *verb;
}

std::vector<std::string> VerbsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands(nullptr)) {
    names.push_back(verb->get_name());
  }
  return names;
}

// The name that `word` begins or nearly is, or "".
std::string Nearest(const std::string& word, const std::vector<std::string>& names) {
  std::string nearest;
  int least = kFarthest + 1;
  for (const std::string& name : names) {
    const int distance = absl::StartsWith(name, word) ? 0 : Distance(word, name);
    // A short word is within two letters of too much.
    if (distance < least && distance < static_cast<int>(word.size())) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

std::string UnknownVerb(const CLI::App& group, const std::string& word) {
  const std::vector<std::string> names = VerbsOf(group);
  const std::string nearest = Nearest(word, names);
  const std::string of = group.get_parent() == nullptr ? "" : " " + group.get_name();
  return absl::StrCat("there is no", of, " verb ", word,
                      nearest.empty() ? "; the verbs are " + absl::StrJoin(names, ", ")
                                      : "; did you mean " + nearest + "?");
}

bool WantsVerb(const CLI::App& verb, const CLI::ParseError& error) {
  return error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
         verb.get_require_subcommand_min() > 0;
}

}  // namespace

bool NamesNoVerb(const CLI::App& app, const CLI::ParseError& error) {
  return WantsVerb(Innermost(app), error) && app.remaining(true).empty();
}

std::string UsageMessage(const CLI::App& app, const CLI::ParseError& error) {
  const bool has_extras = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  const CLI::App& verb = Innermost(app);
  const std::vector<std::string> rest = app.remaining(true);
  if (rest.empty() || !(has_extras || WantsVerb(verb, error))) {
    return error.what();
  }
  const std::string& word = rest.front();
  if (absl::StartsWith(word, "-")) {
    return absl::StrCat("there is no flag ", word);
  }
  return has_extras ? "unexpected argument " + word : UnknownVerb(verb, word);
}

std::string VerbPath(const CLI::App& app) {
  const CLI::App& verb = Innermost(app);
  std::vector<std::string> names;
  for (const CLI::App* part = &verb; part != nullptr; part = part->get_parent()) {
    names.insert(names.begin(), part->get_name());
  }
  return absl::StrJoin(names, " ");
}

CLI::Validator AboveZero(bool whole) {
  return CLI::Validator(
      [whole](std::string& value) {
        double number = 0;
        const bool good = absl::SimpleAtod(value, &number) && number > 0 &&
                          (!whole || number == std::trunc(number));
        return good ? ""
                    : absl::StrCat(value, " isn't a ", whole ? "whole " : "", "number above 0");
      },
      "");
}

}  // namespace profilesync::cli

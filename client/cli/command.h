#pragma once

#include <string>
#include <vector>

#include "client/cli/context.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

// The command line's parts, for the verbs to be put together of. CLI11 does the work behind them;
// it is all headers, and only command.cc, cli.cc and usage.cc wait for them to compile.
namespace profilesync::cli {

// An option, flag or argument of a verb. A handle: a copy is the same option.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  const Option& Require() const;
  const Option& Needs(const Option& other) const;
  const Option& Excludes(const Option& other) const;
  const Option& AllowOnly(const std::vector<std::string>& values) const;
  // Of a list: a word may hold several values, between commas.
  const Option& SplitAtCommas() const;
  // Shows in the help what the variable holds now.
  const Option& ShowDefault() const;

 private:
  CLI::Option* option_;
};

// The program, a group of verbs, or a verb. A handle: a copy is the same command. The variables
// behind the options must live until the action has run; they are best held by a shared_ptr that
// the action shares.
class Command {
 public:
  // `chosen` gets what the verb that the command line names does.
  Command(CLI::App* app, Action* chosen) : app_(app), chosen_(chosen) {}

  // Verbs below one word, of which the command line must name one.
  Command AddGroup(const std::string& name, const std::string& description) const;
  Command AddVerb(const std::string& name, const std::string& description, Action action) const;

  // "--name" for an option, "NAME" for an argument.
  Option AddOption(const std::string& name, std::string& value,
                   const std::string& description) const;
  // An argument that takes all words that follow.
  Option AddOption(const std::string& name, std::vector<std::string>& values,
                   const std::string& description) const;
  Option AddFlag(const std::string& name, bool& value, const std::string& description) const;
  // An option that may be given again and again. Each takes one word: what follows it is the next
  // argument.
  Option AddList(const std::string& name, std::vector<std::string>& values,
                 const std::string& description) const;
  Option AddLimit(int& limit, const std::string& description) const;
  void AddDryRun(bool& validate_only) const;
  // Of the resource that is to change: the one that the caller has seen.
  void AddEtag(std::string& etag) const;

  // Makes an option required that was added before.
  void RequireOption(const std::string& name) const;
  // What stands below the options in the verb's help.
  void SetFooter(const std::string& text) const;

 private:
  CLI::App* app_;
  Action* chosen_;
};

}  // namespace profilesync::cli

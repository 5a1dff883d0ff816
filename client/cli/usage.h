#pragma once

#include <string>

#include "CLI/CLI.hpp"

namespace profilesync::cli {

// Why the command line was refused, in one line that names the word: "there is no verb frim; did
// you mean firm?". CLI11's own words where they say it well.
std::string UsageMessage(const CLI::App& app, const CLI::ParseError& error);

// Whether it was refused because it ends before it names a verb, so that help serves better.
bool NamesNoVerb(const CLI::App& app, const CLI::ParseError& error);

// The verb that the command line got to, as its help is asked for: "profilesync link create".
std::string VerbPath(const CLI::App& app);

// A check of an option's value: a number above 0, a whole one where `whole`. CLI11's own names the
// bounds of a double.
CLI::Validator AboveZero(bool whole = false);

}  // namespace profilesync::cli

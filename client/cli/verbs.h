#pragma once

#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/context.h"
#include "client/cli/usage.h"

namespace profilesync::cli {

// The verbs of the program. Each adds its subcommands to `app`; the one that the command line names
// puts what it does into `chosen`.
void AddFirmVerbs(CLI::App& app, Action* chosen);
void AddAddOnVerbs(CLI::App& app, Action* chosen);
void AddRuleVerbs(CLI::App& app, Action* chosen);
void AddProfileVerbs(CLI::App& app, Action* chosen);
// Of the group "profile", whose other verbs are AddProfileVerbs'.
void AddExportVerb(CLI::App& group, Action* chosen);
// Of the group "firm", whose other verbs are AddFirmVerbs'.
void AddSuggestionsVerb(CLI::App& group, Action* chosen);
void AddLinkVerbs(CLI::App& app, Action* chosen);
void AddSearchVerb(CLI::App& app, Action* chosen);
void AddImportVerb(CLI::App& app, Action* chosen);
void AddDiffVerb(CLI::App& app, Action* chosen);
void AddSyncVerb(CLI::App& app, Action* chosen);
void AddRefreshVerb(CLI::App& app, Action* chosen);
void AddOperationVerbs(CLI::App& app, Action* chosen);
void AddLongOperationVerbs(CLI::App& app, Action* chosen);
void AddCallVerb(CLI::App& app, Action* chosen);

// A subcommand of `parent` that does `action`. The variables behind the options that the caller
// adds to it are best held by a shared_ptr that the action shares.
inline CLI::App* AddVerb(CLI::App& parent, Action* chosen, const std::string& name,
                         const std::string& description, Action action) {
  CLI::App* verb = parent.add_subcommand(name, description);
  verb->callback([chosen, action = std::move(action)] { *chosen = action; });
  return verb;
}

// An option that may be given again and again. Each takes one word: what follows it is the next
// argument.
inline CLI::Option* AddList(CLI::App* verb, const std::string& name,
                            std::vector<std::string>& values, const std::string& description) {
  return verb->add_option(name, values, description)->allow_extra_args(false);
}

inline CLI::Option* AddDryRun(CLI::App* verb, bool& validate_only) {
  return verb->add_flag("--dry-run", validate_only, "Check everything and change nothing");
}

inline CLI::Option* AddLimit(CLI::App* verb, int& limit, const std::string& description) {
  return verb->add_option("--limit", limit, description)->check(AboveZero(true));
}

}  // namespace profilesync::cli

#include "client/cli/command.h"

#include <utility>

#include "CLI/CLI.hpp"
#include "client/cli/usage.h"

namespace profilesync::cli {

const Option& Option::Require() const {
  option_->required();
  return *this;
}

const Option& Option::Needs(const Option& other) const {
  option_->needs(other.option_);
  return *this;
}

const Option& Option::Excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

const Option& Option::AllowOnly(const std::vector<std::string>& values) const {
  option_->check(CLI::IsMember(values));
  return *this;
}

const Option& Option::SplitAtCommas() const {
  option_->delimiter(',');
  return *this;
}

const Option& Option::ShowDefault() const {
  option_->capture_default_str();
  return *this;
}

Command Command::AddGroup(const std::string& name, const std::string& description) const {
  CLI::App* group = app_->add_subcommand(name, description);
  group->require_subcommand(1);
  return Command(group, chosen_);
}

Command Command::AddVerb(const std::string& name, const std::string& description,
                         Action action) const {
  CLI::App* verb = app_->add_subcommand(name, description);
  verb->callback([chosen = chosen_, action = std::move(action)] { *chosen = action; });
  return Command(verb, chosen_);
}

Option Command::AddOption(const std::string& name, std::string& value,
                          const std::string& description) const {
  return Option(app_->add_option(name, value, description));
}

Option Command::AddOption(const std::string& name, std::vector<std::string>& values,
                          const std::string& description) const {
  return Option(app_->add_option(name, values, description));
}

Option Command::AddFlag(const std::string& name, bool& value,
                        const std::string& description) const {
  return Option(app_->add_flag(name, value, description));
}

Option Command::AddList(const std::string& name, std::vector<std::string>& values,
                        const std::string& description) const {
  return Option(app_->add_option(name, values, description)->allow_extra_args(false));
}

Option Command::AddLimit(int& limit, const std::string& description) const {
  return Option(app_->add_option("--limit", limit, description)->check(AboveZero(true)));
}

void Command::AddDryRun(bool& validate_only) const {
  app_->add_flag("--dry-run", validate_only, "Check everything and change nothing");
}

void Command::AddEtag(std::string& etag) const {
  AddOption("--etag", etag, "Refuse if it has changed since it had this etag");
}

void Command::RequireOption(const std::string& name) const { app_->get_option(name)->required(); }

void Command::SetFooter(const std::string& text) const { app_->footer(text); }

}  // namespace profilesync::cli

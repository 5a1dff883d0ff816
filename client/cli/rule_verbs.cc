#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/list.h"
#include "client/cli/verbs.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct RuleOptions {
  std::string field;
  std::string add_on;
  std::vector<std::string> allow;
  std::string prefer;
  std::string etag;
  bool validate_only = false;
};

// The rule of that field or name.
absl::StatusOr<std::string> RuleName(Context& context, const RuleOptions& options) {
  if (options.field.find('/') != std::string::npos) {
    return options.field;
  }
  ASSIGN_OR_RETURN(const std::string add_on, context.AddOn(options.add_on));
  return FieldRuleName(FirmOf(add_on), LastId(add_on), options.field);
}

// In the words that --allow takes.
std::string AllowText(const v1::FieldRule& rule) {
  std::vector<std::string> words;
  for (const int direction : rule.allowed_directions()) {
    words.emplace_back(direction == v1::TO_PRACTICE  ? "to-practice"
                       : direction == v1::TO_PROFILE ? "to-profile"
                                                     : "?");
  }
  return words.empty() ? "none" : absl::StrJoin(words, ",");
}

std::vector<Cell> Row(const v1::FieldRule& rule) {
  const bool asks = rule.preference() == v1::FieldRule::PREFERENCE_UNSPECIFIED;
  return {std::string(LastId(rule.name())), AllowText(rule),
          asks ? "ask" : absl::AsciiStrToLower(v1::FieldRule::Preference_Name(rule.preference()))};
}

void PrintRules(Context& context, const std::vector<std::vector<Cell>>& rows) {
  context.out() << DrawTable(context.style(), {"Field", "Allowed", "Preferred"}, rows);
}

void PrintRule(Context& context, const v1::FieldRule& rule) {
  if (context.json()) {
    context.Print(rule);
  } else {
    PrintRules(context, {Row(rule)});
  }
}

absl::StatusOr<int> ListRules(Context& context, const RuleOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListFieldRulesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.AddOn(options.add_on));
  v1::ListFieldRulesResponse list;
  RETURN_IF_ERROR(Collect(server->ListFieldRules(request), list.mutable_field_rules()));
  if (context.json()) {
    context.Print(list);
    return kOk;
  }
  std::vector<std::vector<Cell>> rows;
  for (const v1::FieldRule& rule : list.field_rules()) {
    rows.push_back(Row(rule));
  }
  PrintRules(context, rows);
  return kOk;
}

absl::StatusOr<int> GetRule(Context& context, const RuleOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, RuleName(context, options));
  ASSIGN_OR_RETURN(const v1::FieldRule rule, server->GetFieldRule(name));
  PrintRule(context, rule);
  return kOk;
}

absl::Status SetAllowed(const std::vector<std::string>& words, v1::FieldRule* rule) {
  if (words == std::vector<std::string>{"none"}) {
    return absl::OkStatus();
  }
  for (const std::string& word : words) {
    if (word != "to-practice" && word != "to-profile") {
      return UsageError("--allow takes to-practice, to-profile, both with a comma, or none");
    }
    rule->add_allowed_directions(word == "to-practice" ? v1::TO_PRACTICE : v1::TO_PROFILE);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> SetRule(Context& context, const RuleOptions& options) {
  v1::UpdateFieldRuleRequest request;
  // Only a rule that is there has an etag.
  request.set_allow_missing(options.etag.empty());
  request.mutable_field_rule()->set_etag(options.etag);
  request.set_validate_only(options.validate_only);
  if (!options.allow.empty()) {
    RETURN_IF_ERROR(SetAllowed(options.allow, request.mutable_field_rule()));
    request.mutable_update_mask()->add_paths("allowed_directions");
  }
  if (!options.prefer.empty()) {
    v1::FieldRule::Preference preference = v1::FieldRule::PREFERENCE_UNSPECIFIED;
    v1::FieldRule::Preference_Parse(absl::AsciiStrToUpper(options.prefer), &preference);
    request.mutable_field_rule()->set_preference(preference);
    request.mutable_update_mask()->add_paths("preference");
  }
  if (request.update_mask().paths().empty()) {
    return UsageError("nothing to set: give --allow, --prefer or both");
  }
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(*request.mutable_field_rule()->mutable_name(), RuleName(context, options));
  ASSIGN_OR_RETURN(const v1::FieldRule rule, server->UpdateFieldRule(std::move(request)));
  PrintRule(context, rule);
  return kOk;
}

absl::StatusOr<int> DeleteRule(Context& context, const RuleOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::DeleteFieldRuleRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), RuleName(context, options));
  request.set_etag(options.etag);
  request.set_validate_only(options.validate_only);
  const std::string name = request.name();
  RETURN_IF_ERROR(server->DeleteFieldRule(std::move(request)));
  context.PrintDeleted(name, options.validate_only);
  return kOk;
}

}  // namespace

void AddRuleVerbs(const Command& app) {
  const Command group =
      app.AddGroup("rule", "Rules: which side of a field may be written, and is preferred");
  auto options = std::make_shared<RuleOptions>();
  const auto verb = [&](const char* name, const char* description, auto action) {
    const Command added = group.AddVerb(name, description, [options, action](Context& context) {
      return action(context, *options);
    });
    added.AddOption("--add-on", options->add_on, "The firm's only one unless given");
    return added;
  };
  const auto require_field = [&](const Command& added) {
    added.AddOption("FIELD", options->field, "The field, or the rule's name").Require();
  };
  verb("list", "List an add-on's rules", ListRules);
  require_field(verb("get", "Show the rule for a field", GetRule));
  const Command set = verb("set", "Set the rule for a field, which needn't have one yet", SetRule);
  require_field(set);
  set.AddList("--allow", options->allow,
              "Directions, comma-separated: to-practice, to-profile; none for neither")
      .SplitAtCommas();
  set.AddOption("--prefer", options->prefer,
                "Which side suggestions prefer where nothing else decides")
      .AllowOnly({"ask", "profile", "practice"});
  set.AddEtag(options->etag);
  set.AddDryRun(options->validate_only);
  set.SetFooter(
      "What isn't given stays as it is; without a rule, both directions and ask.\n"
      "Examples:\n"
      "  profilesync rule set email --allow to-practice --prefer profile\n"
      "  profilesync rule set tax_number --allow none");
  const Command remove =
      verb("delete", "Delete the rule for a field: both directions, and ask", DeleteRule);
  require_field(remove);
  remove.AddEtag(options->etag);
  remove.AddDryRun(options->validate_only);
}

}  // namespace profilesync::cli

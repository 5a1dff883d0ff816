#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/cli/field_args.h"
#include "client/cli/list.h"
#include "client/cli/redirect.h"
#include "client/cli/verbs.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct AddOnOptions {
  std::string id;
  std::string practice_system;
  std::string tenant;
  std::string display_name;
  std::vector<std::string> auto_link;
  std::vector<std::string> sources;
  std::string refresh_interval;
  std::string etag;
  bool force = false;
  bool validate_only = false;
};

void AddValues(const Command& verb, AddOnOptions& options) {
  verb.AddOption("--display-name", options.display_name, "What people call it");
  verb.AddList("--auto-link", options.auto_link,
               "Kinds that an import links at once, as INDIVIDUAL,TRUST; NONE for none")
      .SplitAtCommas();
  verb.AddList("--source", options.sources,
               "FIELD=SOURCE: which practice field feeds a field; see list-systems");
  verb.AddOption("--refresh-interval", options.refresh_interval,
                 "How often links are refreshed unasked, as 15m or 1h; 0s for never");
  verb.AddDryRun(options.validate_only);
}

void RequireAddOn(const Command& verb, AddOnOptions& options) {
  verb.AddOption("ADD_ON", options.id, "Its id or name").Require();
}

absl::Status SetAutoLink(const std::vector<std::string>& kinds, v1::AddOnSettings* settings) {
  auto* auto_link = settings->mutable_auto_link();
  if (kinds == std::vector<std::string>{"NONE"}) {
    return absl::OkStatus();
  }
  for (const std::string& kind : kinds) {
    type::PartyKind parsed = type::PARTY_KIND_UNSPECIFIED;
    RETURN_IF_ERROR(SetKind(kind, &parsed));
    auto_link->add_party_kinds(parsed);
  }
  return absl::OkStatus();
}

// Sets what the options name, and the paths of it.
absl::Status SetValues(const AddOnOptions& options, v1::AddOn* add_on,
                       google::protobuf::FieldMask* mask) {
  if (!options.display_name.empty()) {
    add_on->set_display_name(options.display_name);
    mask->add_paths("display_name");
  }
  if (!options.auto_link.empty()) {
    RETURN_IF_ERROR(SetAutoLink(options.auto_link, add_on->mutable_settings()));
    mask->add_paths("settings.auto_link");
  }
  for (const std::string& source : options.sources) {
    const auto equals = source.find('=');
    if (equals == std::string::npos) {
      return UsageError(absl::StrCat("--source takes FIELD=SOURCE, not ", source));
    }
    (*add_on->mutable_settings()->mutable_field_sources())[source.substr(0, equals)] =
        source.substr(equals + 1);
  }
  if (!options.sources.empty()) {
    mask->add_paths("settings.field_sources");
  }
  if (!options.refresh_interval.empty()) {
    absl::Duration interval;
    if (!absl::ParseDuration(options.refresh_interval, &interval)) {
      return UsageError("--refresh-interval takes a duration, as 15m");
    }
    add_on->mutable_settings()->mutable_refresh_interval()->set_seconds(
        absl::ToInt64Seconds(interval));
    mask->add_paths("settings.refresh_interval");
  }
  return absl::OkStatus();
}

absl::StatusOr<int> ListSystems(Context& context) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListPracticeSystemsResponse list;
  RETURN_IF_ERROR(Collect(server->ListPracticeSystems(), list.mutable_practice_systems()));
  context.PrintList(
      list, "practice_systems",
      {"name", "display_name", "lists_changes", "creates_clients", "interactive_authorisation"});
  if (context.json()) {
    return kOk;
  }
  for (const v1::PracticeSystem& system : list.practice_systems()) {
    context.out() << "\n" << Bold(context.style(), system.display_name()) << "\n";
    v1::PracticeSystem fields = system;
    for (auto& capability : *fields.mutable_field_capabilities()) {
      std::string sources;
      for (const auto& source : capability.sources()) {
        absl::StrAppend(&sources, sources.empty() ? " from " : ", ", source.source_id());
      }
      capability.set_field(capability.field() + sources);
    }
    context.PrintList(fields, "field_capabilities", {"field", "readable", "writable", "clearable"});
  }
  return kOk;
}

// The add-on, and where to authorise it while that is awaited.
void PrintAddOn(Context& context, const v1::AddOn& add_on) {
  v1::AddOn shown = add_on;
  if (!context.json()) {
    shown.clear_authorise_uri();  // follows whole, to be copied
  }
  context.Print(shown);
  if (!add_on.authorise_uri().empty() && !context.json()) {
    context.out() << "\nAuthorise it within ten minutes at\n\n"
                  << add_on.authorise_uri() << "\n\nand then run\n\n  profilesync add-on authorise "
                  << add_on.name() << "\n";
  }
}

absl::StatusOr<int> Activate(Context& context, const AddOnOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::CreateAddOnRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  request.set_add_on_id(options.id);
  request.set_validate_only(options.validate_only);
  v1::AddOn* add_on = request.mutable_add_on();
  add_on->set_practice_system(options.practice_system.find('/') == std::string::npos
                                  ? PracticeSystemName(options.practice_system)
                                  : options.practice_system);
  add_on->set_tenant_id(options.tenant);
  google::protobuf::FieldMask unused;
  RETURN_IF_ERROR(SetValues(options, add_on, &unused));
  ASSIGN_OR_RETURN(const v1::AddOn created, server->CreateAddOn(std::move(request)));
  PrintAddOn(context, created);
  return kOk;
}

// The code isn't taken from the command line, which others on the machine can see.
absl::StatusOr<int> Authorise(Context& context, const AddOnOptions& options) {
  v1::AuthoriseAddOnRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("addOns", options.id));
  request.set_tenant_id(options.tenant);
  request.set_validate_only(options.validate_only);
  if (::isatty(STDIN_FILENO) != 0) {
    context.err() << "The address that you were sent back to: " << std::flush;
  }
  std::string address;
  std::getline(std::cin, address);
  ASSIGN_OR_RETURN(const Redirect redirect, ParseRedirect(address));
  request.set_state(redirect.state);
  request.set_code(redirect.code);
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const v1::AddOn add_on, server->AuthoriseAddOn(std::move(request)));
  context.Print(add_on);
  return kOk;
}

absl::StatusOr<int> Reauthorise(Context& context, const AddOnOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ReauthoriseAddOnRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("addOns", options.id));
  ASSIGN_OR_RETURN(const v1::AddOn add_on, server->ReauthoriseAddOn(std::move(request)));
  PrintAddOn(context, add_on);
  return kOk;
}

absl::StatusOr<int> GetAddOn(Context& context, const AddOnOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.AddOn(options.id));
  ASSIGN_OR_RETURN(const v1::AddOn add_on, server->GetAddOn(name));
  context.Print(add_on);
  return kOk;
}

absl::StatusOr<int> ListAddOns(Context& context) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListAddOnsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  v1::ListAddOnsResponse list;
  RETURN_IF_ERROR(Collect(server->ListAddOns(request), list.mutable_add_ons()));
  context.PrintList(list, "add_ons", {"name", "display_name", "practice_system", "state"});
  return kOk;
}

absl::StatusOr<int> UpdateAddOn(Context& context, const AddOnOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::UpdateAddOnRequest request;
  ASSIGN_OR_RETURN(*request.mutable_add_on()->mutable_name(), context.Name("addOns", options.id));
  request.mutable_add_on()->set_etag(options.etag);
  request.set_validate_only(options.validate_only);
  RETURN_IF_ERROR(SetValues(options, request.mutable_add_on(), request.mutable_update_mask()));
  if (request.update_mask().paths().empty()) {
    return UsageError("nothing to change: see `profilesync add-on update --help`");
  }
  ASSIGN_OR_RETURN(const v1::AddOn add_on, server->UpdateAddOn(std::move(request)));
  context.Print(add_on);
  return kOk;
}

// The add-on as it is from now on, or would be, which looks alike.
void PrintChanged(Context& context, const v1::AddOn& add_on, bool validate_only) {
  context.Print(add_on);
  if (validate_only && !context.json()) {
    context.out() << "\nNothing was changed: a dry run.\n";
  }
}

absl::StatusOr<int> Deactivate(Context& context, const AddOnOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::DeactivateAddOnRequest request;
  request.set_validate_only(options.validate_only);
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("addOns", options.id));
  ASSIGN_OR_RETURN(const v1::AddOn add_on, server->DeactivateAddOn(std::move(request)));
  PrintChanged(context, add_on, options.validate_only);
  return kOk;
}

absl::StatusOr<int> ResumeWrites(Context& context, const AddOnOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ResumeAddOnWritesRequest request;
  request.set_validate_only(options.validate_only);
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("addOns", options.id));
  ASSIGN_OR_RETURN(const v1::AddOn add_on, server->ResumeAddOnWrites(std::move(request)));
  PrintChanged(context, add_on, options.validate_only);
  return kOk;
}

absl::StatusOr<int> DeleteAddOn(Context& context, const AddOnOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::DeleteAddOnRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("addOns", options.id));
  request.set_etag(options.etag);
  request.set_force(options.force);
  request.set_validate_only(options.validate_only);
  const std::string name = request.name();
  RETURN_IF_ERROR(server->DeleteAddOn(std::move(request)));
  context.PrintDeleted(name, options.validate_only);
  return kOk;
}

}  // namespace

void AddAddOnVerbs(const Command& app) {
  const Command group = app.AddGroup("add-on", "Add-ons: a firm's practice systems");
  auto options = std::make_shared<AddOnOptions>();
  const auto verb = [&](const char* name, const char* description, auto action) {
    return group.AddVerb(name, description,
                         [options, action](Context& context) { return action(context, *options); });
  };
  group.AddVerb("list-systems", "List the practice systems and their fields", ListSystems);
  const Command activate = verb("activate", "Activate a practice system for the firm", Activate);
  activate.AddOption("PRACTICE_SYSTEM", options->practice_system, "See list-systems").Require();
  activate.AddOption("--id", options->id, "The id that the add-on's name ends in");
  activate.AddOption("--tenant", options->tenant, "The practice system's id of the tenant");
  AddValues(activate, *options);
  activate.SetFooter("Example: profilesync --firm acme add-on activate xpm --tenant 1234 --id xpm");
  const Command authorise = verb("authorise", "Complete an authorisation", Authorise);
  RequireAddOn(authorise, *options);
  authorise.AddOption("--tenant", options->tenant, "The tenant, where it reaches several");
  authorise.AddDryRun(options->validate_only);
  authorise.SetFooter(
      "Reads the address that the practice system sent the browser back to from standard input.");
  RequireAddOn(verb("reauthorise", "Start a new authorisation of an add-on", Reauthorise),
               *options);
  verb("get", "Show an add-on", GetAddOn)
      .AddOption("ADD_ON", options->id, "The firm's only one unless given");
  group.AddVerb("list", "List the firm's add-ons", ListAddOns);
  const Command update = verb("update", "Change an add-on's name or settings", UpdateAddOn);
  RequireAddOn(update, *options);
  AddValues(update, *options);
  update.AddEtag(options->etag);
  const Command deactivate =
      verb("deactivate", "Destroy an add-on's tokens and keep its links", Deactivate);
  RequireAddOn(deactivate, *options);
  deactivate.AddDryRun(options->validate_only);
  const Command resume =
      verb("resume-writes", "Let an add-on's writes go on after they were suspended", ResumeWrites);
  RequireAddOn(resume, *options);
  resume.AddDryRun(options->validate_only);
  const Command remove = verb("delete", "Delete an add-on", DeleteAddOn);
  RequireAddOn(remove, *options);
  remove.AddFlag("--force", options->force, "Delete its links too");
  remove.AddEtag(options->etag);
  remove.AddDryRun(options->validate_only);
}

}  // namespace profilesync::cli

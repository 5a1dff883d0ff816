#include <memory>
#include <string>

#include "client/cli/list.h"
#include "client/cli/verbs.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct FirmOptions {
  std::string id;
  std::string display_name;
  std::string region;
  std::string time_zone;
  bool validate_only = false;
  std::string add_on;
  bool full = false;
};

std::string NameOf(const std::string& id) {
  return id.find('/') == std::string::npos ? FirmName(id) : id;
}

void AddValues(CLI::App* verb, FirmOptions& options) {
  verb->add_option("--display-name", options.display_name, "What people call it");
  verb->add_option("--region", options.region, "Where its clients are: ISO 3166-1 alpha-2, as NZ");
  verb->add_option("--time-zone", options.time_zone, "IANA name, as Pacific/Auckland");
  AddDryRun(verb, options.validate_only);
}

void SetValues(const FirmOptions& options, v1::Firm* firm) {
  firm->set_display_name(options.display_name);
  firm->set_region_code(options.region);
  firm->set_time_zone(options.time_zone);
}

absl::StatusOr<int> Create(Context& context, const FirmOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::CreateFirmRequest request;
  request.set_firm_id(options.id);
  request.set_validate_only(options.validate_only);
  SetValues(options, request.mutable_firm());
  ASSIGN_OR_RETURN(const v1::Firm firm, server->CreateFirm(std::move(request)));
  context.Print(firm);
  return kOk;
}

absl::StatusOr<int> Get(Context& context, const FirmOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  std::string name = NameOf(options.id);
  if (options.id.empty()) {
    ASSIGN_OR_RETURN(name, context.Firm());
  }
  ASSIGN_OR_RETURN(const v1::Firm firm, server->GetFirm(name));
  context.Print(firm);
  return kOk;
}

absl::StatusOr<int> List(Context& context) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListFirmsResponse list;
  RETURN_IF_ERROR(Collect(server->ListFirms(), list.mutable_firms()));
  context.PrintList(list, "firms", {"name", "display_name", "region_code", "time_zone"});
  return kOk;
}

absl::StatusOr<int> Update(Context& context, const FirmOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::UpdateFirmRequest request;
  request.set_validate_only(options.validate_only);
  SetValues(options, request.mutable_firm());
  request.mutable_firm()->set_name(NameOf(options.id));
  for (const auto& [path, value] :
       {std::pair("display_name", options.display_name), std::pair("region_code", options.region),
        std::pair("time_zone", options.time_zone)}) {
    if (!value.empty()) {
      request.mutable_update_mask()->add_paths(path);
    }
  }
  if (request.update_mask().paths().empty()) {
    return UsageError("nothing to change: give --display-name, --region or --time-zone");
  }
  ASSIGN_OR_RETURN(const v1::Firm firm, server->UpdateFirm(std::move(request)));
  context.Print(firm);
  return kOk;
}

absl::StatusOr<int> Refresh(Context& context, const FirmOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::RefreshFirmRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Firm());
  if (!options.add_on.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_add_on(), context.Name("addOns", options.add_on));
  }
  request.set_full(options.full);
  const bool show_progress = context.shows_progress();
  const auto response = server->RefreshFirm(std::move(request), [&](const auto& progress) {
    if (show_progress && progress.read_count() > 0) {
      context.err() << "\r" << progress.read_count() << " clients read" << std::flush;
    }
  });
  if (show_progress) {
    context.err() << "\r\x1b[K";
  }
  RETURN_IF_ERROR(response.status());
  if (context.json()) {
    context.Print(*response);
  } else {
    context.out() << response->stored_count() << " links refreshed, "
                  << response->not_active_count() << " of them no longer active\n";
  }
  return kOk;
}

}  // namespace

void AddFirmVerbs(CLI::App& app, Action* chosen) {
  CLI::App* firm = app.add_subcommand("firm", "Firms: the tenants");
  firm->require_subcommand(1);
  auto options = std::make_shared<FirmOptions>();

  CLI::App* create = AddVerb(*firm, chosen, "create", "Create a firm",
                             [options](Context& context) { return Create(context, *options); });
  create->add_option("ID", options->id, "The id that its name ends in")->required();
  AddValues(create, *options);
  create->get_option("--display-name")->required();
  create->get_option("--region")->required();
  create->footer("Example: profilesync firm create acme --display-name 'Acme' --region NZ");

  AddVerb(*firm, chosen, "get", "Show a firm", [options](Context& context) {
    return Get(context, *options);
  })->add_option("ID", options->id, "The firm; --firm's unless given");
  AddVerb(*firm, chosen, "list", "List the firms", List);

  CLI::App* refresh =
      AddVerb(*firm, chosen, "refresh", "Refresh all links by a list of each practice system",
              [options](Context& context) { return Refresh(context, *options); });
  refresh->add_option("--add-on", options->add_on, "All active ones unless given");
  refresh->add_flag("--full", options->full,
                    "All clients and not only those that changed; finds missing ones");
  refresh->footer("Waits for the end.\nExample: profilesync --firm acme firm refresh --full");

  AddSuggestionsVerb(*firm, chosen);

  CLI::App* update = AddVerb(*firm, chosen, "update", "Change a firm",
                             [options](Context& context) { return Update(context, *options); });
  update->add_option("ID", options->id, "The firm")->required();
  AddValues(update, *options);
}

}  // namespace profilesync::cli

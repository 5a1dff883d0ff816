#include <memory>
#include <string>

#include "client/cli/list.h"
#include "client/cli/text.h"
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
  std::string etag;
  bool validate_only = false;
  std::string add_on;
  bool full = false;
};

std::string NameOf(const std::string& id) {
  return id.find('/') == std::string::npos ? FirmName(id) : id;
}

void AddValues(const Command& verb, FirmOptions& options) {
  verb.AddOption("--display-name", options.display_name, "What people call it");
  verb.AddOption("--region", options.region, "Where its clients are: ISO 3166-1 alpha-2, as NZ");
  verb.AddOption("--time-zone", options.time_zone, "IANA name, as Pacific/Auckland");
  verb.AddDryRun(options.validate_only);
}

void SetValues(const FirmOptions& options, v1::Firm* firm) {
  firm->set_display_name(options.display_name);
  firm->set_region_code(options.region);
  firm->set_time_zone(options.time_zone);
}

absl::StatusOr<int> CreateFirm(Context& context, const FirmOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::CreateFirmRequest request;
  request.set_firm_id(options.id);
  request.set_validate_only(options.validate_only);
  SetValues(options, request.mutable_firm());
  ASSIGN_OR_RETURN(const v1::Firm firm, server->CreateFirm(std::move(request)));
  context.Print(firm);
  return kOk;
}

absl::StatusOr<int> GetFirm(Context& context, const FirmOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  std::string name = NameOf(options.id);
  if (options.id.empty()) {
    ASSIGN_OR_RETURN(name, context.Firm());
  }
  ASSIGN_OR_RETURN(const v1::Firm firm, server->GetFirm(name));
  context.Print(firm);
  return kOk;
}

absl::StatusOr<int> ListFirms(Context& context) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListFirmsResponse list;
  RETURN_IF_ERROR(Collect(server->ListFirms(), list.mutable_firms()));
  context.PrintList(list, "firms", {"name", "display_name", "region_code", "time_zone"});
  return kOk;
}

absl::StatusOr<int> UpdateFirm(Context& context, const FirmOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::UpdateFirmRequest request;
  request.set_validate_only(options.validate_only);
  SetValues(options, request.mutable_firm());
  request.mutable_firm()->set_name(NameOf(options.id));
  request.mutable_firm()->set_etag(options.etag);
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

absl::StatusOr<int> RefreshFirm(Context& context, const FirmOptions& options) {
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
    context.out() << Counted(response->stored_count(), "link", "links") << " refreshed, "
                  << response->not_active_count() << " of them no longer active\n";
  }
  return kOk;
}

}  // namespace

void AddFirmVerbs(const Command& app) {
  const Command firm = app.AddGroup("firm", "Firms: the tenants");
  auto options = std::make_shared<FirmOptions>();

  const Command create = firm.AddVerb("create", "Create a firm", [options](Context& context) {
    return CreateFirm(context, *options);
  });
  create.AddOption("ID", options->id, "The id that its name ends in").Require();
  AddValues(create, *options);
  create.RequireOption("--display-name");
  create.RequireOption("--region");
  create.SetFooter("Example: profilesync firm create acme --display-name 'Acme' --region NZ");

  firm.AddVerb("get", "Show a firm",
               [options](Context& context) { return GetFirm(context, *options); })
      .AddOption("ID", options->id, "The firm; --firm's unless given");
  firm.AddVerb("list", "List the firms", ListFirms);

  const Command refresh =
      firm.AddVerb("refresh", "Refresh all links by a list of each practice system",
                   [options](Context& context) { return RefreshFirm(context, *options); });
  refresh.AddOption("--add-on", options->add_on, "All active ones unless given");
  refresh.AddFlag("--full", options->full,
                  "All clients and not only those that changed; finds missing ones");
  refresh.SetFooter("Waits for the end.\nExample: profilesync --firm acme firm refresh --full");

  AddSuggestionsVerb(firm);

  const Command update = firm.AddVerb("update", "Change a firm", [options](Context& context) {
    return UpdateFirm(context, *options);
  });
  update.AddOption("ID", options->id, "The firm").Require();
  AddValues(update, *options);
  update.AddEtag(options->etag);
}

}  // namespace profilesync::cli

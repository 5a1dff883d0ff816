#include <memory>
#include <string>

#include "client/cli/print_operation.h"
#include "client/cli/verbs.h"
#include "client/cpp/error.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct ExportOptions {
  std::string profile;
  std::string add_on;
  bool allow_duplicates = false;
  bool validate_only = false;
};

absl::StatusOr<v1::ExportProfileRequest> RequestOf(Context& context, const ExportOptions& options) {
  v1::ExportProfileRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("profiles", options.profile));
  ASSIGN_OR_RETURN(*request.mutable_add_on(), context.AddOn(options.add_on));
  request.set_allow_duplicates(options.allow_duplicates);
  request.set_validate_only(options.validate_only);
  return request;
}

// Clients that the profile may be already. 1 where they stop the export.
int PrintDuplicates(Context& context, const v1::ExportProfileResponse& response) {
  if (!context.json() && response.possible_duplicates_size() > 0) {
    context.PrintList(
        response, "possible_duplicates",
        {"id", "display_name", "kind", "state", "fields.email", "fields.primary_phone"});
  }
  if (response.has_sync_operation() || response.possible_duplicates_size() == 0) {
    return kOk;
  }
  context.err() << Red(context.err_style(), "error:")
                << " nothing is created: the profile may be a client that is there already\n"
                << "  next: link it (profilesync link create PROFILE CLIENT_ID), or give "
                   "--allow-duplicates\n";
  return kError;
}

absl::StatusOr<int> Export(Context& context, const ExportOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(auto request, RequestOf(context, options));
  const auto response = server->ExportProfile(std::move(request));
  if (!response.ok()) {
    if (const auto operation = client::SyncOperationOf(response.status())) {
      PrintOperation(context, *operation);
    }
    return response.status();
  }
  if (context.json()) {
    context.Print(*response);
  } else if (response->has_sync_operation()) {
    PrintOperation(context, response->sync_operation());
  }
  if (!context.json() && !response->link().empty()) {
    context.out() << "created practice client " << response->practice_client().id()
                  << ", linked by " << response->link() << "\n";
  }
  return PrintDuplicates(context, *response);
}

}  // namespace

void AddExportVerb(const Command& group) {
  auto options = std::make_shared<ExportOptions>();
  const Command verb =
      group.AddVerb("export", "Create a practice client from a profile, and link it",
                    [options](Context& context) { return Export(context, *options); });
  verb.AddOption("PROFILE", options->profile, "Its id or name").Require();
  verb.AddOption("--add-on", options->add_on, "The firm's only one unless given");
  verb.AddFlag("--allow-duplicates", options->allow_duplicates,
               "Create it though there are possible duplicates");
  verb.AddDryRun(options->validate_only);
  verb.SetFooter(
      "Ends with 1 when possible duplicates stop it, or when it isn't known what became of it.\n"
      "Example: profilesync --firm acme profile export p1 --add-on xpm --dry-run");
}

}  // namespace profilesync::cli

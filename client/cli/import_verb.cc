#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/text.h"
#include "client/cli/verbs.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct ImportOptions {
  std::vector<std::string> clients;
  std::string add_on;
  std::string filter;
  bool allow_duplicates = false;
  bool validate_only = false;
};

absl::StatusOr<v1::ImportPracticeClientsRequest> RequestOf(Context& context,
                                                           const ImportOptions& options) {
  if (options.clients.empty() == options.filter.empty()) {
    return UsageError("give either CLIENT_ID or --filter: see `profilesync import --help`");
  }
  v1::ImportPracticeClientsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  ASSIGN_OR_RETURN(*request.mutable_add_on(), context.AddOn(options.add_on));
  for (const std::string& client : options.clients) {
    const auto equals = client.find('=');
    auto* entry = request.add_practice_clients();
    entry->set_practice_client_id(client.substr(0, equals));
    if (equals != std::string::npos) {
      entry->set_profile_id(client.substr(equals + 1));
    }
  }
  request.set_filter(options.filter);
  request.set_allow_duplicates(options.allow_duplicates);
  request.set_validate_only(options.validate_only);
  return request;
}

absl::StatusOr<int> Import(Context& context, const ImportOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(auto request, RequestOf(context, options));
  const bool show_progress = context.shows_progress();
  ASSIGN_OR_RETURN(const auto response,
                   server->ImportPracticeClients(std::move(request), [&](const auto& progress) {
                     if (show_progress && progress.total_count() > 0) {
                       context.err() << "\r" << progress.done_count() << " of "
                                     << progress.total_count() << std::flush;
                     }
                   }));
  if (show_progress) {
    context.err() << "\r\x1b[K";
  }
  context.PrintList(response, "results",
                    {"practice_client_id", "outcome", "profile", "link_outcome",
                     "possible_duplicates", "error.message"});
  const auto failed = std::count_if(
      response.results().begin(), response.results().end(),
      [](const auto& result) { return result.outcome() == v1::ImportResult::FAILED; });
  if (failed == 0) {
    return kOk;
  }
  context.err() << Red(context.err_style(), "error:") << " " << failed << " of "
                << Counted(response.results_size(), "client", "clients") << " failed\n";
  return kError;
}

}  // namespace

void AddImportVerb(const Command& app) {
  auto options = std::make_shared<ImportOptions>();
  const Command verb =
      app.AddVerb("import", "Import practice clients as profiles",
                  [options](Context& context) { return Import(context, *options); });
  verb.AddOption("CLIENT_ID", options->clients,
                 "Clients to import; CLIENT_ID=PROFILE gives the new profile's id");
  verb.AddOption("--filter", options->filter,
                 "Import clients by what they are: kind = TRUST AND name:\"smith\" AND "
                 "changed_since = \"2026-01-31T00:00:00Z\" AND archived = true");
  verb.AddOption("--add-on", options->add_on, "The firm's only one unless given");
  verb.AddFlag("--allow-duplicates", options->allow_duplicates,
               "Create profiles for possible duplicates too");
  verb.AddDryRun(options->validate_only);
  verb.SetFooter(
      "Waits for the end. Ends with 1 when a client failed.\n"
      "Example: profilesync --firm acme import 8f2c…=p1 91aa…\n"
      "         profilesync --firm acme import --filter 'kind = TRUST' --dry-run");
}

}  // namespace profilesync::cli

#include "client/cli/cli.h"

#include "client/cli/render_error.h"
#include "client/cli/verbs.h"

namespace profilesync::cli {
namespace {

void AddGlobals(CLI::App& app, Globals& globals) {
  app.add_option("--address", globals.connection.address, "The server: HOST:PORT or unix:PATH")
      ->envname("PROFILESYNC_ADDRESS")
      ->capture_default_str();
  app.add_option("--token-file", globals.connection.token_file, "A file with the bearer token")
      ->envname("PROFILESYNC_TOKEN_FILE");
  app.add_option("--firm", globals.firm, "The firm that ids belong to, as acme or firms/acme")
      ->envname("PROFILESYNC_FIRM");
  app.add_option("--output", globals.output, "table, or json with the proto's field names")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  app.add_option("--timeout", globals.timeout,
                 "Seconds to wait for an answer; by itself 10, or 90 with a practice system")
      ->check(CLI::PositiveNumber);
  app.add_option("--ca-file", globals.connection.ca_file, "PEM certificates to trust");
  app.add_flag("--tls", globals.connection.force_tls,
               "TLS to this machine too; elsewhere it is always used");
  app.add_flag("--no-color", globals.no_color, "No colours; NO_COLOR in the environment does too");
}

void AddVerbs(CLI::App& app, Action* chosen) {
  app.require_subcommand(1);
  AddFirmVerbs(app, chosen);
  AddAddOnVerbs(app, chosen);
  AddProfileVerbs(app, chosen);
  AddLinkVerbs(app, chosen);
  AddSearchVerb(app, chosen);
  AddDiffVerb(app, chosen);
  AddSyncVerb(app, chosen);
  AddRefreshVerb(app, chosen);
  AddOperationVerbs(app, chosen);
  AddCallVerb(app, chosen);
}

}  // namespace

int Run(int argc, const char* const* argv, Context& context) {
  CLI::App app("Keeps an accounting firm's client profiles and its practice system in agreement.",
               "profilesync");
  app.set_version_flag("--version", PROFILESYNC_VERSION);
  // Global flags may come after the verb.
  app.fallthrough();
  app.footer(
      "Ids may be given bare, with --firm, or as whole names: firms/acme/profiles/p1.\n"
      "Exit codes: 0 done, 1 error, 2 usage, 3 differences (diff).\n"
      "Help on a verb: profilesync sync --help");
  AddGlobals(app, context.globals());
  Action action;
  AddVerbs(app, &action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and the version are "errors" that end well.
    return app.exit(error, context.out(), context.err()) == 0 ? kOk : kUsage;
  }
  const absl::StatusOr<int> result = action(context);
  if (result.ok()) {
    return *result;
  }
  context.out().flush();
  context.err() << RenderError(context.err_style(), result.status());
  return IsUsageError(result.status()) ? kUsage : kError;
}

}  // namespace profilesync::cli

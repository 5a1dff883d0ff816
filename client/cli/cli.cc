#include "client/cli/cli.h"

#include "CLI/CLI.hpp"
#include "client/cli/connection_advice.h"
#include "client/cli/render_error.h"
#include "client/cli/usage.h"
#include "client/cli/verbs.h"

namespace profilesync::cli {
namespace {

void AddGlobals(CLI::App& app, Globals& globals) {
  app.add_option("--address", globals.connection.address, "The server: HOST:PORT or unix:PATH")
      ->envname("PROFILESYNC_ADDRESS")
      ->capture_default_str();
  // Not PROFILESYNC_TOKEN_FILE: that is the server's, which lists who may call.
  app.add_option("--token-file", globals.connection.token_file,
                 "A file with the bearer token, for its owner alone to use")
      ->envname("PROFILESYNC_CLIENT_TOKEN_FILE");
  app.add_option("--firm", globals.firm, "The firm that ids belong to, as acme or firms/acme")
      ->envname("PROFILESYNC_FIRM");
  app.add_option("--output", globals.output, "table, or json with the proto's field names")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  app.add_option("--width", globals.width,
                 "Cells to fit tables in; by itself a terminal's, and all that is needed elsewhere")
      ->check(AboveZero(true));
  app.add_option("--timeout", globals.timeout,
                 "Seconds to wait for an answer; by itself 10, or 90 with a practice system")
      ->check(AboveZero());
  app.add_option("--ca-file", globals.connection.ca_file, "PEM certificates to trust");
  app.add_flag("--tls", globals.connection.force_tls,
               "TLS to this machine too; elsewhere it is always used");
  app.add_option("--color", globals.color,
                 "auto: in a terminal, unless NO_COLOR is in the environment; always; or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

void AddVerbs(CLI::App& app, Action* chosen) {
  app.require_subcommand(1);
  app.group("Verbs");
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  const Command program(&app, chosen);
  AddFirmVerbs(program);
  AddAddOnVerbs(program);
  AddRuleVerbs(program);
  AddProfileVerbs(program);
  AddLinkVerbs(program);
  AddSearchVerb(program);
  AddImportVerb(program);
  AddDiffVerb(program);
  AddSyncVerb(program);
  AddRefreshVerb(program);
  AddOperationVerbs(program);
  AddLongOperationVerbs(program);
  AddCallVerb(program);
}

// Says in the help of each verb where the flags are that it doesn't list.
void PointToGlobals(CLI::App& app) {
  for (CLI::App* verb : app.get_subcommands(nullptr)) {
    const std::string own = verb->get_footer();
    verb->footer((own.empty() ? "" : own + "\n") +
                 "--firm, --output and the other global flags: profilesync --help");
    PointToGlobals(*verb);
  }
}

// Prints why the command line is refused, or the help that it asks for, and answers the exit code.
int Refuse(const CLI::App& app, const CLI::ParseError& error, Context& context) {
  if (error.get_exit_code() == 0) {
    // Help and the version are "errors" that end well.
    return app.exit(error, context.out(), context.err());
  }
  if (NamesNoVerb(app, error)) {
    context.err() << app.help();
    return kUsage;
  }
  context.err() << RenderError(context.err_style(), UsageError(UsageMessage(app, error))) << "See `"
                << VerbPath(app) << " --help`.\n";
  return kUsage;
}

// Parses the command line and does what it says.
int RunVerb(int argc, const char* const* argv, Context& context) {
  CLI::App app("Keeps an accounting firm's client profiles and its practice system in agreement.",
               "profilesync");
  app.set_version_flag("--version", PROFILESYNC_VERSION);
  // Global flags may come after the verb.
  app.fallthrough();
  AddGlobals(app, context.globals());
  Action action;
  AddVerbs(app, &action);
  PointToGlobals(app);
  app.footer(
      "Ids may be given bare, with --firm, or as whole names: firms/acme/profiles/p1.\n"
      "Exit codes: 0 done, 1 error, 2 usage, 3 differences (diff).\n"
      "Help on a verb: profilesync sync --help");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Refuse(app, error, context);
  }
  const absl::StatusOr<int> result = action(context);
  if (result.ok()) {
    return *result;
  }
  context.out().flush();
  context.err() << RenderError(context.err_style(), result.status(),
                               ConnectionAdvice(result.status(), context.globals().connection));
  return IsUsageError(result.status()) ? kUsage : kError;
}

}  // namespace

int Run(int argc, const char* const* argv, Context& context) {
  const int code = RunVerb(argc, argv, context);
  // A full disk shows only now; a script must not take half an answer for a whole one.
  if (!context.out().flush()) {
    context.err() << Red(context.err_style(), "error:") << " the output couldn't be written\n";
    return kError;
  }
  return code;
}

}  // namespace profilesync::cli

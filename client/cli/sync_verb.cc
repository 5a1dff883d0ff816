#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/json.h"
#include "client/cli/list.h"
#include "client/cli/panel.h"
#include "client/cli/print_operation.h"
#include "client/cli/selection.h"
#include "client/cli/verbs.h"
#include "client/cpp/error.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct SyncOptions {
  std::string profile;
  std::string add_on;
  std::string from_diff;
  Selection selection;
  bool allow_partial = false;
  bool allow_stale = false;
  bool dry_run = false;
};

// The diffs that were decided on: those of a file, or those of now.
absl::StatusOr<v1::ProfileDiffs> Diffs(client::Client& server, const SyncOptions& options,
                                       const std::string& profile) {
  const std::string name = absl::StrCat(profile, "/diffs");
  if (options.from_diff.empty()) {
    return server.GetProfileDiffs(name);
  }
  std::string text;
  RETURN_IF_ERROR(ReadText(options.from_diff, &text));
  v1::ProfileDiffs diffs;
  RETURN_IF_ERROR(FromJson(text, &diffs));
  if (diffs.name() != name) {
    return UsageError(absl::StrCat(options.from_diff, " holds ", diffs.name(), ", not ", name));
  }
  return diffs;
}

// Prints what came of an operation, also of one that isn't DONE.
absl::StatusOr<int> PrintOutcome(Context& context,
                                 const absl::StatusOr<v1::SyncOperation>& operation) {
  if (operation.ok()) {
    PrintOperation(context, *operation);
    return kOk;
  }
  if (const auto unfinished = client::SyncOperationOf(operation.status())) {
    PrintOperation(context, *unfinished);
  }
  return operation.status();
}

absl::StatusOr<int> Sync(Context& context, const SyncOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::SyncProfileRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("profiles", options.profile));
  std::string add_on = options.add_on;
  if (!add_on.empty()) {
    ASSIGN_OR_RETURN(add_on, context.Name("addOns", add_on));
  }
  ASSIGN_OR_RETURN(const v1::ProfileDiffs diffs, Diffs(*server, options, request.name()));
  ASSIGN_OR_RETURN(const v1::Diff diff, PickDiff(diffs, add_on));
  ASSIGN_OR_RETURN(const auto fields, SelectFields(options.selection, diff));
  request.mutable_fields()->Add(fields.begin(), fields.end());
  request.set_add_on(diff.add_on());
  request.set_allow_partial(options.allow_partial);
  request.set_allow_stale(options.allow_stale);
  request.set_validate_only(options.dry_run);
  return PrintOutcome(context, server->SyncProfile(std::move(request)));
}

struct OperationOptions {
  std::string id;
  bool dry_run = false;
  std::string profile;
  std::string link;
  std::string filter;
  int limit = 50;
};

absl::StatusOr<int> GetOperation(Context& context, const OperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.Name("syncOperations", options.id));
  if (name.find("/operations/") != std::string::npos) {
    // An error that names what is unfinished may mean either kind.
    ASSIGN_OR_RETURN(const auto operation, server->GetOperation(name));
    context.Print(operation);
    return kOk;
  }
  ASSIGN_OR_RETURN(const v1::SyncOperation operation, server->GetSyncOperation(name));
  if (!context.json()) {
    context.out() << operation.profile() << " under " << operation.add_on() << ", asked by "
                  << operation.actor() << "\n\n";
  }
  PrintOperation(context, operation);
  if (!context.json() && !operation.error().message().empty()) {
    context.out() << operation.error().message() << "\n";
  }
  return kOk;
}

absl::StatusOr<int> RestoreOperation(Context& context, const OperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::RestoreSyncOperationRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("syncOperations", options.id));
  request.set_validate_only(options.dry_run);
  return PrintOutcome(context, server->RestoreSyncOperation(std::move(request)));
}

absl::StatusOr<int> ListOperations(Context& context, const OperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListSyncOperationsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  std::string* filter = request.mutable_filter();
  *filter = options.filter;
  if (!options.profile.empty()) {
    ASSIGN_OR_RETURN(const std::string name, context.Name("profiles", options.profile));
    absl::StrAppend(filter, filter->empty() ? "" : " AND ", "profile = \"", name, "\"");
  }
  if (!options.link.empty()) {
    ASSIGN_OR_RETURN(const std::string name, context.Name("links", options.link));
    absl::StrAppend(filter, filter->empty() ? "" : " AND ", "link = \"", name, "\"");
  }
  request.set_page_size(options.limit);
  v1::ListSyncOperationsResponse list;
  RETURN_IF_ERROR(
      Collect(server->ListSyncOperations(request), list.mutable_sync_operations(), options.limit));
  context.PrintList(list, "sync_operations", {"name", "profile", "kind", "state", "create_time"});
  return kOk;
}

}  // namespace

void AddSyncVerb(CLI::App& app, Action* chosen) {
  auto options = std::make_shared<SyncOptions>();
  CLI::App* verb = AddVerb(app, chosen, "sync", "Write chosen fields in chosen directions",
                           [options](Context& context) { return Sync(context, *options); });
  verb->add_option("PROFILE", options->profile, "Its id or name")->required();
  AddList(verb, "--to-practice", options->selection.to_practice,
          "Fields, comma-separated, to write to the practice system")
      ->delimiter(',');
  AddList(verb, "--to-profile", options->selection.to_profile,
          "Fields, comma-separated, to write to the profile")
      ->delimiter(',');
  verb->add_flag("--suggested", options->selection.suggested,
                 "Also every field that the diff has a suggestion for");
  AddList(verb, "--clear", options->selection.clear,
          "Of the named fields, comma-separated, those that may be emptied on the written side")
      ->delimiter(',');
  verb->add_option("--add-on", options->add_on, "Where the profile has several links");
  verb->add_option("--from-diff", options->from_diff,
                   "Decide by a saved `diff --output json` (- for stdin): what has moved since is "
                   "refused");
  verb->add_flag("--allow-partial", options->allow_partial,
                 "Do what can be done when a field has moved or is refused");
  verb->add_flag("--allow-stale", options->allow_stale,
                 "Only to the profile: use the last snapshot when the practice system is away");
  verb->add_flag("--dry-run", options->dry_run, "Do everything but write");
  verb->footer(
      "Both directions go in one request. Ends with 0 only when every field is as asked.\n"
      "Examples:\n"
      "  profilesync sync p1 --to-practice website --to-profile primary_phone,postal_address\n"
      "  profilesync sync p1 --suggested --dry-run\n"
      "  profilesync sync p1 --to-practice other_phone --clear other_phone");
}

void AddOperationVerbs(CLI::App& app, Action* chosen) {
  CLI::App* group =
      app.add_subcommand("operation", "Sync operations: what was done and came of it");
  group->require_subcommand(1);
  auto options = std::make_shared<OperationOptions>();
  AddVerb(*group, chosen, "get", "Show a sync operation",
          [options](Context& context) { return GetOperation(context, *options); })
      ->add_option("OPERATION", options->id, "Its id or name")
      ->required();
  CLI::App* restore = AddVerb(
      *group, chosen, "restore", "Write the practice client back as it was before a sync operation",
      [options](Context& context) { return RestoreOperation(context, *options); });
  restore->add_option("OPERATION", options->id, "Its id or name")->required();
  restore->add_flag("--dry-run", options->dry_run, "Show what would be written");
  restore->footer(
      "The profile is left alone, and so is what somebody has changed in the practice client "
      "since.");
  CLI::App* list =
      AddVerb(*group, chosen, "list", "List sync operations, the latest first",
              [options](Context& context) { return ListOperations(context, *options); });
  list->add_option("--profile", options->profile, "Only this profile's");
  list->add_option("--link", options->link, "Only this link's");
  list->add_option("--filter", options->filter, "As 'state = NEEDS_ATTENTION'");
  AddLimit(list, options->limit, "How many at most")->capture_default_str();
}

}  // namespace profilesync::cli

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/list.h"
#include "client/cli/print_operation.h"
#include "client/cli/verbs.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct OperationOptions {
  std::string id;
  bool allow_partial = false;
  bool dry_run = false;
  bool applied = false;
  bool not_applied = false;
  std::string note;
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

absl::StatusOr<int> RevertOperation(Context& context, const OperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::RevertSyncOperationRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("syncOperations", options.id));
  request.set_allow_partial(options.allow_partial);
  request.set_validate_only(options.dry_run);
  return PrintOutcome(context, server->RevertSyncOperation(std::move(request)));
}

absl::StatusOr<int> RestoreOperation(Context& context, const OperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::RestoreSyncOperationRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("syncOperations", options.id));
  request.set_validate_only(options.dry_run);
  return PrintOutcome(context, server->RestoreSyncOperation(std::move(request)));
}

absl::StatusOr<int> ResolveOperation(Context& context, const OperationOptions& options) {
  using Request = v1::ResolveSyncOperationRequest;
  if (options.applied == options.not_applied) {
    return UsageError("give --applied or --not-applied");
  }
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  Request request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("syncOperations", options.id));
  request.set_resolution(options.applied ? Request::APPLIED : Request::NOT_APPLIED);
  request.set_note(options.note);
  request.set_validate_only(options.dry_run);
  ASSIGN_OR_RETURN(const v1::SyncOperation operation,
                   server->ResolveSyncOperation(std::move(request)));
  PrintOperation(context, operation);
  return kOk;
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

void AddUndoVerbs(const Command& group, const std::shared_ptr<OperationOptions>& options) {
  const Command revert =
      group.AddVerb("revert", "Undo a sync operation, on each side that it wrote",
                    [options](Context& context) { return RevertOperation(context, *options); });
  revert.AddOption("OPERATION", options->id, "Its id or name").Require();
  revert.AddFlag("--allow-partial", options->allow_partial,
                 "Undo what can be undone where a field was changed since or can't be written "
                 "back");
  revert.AddDryRun(options->dry_run);
  revert.SetFooter(
      "Each field gets the value back that it had, a blank one included.\n"
      "Example: profilesync --firm acme operation revert 1 --dry-run");
  const Command restore =
      group.AddVerb("restore", "Write the practice client back as it was before a sync operation",
                    [options](Context& context) { return RestoreOperation(context, *options); });
  restore.AddOption("OPERATION", options->id, "Its id or name").Require();
  restore.AddFlag("--dry-run", options->dry_run, "Show what would be written");
  restore.SetFooter(
      "The profile is left alone, and so is what somebody has changed in the practice client "
      "since.");
}

void AddResolveVerb(const Command& group, const std::shared_ptr<OperationOptions>& options) {
  const Command resolve =
      group.AddVerb("resolve", "Record what became of an operation that needs attention",
                    [options](Context& context) { return ResolveOperation(context, *options); });
  resolve.AddOption("OPERATION", options->id, "Its id or name").Require();
  resolve.AddFlag("--applied", options->applied, "The practice system has what was written");
  resolve.AddFlag("--not-applied", options->not_applied, "It hasn't");
  resolve.AddOption("--note", options->note, "How you know").Require();
  resolve.AddDryRun(options->dry_run);
  resolve.SetFooter(
      "Look in the practice system first: nothing is written or read there. It takes a firm "
      "administrator.\n"
      "Example: profilesync --firm acme operation resolve 1 --not-applied --note \"the old phone "
      "number is there\"");
}

}  // namespace

void AddOperationVerbs(const Command& app) {
  const Command group = app.AddGroup("operation", "Sync operations: what was done and came of it");
  auto options = std::make_shared<OperationOptions>();
  group
      .AddVerb("get", "Show a sync operation",
               [options](Context& context) { return GetOperation(context, *options); })
      .AddOption("OPERATION", options->id, "Its id or name")
      .Require();
  const Command list =
      group.AddVerb("list", "List sync operations, the latest first",
                    [options](Context& context) { return ListOperations(context, *options); });
  list.AddOption("--profile", options->profile, "Only this profile's");
  list.AddOption("--link", options->link, "Only this link's");
  list.AddOption("--filter", options->filter, "As 'state = NEEDS_ATTENTION'");
  list.AddLimit(options->limit, "How many at most").ShowDefault();
  AddUndoVerbs(group, options);
  AddResolveVerb(group, options);
}

}  // namespace profilesync::cli

#include <memory>
#include <string>

#include "client/cli/list.h"
#include "client/cli/verbs.h"
#include "common/error.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

using google::longrunning::Operation;

struct LongOperationOptions {
  std::string id;
  std::string filter;
  int limit = 50;
};

absl::StatusOr<int> ListLongOperations(Context& context, const LongOperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  google::longrunning::ListOperationsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Firm());
  request.set_filter(options.filter);
  request.set_page_size(options.limit);
  google::longrunning::ListOperationsResponse list;
  RETURN_IF_ERROR(
      Collect(server->ListOperations(request), list.mutable_operations(), options.limit));
  context.PrintList(list, "operations",
                    {"name", "kind=metadata", "done", "metadata.done_count", "error.message"});
  return kOk;
}

absl::StatusOr<int> GetLongOperation(Context& context, const LongOperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.Name("operations", options.id));
  ASSIGN_OR_RETURN(const Operation operation, server->GetOperation(name));
  context.Print(operation);
  return kOk;
}

// Prints the operation however it ended; the exit code says how.
absl::StatusOr<int> WaitLongOperation(Context& context, const LongOperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.Name("operations", options.id));
  ASSIGN_OR_RETURN(Operation operation, server->GetOperation(name));
  Operation latest;
  const auto done =
      server->WaitForOperation(std::move(operation), [&](const Operation& now) { latest = now; });
  if (!latest.done()) {
    return done.status();
  }
  context.Print(latest);
  return latest.has_error() ? kError : kOk;
}

absl::StatusOr<int> CancelLongOperation(Context& context, const LongOperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.Name("operations", options.id));
  RETURN_IF_ERROR(server->CancelOperation(name));
  context.out() << (context.json() ? "{}\n" : "asked " + name + " to end\n");
  return kOk;
}

absl::StatusOr<int> DeleteLongOperation(Context& context, const LongOperationOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.Name("operations", options.id));
  RETURN_IF_ERROR(server->DeleteOperation(name));
  context.PrintDeleted(name, /*validate_only=*/false);
  return kOk;
}

}  // namespace

void AddLongOperationVerbs(const Command& app) {
  const Command group = app.AddGroup(
      "long-operation",
      "Long-running operations: imports, and refreshes and applied suggestions of a whole firm");
  auto options = std::make_shared<LongOperationOptions>();
  const auto add = [&](const char* name, const char* description, auto verb) {
    const Command added = group.AddVerb(
        name, description, [options, verb](Context& context) { return verb(context, *options); });
    added.AddOption("OPERATION", options->id, "Its id or name").Require();
    return added;
  };
  const Command list =
      group.AddVerb("list", "List them, the latest first",
                    [options](Context& context) { return ListLongOperations(context, *options); });
  list.AddOption("--filter", options->filter, "'done = false' or 'done = true'");
  list.AddLimit(options->limit, "How many at most").ShowDefault();
  add("get", "Show one and how far it is", GetLongOperation);
  add("wait", "Wait until one is done, and show it", WaitLongOperation)
      .SetFooter("Ends with 1 when it ended with an error, or isn't done within --timeout.");
  add("cancel", "Ask that one end before it is done; what it has done stays", CancelLongOperation);
  add("delete", "Forget one that is done; what it did stays", DeleteLongOperation);
}

}  // namespace profilesync::cli

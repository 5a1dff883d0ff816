#include "client/cli/print_operation.h"

#include "client/cpp/error.h"

namespace profilesync::cli {
namespace {

// Nobody but a person can settle one that needs attention.
void PrintHowToResolve(Context& context, const v1::SyncOperation& operation) {
  if (operation.state() != v1::SyncOperation::NEEDS_ATTENTION) {
    return;
  }
  // A client that an export did create is linked by exporting the profile again.
  const bool exported = operation.kind() == v1::SyncOperation::EXPORT;
  context.out() << (exported ? "Look for the client in the practice system. If it isn't there:\n"
                             : "Look in the practice system, then say what you found:\n")
                << "  profilesync operation resolve " << operation.name()
                << (exported ? " --not-applied" : " --applied|--not-applied") << " --note TEXT\n";
}

}  // namespace

void PrintOperation(Context& context, const v1::SyncOperation& operation) {
  if (context.json()) {
    context.Print(operation);
    return;
  }
  context.PrintList(
      operation, "field_results",
      {"field", "direction", "outcome", "old_value", "wanted_value", "kept_value", "message"});
  if (operation.unasked_changes_size() > 0) {
    context.out() << "\n"
                  << Red(context.style(), "Changed on the practice side though nobody asked:")
                  << "\n";
    context.PrintList(operation, "unasked_changes", {"field", "old_value", "new_value"});
  }
  if (operation.name().empty()) {
    context.out() << "\nNothing was written: a dry run.\n";
  } else {
    context.out() << "\n"
                  << operation.name() << " is " << v1::SyncOperation::State_Name(operation.state())
                  << "\n";
  }
  PrintHowToResolve(context, operation);
}

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

}  // namespace profilesync::cli

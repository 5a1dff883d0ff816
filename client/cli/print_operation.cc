#include "client/cli/print_operation.h"

namespace profilesync::cli {

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
}

}  // namespace profilesync::cli

#include <memory>
#include <string>

#include "client/cli/text.h"
#include "client/cli/verbs.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct SuggestionsOptions {
  std::string filter;
  bool validate_only = false;
};

// What was done, for people; the exit code.
int PrintEnd(Context& context, const v1::ApplyFirmSuggestionsResponse& response) {
  context.out() << Counted(response.sync_operations_size(), "link", "links") << " synced, "
                << response.refusals_size() << " refused\n";
  for (const v1::RefusedLinkSync& refusal : response.refusals()) {
    context.out() << "  " << refusal.link() << ": " << refusal.error().message() << "\n";
  }
  if (response.stopping_operation().empty() && !response.has_error()) {
    return response.refusals().empty() ? kOk : kError;
  }
  context.err() << Red(context.err_style(), "error:") << " stopped with "
                << Counted(response.skipped_count(), "link", "links") << " left: "
                << (response.has_error() ? response.error().message()
                                         : response.stopping_operation() + " didn't come out clean")
                << "\n";
  if (!response.has_error()) {
    context.err() << "  profilesync operation get " << response.stopping_operation() << "\n";
  }
  return kError;
}

void PrintPlan(Context& context, const v1::ApplyFirmSuggestionsResponse& response) {
  for (const v1::PlannedLinkSync& plan : response.plans()) {
    context.out() << plan.link() << "  " << plan.profile_display_name() << "\n";
    context.PrintList(plan, "field_results",
                      {"field", "direction", "old_value", "wanted_value", "outcome", "message"});
  }
  context.out() << Counted(response.planned_count(), "link", "links") << " would be synced\n";
  if (response.plans_size() < response.planned_count()) {
    context.out() << "(the first " << response.plans_size() << " are shown)\n";
  }
}

absl::StatusOr<int> Apply(Context& context, const SuggestionsOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ApplyFirmSuggestionsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Firm());
  request.set_filter(options.filter);
  request.set_validate_only(options.validate_only);
  const bool show_progress = context.shows_progress();
  const auto response = server->ApplyFirmSuggestions(std::move(request), [&](const auto& progress) {
    if (show_progress && progress.total_count() > 0) {
      context.err() << "\r" << progress.done_count() << " of " << progress.total_count()
                    << std::flush;
    }
  });
  if (show_progress) {
    context.err() << "\r\x1b[K";
  }
  RETURN_IF_ERROR(response.status());
  if (context.json()) {
    context.Print(*response);
    const bool whole = response->stopping_operation().empty() && !response->has_error() &&
                       response->refusals().empty();
    return whole ? kOk : kError;
  }
  if (!options.validate_only) {
    return PrintEnd(context, *response);
  }
  PrintPlan(context, *response);
  return kOk;
}

}  // namespace

void AddSuggestionsVerb(const Command& group) {
  auto options = std::make_shared<SuggestionsOptions>();
  const Command verb =
      group.AddVerb("apply-suggestions", "Sync what the diffs of the firm's links suggest",
                    [options](Context& context) { return Apply(context, *options); });
  verb.AddOption("--filter", options->filter,
                 "Only these links and fields, as in `profilesync diff --filter`");
  verb.AddFlag("--dry-run", options->validate_only, "Show what would be written; write nothing");
  verb.SetFooter(
      "Syncs one link at a time, and stops at the first that doesn't come out clean. Waits for the "
      "end.\nEnds with 1 when it stopped or a link was refused.\n"
      "Example: profilesync --firm acme firm apply-suggestions --filter 'field = email' --dry-run");
}

}  // namespace profilesync::cli

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/json.h"
#include "client/cli/print_operation.h"
#include "client/cli/selection.h"
#include "client/cli/verbs.h"
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

absl::StatusOr<int> Sync(Context& context, const SyncOptions& options) {
  RETURN_IF_ERROR(CheckSelection(options.selection));
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::SyncProfileRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("profiles", options.profile));
  std::string add_on = options.add_on;
  if (!add_on.empty()) {
    ASSIGN_OR_RETURN(add_on, context.Name("addOns", add_on));
  }
  ASSIGN_OR_RETURN(const v1::ProfileDiffs diffs, Diffs(*server, options, request.name()));
  ASSIGN_OR_RETURN(const v1::Diff diff, PickDiff(diffs, add_on, options.selection));
  ASSIGN_OR_RETURN(const auto fields, SelectFields(options.selection, diff));
  if (fields.empty()) {
    context.out() << (context.json() ? "{}\n"
                                     : "Nothing is suggested: there is nothing to sync.\n");
    return kOk;
  }
  request.mutable_fields()->Add(fields.begin(), fields.end());
  request.set_add_on(diff.add_on());
  request.set_allow_partial(options.allow_partial);
  request.set_allow_stale(options.allow_stale);
  request.set_validate_only(options.dry_run);
  return PrintOutcome(context, server->SyncProfile(std::move(request)));
}

}  // namespace

void AddSyncVerb(const Command& app) {
  auto options = std::make_shared<SyncOptions>();
  const Command verb = app.AddVerb("sync", "Write chosen fields in chosen directions",
                                   [options](Context& context) { return Sync(context, *options); });
  verb.AddOption("PROFILE", options->profile, "Its id or name").Require();
  verb.AddList("--to-practice", options->selection.to_practice,
               "Fields, comma-separated, to write to the practice system")
      .SplitAtCommas();
  verb.AddList("--to-profile", options->selection.to_profile,
               "Fields, comma-separated, to write to the profile")
      .SplitAtCommas();
  verb.AddFlag("--suggested", options->selection.suggested,
               "Also every field that the diff has a suggestion for");
  verb.AddList(
          "--clear", options->selection.clear,
          "Of the named fields, comma-separated, those that may be emptied on the written side")
      .SplitAtCommas();
  verb.AddOption("--add-on", options->add_on, "Where the profile has several links");
  verb.AddOption("--from-diff", options->from_diff,
                 "Decide by a saved `diff --output json` (- for stdin): what has moved since is "
                 "refused");
  verb.AddFlag("--allow-partial", options->allow_partial,
               "Do what can be done when a field has moved or is refused");
  verb.AddFlag("--allow-stale", options->allow_stale,
               "Only to the profile: use the last snapshot when the practice system is away");
  verb.AddFlag("--dry-run", options->dry_run, "Do everything but write");
  verb.SetFooter(
      "Both directions go in one request. Ends with 0 only when every field is as asked.\n"
      "Examples:\n"
      "  profilesync sync p1 --to-practice website --to-profile primary_phone,postal_address\n"
      "  profilesync sync p1 --suggested --dry-run\n"
      "  profilesync sync p1 --to-practice other_phone --clear other_phone");
}

}  // namespace profilesync::cli

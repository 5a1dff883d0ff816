#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/list.h"
#include "client/cli/panel.h"
#include "client/cli/selection.h"
#include "client/cli/verbs.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct DiffOptions {
  std::string profile;
  std::string link;
  std::string add_on;
  std::string filter;
  bool longest_first = false;
  bool counts = false;
  int limit = 0;
};

// Of diffs: how many fields or links differ, or may, and whether anything was compared at all.
struct Compared {
  int differing = 0;
  bool known = false;

  void Add(const v1::Diff& diff) {
    // A write whose outcome isn't known yet is no agreement.
    differing += diff.differing_count() + CountPending(diff);
    known = known || diff.has_refresh_time();
  }
  int ExitCode() const { return differing > 0 ? kDifferences : known ? kOk : kError; }
};

absl::StatusOr<int> DiffOfLink(Context& context, client::Client& server,
                               const DiffOptions& options) {
  ASSIGN_OR_RETURN(const std::string link, context.Name("links", options.link));
  ASSIGN_OR_RETURN(const v1::Diff diff, server.GetDiff(absl::StrCat(link, "/diff")));
  if (context.json()) {
    context.Print(diff);
  } else {
    context.out() << DrawDiff(context.style(), context.now(), diff);
  }
  Compared compared;
  compared.Add(diff);
  return compared.ExitCode();
}

absl::StatusOr<int> DiffsOfProfile(Context& context, client::Client& server,
                                   const DiffOptions& options) {
  ASSIGN_OR_RETURN(const std::string profile, context.Name("profiles", options.profile));
  ASSIGN_OR_RETURN(v1::ProfileDiffs diffs, server.GetProfileDiffs(absl::StrCat(profile, "/diffs")));
  if (!options.add_on.empty()) {
    ASSIGN_OR_RETURN(const std::string add_on, context.Name("addOns", options.add_on));
    auto* entries = diffs.mutable_add_on_diffs();
    for (int i = entries->size() - 1; i >= 0; --i) {
      if (entries->Get(i).add_on() != add_on) {
        entries->DeleteSubrange(i, 1);
      }
    }
    if (entries->empty()) {
      return UsageError(absl::StrCat("the firm has no add-on ", add_on));
    }
  }
  if (context.json()) {
    context.Print(diffs);
  } else {
    context.out() << DrawPanel(context.style(), context.now(), diffs,
                               /*names_add_on=*/!options.add_on.empty());
  }
  Compared compared;
  for (const auto& entry : diffs.add_on_diffs()) {
    compared.Add(entry.diff());
  }
  return compared.ExitCode();
}

// How many links differ and how, without the links.
absl::StatusOr<int> Counts(Context& context, client::Client& server,
                           v1::ListDifferingLinksRequest request) {
  ASSIGN_OR_RETURN(const v1::ListDifferingLinksResponse counted,
                   server.CountDifferingLinks(std::move(request)));
  context.PrintList(counted, "counts", {"add_on", "field", "state", "link_count"});
  return counted.total_size() > 0 ? kDifferences : kOk;
}

absl::StatusOr<int> DifferingLinks(Context& context, client::Client& server,
                                   const DiffOptions& options) {
  v1::ListDifferingLinksRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  request.set_filter(options.filter);
  request.set_order_by(options.longest_first ? "differ_time" : "");
  if (options.counts) {
    return Counts(context, server, std::move(request));
  }
  ASSIGN_OR_RETURN(v1::ListDifferingLinksResponse list, server.CountDifferingLinks(request));
  RETURN_IF_ERROR(Collect(server.ListDifferingLinks(request), list.mutable_diffs(), options.limit));
  context.PrintList(
      list, "diffs",
      {"profile", "practice_client_display_name", "differing_count", "can_sync", "differ_time"});
  if (list.diffs_size() == options.limit && list.total_size() > options.limit) {
    context.err() << list.diffs_size() << " of " << list.total_size()
                  << " are shown: give a greater --limit for more.\n";
  }
  return list.diffs_size() > 0 ? kDifferences : kOk;
}

absl::StatusOr<int> Diff(Context& context, const DiffOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  if (!options.link.empty()) {
    return DiffOfLink(context, *server, options);
  }
  return options.profile.empty() ? DifferingLinks(context, *server, options)
                                 : DiffsOfProfile(context, *server, options);
}

struct RefreshOptions {
  std::string profile;
  std::string link;
  std::string add_on;
};

// The link that is to be refreshed: the one named, or the profile's only one under the add-on.
absl::StatusOr<std::string> LinkOf(Context& context, client::Client& server,
                                   const RefreshOptions& options) {
  if (!options.link.empty()) {
    return context.Name("links", options.link);
  }
  ASSIGN_OR_RETURN(const std::string profile, context.Name("profiles", options.profile));
  v1::ListLinksRequest request;
  request.set_parent(FirmName(FirmOf(profile)));
  request.set_filter(absl::StrCat("profile = \"", profile, "\""));
  std::string add_on;
  if (!options.add_on.empty()) {
    ASSIGN_OR_RETURN(add_on, context.Name("addOns", options.add_on));
    absl::StrAppend(request.mutable_filter(), " AND add_on = \"", add_on, "\"");
  }
  ASSIGN_OR_RETURN(const auto links, server.ListLinks(request).All());
  if (links.empty()) {
    return LinkRequired(profile, add_on);
  }
  if (links.size() > 1) {
    return UsageError("the profile has several links: give --add-on or --link");
  }
  return links.front().name();
}

absl::StatusOr<int> Refresh(Context& context, const RefreshOptions& options) {
  if (options.profile.empty() == options.link.empty()) {
    return UsageError("refresh takes a PROFILE, or --link");
  }
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::RefreshLinkRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), LinkOf(context, *server, options));
  ASSIGN_OR_RETURN(const v1::Diff diff, server->RefreshLink(std::move(request)));
  if (context.json()) {
    context.Print(diff);
  } else {
    context.out() << DrawDiff(context.style(), context.now(), diff);
  }
  return kOk;
}

}  // namespace

void AddDiffVerb(const Command& app) {
  auto options = std::make_shared<DiffOptions>();
  const Command verb = app.AddVerb("diff", "Show how profile and practice client differ",
                                   [options](Context& context) { return Diff(context, *options); });
  const Option profile = verb.AddOption(
      "PROFILE", options->profile, "The profile; lists the firm's differing links unless given");
  verb.AddOption("--add-on", options->add_on, "Only under this add-on").Needs(profile);
  verb.AddOption("--link", options->link, "The diff of one link").Excludes(profile);
  verb.AddOption("--filter", options->filter,
                 "Of the differing links: add_on = firms/acme/addOns/xpm AND field = website AND "
                 "state = CONFLICT AND differ_time < \"2026-11-01T00:00:00Z\"")
      .Excludes(profile);
  verb.AddFlag("--longest-first", options->longest_first,
               "Those first that have differed for longest, instead of last")
      .Excludes(profile);
  verb.AddFlag("--counts", options->counts,
               "How many links differ, by add-on, field and state, instead of which")
      .Excludes(profile);
  verb.AddLimit(options->limit, "How many differing links at most").Excludes(profile);
  verb.SetFooter(
      "Reads what is stored; `profilesync refresh` fetches anew.\n"
      "  →  the profile's value is suggested for the practice system     =  equal\n"
      "  ←  the practice system's value is suggested for the profile     ≈  only the form differs\n"
      "  ≠  they differ, and it is yours to choose     …  a write is pending     ?  not known\n"
      "Exit codes: 0 nothing differs, 3 something does or a write is pending, 1 nothing could be\n"
      "compared.\n"
      "Example: profilesync --firm acme diff p1");
}

void AddRefreshVerb(const Command& app) {
  auto options = std::make_shared<RefreshOptions>();
  const Command verb =
      app.AddVerb("refresh", "Fetch the practice client anew",
                  [options](Context& context) { return Refresh(context, *options); });
  verb.AddOption("PROFILE", options->profile, "The profile whose client to fetch");
  verb.AddOption("--add-on", options->add_on, "Where the profile has several links");
  verb.AddOption("--link", options->link, "Instead of a profile: the link");
  verb.SetFooter("Example: profilesync --firm acme refresh p1");
}

}  // namespace profilesync::cli

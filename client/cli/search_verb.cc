#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/cli/verbs.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct SearchOptions {
  std::vector<std::string> words;
  std::string add_on;
  int limit = 50;
};

absl::StatusOr<int> Search(Context& context, const SearchOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::SearchPracticeClientsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.AddOn(options.add_on));
  request.set_query(absl::StrJoin(options.words, " "));
  v1::SearchPracticeClientsResponse found;
  while (found.practice_client_matches_size() < options.limit) {
    request.set_page_size(options.limit - found.practice_client_matches_size());
    ASSIGN_OR_RETURN(const auto page, server->SearchPracticeClients(request));
    // Appends the page's matches, and keeps its token and whether the search was cut short.
    found.clear_next_page_token();
    found.MergeFrom(page);
    request.set_page_token(page.next_page_token());
    if (page.next_page_token().empty()) {
      break;
    }
  }
  context.PrintList(found, "practice_client_matches",
                    {"practice_client.id", "practice_client.display_name", "practice_client.kind",
                     "practice_client.state", "link"});
  if (found.truncated()) {
    context.err() << "There are more matches than the practice system gives: refine the query.\n";
  } else if (!found.next_page_token().empty()) {
    context.err() << "There are more: give a greater --limit, or refine the query.\n";
  }
  return kOk;
}

}  // namespace

void AddSearchVerb(const Command& app) {
  auto options = std::make_shared<SearchOptions>();
  const Command verb =
      app.AddVerb("search", "Search the practice system's clients",
                  [options](Context& context) { return Search(context, *options); });
  verb.AddOption("NAME", options->words, "What to look for; lists all clients unless given");
  verb.AddOption("--add-on", options->add_on, "The firm's only one unless given");
  verb.AddLimit(options->limit, "How many at most").ShowDefault();
  verb.SetFooter(
      "Costs calls of the practice system's budget.\n"
      "Example: profilesync --firm acme search merrow holdings");
}

}  // namespace profilesync::cli

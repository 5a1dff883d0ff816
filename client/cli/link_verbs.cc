#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/list.h"
#include "client/cli/verbs.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

struct LinkOptions {
  std::string id;
  std::string profile;
  std::string client;
  std::string add_on;
  std::string filter;
  std::string etag;
  std::string field;
  int limit = 0;
  int history_limit = 50;
  bool validate_only = false;
};

absl::StatusOr<int> CreateLink(Context& context, const LinkOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::CreateLinkRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  ASSIGN_OR_RETURN(*request.mutable_link()->mutable_profile(),
                   context.Name("profiles", options.profile));
  ASSIGN_OR_RETURN(*request.mutable_link()->mutable_add_on(), context.AddOn(options.add_on));
  request.mutable_link()->set_practice_client_id(options.client);
  request.set_link_id(options.id);
  request.set_validate_only(options.validate_only);
  ASSIGN_OR_RETURN(const v1::Link link, server->CreateLink(std::move(request)));
  context.Print(link);
  return kOk;
}

absl::StatusOr<int> GetLink(Context& context, const LinkOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.Name("links", options.id));
  ASSIGN_OR_RETURN(const v1::Link link, server->GetLink(name));
  context.Print(link);
  return kOk;
}

// The filter of the options' own terms and of the one that was given.
absl::StatusOr<std::string> FilterOf(Context& context, const LinkOptions& options) {
  std::vector<std::string> terms;
  if (!options.profile.empty()) {
    ASSIGN_OR_RETURN(const std::string name, context.Name("profiles", options.profile));
    terms.push_back(absl::StrCat("profile = \"", name, "\""));
  }
  if (!options.add_on.empty()) {
    ASSIGN_OR_RETURN(const std::string name, context.AddOn(options.add_on));
    terms.push_back(absl::StrCat("add_on = \"", name, "\""));
  }
  if (!options.filter.empty()) {
    terms.push_back(options.filter);
  }
  return absl::StrJoin(terms, " AND ");
}

absl::StatusOr<int> ListLinks(Context& context, const LinkOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListLinksRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(context, options));
  v1::ListLinksResponse list;
  RETURN_IF_ERROR(Collect(server->ListLinks(request), list.mutable_links(), options.limit));
  context.PrintList(list, "links",
                    {"name", "profile", "practice_client_display_name", "practice_client_id",
                     "state", "refresh_time"});
  return kOk;
}

absl::StatusOr<int> History(Context& context, const LinkOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListFieldHistoryEntriesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Name("links", options.id));
  if (!options.field.empty()) {
    request.set_filter(absl::StrCat("field = \"", options.field, "\""));
  }
  request.set_page_size(options.history_limit);
  v1::ListFieldHistoryEntriesResponse list;
  RETURN_IF_ERROR(Collect(server->ListFieldHistoryEntries(request),
                          list.mutable_field_history_entries(), options.history_limit));
  context.PrintList(list, "field_history_entries",
                    {"when=change_time", "field", "direction", "old_value", "new_value", "reason",
                     "actor", "operation=sync_operation"});
  return kOk;
}

absl::StatusOr<int> DeleteLink(Context& context, const LinkOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::DeleteLinkRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("links", options.id));
  request.set_etag(options.etag);
  request.set_validate_only(options.validate_only);
  const std::string name = request.name();
  RETURN_IF_ERROR(server->DeleteLink(std::move(request)));
  context.PrintDeleted(name, options.validate_only);
  return kOk;
}

}  // namespace

void AddLinkVerbs(const Command& app) {
  const Command group = app.AddGroup("link", "Links: which profile is which practice client");
  auto options = std::make_shared<LinkOptions>();
  const auto verb = [&](const char* name, const char* description, auto action) {
    return group.AddVerb(name, description,
                         [options, action](Context& context) { return action(context, *options); });
  };
  const Command create = verb("create", "Link a profile with a practice client", CreateLink);
  create.AddOption("PROFILE", options->profile, "Its id or name").Require();
  create.AddOption("CLIENT_ID", options->client, "As `profilesync search` prints it").Require();
  create.AddOption("--add-on", options->add_on, "The firm's only one unless given");
  create.AddOption("--id", options->id, "The id that the link's name ends in");
  create.AddDryRun(options->validate_only);
  verb("get", "Show a link", GetLink).AddOption("LINK", options->id, "Its id or name").Require();
  const Command list = verb("list", "List the firm's links", ListLinks);
  list.AddOption("--profile", options->profile, "Only this profile's");
  list.AddOption("--add-on", options->add_on, "Only under this add-on");
  list.AddOption("--filter", options->filter, "As 'state = ARCHIVED'");
  list.AddLimit(options->limit, "How many at most; all unless given");
  const Command history =
      verb("history", "List what happened to a link's fields, the latest first", History);
  history.AddOption("LINK", options->id, "Its id or name").Require();
  history.AddOption("--field", options->field, "Only this field's, as website");
  history.AddLimit(options->history_limit, "How many at most").ShowDefault();
  const Command remove = verb("delete", "Remove a link; both records stay as they are", DeleteLink);
  remove.AddOption("LINK", options->id, "Its id or name").Require();
  remove.AddEtag(options->etag);
  remove.AddDryRun(options->validate_only);
}

}  // namespace profilesync::cli

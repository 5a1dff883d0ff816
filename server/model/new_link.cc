#include "server/model/new_link.h"

#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/model/snapshot.h"
#include "server/verb/errors.h"

namespace profilesync::model {
namespace {

absl::Status LinkExists(const store::LinkRow& link, const std::string& what) {
  return MakeError(absl::StatusCode::kAlreadyExists, v1::LINK_EXISTS,
                   what + " is linked already, by " + link.link.name(),
                   {{"link", link.link.name()}});
}

// Whether a refresh of the add-on's links has begun since the client was fetched: it didn't know of
// this link, and the next one asks for later changes only.
absl::StatusOr<bool> ListedSince(const NewLink& link, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const auto state,
                   reader.FindRefreshState(FirmOf(link.add_on), LastId(link.add_on)));
  return state && state->has_cursor_time() && FromProto(state->cursor_time()) > link.fetch_start;
}

}  // namespace

v1::Link::State LinkStateOf(type::PracticeClient::State state) {
  switch (state) {
    case type::PracticeClient::ARCHIVED:
      return v1::Link::ARCHIVED;
    case type::PracticeClient::DELETED:
      return v1::Link::DELETED;
    default:
      return v1::Link::ACTIVE;
  }
}

absl::Status CheckNotLinked(const store::Reader& reader, std::string_view profile,
                            std::string_view add_on, std::string_view practice_client_id) {
  const std::string_view firm = FirmOf(profile);
  ASSIGN_OR_RETURN(const auto of_profile,
                   reader.FindLinkOfProfile(firm, LastId(profile), LastId(add_on)));
  if (of_profile) {
    return LinkExists(*of_profile, std::string(profile));
  }
  ASSIGN_OR_RETURN(const auto of_client,
                   reader.FindLinkOfClient(firm, LastId(add_on), practice_client_id));
  if (of_client) {
    return LinkExists(*of_client, "practice client " + std::string(practice_client_id));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Link> StoreNewLink(const Environment& environment, const access::Call& call,
                                      const NewLink& link, store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckNotLinked(transaction, link.profile, link.add_on, link.client.id()));
  ASSIGN_OR_RETURN(const auto taken, transaction.FindLink(FirmOf(link.link), LastId(link.link)));
  if (taken) {
    return verb::AlreadyExists(link.link);
  }
  store::LinkRow row;
  row.link.set_name(std::string(link.link));
  row.link.set_profile(std::string(link.profile));
  row.link.set_add_on(std::string(link.add_on));
  row.link.set_practice_client_id(link.client.id());
  row.link.set_practice_client_display_name(link.client.display_name());
  row.link.set_practice_client_uri(link.client.web_uri());
  row.link.set_state(LinkStateOf(link.client.state()));
  row.link.set_automatic(link.automatic);
  *row.link.mutable_create_time() = ToProto(call.now);
  row.link.set_creator(call.caller.Actor());
  ASSIGN_OR_RETURN(const bool overtaken, ListedSince(link, transaction));
  if (overtaken) {
    row.refresh_due = environment.clock.Now();
  }
  // Higher than any that a link of the firm had: each raise of one goes with a sequence given out.
  // So a fetch that began for an earlier link of this name isn't stored for this one.
  ASSIGN_OR_RETURN(row.write_sequence, transaction.NextDiffSequence(FirmOf(link.link)));
  // The link's row comes first: its snapshot belongs to it.
  RETURN_IF_ERROR(transaction.PutLink(row));
  ASSIGN_OR_RETURN(LinkState state, LoadLinkState(environment, transaction, std::move(row)));
  state.snapshot = MergeSnapshot(std::nullopt, link.client, link.fetch_start);
  RETURN_IF_ERROR(StoreLinkState(environment, transaction, state));
  return state.link.link;
}

}  // namespace profilesync::model

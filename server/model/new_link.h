#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/type/practice_client.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::model {

// A profile and a practice client that are to be linked, and how.
struct NewLink {
  std::string_view link;               // the new link's name
  std::string_view profile;            // its name
  std::string_view add_on;             // its name
  const type::PracticeClient& client;  // as fetched
  absl::Time fetch_start;
  bool automatic = false;
};

// ALREADY_EXISTS (LINK_EXISTS, naming the link) when the profile or the client is linked under the
// add-on, or (RESOURCE_EXISTS) when the link's id is taken.
absl::Status CheckNotLinked(const store::Reader& reader, std::string_view profile,
                            std::string_view add_on, std::string_view practice_client_id);

// Stores a link with its first snapshot and diff. Errors as CheckNotLinked.
absl::StatusOr<v1::Link> StoreNewLink(const Environment& environment, const access::Call& call,
                                      const NewLink& link, store::Transaction& transaction);

// What a link's state is when its client's is `state`.
v1::Link::State LinkStateOf(type::PracticeClient::State state);

}  // namespace profilesync::model

#pragma once

#include <functional>
#include <string>

#include "common/clock.h"
#include "common/ids.h"
#include "server/access/page_token.h"
#include "server/budget/budgets.h"
#include "server/connector/connector.h"
#include "server/store/store.h"

namespace profilesync {

// What the verbs work with. Owned by the composition root; every part outlives every call and is
// thread-safe.
//
// A verb is a function of one of three shapes, by what it may touch:
//   absl::StatusOr<Response> Verb(const Environment&, const access::Call&, const Request&,
//                                 const store::Reader&);      reads the store
//   absl::StatusOr<Response> Verb(const Environment&, const access::Call&, const Request&,
//                                 store::Transaction&);       changes the store, in one transaction
//   absl::StatusOr<Response> Verb(const Environment&, const access::Call&, const Request&);
//                                 talks to a practice system; uses environment.store itself
// Only the third shape may use `store` and `connectors`, and it alone may block.
struct Environment {
  store::Store& store;
  const connector::Registry& connectors;
  budget::Budgets& budgets;
  const Clock& clock;
  IdSource& ids;
  const access::PageTokens& page_tokens;
  std::string etag_key;  // 32 bytes, the same for the store's whole life
  // Runs a job that may block, after the call that posts it has ended; false when there is no room.
  std::function<bool(std::function<void()> job)> post;
};

}  // namespace profilesync

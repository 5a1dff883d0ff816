#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/http_message.h"
#include "tests/sandbox/xpm/store.h"

namespace profilesync::xpm_sandbox {

inline constexpr char kBasePath[] = "/practicemanager/3.1/";

// What a handler of an endpoint works with, for one call. The references outlive the call.
struct ApiCall {
  const HttpRequest& request;
  // What stands after the endpoint's path: the UUID of client.api/get/{uuid}.
  std::string identifier;
  const Behaviour behaviour;
  Store& store;
  const absl::Time now;
  // "http://127.0.0.1:4010", for the links of a page.
  const std::string base_url;
  // Run on the client within a write's transaction, after the write's own changes (a fault's
  // doing).
  std::function<void(ClientRecord&)> meddle = [](ClientRecord&) {};
  // A fault's doing, UUIDs: the client that isn't there for lists, and the one that they have, or
  // get answers, asked for or not.
  std::string hidden = "";
  std::string unasked = "";
  // A write is answered as if it were carried out, and isn't.
  bool only_answer = false;
  // Set by the handler: the one client that the call was about; empty for none.
  std::string client_uuid;
};

struct Endpoint {
  std::string name;  // "client.api/get"; the path below kBasePath
  std::string verb;
  bool takes_identifier = false;
  std::string api_method;  // as in `<Response api-method="…">`
  HttpReply (*handle)(ApiCall&) = nullptr;
};

// The endpoints below kBasePath. A later part adds a row here and a handler.
const std::vector<Endpoint>& Endpoints();

// Whether a token with one of these scopes may call the endpoint (reference 3.4).
bool Allows(const std::vector<std::string>& scopes, const Endpoint& endpoint);

// handlers_read.cc
HttpReply ListClients(ApiCall& call);
HttpReply PagedListClients(ApiCall& call);
HttpReply SearchClients(ApiCall& call);
HttpReply GetClient(ApiCall& call);

// handlers_write.cc
HttpReply AddClient(ApiCall& call);
HttpReply UpdateClient(ApiCall& call);
HttpReply ArchiveClient(ApiCall& call);
HttpReply DeleteClient(ApiCall& call);

// The client as these endpoints answer it.
std::string ClientAnswer(const ApiCall& call, const ClientRecord& client);

}  // namespace profilesync::xpm_sandbox

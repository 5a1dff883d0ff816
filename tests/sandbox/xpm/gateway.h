#pragma once

#include <functional>
#include <string>

#include "tests/sandbox/xpm/api.h"
#include "tests/sandbox/xpm/fault_strike.h"
#include "tests/sandbox/xpm/http_message.h"
#include "tests/sandbox/xpm/identity.h"
#include "tests/sandbox/xpm/state.h"

namespace profilesync::xpm_sandbox {

// What stands before XPM: a call's token, tenant, scope and limits, then a fault that waits for it,
// then the endpoint; and the headers that every answer has. Before the OAuth endpoints likewise,
// with the app's secret for a token and nothing to count. Keeps the log. Thread-safe.
class Gateway {
 public:
  explicit Gateway(State& state) : state_(state), identity_(state) {}

  HttpReply Handle(const HttpRequest& request);

 private:
  struct Incoming;

  HttpReply Answer(const Incoming& call);
  HttpReply AnswerIdentity(const Incoming& call);
  HttpReply AnswerConnections(const Incoming& call, const Access& access);
  HttpReply AnswerApi(const Incoming& call, const Access& access);
  HttpReply AnswerEndpoint(const Incoming& call);
  HttpReply RunEndpoint(const Incoming& call, const std::optional<Fault>& fault);

  // The fault that strikes the call, waiting or random, if any; noted in the log.
  std::optional<Fault> TakeFault(const Incoming& call);
  HttpReply RunStruck(const Incoming& call, const std::optional<Fault>& fault, StruckCall struck);
  HttpReply Forbidden(const Incoming& call);
  Access CheckBearer(const HttpRequest& request) const;
  void EditBehindTheScenes(const Fault& fault, ClientRecord& client);

  State& state_;
  Identity identity_;
};

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <functional>
#include <string>

#include "tests/sandbox/xpm/api.h"
#include "tests/sandbox/xpm/http_message.h"
#include "tests/sandbox/xpm/state.h"

namespace profilesync::xpm_sandbox {

// What stands before XPM: a call's token, tenant and limits, then a fault that waits for it, then
// the endpoint; and the headers that every answer has. Keeps the log. Thread-safe.
class Gateway {
 public:
  explicit Gateway(State& state) : state_(state) {}

  HttpReply Handle(const HttpRequest& request);

 private:
  struct Route;

  HttpReply Answer(const HttpRequest& request, const Route& route, int64_t call_id,
                   const std::string& correlation_id);
  HttpReply AnswerWithinLimits(const HttpRequest& request, const Route& route, int64_t call_id,
                               const std::string& correlation_id);
  HttpReply AnswerEndpoint(const HttpRequest& request, const Route& route, int64_t call_id,
                           const std::string& correlation_id);
  HttpReply Strike(const Fault& fault, ApiCall& call, const std::function<HttpReply()>& run,
                   const std::string& api_method, const std::string& correlation_id);
  HttpReply Substitute(const Fault& fault, const std::string& api_method,
                       const std::string& correlation_id);
  HttpReply Connections();
  void EditBehindTheScenes(const Fault& fault, ClientRecord& client);

  State& state_;
};

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <optional>
#include <string>

#include "tests/sandbox/xpm/http_message.h"
#include "tests/sandbox/xpm/state.h"

namespace profilesync::xpm_sandbox {

inline constexpr char kControlPath[] = "/sandbox/";

// The control API under /sandbox/: JSON, for callers on this machine, without token, limits, faults
// or log. README.md lists what it has. Thread-safe.
class Control {
 public:
  explicit Control(State& state) : state_(state) {}

  HttpReply Handle(const HttpRequest& request);

 private:
  HttpReply Log(const HttpRequest& request);
  HttpReply Clients(const HttpRequest& request, const std::string& uuid);
  HttpReply EditMany(const HttpRequest& request);
  HttpReply Generate(const HttpRequest& request);
  HttpReply Faults(const HttpRequest& request);
  HttpReply AtRandom(const HttpRequest& request);
  HttpReply BehaviourSwitches(const HttpRequest& request);
  HttpReply TenantList(const HttpRequest& request);
  HttpReply Clock(const HttpRequest& request);
  // Those without a body; nullopt for a path that is none of theirs.
  std::optional<HttpReply> Action(const std::string& path);

  State& state_;
};

}  // namespace profilesync::xpm_sandbox

#include "tests/sandbox/xpm/control.h"

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/client_json.h"
#include "tests/sandbox/xpm/fault_json.h"
#include "tests/sandbox/xpm/replies.h"

namespace profilesync::xpm_sandbox {
namespace {

using nlohmann::json;

constexpr int64_t kMaxAdvanceSeconds = int64_t{10} * 365 * 24 * 3600;

constexpr int64_t kMaxGenerated = 100'000;

HttpReply Answer(int status, const json& value) {
  return JsonReply(status, value.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

HttpReply Problem(int status, const std::string& text) { return Answer(status, {{"error", text}}); }

HttpReply NotAllowed() { return Problem(405, "not a method of this path"); }

HttpReply Done() { return Answer(200, json::object()); }

HttpReply FromStatus(const absl::Status& status) {
  if (status.ok()) return Done();
  const bool missing = absl::IsNotFound(status);
  return Problem(missing                         ? 404
                 : absl::IsAlreadyExists(status) ? 409
                                                 : 400,
                 std::string(status.message()));
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

json CallToJson(const CallRecord& call) {
  json headers = json::object();
  for (const auto& [name, value] : call.headers) headers[name] = value;
  return {{"id", call.id},
          {"method", call.method},
          {"path", call.path},
          {"query", call.query},
          {"endpoint", call.endpoint},
          {"headers", headers},
          {"body", call.body},
          {"status", call.status},
          {"fault", call.fault},
          {"fault_applied", call.fault_applied},
          {"start", TimeText(call.start)},
          {"end", call.end ? json(TimeText(*call.end)) : json()},
          {"in_flight", call.in_flight}};
}

bool IsLoopback(const std::string& ip) { return absl::StartsWith(ip, "127."); }

}  // namespace

HttpReply Control::Handle(const HttpRequest& request) {
  if (!IsLoopback(request.peer_ip)) return Problem(403, "the control API is for this machine only");
  const std::string path = request.path.substr(sizeof(kControlPath) - 1);
  try {
    if (path == "log") return Log(request);
    if (path == "faults") return Faults(request);
    if (path == "random-faults") return AtRandom(request);
    if (path == "behaviour") return BehaviourSwitches(request);
    if (path == "clients" && request.method == "PATCH") return EditMany(request);
    if (path == "clients") return Clients(request, "");
    if (path == "generate") return Generate(request);
    if (absl::StartsWith(path, "clients/")) return Clients(request, path.substr(8));
    if (path == "tenants") return TenantList(request);
    if (path == "clock") return Clock(request);
    if (path == "issued-secrets" && request.method == "GET") {
      return JsonReply(200, json(state_.grants.Issued()).dump());
    }
    if (request.method == "POST") {
      std::optional<HttpReply> done = Action(path);
      if (done.has_value()) return *std::move(done);
    }
  } catch (const json::exception& error) {
    return Problem(400, error.what());
  }
  return Problem(404, "nothing here; see tests/sandbox/README.md");
}

std::optional<HttpReply> Control::Action(const std::string& path) {
  if (path == "release") {
    state_.Release();
  } else if (path == "apply-late-writes") {
    state_.late_writes.ApplyAll();
  } else if (path == "expire-access-tokens") {
    state_.grants.ExpireAccessTokens(state_.clock());
  } else if (path == "revoke-grants") {
    state_.grants.RevokeAll();
  } else {
    return std::nullopt;
  }
  return Done();
}

HttpReply Control::TenantList(const HttpRequest& request) {
  if (request.method == "PUT") {
    absl::StatusOr<std::vector<Tenant>> tenants = TenantsFromJson(request.body);
    if (!tenants.ok()) return FromStatus(tenants.status());
    state_.tenants.Set(*std::move(tenants));
  } else if (request.method != "GET") {
    return NotAllowed();
  }
  return JsonReply(200, TenantsToJson(state_.tenants.All()));
}

HttpReply Control::Clock(const HttpRequest& request) {
  if (request.method == "PUT") {
    const int64_t seconds = json::parse(request.body).at("advance_seconds");
    if (seconds < 0 || seconds > kMaxAdvanceSeconds) {
      return Problem(400, "advance_seconds takes 0 seconds to 10 years");
    }
    state_.clock.Advance(absl::Seconds(seconds));
  } else if (request.method != "GET") {
    return NotAllowed();
  }
  return Answer(200, json{{"now", TimeText(state_.clock())}});
}

HttpReply Control::Log(const HttpRequest& request) {
  if (request.method == "DELETE") {
    state_.log.Clear();
    return Done();
  }
  if (request.method != "GET") return NotAllowed();
  json out = json::array();
  for (const CallRecord& call : state_.log.Snapshot()) out.push_back(CallToJson(call));
  return Answer(200, out);
}

HttpReply Control::Clients(const HttpRequest& request, const std::string& uuid) {
  if (uuid.empty() && request.method == "GET") {
    json out = json::array();
    for (const Store::Client& client : state_.store.All()) out.push_back(ClientToJson(*client));
    return Answer(200, out);
  }
  if (uuid.empty() && request.method == "POST") {
    absl::StatusOr<ClientRecord> client = ClientFromJson(json::parse(request.body));
    if (!client.ok()) return FromStatus(client.status());
    client->modified = state_.clock();
    const auto kept = state_.store.Add(*std::move(client));
    return kept.ok() ? Answer(200, ClientToJson(**kept)) : FromStatus(kept.status());
  }
  if (request.method == "GET") {
    const Store::Client client = state_.store.Find(uuid);
    return client == nullptr ? Problem(404, "no such client") : Answer(200, ClientToJson(*client));
  }
  if (request.method == "DELETE" && !uuid.empty()) return FromStatus(state_.store.Remove(uuid));
  if (request.method != "PATCH" || uuid.empty()) return NotAllowed();
  const absl::StatusOr<StaffEdit> edit = EditFromJson(json::parse(request.body));
  if (!edit.ok()) return FromStatus(edit.status());
  const auto kept = state_.store.Update(uuid, [&](ClientRecord& client) {
    return ApplyStaffEdit(*edit, state_.behaviour.Get(), state_.clock(), client);
  });
  return kept.ok() ? Answer(200, ClientToJson(**kept)) : FromStatus(kept.status());
}

HttpReply Control::EditMany(const HttpRequest& request) {
  const json in = json::parse(request.body);
  const absl::StatusOr<StaffEdit> edit = EditFromJson(in.at("edit"));
  if (!edit.ok()) return FromStatus(edit.status());
  std::vector<std::string> uuids = in.value("uuids", std::vector<std::string>());
  if (in.contains("every")) {
    const int64_t every = in.at("every");
    if (every < 1 || !uuids.empty()) return Problem(400, "uuids, or every Nth client from N = 1");
    const std::vector<Store::Client> all = state_.store.All();
    const auto step = static_cast<size_t>(every);
    for (size_t i = step; i <= all.size(); i += step) uuids.push_back(all[i - 1]->uuid);
  }
  const Behaviour behaviour = state_.behaviour.Get();
  const absl::Status status = state_.store.UpdateAll(uuids, [&](size_t, ClientRecord& client) {
    return ApplyStaffEdit(*edit, behaviour, state_.clock(), client);
  });
  return status.ok() ? Answer(200, json{{"uuids", uuids}}) : FromStatus(status);
}

HttpReply Control::Generate(const HttpRequest& request) {
  if (request.method != "POST") return NotAllowed();
  const json in = json::parse(request.body);
  const int64_t count = in.at("count");
  if (count < 0 || count > kMaxGenerated) return Problem(400, "count takes 0 to 100000");
  const uint64_t seed = in.value("seed", uint64_t{1});
  return Answer(200, json{{"uuids", state_.AddGeneratedClients(static_cast<int>(count), seed)}});
}

HttpReply Control::Faults(const HttpRequest& request) {
  if (request.method == "DELETE") {
    state_.faults.Clear();
    return Done();
  }
  if (request.method == "POST") {
    const absl::StatusOr<Fault> fault = FaultFromJson(json::parse(request.body));
    if (!fault.ok()) return FromStatus(fault.status());
    state_.faults.Add(*fault);
    return Done();
  }
  if (request.method != "GET") return NotAllowed();
  json out = json::array();
  for (const Fault& fault : state_.faults.Waiting()) out.push_back(FaultToJson(fault));
  return Answer(200, out);
}

HttpReply Control::AtRandom(const HttpRequest& request) {
  if (request.method == "PUT") {
    const absl::StatusOr<RandomFaults> faults = RandomFaultsFromJson(json::parse(request.body));
    if (!faults.ok()) return FromStatus(faults.status());
    state_.random_faults.Set(*faults);
  } else if (request.method == "DELETE") {
    state_.random_faults.Set({});
  } else if (request.method != "GET") {
    return NotAllowed();
  }
  return Answer(200, RandomFaultsToJson(state_.random_faults.Get()));
}

HttpReply Control::BehaviourSwitches(const HttpRequest& request) {
  if (request.method == "PUT" || request.method == "PATCH") {
    Behaviour behaviour = request.method == "PUT" ? Behaviour() : state_.behaviour.Get();
    const auto switches = json::parse(request.body).get<std::map<std::string, std::string>>();
    for (const auto& [name, value] : switches) {
      const absl::Status status = SetSwitch(name, value, behaviour);
      if (!status.ok()) return FromStatus(status);
    }
    state_.behaviour.Set(behaviour);
  } else if (request.method != "GET") {
    return NotAllowed();
  }
  json out = json::object();
  for (const auto& [name, value] : SwitchesOf(state_.behaviour.Get())) out[name] = value;
  return Answer(200, out);
}

}  // namespace profilesync::xpm_sandbox

// profilesync-xpm-sandbox: the XPM sandbox as a program. See tests/sandbox/README.md.

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr char kUsage[] =
    R"(usage: profilesync-xpm-sandbox [--token-file FILE] [--client-id ID ...] [flags]
  --listen ADDRESS:PORT     where to serve (127.0.0.1:0; port 0 picks a free one)
  --token-file FILE         holds a bearer token that is accepted without an authorisation
  --client-id ID            the app that users can authorise; at least this or --token-file
  --client-secret-file FILE holds its secret
  --redirect-uri URI        where authorisations may end; can be given several times
  --data FILE               practice and clients, JSON (no clients)
  --generate N[:SEED]       adds N invented clients
  --tenant UUID             the Xero-Tenant-Id that is accepted
  --tenant-name NAME        its name (that of the practice)
  --tenants FILE            several, JSON, instead; see tests/sandbox/README.md
  --behaviour NAME=VALUE,…  switches, see tests/sandbox/README.md
  --random-faults SEED:PROBABILITY[:KIND,…]
                            strike calls at random, see tests/sandbox/README.md
  --limit-concurrent N      calls in flight (5); 0 lifts a limit
  --limit-minute N          calls a minute (60)
  --limit-day N             calls a day (5000)
)";

constexpr char kRedirectUri[] = "--redirect-uri";

using Flags = std::map<std::string, std::string>;

void SetFlag(const std::string& name, const std::string& value, Flags& flags) {
  std::string& flag = flags[name];
  // The one that may be repeated; its values have no spaces.
  flag = name == kRedirectUri && !flag.empty() ? absl::StrCat(flag, " ", value) : value;
}

// "--name value" and "--name=value". INVALID_ARGUMENT for a flag that isn't in `flags`.
absl::Status ParseFlags(int argc, char** argv, Flags& flags) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    if (!flags.contains(name)) return absl::InvalidArgumentError("unknown flag " + argument);
    if (equals != std::string::npos) {
      SetFlag(name, argument.substr(equals + 1), flags);
    } else if (i + 1 < argc) {
      SetFlag(name, argv[++i], flags);
    } else {
      return absl::InvalidArgumentError("no value for " + name);
    }
  }
  return absl::OkStatus();
}

absl::Status ReadNumber(const Flags& flags, const std::string& name, int& number) {
  const std::string& text = flags.at(name);
  if (text.empty() || absl::SimpleAtoi(text, &number)) return absl::OkStatus();
  return absl::InvalidArgumentError(name + " takes a number");
}

absl::Status ReadSecret(const Flags& flags, const std::string& name, std::string& secret) {
  std::ifstream file(flags.at(name));
  if (!(file >> secret)) {
    return absl::InvalidArgumentError(absl::StrCat(name, " must name a file with a secret in it"));
  }
  return absl::OkStatus();
}

absl::Status ReadApp(const Flags& flags, SandboxOptions& options) {
  options.client_id = flags.at("--client-id");
  options.redirect_uris = absl::StrSplit(flags.at(kRedirectUri), ' ', absl::SkipEmpty());
  const bool secret = !flags.at("--client-secret-file").empty();
  if (options.client_id.empty()) {
    if (!secret && options.redirect_uris.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError("a secret or a redirect URI needs --client-id");
  }
  if (options.redirect_uris.empty()) {
    return absl::InvalidArgumentError("--client-id needs --redirect-uri");
  }
  return ReadSecret(flags, "--client-secret-file", options.client_secret);
}

absl::Status ReadCredentials(const Flags& flags, SandboxOptions& options) {
  absl::Status status = ReadApp(flags, options);
  if (!status.ok()) return status;
  if (flags.at("--token-file").empty() && !options.client_id.empty()) return absl::OkStatus();
  return ReadSecret(flags, "--token-file", options.token);
}

absl::Status ReadTenants(const Flags& flags, SandboxOptions& options) {
  const std::string& tenant = flags.at("--tenant");
  const std::string& name = flags.at("--tenant-name");
  const std::string& file = flags.at("--tenants");
  if (!tenant.empty()) options.tenant_id = tenant;
  if (file.empty()) {
    if (!name.empty()) options.tenants = {{.id = options.tenant_id, .name = name}};
    return absl::OkStatus();
  }
  if (!tenant.empty() || !name.empty()) {
    return absl::InvalidArgumentError("--tenants goes without --tenant and --tenant-name");
  }
  absl::StatusOr<std::vector<Tenant>> tenants = LoadTenants(file);
  if (!tenants.ok()) return tenants.status();
  options.tenants = *std::move(tenants);
  return absl::OkStatus();
}

struct Generated {
  int count = 0;
  uint64_t seed = 1;
};

absl::Status ReadGenerated(const Flags& flags, Generated& generated) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(flags.at("--generate"), absl::MaxSplits(':', 1));
  const bool good = (parts.first.empty() ||
                     (absl::SimpleAtoi(parts.first, &generated.count) && generated.count >= 0)) &&
                    (parts.second.empty() || absl::SimpleAtoi(parts.second, &generated.seed));
  return good ? absl::OkStatus() : absl::InvalidArgumentError("--generate takes N or N:SEED");
}

absl::Status ReadRandomFaults(const Flags& flags, SandboxOptions& options) {
  const std::string& text = flags.at("--random-faults");
  if (text.empty()) return absl::OkStatus();
  const absl::StatusOr<RandomFaults> faults = ParseRandomFaults(text);
  if (faults.ok()) options.random_faults = *faults;
  return faults.status();
}

absl::Status ReadOptions(const Flags& flags, SandboxOptions& options) {
  const std::pair<std::string, std::string> listen =
      absl::StrSplit(flags.at("--listen"), absl::MaxSplits(':', 1));
  options.host = listen.first;
  if (!absl::SimpleAtoi(listen.second, &options.port)) {
    return absl::InvalidArgumentError("--listen takes ADDRESS:PORT");
  }
  options.data_file = flags.at("--data");
  absl::Status status = ReadCredentials(flags, options);
  if (status.ok()) status = ReadTenants(flags, options);
  if (status.ok()) status = SetSwitches(flags.at("--behaviour"), options.behaviour);
  if (status.ok()) status = ReadRandomFaults(flags, options);
  if (status.ok()) status = ReadNumber(flags, "--limit-concurrent", options.limits.concurrent);
  if (status.ok()) status = ReadNumber(flags, "--limit-minute", options.limits.minute);
  if (status.ok()) status = ReadNumber(flags, "--limit-day", options.limits.day);
  return status;
}

int Fail(const absl::Status& status) {
  std::cerr << "profilesync-xpm-sandbox: " << std::string(status.message()) << "\n";
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

int Run(int argc, char** argv) {
  Flags flags = {{"--listen", "127.0.0.1:0"}, {"--token-file", ""},
                 {"--client-id", ""},         {"--client-secret-file", ""},
                 {kRedirectUri, ""},          {"--data", ""},
                 {"--generate", ""},          {"--tenant", ""},
                 {"--tenant-name", ""},       {"--tenants", ""},
                 {"--behaviour", ""},         {"--random-faults", ""},
                 {"--limit-concurrent", ""},  {"--limit-minute", ""},
                 {"--limit-day", ""}};
  if (argc == 2 && std::string(argv[1]) == "--help") {
    std::cout << kUsage;
    return 0;
  }
  SandboxOptions options;
  absl::Status status = ParseFlags(argc, argv, flags);
  if (status.ok()) status = ReadOptions(flags, options);
  Generated generated;
  if (status.ok()) status = ReadGenerated(flags, generated);
  if (!status.ok()) return Fail(status);

  // Blocked before any thread is started, so that only sigwait() sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  auto sandbox = XpmSandbox::Create(options);
  if (!sandbox.ok()) return Fail(sandbox.status());
  (*sandbox)->AddGeneratedClients(generated.count, generated.seed);
  std::cout << (*sandbox)->base_url() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

}  // namespace
}  // namespace profilesync::xpm_sandbox

int main(int argc, char** argv) { return profilesync::xpm_sandbox::Run(argc, argv); }

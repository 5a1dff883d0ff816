#include "server/app/app.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <filesystem>
#include <initializer_list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/log.h"
#include "common/status.h"
#include "server/app/text_proto_file.h"
#include "server/connector/stop.h"
#include "server/profile/import_practice_clients.h"
#include "server/store/sqlite/rotate_key.h"
#include "server/sync/apply_firm_suggestions.h"
#include "server/sync/refresh_firm.h"

namespace profilesync::app {
namespace {

// Whether only this machine can reach the address.
bool IsLoopback(std::string_view listen) {
  if (listen.starts_with("unix:")) {
    return true;
  }
  const std::string host(listen.substr(0, listen.rfind(':')));
  if (host == "localhost" || host == "[::1]") {
    return true;
  }
  const std::vector<std::string> parts = absl::StrSplit(host, '.');
  const auto is_byte = [](const std::string& part) {
    int value = 0;
    return absl::SimpleAtoi(part, &value) && value >= 0 && value <= 255;
  };
  return parts.size() == 4 && parts[0] == "127" && std::all_of(parts.begin(), parts.end(), is_byte);
}

// What the configuration's files hold, all checked.
struct Files {
  std::unique_ptr<access::Authenticator> authenticator;
  std::unique_ptr<PracticeSystems> practice_systems;
  TlsIdentity tls;
};

absl::StatusOr<std::unique_ptr<access::Authenticator>> LoadTokens(const Config& config) {
  if (!config.token_file.empty()) {
    config::v1::TokensConfig tokens;
    RETURN_IF_ERROR(ReadTextProto(config.token_file, Secrecy::kSecret, &tokens));
    auto made = access::Authenticator::ForTokens(std::move(tokens));
    if (!made.ok()) {
      return absl::FailedPreconditionError(config.token_file + ": " +
                                           std::string(SV(made.status().message())));
    }
    return made;
  }
  if (!IsLoopback(config.listen)) {
    return absl::FailedPreconditionError(
        "--listen " + config.listen +
        " must be a loopback address, for without --token-file every caller has all roles");
  }
  return access::Authenticator::ForLocal();
}

absl::StatusOr<std::unique_ptr<PracticeSystems>> LoadPracticeSystems(const Config& config,
                                                                     const Clock& clock) {
  config::v1::PracticeSystemsConfig systems;
  if (!config.practice_systems.empty()) {
    RETURN_IF_ERROR(ReadTextProto(config.practice_systems, Secrecy::kPublic, &systems));
    if (systems.practice_systems().empty()) {
      return absl::FailedPreconditionError(config.practice_systems +
                                           " must have at least one practice system");
    }
  }
  return PracticeSystems::Make(systems, clock);
}

// A key file is made for a new database only: for an old one a new key would be the wrong one.
bool IsNewDatabase(const Config& config) {
  std::error_code error;
  return !std::filesystem::exists(config.database, error);
}

std::string FolderOf(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder;
}

// Whether this process could make a file in the folder, or write to the file.
bool MayUse(const std::string& path, int how) {
  return ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0;
}

// Finds out what would keep the store from being opened, without making anything. SQLite makes
// files beside the database as it works, so the folder must be writable for an old one too.
absl::Status CheckDatabase(const Config& config) {
  std::error_code error;
  if (!std::filesystem::is_directory(FolderOf(config.database), error)) {
    return absl::FailedPreconditionError("--database " + config.database +
                                         ": there is no such folder");
  }
  if (!MayUse(FolderOf(config.database), W_OK | X_OK)) {
    return absl::FailedPreconditionError("--database " + config.database +
                                         ": files can't be made in the folder");
  }
  if (!IsNewDatabase(config) && (!std::filesystem::is_regular_file(config.database, error) ||
                                 !MayUse(config.database, R_OK | W_OK))) {
    return absl::FailedPreconditionError("--database " + config.database +
                                         " isn't a file that can be read and written");
  }
  return absl::OkStatus();
}

// An old database needs its key; for a new one a key is made where there is none.
absl::Status CheckKeyFile(const Config& config) {
  std::error_code error;
  if (!IsNewDatabase(config) || std::filesystem::exists(config.key_file, error)) {
    return store::SealingKey::LoadOrCreate(config.key_file, /*may_create=*/false).status();
  }
  return MayUse(FolderOf(config.key_file), W_OK | X_OK)
             ? absl::OkStatus()
             : absl::FailedPreconditionError("--key-file " + config.key_file +
                                             ": files can't be made in the folder");
}

// FAILED_PRECONDITION with the messages of all that failed, one a line.
absl::Status AllOf(std::initializer_list<absl::Status> checks) {
  std::vector<std::string> wrong;
  for (const absl::Status& check : checks) {
    if (!check.ok()) {
      wrong.push_back(std::string(SV(check.message())));
    }
  }
  return wrong.empty() ? absl::OkStatus()
                       : absl::FailedPreconditionError(absl::StrJoin(wrong, "\n"));
}

// What is read of the database itself. What keeps it from being read at all, others say.
absl::Status CheckStore(const Config& config) {
  auto key = store::SealingKey::LoadOrCreate(config.key_file, /*may_create=*/false);
  return IsNewDatabase(config) || !CheckDatabase(config).ok() || !key.ok()
             ? absl::OkStatus()
             : store::SqliteStore::Check(config.database, store::Sealer(*std::move(key)));
}

absl::StatusOr<Files> LoadFiles(const Config& config, const Clock& clock) {
  auto authenticator = LoadTokens(config);
  auto practice_systems = LoadPracticeSystems(config, clock);
  auto tls = LoadTls(config);
  RETURN_IF_ERROR(AllOf({authenticator.status(), practice_systems.status(), tls.status(),
                         CheckDatabase(config), CheckKeyFile(config)}));
  return Files{*std::move(authenticator), *std::move(practice_systems), *std::move(tls)};
}

// A key of its own for each use, the same for as long as the 32 bytes that it is derived from.
std::string DeriveKey(std::string_view master_secret, int use) {
  constexpr std::array<char, crypto_kdf_CONTEXTBYTES> kContext = {'p', 's', 'y', 'n',
                                                                  'c', 'k', 'e', 'y'};
  std::string derived(32, '\0');
  crypto_kdf_derive_from_key(reinterpret_cast<unsigned char*>(derived.data()), derived.size(), use,
                             kContext.data(),
                             reinterpret_cast<const unsigned char*>(master_secret.data()));
  return derived;
}

// Numbers of crypto_kdf; never to be given to another use.
constexpr int kEtagKey = 1;
constexpr int kPageTokenKey = 2;

// Asks `source` to stop after `delay`, unless the thread is ended before.
std::jthread StopLater(std::stop_source source, absl::Duration delay) {
  return std::jthread([source, delay](const std::stop_token& called_off) mutable {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, called_off, absl::ToChronoMilliseconds(delay), [] { return false; });
    if (!called_off.stop_requested()) {
      source.request_stop();
    }
  });
}

}  // namespace

absl::Status CheckConfig(const Config& config) {
  if (sodium_init() < 0) {
    return absl::UnavailableError("there is no source of randomness");
  }
  const SystemClock clock;
  return AllOf({LoadFiles(config, clock).status(), CheckStore(config)});
}

absl::Status RotateKey(const Config& config, const std::string& new_key_file) {
  if (sodium_init() < 0) {
    return absl::UnavailableError("there is no source of randomness");
  }
  if (IsNewDatabase(config)) {
    return absl::FailedPreconditionError("--database " + config.database +
                                         ": there is no such file");
  }
  ASSIGN_OR_RETURN(auto old,
                   store::SealingKey::LoadOrCreate(config.key_file, /*may_create=*/false));
  ASSIGN_OR_RETURN(auto fresh, store::SealingKey::LoadOrCreate(new_key_file, /*may_create=*/true));
  return store::RotateKey(config.database, store::Sealer(std::move(old)),
                          store::Sealer(std::move(fresh)));
}

absl::StatusOr<std::unique_ptr<App>> App::Start(const Config& config) {
  static const SystemClock clock;
  return Start(config, clock);
}

absl::StatusOr<std::unique_ptr<App>> App::Start(const Config& config, const Clock& clock) {
  if (sodium_init() < 0) {
    return absl::UnavailableError("there is no source of randomness");
  }
  std::unique_ptr<App> app(new App(config, clock));
  ASSIGN_OR_RETURN(Files files, LoadFiles(config, app->clock_));
  app->authenticator_ = std::move(files.authenticator);
  app->practice_systems_ = std::move(files.practice_systems);
  RETURN_IF_ERROR(app->OpenStore());
  app->StartExecutors();
  app->Assemble();
  RETURN_IF_ERROR(app->Serve(std::move(files.tls)));
  return app;
}

App::App(const Config& config, const Clock& clock) : config_(config), clock_(clock) {}

App::~App() { Shutdown(); }

absl::Status App::OpenStore() {
  ASSIGN_OR_RETURN(auto key,
                   store::SealingKey::LoadOrCreate(config_.key_file, IsNewDatabase(config_)));
  sealer_ = std::make_unique<store::Sealer>(std::move(key));
  ASSIGN_OR_RETURN(store_, store::SqliteStore::Open({.path = config_.database,
                                                     .sealer = sealer_.get(),
                                                     .max_group = config_.max_commit_group}));
  page_tokens_ =
      std::make_unique<access::PageTokens>(DeriveKey(store_->master_secret(), kPageTokenKey));
  return absl::OkStatus();
}

void App::StartExecutors() {
  const auto enter_thread = [stop = stop_.get_token()] { connector::StopOfThread() = stop; };
  practice_ = std::make_unique<rpc::Executor>(
      rpc::Executor::Options{.threads = config_.practice_threads,
                             .queue = static_cast<std::size_t>(config_.practice_queue),
                             .enter_thread = enter_thread});
  for (auto* executor : {&jobs_, &long_jobs_}) {
    *executor = std::make_unique<rpc::Executor>(
        rpc::Executor::Options{.threads = config_.background_threads,
                               .queue = static_cast<std::size_t>(config_.background_queue),
                               .drop_waiting = true,  // the store has what they are about
                               .enter_thread = enter_thread});
  }
}

void App::Assemble() {
  const auto post_to = [](rpc::Executor* executor) {
    return [executor](std::function<void()> job) { return executor->TryRun(std::move(job)); };
  };
  budgets_ = std::make_unique<budget::Budgets>(*store_, clock_);
  environment_ = std::make_unique<Environment>(
      Environment{.store = *store_,
                  .connectors = *practice_systems_,
                  .budgets = *budgets_,
                  .clock = clock_,
                  .ids = ids_,
                  .page_tokens = *page_tokens_,
                  .etag_key = DeriveKey(store_->master_secret(), kEtagKey),
                  .post = post_to(long_jobs_.get())});
  resumption_ = std::make_unique<operation::Resumption>(
      *environment_,
      std::map<std::string, operation::Resumption::GoOn>{
          {v1::ImportPracticeClientsMetadata::descriptor()->full_name(), profile::GoOnImporting},
          {v1::RefreshFirmMetadata::descriptor()->full_name(), sync::GoOnRefreshing},
          {v1::ApplyFirmSuggestionsMetadata::descriptor()->full_name(), sync::GoOnApplying}});
  sync::BackgroundOptions background;
  background.read_backs.times = config_.read_back_times;
  background.poll_interval = config_.background_interval;
  background_ = std::make_unique<sync::Background>(*environment_, background, post_to(jobs_.get()),
                                                   [this] { return resumption_->Poll(); });
}

absl::Status App::Serve(TlsIdentity tls) {
  RETURN_IF_ERROR(background_->Start());
  ASSIGN_OR_RETURN(server_, rpc::Server::Start({.listen = config_.listen,
                                                .reflection = config_.reflection,
                                                .channelz = config_.channelz,
                                                .tls_certificate = std::move(tls.certificate),
                                                .tls_key = std::move(tls.key),
                                                .max_receive_bytes = config_.max_receive_bytes},
                                               *authenticator_, *environment_, *practice_));
  // Starts with the truth: the first report comes once a little of the store was read.
  health_monitor_ = std::make_unique<HealthMonitor>(
      *store_, absl::Seconds(1), [this](bool healthy) { server_->SetHealthy(healthy); });
  if (config_.token_file.empty()) {
    LogWarning("no token file: every caller on this machine is `local`, with all roles");
  } else if (config_.tls_certificate.empty() && !IsLoopback(config_.listen)) {
    LogWarning("no TLS: tokens and clients' data cross the network in plain text");
  }
  LogInfo("listening on ", server_->address());
  return absl::OkStatus();
}

void App::Shutdown() {
  health_monitor_ = nullptr;
  // Without a server nobody is waited for.
  const std::jthread give_up =
      StopLater(stop_, server_ == nullptr ? absl::ZeroDuration() : config_.drain);
  if (server_ != nullptr) {
    server_->Shutdown(config_.drain);
  }
  if (background_ != nullptr) {
    background_->Stop();
  }
  for (rpc::Executor* executor : {long_jobs_.get(), jobs_.get(), practice_.get()}) {
    if (executor != nullptr) {
      executor->Stop();
    }
  }
  if (store_ != nullptr) {
    store_->Shutdown();
  }
}

}  // namespace profilesync::app

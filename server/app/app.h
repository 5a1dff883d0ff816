#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "server/access/authenticator.h"
#include "server/access/page_token.h"
#include "server/app/config.h"
#include "server/app/health_monitor.h"
#include "server/app/practice_systems.h"
#include "server/app/random_ids.h"
#include "server/app/tls.h"
#include "server/environment.h"
#include "server/operation/resumption.h"
#include "server/rpc/executor.h"
#include "server/rpc/server.h"
#include "server/store/sqlite/sqlite_store.h"
#include "server/sync/background.h"

namespace profilesync::app {

// Checks all that can be checked without starting: the files of the configuration, what goes
// together, whether the database could be made, or that it is of a schema that this program knows
// and sealed with the key. Changes nothing; a server may be running on the database.
// FAILED_PRECONDITION lists everything that is wrong, one a line.
absl::Status CheckConfig(const Config& config);

// Seals the database with the key in `new_key_file`, which is made where it isn't there, instead of
// that in config.key_file. No server may be running on it. After an error nothing has changed but
// that the file may be there. FAILED_PRECONDITION and UNAVAILABLE as App::Start.
absl::Status RotateKey(const Config& config, const std::string& new_key_file);

// The running server, put together: the only code that names what each port is implemented by.
// Thread-compatible.
class App {
 public:
  // Starts to serve. FAILED_PRECONDITION or UNAVAILABLE, for the operator: what is wrong with the
  // configuration, or what keeps it from starting.
  static absl::StatusOr<std::unique_ptr<App>> Start(const Config& config);
  // The same by another clock than the system's, which outlives the app.
  static absl::StatusOr<std::unique_ptr<App>> Start(const Config& config, const Clock& clock);
  // As Shutdown.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // host:port as a client may dial it.
  const std::string& address() const { return server_->address(); }

  // Health turns NOT_SERVING; calls and jobs under way have config.drain to end. Then what they
  // wait for from practice systems is given up: reads under way end, writes under way go on to
  // their own time-out, nothing new is sent. Jobs that wait are dropped. Background work,
  // executors, connectors and the store end in this order. Later calls do nothing.
  void Shutdown();

  // As sync::Background::RunOnce; for Config::background_interval of infinite length.
  void RunBackground() { background_->RunOnce(); }

 private:
  App(const Config& config, const Clock& clock);
  absl::Status OpenStore();
  void StartExecutors();
  // Of the parts that are there by then.
  void Assemble();
  absl::Status Serve(TlsIdentity tls);

  const Config config_;
  const Clock& clock_;
  RandomIds ids_{clock_};
  std::stop_source stop_;  // ends what the executors' threads wait for
  std::unique_ptr<access::Authenticator> authenticator_;
  // Destroyed from the last to the first; Shutdown ends them in the same order.
  std::unique_ptr<store::Sealer> sealer_;
  std::unique_ptr<access::PageTokens> page_tokens_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<PracticeSystems> practice_systems_;
  std::unique_ptr<rpc::Executor> practice_;   // for calls that may wait for practice systems
  std::unique_ptr<rpc::Executor> jobs_;       // for what no caller waits for
  std::unique_ptr<rpc::Executor> long_jobs_;  // long-running operations, which would hold up those
  std::unique_ptr<budget::Budgets> budgets_;
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<operation::Resumption> resumption_;
  std::unique_ptr<sync::Background> background_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<HealthMonitor> health_monitor_;
};

}  // namespace profilesync::app

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/integration/crash/server_process.h"
#include "tests/robustness/load/api.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"

namespace profilesync::testing {

// A write that came to the practice: of the client with that UUID, or the body of a new one.
struct SentWrite {
  int era = 0;
  bool create = false;
  std::string client;
  std::string body;
};

// A practice, a store's folder and the server's program on it, which can be ended in any way and
// started anew. One thread at a time, but for api() and xpm().
class World {
 public:
  static constexpr char kFirm[] = "firms/f";
  static constexpr char kAddOn[] = "firms/f/addOns/xpm";

  // The store is empty, the practice has no clients.
  World();
  // With the files and the practice of another, whose server isn't running.
  explicit World(const World& original);
  ~World();
  World& operator=(const World&) = delete;

  // Starts the server with these variables, "NAME=value", and arguments beside its usual ones, and
  // calls it from now on. False when it ended before it listened.
  bool Start(const std::vector<std::string>& variables = {},
             const std::vector<std::string>& arguments = {});
  // Makes the firm and the add-on.
  void MakeFirm();

  // Starts another server on the same store, which isn't called yet; and takes it for the one that
  // runs, when that has ended.
  bool StartSurvivor();
  void UseSurvivor();

  // As by kill -9.
  void Kill();
  void Stop();  // in order
  // Whether the server ends by itself within that time.
  bool Ends(absl::Duration within);
  // As when the time has passed for which a dead server's leases run on. Only while none runs. The
  // store is left to the next server as it is: with its write-ahead log.
  void LetLeasesExpire() const;
  // Waits until whatever the dead server sent has come to the practice, and begins the next era.
  void BeginEra();
  // When each era began but the first: while one lasts, one server runs at most.
  const std::vector<absl::Time>& eras() const { return eras_; }
  int EraOf(absl::Time time) const;
  // All writes so far, in their order.
  const std::vector<SentWrite>& Writes();

  const Api& api() const { return *api_; }
  xpm_sandbox::XpmSandbox& xpm() const { return *xpm_; }
  const std::filesystem::path& folder() const { return folder_; }
  std::string database() const { return folder_ / "profilesync.db"; }
  pid_t pid() const { return server_ == nullptr ? -1 : server_->pid(); }
  // What the last server has logged.
  std::string Log() const;

 private:
  void Configure() const;
  void TakeCalls();
  std::unique_ptr<ServerProcess> Launch(const std::vector<std::string>& variables,
                                        const std::vector<std::string>& arguments,
                                        const std::filesystem::path& log) const;
  std::filesystem::path LogFile() const;

  std::unique_ptr<xpm_sandbox::XpmSandbox> xpm_;
  std::filesystem::path folder_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<ServerProcess> survivor_;
  std::unique_ptr<Api> api_;
  std::vector<absl::Time> eras_;
  std::vector<SentWrite> writes_;
};

// What the first such element of a document holds.
std::string ElementText(const std::string& element, const std::string& document);

// Waits for a condition; false when it takes longer.
bool WaitUntil(const std::function<bool()>& condition, absl::Duration patience = absl::Seconds(20));

}  // namespace profilesync::testing

#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "server/app/app.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"

namespace profilesync::benchmark {

// The id of the firm whose clients most of what is measured has to do with.
inline constexpr char kFirm[] = "harbour";

// One imported client.
struct Pair {
  std::string profile;  // its name
  std::string link;     // its name
  std::string client;   // its id
};

// The real server on a database of its own, before an XPM sandbox that limits nothing, with
// callers told apart by tokens. Not thread-safe.
class Bed {
 public:
  struct Options {
    int clients = 0;  // individuals, whom imports link at once
    int max_commit_group = app::Config().max_commit_group;
  };

  static absl::StatusOr<std::unique_ptr<Bed>> Make(const Options& options);
  // Stops the server, then the sandbox, and deletes the database.
  ~Bed();

  // A firm with an active add-on.
  absl::Status AddFirm(const std::string& firm);
  // Imports all of the sandbox's clients into the firm, which has none, and waits for the end. An
  // error too where any of them wasn't imported and linked.
  absl::StatusOr<std::vector<Pair>> ImportAll(const std::string& firm);

  // Waits for the end of a long-running operation, which must be a good one.
  template <typename Response>
  absl::StatusOr<Response> ToItsEnd(google::longrunning::Operation operation) const {
    RETURN_IF_ERROR(WaitFor(&operation));
    Response response;
    if (!operation.response().UnpackTo(&response)) {
      return absl::InternalError(operation.name() + " failed: " + operation.error().message());
    }
    return response;
  }

  // From now on the practice system doesn't answer any more, so that automatic refreshes, which
  // every save asks for, stay few and take no time from what is measured.
  void HangPracticeSystem();

  // Channels with connections of their own.
  std::vector<std::shared_ptr<grpc::Channel>> Channels(int count) const;
  const std::string& token() const { return token_; }
  const app::Config& config() const { return config_; }
  xpm_sandbox::XpmSandbox& xpm() { return *xpm_; }
  const std::string& xpm_token() const { return xpm_token_; }

  // One call that must succeed.
  template <typename Stub, typename Request, typename Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) const {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    context.AddMetadata("authorization", absl::StrCat("Bearer ", token_));
    const grpc::Status status = (stub.*method)(&context, request, response);
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }

 private:
  Bed();
  absl::Status StartServer(const Options& options);
  absl::Status WaitFor(google::longrunning::Operation* operation) const;
  std::string WriteSecret(const std::string& name, const std::string& content) const;

  const std::string token_ = "benchmark-token-0123456789-0123456789-01";
  const std::string xpm_token_ = "benchmark-xpm-token";
  const std::filesystem::path folder_;
  std::unique_ptr<xpm_sandbox::XpmSandbox> xpm_;
  app::Config config_;
  std::unique_ptr<app::App> app_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Channels to an address, each with connections of its own.
std::vector<std::shared_ptr<grpc::Channel>> MakeChannels(const std::string& address, int count);

}  // namespace profilesync::benchmark

#pragma once

#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/app/app.h"
#include "tests/support/captured_log.h"
#include "tests/support/secret_sweep.h"

namespace profilesync::testing {

// Tokens of the services that the test's server knows. Firms "a" and "b" exist.
inline constexpr char kViewer[] = "viewer-of-a-0123456789-0123456789-0123";
inline constexpr char kEditor[] = "editor-of-a-0123456789-0123456789-0123";
inline constexpr char kAdministrator[] = "admin-of-a-0123456789-0123456789-01234";
inline constexpr char kOtherFirm[] = "admin-of-b-0123456789-0123456789-01234";
inline constexpr char kOperator[] = "operator-0123456789-0123456789-0123456";

// How one call is made.
struct CallOptions {
  std::string token = kOperator;  // "" for none
  absl::Duration timeout = absl::Seconds(20);
  std::multimap<std::string, std::string> metadata;
};

// What came of one call.
struct Outcome {
  grpc::Status status;
  std::string answer;  // serialised

  std::string Reason() const;  // ErrorInfo.reason, or ""
  template <typename Detail>
  std::optional<Detail> Find() const;
  template <typename Message>
  Message As() const {
    Message message;
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(message.ParseFromString(answer));
    return message;
  }
};

// A real server over loopback on a real SQLite file, in a folder of its own. After each test no
// token may be in a file, log or error.
class ServingTest : public ::testing::Test {
 protected:
  ServingTest();
  ~ServingTest() override;

  // Starts with the configuration as `config_` is. Called by SetUp unless a test's own does it.
  void Start();
  void SetUp() override { Start(); }

  // Calls any method of the API, by its descriptor, with any bytes.
  Outcome CallRaw(const std::string& path, const std::string& request,
                  const CallOptions& options = {}) const;
  Outcome Call(const std::string& method, const google::protobuf::Message& request,
               const CallOptions& options = {}) const;

  // A hash of every row of every table.
  std::string StoreDigest() const;
  std::string WriteFile(const std::string& name, const std::string& content) const;

  std::filesystem::path folder_;
  // Calls are const, and note their errors.
  mutable SecretSweep sweep_;
  std::unique_ptr<CapturedLog> log_;
  app::Config config_;
  std::unique_ptr<app::App> app_;
  std::shared_ptr<grpc::Channel> channel_;

 private:
  // Until a new server has written what it writes by itself: no digest is to see that come.
  void WaitUntilSettled() const;
};

// All methods of the API, and operations.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods();
// "/profilesync.v1.FirmService/GetFirm".
std::string PathOf(const google::protobuf::MethodDescriptor& method);
// A request to the method that names things of `firm`, well-formed as far as names go.
std::unique_ptr<google::protobuf::Message> RequestFor(
    const google::protobuf::MethodDescriptor& method, const std::string& firm);

template <typename Detail>
std::optional<Detail> Outcome::Find() const {
  google::rpc::Status parsed;
  parsed.ParseFromString(status.error_details());
  Detail detail;
  for (const auto& any : parsed.details()) {
    if (any.UnpackTo(&detail)) {
      return detail;
    }
  }
  return std::nullopt;
}

}  // namespace profilesync::testing

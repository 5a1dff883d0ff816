#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "tests/integration/crash/server_process.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"
#include "tests/support/secret_sweep.h"

namespace profilesync::testing {

// Secrets that may show up nowhere.
inline constexpr char kXpmToken[] = "sentinel-xpm-token-93ab";
inline constexpr char kTaxNumber[] = "123-456-782";

// The server's program, which can be killed, before the XPM sandbox. Firm firms/f exists. After
// each test no secret that the sweep knows may be in a file, error or command line.
class ServerProcessTest : public ::testing::Test {
 protected:
  explicit ServerProcessTest(const xpm_sandbox::SandboxOptions& sandbox);
  ~ServerProcessTest() override;

  // Configures the practice system "xpm" as this XpmConfig, starts the server and makes the firm.
  void SetUpServer(const std::string& xpm_config);
  // The same for the sandbox's XPM, reached with that token, and makes the add-on
  // firms/f/addOns/xpm.
  void SetUpXpm(const std::string& token);
  // Makes the profile firms/f/profiles/p with a website and links it with a new client that has a
  // phone. The client's id and the link's name.
  std::pair<std::string, std::string> MakeLinked(const std::string& tax_number);
  // Starts the server, anew where it runs. See common/failpoint.h.
  void Start(const std::string& failpoints, const std::string& drain = "20s");
  // Another server on the same database.
  std::unique_ptr<ServerProcess> Launch(const std::string& failpoints,
                                        const std::string& drain = "20s");
  // Calls go to the server of that address from now on.
  void Dial(const std::string& address);
  // A file that holds a secret and nothing else.
  std::string WriteSecret(const std::string& name, const std::string& secret);

  template <typename Service, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    context.set_wait_for_ready(false);
    const auto stub = Service::NewStub(channel_);
    const grpc::Status status = ((*stub).*method)(&context, request, response);
    sweep_.Note("an error", status.error_message() + status.error_details());
    return status;
  }

  template <typename Service, typename Request, typename Response>
  Response Must(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                const Request& request) {
    Response response;
    const grpc::Status status = Call<Service>(method, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  xpm_sandbox::XpmSandbox xpm_;
  const std::filesystem::path folder_;
  SecretSweep sweep_;
  std::unique_ptr<ServerProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;

 private:
  std::string Write(const std::string& name, const std::string& content) const;

  int starts_ = 0;
};

}  // namespace profilesync::testing

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/cli.h"
#include "client/cli/context.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

namespace profilesync::cli {

// Runs the program for the firm acme against a stand-in of one service, on loopback.
template <typename Service>
class VerbTest : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  // What it writes is in out_ and err_, without what earlier runs wrote.
  int Run(std::vector<const char*> arguments) {
    const std::string address = absl::StrCat("127.0.0.1:", port_);
    arguments.insert(arguments.begin(),
                     {"profilesync", "--address", address.c_str(), "--firm", "acme"});
    out_.str("");
    err_.str("");
    Context context(out_, err_, {}, {}, absl::FromUnixSeconds(1'795'422'301));
    return cli::Run(static_cast<int>(arguments.size()), arguments.data(), context);
  }

  Service service_;
  std::ostringstream out_;
  std::ostringstream err_;

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace profilesync::cli

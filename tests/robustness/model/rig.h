#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/robustness/model/server/shared_clock.h"
#include "tests/robustness/model/server_process.h"
#include "tests/robustness/model/world.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"

namespace profilesync::robustness {

inline constexpr char kFirm[] = "firms/f";
inline constexpr char kAddOn[] = "firms/f/addOns/xpm";

// The body of a write to XPM: its elements, by name.
std::map<std::string, std::string> ElementsOfBody(const std::string& body);

// The same bytes for equal messages.
std::string Bytes(const google::protobuf::Message& message);

// What the model is held against: one or two servers on one database, before the XPM sandbox.
class Rig {
 public:
  Rig(const std::string& program, int servers);
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  int servers() const { return static_cast<int>(servers_.size()); }
  ServerProcess& server(int i) { return *servers_[i]; }
  xpm_sandbox::XpmSandbox& xpm() { return *xpm_; }
  SharedTime& time() { return *time_; }
  // Starts the server, anew where it runs.
  void Start(int i);
  // The end of the servers' logs, for people.
  std::string Logs() const;

  template <typename Service, typename Request, typename Response>
  grpc::Status Call(int server,
                    grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return ((*Service::NewStub(servers_[server]->channel())).*method)(&context, request, response);
  }
  // One that can't fail unless the server is broken.
  template <typename Service, typename Request, typename Response>
  Response Must(int server,
                grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                const Request& request) {
    Response response;
    const grpc::Status status = Call<Service>(server, method, request, &response);
    Expect(status.ok(), Request::descriptor()->name() + " failed: " + status.error_message());
    return response;
  }

 private:
  std::string Write(const std::string& name, const std::string& content) const;

  const std::string program_;
  const std::filesystem::path folder_;
  std::unique_ptr<SharedTime> time_;
  std::unique_ptr<xpm_sandbox::XpmSandbox> xpm_;
  std::vector<std::string> arguments_;
  std::vector<std::unique_ptr<ServerProcess>> servers_;
};

}  // namespace profilesync::robustness

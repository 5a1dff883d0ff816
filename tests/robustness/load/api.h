#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace profilesync::testing {

// What a call came to.
struct Answer {
  grpc::Status status;
  std::string reason;  // of the error; "": it has none

  bool ok() const { return status.ok(); }
  // Whether the server has said that it did, or didn't do, what was asked. Otherwise the caller can
  // only ask again.
  bool known() const;
};

std::string ReasonOf(const grpc::Status& status);

// Calls of one server.
class Api {
 public:
  explicit Api(const std::string& address)
      : channel_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

  template <typename Service, typename Request, typename Response>
  Answer Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                    Response*),
              const Request& request, Response* response) const {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const auto stub = Service::NewStub(channel_);
    Answer answer{((*stub).*method)(&context, request, response), ""};
    answer.reason = ReasonOf(answer.status);
    return answer;
  }

  // Where the test can't go on without it.
  template <typename Service, typename Request, typename Response>
  Response Must(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                const Request& request) const {
    Response response;
    Report(Call<Service>(method, request, &response));
    return response;
  }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  // Fails the running test for an error.
  static void Report(const Answer& answer);

  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace profilesync::testing

#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "common/catalogue.h"
#include "common/error.h"
#include "common/status.h"
#include "tests/contract/connector/practice_side.h"

namespace profilesync::connector {

// One implementation of the port, on one of the practice systems that it may meet.
struct Implementation {
  std::string name;
  PracticeSideFactory make;
};
inline void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

// What every Connector keeps. A new implementation instantiates the suite over its PracticeSide.
class ConnectorContract : public ::testing::TestWithParam<Implementation> {
 protected:
  ConnectorContract() : side_(GetParam().make()), tenant_(side_->tenant()) {}

  static type::PracticeClient Individual();
  static type::PracticeClient Company();

  Connector& connector() { return side_->connector(); }
  // Expects that the client can be had.
  FetchedClient Fetch(const std::string& id);
  UpdateRequest RequestFor(const std::string& id);
  // Fetches, writes `values`, empties `clear`.
  UpdateResult Write(const std::string& id, const type::ClientFields& values,
                     std::vector<std::string> clear = {});
  // One that the practice system takes.
  CreateRequest RequestForNew() const;
  std::size_t CountClients();
  absl::Status ListInto(std::vector<type::PracticeClient>* clients,
                        const ListRequest& request = {});
  // An error of one of the calls that read, after `trouble`.
  absl::Status Read(Operation operation, const std::string& id);

  const std::unique_ptr<PracticeSide> side_;
  const Tenant tenant_;
  const CallOptions options_;
};

// What a write's trouble makes of the write, whatever it writes.
struct WriteTrouble {
  Trouble trouble;
  UpdateResult::Outcome outcome;
  absl::StatusCode code;
};
const std::vector<WriteTrouble>& WriteTroubles();

// The same for restores: a client of which an operation has written two values.
class RestoreContract : public ConnectorContract {
 protected:
  RestoreContract();
  RestoreRequest Request();
  // Expects that there is one.
  std::vector<RestoreItem> Plan();

  const std::string id_;
  const FetchedClient before_;
  FetchedClient after_;
};

// A message from protobuf's text format.
template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

MATCHER_P(EqualsFields, expected, "") {
  *result_listener << arg.DebugString() << "instead of " << expected.DebugString();
  return arg.SerializeAsString() == expected.SerializeAsString();
}

MATCHER_P2(IsError, code, reason, "") {
  *result_listener << arg;
  return arg.code() == code && ReasonOf(arg) == reason;
}

}  // namespace profilesync::connector

// What any server must stand: bad bytes, too much at once, callers that give up, and being stopped.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "profilesync/v1/firm_service.pb.h"
#include "profilesync/v1/link_service.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "tests/integration/serving/fixture.h"
#include "tests/integration/serving/silent_system.h"

namespace profilesync::testing {
namespace {

constexpr char kUuid[] = "0e3f5d1c-8b7a-4c2d-9e1f-0123456789ab";

v1::CreateFirmRequest NewFirm(const std::string& id) {
  v1::CreateFirmRequest request;
  request.set_firm_id(id);
  request.mutable_firm()->set_display_name("Firm " + id);
  request.mutable_firm()->set_region_code("NZ");
  return request;
}

v1::GetFirmRequest Get(const std::string& name) {
  v1::GetFirmRequest request;
  request.set_name(name);
  return request;
}

// Waits, within reason, for what another thread brings about.
template <typename Condition>
bool Eventually(Condition condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  return condition();
}

class BadBytesTest : public ServingTest {};

TEST_F(BadBytesTest, AreRefusedAndChangeNothing) {
  auto oversize = NewFirm("big");
  oversize.mutable_firm()->set_display_name(std::string(5 << 20, 'x'));
  auto nul = NewFirm("nul");
  nul.mutable_firm()->set_display_name(std::string("a\0b", 3));
  struct Case {
    const char* what;
    const char* path;
    std::string request;
    grpc::StatusCode code;
  };
  const std::string create = "/profilesync.v1.FirmService/CreateFirm";
  const std::string diff = "/profilesync.v1.SyncService/GetDiff";
  const std::string bad_utf8 = "\x0a\x02\xff\xfe";  // field 1, a string of two bytes
  const Case cases[] = {
      {"over the limit", create.c_str(), oversize.SerializeAsString(), grpc::RESOURCE_EXHAUSTED},
      {"NUL", create.c_str(), nul.SerializeAsString(), grpc::INVALID_ARGUMENT},
      // gRPC itself answers these two, before our code.
      {"invalid UTF-8", create.c_str(), bad_utf8, grpc::UNIMPLEMENTED},
      {"no message", create.c_str(), "\xff\xff\xff", grpc::UNIMPLEMENTED},
      {"invalid UTF-8, raw", diff.c_str(), bad_utf8, grpc::INVALID_ARGUMENT},
      {"no message, raw", diff.c_str(), "\xff\xff\xff", grpc::INVALID_ARGUMENT},
      {"no such method", "/profilesync.v1.FirmService/Nope", "", grpc::UNIMPLEMENTED},
  };
  const std::string before = StoreDigest();
  for (const Case& c : cases) {
    const Outcome outcome = CallRaw(c.path, c.request);
    EXPECT_EQ(outcome.status.error_code(), c.code) << c.what << outcome.status.error_message();
    EXPECT_EQ(StoreDigest(), before) << c.what;
  }
  EXPECT_TRUE(Call("FirmService/GetFirm", Get("firms/a")).status.ok());
}

TEST_F(BadBytesTest, AllViolationsAreListed) {
  v1::CreateFirmRequest request;
  request.set_firm_id("a/b");
  request.mutable_firm()->set_region_code("ZZ");
  request.mutable_firm()->set_time_zone("Mars/Olympus");
  const Outcome outcome = Call("FirmService/CreateFirm", request);
  EXPECT_EQ(outcome.status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(outcome.Find<google::rpc::BadRequest>()->field_violations_size(), 4);
}

class WriteTest : public ServingTest {};

TEST_F(WriteTest, ARepeatedRequestIdGetsTheRecordedAnswer) {
  auto request = NewFirm("");
  request.set_request_id(kUuid);
  const auto first = Call("FirmService/CreateFirm", request).As<v1::Firm>();
  const std::string after = StoreDigest();
  const auto second = Call("FirmService/CreateFirm", request).As<v1::Firm>();
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(StoreDigest(), after);

  request.mutable_firm()->set_display_name("Another");
  const Outcome other = Call("FirmService/CreateFirm", request);
  EXPECT_EQ(other.status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(other.Reason(), "REQUEST_ID_REUSED");
  EXPECT_EQ(StoreDigest(), after);
}

TEST_F(WriteTest, ARefusalDoesNotUseTheRequestIdUp) {
  auto request = NewFirm("a");
  request.set_request_id(kUuid);
  EXPECT_EQ(Call("FirmService/CreateFirm", request).Reason(), "RESOURCE_EXISTS");
  request.set_firm_id("fresh");
  EXPECT_TRUE(Call("FirmService/CreateFirm", request).status.ok());
}

TEST_F(WriteTest, ValidateOnlyAnswersAndChangesNothing) {
  const std::string before = StoreDigest();
  auto request = NewFirm("c");
  request.set_validate_only(true);
  request.set_request_id(kUuid);
  const auto answer = Call("FirmService/CreateFirm", request).As<v1::Firm>();
  EXPECT_EQ(answer.name(), "firms/c");
  EXPECT_EQ(StoreDigest(), before);
  request.set_firm_id("a");
  EXPECT_EQ(Call("FirmService/CreateFirm", request).Reason(), "RESOURCE_EXISTS");
  request.set_firm_id("c");
  request.set_validate_only(false);
  EXPECT_TRUE(Call("FirmService/CreateFirm", request).status.ok());
  EXPECT_NE(StoreDigest(), before);
}

TEST_F(WriteTest, ADeletionCanBeTriedOut) {
  v1::CreateProfileRequest create;
  create.set_parent("firms/a");
  create.set_profile_id("ana");
  create.mutable_profile()->mutable_fields()->set_name("Ana");
  const auto profile = Call("ProfileService/CreateProfile", create).As<v1::Profile>();
  const std::string before = StoreDigest();
  v1::DeleteProfileRequest request;
  request.set_name(profile.name());
  request.set_request_id(kUuid);
  request.set_validate_only(true);
  EXPECT_TRUE(Call("ProfileService/DeleteProfile", request).status.ok());
  request.set_etag("stale");
  EXPECT_EQ(Call("ProfileService/DeleteProfile", request).Reason(), "CHANGED_SINCE_READ");
  EXPECT_EQ(StoreDigest(), before);

  request.set_etag(profile.etag());
  request.set_validate_only(false);
  EXPECT_TRUE(Call("ProfileService/DeleteProfile", request).status.ok());
  request.clear_request_id();
  EXPECT_EQ(Call("ProfileService/DeleteProfile", request).Reason(), "RESOURCE_NOT_FOUND");
}

TEST_F(WriteTest, PagesFollowTheirTokens) {
  for (const char* id : {"c", "d", "e"}) {
    ASSERT_TRUE(Call("FirmService/CreateFirm", NewFirm(id)).status.ok());
  }
  v1::ListFirmsRequest request;
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    const auto page = Call("FirmService/ListFirms", request).As<v1::ListFirmsResponse>();
    for (const auto& firm : page.firms()) {
      names.push_back(firm.name());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && names.size() < 10);
  EXPECT_THAT(names, ::testing::ElementsAre("firms/a", "firms/b", "firms/c", "firms/d", "firms/e"));

  request.set_page_token(Call("FirmService/ListFirms",
                              [] {
                                v1::ListFirmsRequest first;
                                first.set_page_size(1);
                                return first;
                              }())
                             .As<v1::ListFirmsResponse>()
                             .next_page_token());
  EXPECT_TRUE(Call("FirmService/ListFirms", request).status.ok());
  // Another service's token is no token.
  EXPECT_EQ(Call("FirmService/ListFirms", request, {.token = kViewer}).Reason(),
            "INVALID_PAGE_TOKEN");
}

// With a practice system that doesn't answer, and an add-on on it.
class StuckTest : public ServingTest {
 protected:
  void SetUp() override {
    const std::string token = WriteFile("xpm-token", "practice-token-0123456789\n");
    config_.practice_systems =
        WriteFile("systems", absl::StrCat("practice_systems { id: 'xpm' xpm { base_url: '",
                                          system_.base_url(), "' token_file: '", token,
                                          "' read_timeout_seconds: 60 max_in_flight: 64 } }"));
    config_.practice_threads = 2;
    config_.practice_queue = 1;
    Start();
    v1::CreateAddOnRequest request;
    request.set_parent("firms/a");
    request.set_add_on_id("xpm");
    request.mutable_add_on()->set_practice_system("practiceSystems/xpm");
    request.mutable_add_on()->set_tenant_id("tenant");
    const Outcome created = Call("AddOnService/CreateAddOn", request);
    ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  }

  // A call that waits for the practice system, on a thread of its own.
  std::future<Outcome> Search(absl::Duration timeout) {
    return std::async(std::launch::async, [this, timeout] {
      v1::SearchPracticeClientsRequest request;
      request.set_parent("firms/a/addOns/xpm");
      request.set_query("ana");
      return Call("LinkService/SearchPracticeClients", request,
                  {.token = kOperator, .timeout = timeout});
    });
  }

  bool Started(int count) {
    return Eventually([&] { return system_.connections() == count; });
  }

  SilentSystem system_;
};

TEST_F(StuckTest, WhatAPracticeSystemCanDoIsToldWithoutAskingIt) {
  v1::GetPracticeSystemRequest request;
  request.set_name("practiceSystems/xpm");
  const auto system =
      Call("AddOnService/GetPracticeSystem", request, {.token = kViewer}).As<v1::PracticeSystem>();
  EXPECT_EQ(system.name(), "practiceSystems/xpm");
  EXPECT_GT(system.field_capabilities_size(), 0);
  const auto all = Call("AddOnService/ListPracticeSystems", v1::ListPracticeSystemsRequest())
                       .As<v1::ListPracticeSystemsResponse>();
  ASSERT_EQ(all.practice_systems_size(), 1);
  EXPECT_EQ(all.practice_systems(0).SerializeAsString(), system.SerializeAsString());
  EXPECT_EQ(system_.connections(), 0);

  request.set_name("practiceSystems/other");
  EXPECT_EQ(Call("AddOnService/GetPracticeSystem", request).Reason(), "RESOURCE_NOT_FOUND");
}

TEST_F(StuckTest, ADeactivationCanBeTriedOut) {
  const std::string before = StoreDigest();
  v1::DeactivateAddOnRequest request;
  request.set_name("firms/a/addOns/xpm");
  request.set_validate_only(true);
  EXPECT_EQ(Call("AddOnService/DeactivateAddOn", request).As<v1::AddOn>().state(),
            v1::AddOn::DEACTIVATED);
  EXPECT_EQ(StoreDigest(), before);
  request.set_validate_only(false);
  EXPECT_EQ(Call("AddOnService/DeactivateAddOn", request).As<v1::AddOn>().state(),
            v1::AddOn::DEACTIVATED);
  EXPECT_NE(StoreDigest(), before);
}

TEST_F(StuckTest, TooManyAtOnceAreRefusedAndTheRestGoesOn) {
  std::vector<std::future<Outcome>> calls;
  calls.reserve(2);
  for (int i = 0; i < 2; ++i) {
    calls.push_back(Search(absl::Seconds(60)));
  }
  ASSERT_TRUE(Started(2));
  // One more waits; of further ones, all are refused at once.
  std::vector<std::future<Outcome>> more;
  more.reserve(3);
  for (int i = 0; i < 3; ++i) {
    more.push_back(Search(absl::Seconds(60)));
  }
  int refused = 0;
  ASSERT_TRUE(Eventually([&] {
    refused = 0;
    for (auto& call : more) {
      refused += call.wait_for(std::chrono::seconds(0)) == std::future_status::ready ? 1 : 0;
    }
    return refused == 2;
  }));
  // Reads and writes of the store don't wait for practice systems.
  EXPECT_TRUE(Call("FirmService/GetFirm", Get("firms/a")).status.ok());
  EXPECT_TRUE(Call("FirmService/CreateFirm", NewFirm("c")).status.ok());
  EXPECT_EQ(system_.connections(), 2);
  system_.Release();
  int busy = 0;
  for (auto& call : more) {
    const Outcome outcome = call.get();
    if (outcome.Reason() == "SERVER_BUSY") {
      ++busy;
      EXPECT_EQ(outcome.status.error_code(), grpc::RESOURCE_EXHAUSTED);
      EXPECT_TRUE(outcome.Find<google::rpc::RetryInfo>().has_value());
    } else {
      EXPECT_EQ(outcome.status.error_code(), grpc::UNAVAILABLE);
    }
  }
  EXPECT_EQ(busy, 2);
  for (auto& call : calls) {
    EXPECT_EQ(call.get().Reason(), "PRACTICE_SYSTEM_UNAVAILABLE");
  }
}

TEST_F(StuckTest, ACallThatNobodyWaitsForAnyMoreIsNotStarted) {
  auto first = Search(absl::Seconds(60)), second = Search(absl::Seconds(60));
  ASSERT_TRUE(Started(2));
  const Outcome queued = Search(absl::Milliseconds(200)).get();
  EXPECT_EQ(queued.status.error_code(), grpc::DEADLINE_EXCEEDED);
  system_.Release();
  first.get();
  second.get();
  // The queue is empty again once a later call has been through.
  Search(absl::Seconds(60)).get();
  EXPECT_EQ(system_.connections(), 3);
}

TEST_F(StuckTest, StoppingEndsWhatIsUnderWayAndRefusesWhatIsNew) {
  auto under_way = Search(absl::Seconds(60));
  ASSERT_TRUE(Started(1));
  auto stub = grpc::health::v1::Health::NewStub(channel_);
  const auto health = [&] {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckResponse response;
    stub->Check(&context, {}, &response);
    return response.status();
  };
  ASSERT_TRUE(
      Eventually([&] { return health() == grpc::health::v1::HealthCheckResponse::SERVING; }));
  grpc::ClientContext watching;
  const auto watch = stub->Watch(&watching, {});
  grpc::health::v1::HealthCheckResponse seen;
  ASSERT_TRUE(watch->Read(&seen));
  EXPECT_EQ(seen.status(), grpc::health::v1::HealthCheckResponse::SERVING);

  auto stopped = std::async(std::launch::async, [this] { app_->Shutdown(); });
  ASSERT_TRUE(watch->Read(&seen));
  EXPECT_EQ(seen.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  // Health is told first, so that balancers turn away before calls are refused.
  EXPECT_TRUE(Eventually([&] {
    return !Call("FirmService/GetFirm", Get("firms/a"), {.timeout = absl::Seconds(1)}).status.ok();
  }));
  EXPECT_NE(stopped.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  system_.Release();
  // It was given its end, not cut off.
  EXPECT_EQ(under_way.get().Reason(), "PRACTICE_SYSTEM_UNAVAILABLE");
  watching.TryCancel();
  stopped.get();
}

class IdleTest : public ServingTest {
 protected:
  void SetUp() override {
    config_.drain = absl::Minutes(10);
    Start();
  }

  // A connection on which nothing is ever said.
  int ConnectSilently() {
    const std::string address = app_->address();
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
    return client;
  }
};

TEST_F(IdleTest, StoppingDoesNotWaitForConnectionsWithoutACall) {
  auto stub = grpc::health::v1::Health::NewStub(channel_);
  grpc::ClientContext watching;
  const auto watch = stub->Watch(&watching, {});
  grpc::health::v1::HealthCheckResponse seen;
  ASSERT_TRUE(watch->Read(&seen));
  ASSERT_TRUE(Call("FirmService/GetFirm", Get("firms/a")).status.ok());
  const int silent = ConnectSilently();

  auto stopped = std::async(std::launch::async, [this] { app_->Shutdown(); });
  EXPECT_EQ(stopped.wait_for(std::chrono::minutes(1)), std::future_status::ready);
  ::close(silent);
  watching.TryCancel();
}

}  // namespace
}  // namespace profilesync::testing

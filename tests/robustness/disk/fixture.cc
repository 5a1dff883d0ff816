#include "tests/robustness/disk/fixture.h"

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"

namespace profilesync::testing {
namespace {

bool IsServing(const Api& api) {
  using grpc::health::v1::Health;
  const auto response =
      api.Must<Health>(&Health::Stub::Check, grpc::health::v1::HealthCheckRequest());
  return response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

}  // namespace

DiskTest::DiskTest() : disk_(world_) {
  EXPECT_TRUE(Start());
  world_.MakeFirm();
  client_ = MakeLinkedProfile(world_);
  EXPECT_TRUE(Save().answer.ok());
  ExpectServing(true);
}

bool DiskTest::Start(const std::vector<std::string>& arguments) {
  return world_.Start(disk_.Variables(), arguments);
}

std::string DiskTest::EmailOf(int number) const { return absl::StrCat("e", number, "@a.example"); }

Ask DiskTest::NextSave() {
  ++number_;
  return Saving(kLinkedProfile, "email", EmailOf(number_), RequestId(0xd, number_));
}

Told DiskTest::Save() { return NextSave()(world_.api()); }

std::string DiskTest::SavedEmail() {
  v1::GetProfileRequest request;
  request.set_name(kLinkedProfile);
  return world_.api()
      .Must<v1::ProfileService>(&v1::ProfileService::Stub::GetProfile, request)
      .fields()
      .email();
}

void DiskTest::ExpectServing(bool serving) {
  EXPECT_TRUE(WaitUntil([&] { return IsServing(world_.api()) == serving; }, absl::Seconds(8)))
      << "health should be " << (serving ? "SERVING" : "NOT_SERVING");
}

void DiskTest::ExpectRefused(const Told& told) {
  EXPECT_EQ(told.answer.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(told.answer.reason, "STORE_UNAVAILABLE");
  const std::string& message = told.answer.status.error_message();
  EXPECT_EQ(message.find(world_.folder()), std::string::npos) << message;
  EXPECT_EQ(message.find("INSERT"), std::string::npos) << message;
}

void DiskTest::ExpectTroubleUntil(const std::function<void()>& mend) {
  const std::string before = SavedEmail();
  const Ask save = NextSave();
  const Told refused = save(world_.api());
  ExpectRefused(refused);
  ExpectServing(false);
  EXPECT_EQ(SavedEmail(), before) << "reads go on, and show nothing that wasn't kept";
  mend();
  ExpectServing(true);
  EXPECT_EQ(SavedEmail(), before);
  const Told kept = save(world_.api());
  EXPECT_TRUE(kept.answer.ok()) << kept.answer.status.error_message();
  EXPECT_EQ(SavedEmail(), EmailOf(number_));
  EXPECT_EQ(save(world_.api()).text, kept.text);
}

void DiskTest::ExpectAllWell() {
  const std::string email = SavedEmail();
  world_.Kill();
  world_.BeginEra();
  world_.LetLeasesExpire();
  ASSERT_TRUE(Start()) << world_.Log();
  EXPECT_EQ(SavedEmail(), email);
  ASSERT_TRUE(WaitUntilSettled(world_.api()));
  ExpectSoundDatabase(world_);
  const Held held = ReadAll(world_.api());
  ExpectWholeFeed(held);
  ExpectHistoryOfOperations(held);
  ExpectOneOperationARequest(held);
  ExpectNoWriteTwice(world_, held);
  ExpectSettled(world_, held, {{client_, {{"Website", "old.example"}, {"Email", ""}}}});
}

}  // namespace profilesync::testing

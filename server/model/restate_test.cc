#include "server/model/restate.h"

#include <gtest/gtest.h>

#include "common/failpoint.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "tests/support/test_environment.h"

namespace profilesync::model {
namespace {

// More profiles than one transaction takes, each with a link, as an earlier version left them.
class RestateTest : public ::testing::Test {
 protected:
  static constexpr int kProfiles = 101;

  RestateTest() {
    const absl::Status stored = Write([&](store::Transaction& transaction) -> absl::Status {
      v1::Firm firm;
      firm.set_name("firms/f");
      firm.set_region_code("NZ");
      RETURN_IF_ERROR(transaction.PutFirm(firm));
      v1::AddOn add_on;
      add_on.set_name("firms/f/addOns/a");
      add_on.set_practice_system("practiceSystems/gone");
      RETURN_IF_ERROR(transaction.PutAddOn(add_on));
      for (int i = 0; i < kProfiles; ++i) {
        RETURN_IF_ERROR(PutOld(std::to_string(i), transaction));
      }
      return transaction.PutStatesVersion("an earlier version");
    });
    EXPECT_TRUE(stored.ok()) << stored;
  }

  static store::DiffRow Differing(const std::string& link, std::int64_t sequence) {
    return {.link_id = link,
            .diff = "",
            .sequence = sequence,
            .add_on_id = "a",
            .differ_time = absl::UnixEpoch(),
            .differing = {{1, v1::FieldDiff::CONFLICT}}};
  }

  static absl::Status PutOld(const std::string& id, store::Transaction& transaction) {
    store::ProfileRow profile;
    profile.profile.set_name(ProfileName("f", id));
    profile.profile.mutable_fields()->set_primary_phone("04 555 0100");
    profile.extra.mutable_forms()->set_normaliser_version("old");
    RETURN_IF_ERROR(transaction.PutProfile(profile));
    store::LinkRow link;
    link.link.set_name(LinkName("f", id));
    link.link.set_profile(ProfileName("f", id));
    link.link.set_add_on("firms/f/addOns/a");
    link.link.set_practice_client_id(id);
    RETURN_IF_ERROR(transaction.PutLink(link));
    return transaction.PutDiff("f", Differing(id, 0));
  }

  absl::Status Write(const store::Store::WriteBody& body) {
    return test_.store().WriteAndWait(body);
  }
  template <typename T>
  T Read(absl::StatusOr<T> (*get)(const store::Reader&)) {
    T value;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(value, get(reader));
                      return absl::OkStatus();
                    })
                    .ok());
    return value;
  }
  std::int64_t Differing() {
    return Read<std::int64_t>([](const store::Reader& r) { return r.CountDiffering("f", {}); });
  }
  void RunToTheEnd() {
    Restatement restatement(test_.environment());
    while (!restatement.Step().value()) {
    }
  }
  std::string Version() {
    return Read<std::string>([](const store::Reader& r) { return r.StatesVersion(); });
  }
  std::string FormsVersion() {
    return Read<std::optional<store::ProfileRow>>(
               [](const store::Reader& r) { return r.FindProfile("f", "100"); })
        ->extra.forms()
        .normaliser_version();
  }

  testing::TestEnvironment test_;
};

TEST_F(RestateTest, MakesEveryDiffAndFormAnew) {
  ASSERT_EQ(Differing(), kProfiles);
  RunToTheEnd();
  EXPECT_EQ(Differing(), 0);  // there is no connector, so no field applies
  EXPECT_EQ(Version(), StatesVersion(test_.environment()));
  EXPECT_NE(FormsVersion(), "old");
}

TEST_F(RestateTest, DoesNothingTwice) {
  RunToTheEnd();
  ASSERT_TRUE(Write([](store::Transaction& transaction) {
                return transaction.PutDiff("f", Differing("7", 1));
              }).ok());
  RunToTheEnd();
  EXPECT_EQ(Differing(), 1);
}

TEST_F(RestateTest, BeginsAnewAfterAServerThatWasStopped) {
  EXPECT_FALSE(Restatement(test_.environment()).Step().value());
  EXPECT_EQ(Differing(), 1) << "one transaction of 100";
  EXPECT_EQ(Version(), "an earlier version");
  RunToTheEnd();
  EXPECT_EQ(Differing(), 0);
}

#ifdef PROFILESYNC_FAILPOINTS
TEST_F(RestateTest, GoesOnFromWhereItWasAfterAnErrorOfTheStore) {
  Restatement restatement(test_.environment());
  EXPECT_FALSE(restatement.Step().value());
  SetFailpoint("store.before_commit", [] { return absl::UnavailableError("the disk is full"); });
  EXPECT_FALSE(restatement.Step().ok());
  SetFailpoint("store.before_commit", nullptr);
  EXPECT_EQ(Differing(), 1);
  EXPECT_FALSE(restatement.Step().value());
  EXPECT_EQ(Differing(), 0);
  EXPECT_TRUE(restatement.Step().value());
  EXPECT_EQ(Version(), StatesVersion(test_.environment()));
}
#endif

}  // namespace
}  // namespace profilesync::model

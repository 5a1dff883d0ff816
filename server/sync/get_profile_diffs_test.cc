#include "server/sync/get_profile_diffs.h"

#include <gtest/gtest.h>

#include "common/status.h"
#include "server/model/link_state.h"
#include "tests/support/test_environment.h"

namespace profilesync::sync {
namespace {

class GetProfileDiffsTest : public ::testing::Test {
 protected:
  // A link of firms/f/profiles/p, with a snapshot or never fetched.
  absl::Status Store(store::Transaction& transaction, bool fetched) {
    v1::Firm firm;
    firm.set_name("firms/f");
    firm.set_region_code("NZ");
    RETURN_IF_ERROR(transaction.PutFirm(firm));
    v1::AddOn add_on;
    add_on.set_name("firms/f/addOns/a");
    add_on.set_display_name("Practice");
    add_on.set_practice_system("practiceSystems/gone");
    add_on.set_tenant_id("t");
    add_on.set_state(v1::AddOn::ACTIVE);
    RETURN_IF_ERROR(transaction.PutAddOn(add_on));
    store::ProfileRow profile;
    profile.profile.set_name("firms/f/profiles/p");
    profile.profile.mutable_fields()->set_name("A Ltd");
    RETURN_IF_ERROR(transaction.PutProfile(profile));
    store::LinkRow link;
    link.link.set_name("firms/f/links/l");
    link.link.set_profile("firms/f/profiles/p");
    link.link.set_add_on("firms/f/addOns/a");
    link.link.set_practice_client_id("c");
    RETURN_IF_ERROR(transaction.PutLink(link));
    ASSIGN_OR_RETURN(model::LinkState state,
                     model::LoadLinkState(test_.environment(), transaction, std::move(link)));
    if (fetched) {
      state.snapshot.emplace().mutable_fetch_start_time()->set_seconds(1);
    }
    return model::StoreLinkState(test_.environment(), transaction, state);
  }

  v1::AddOnDiff OnlyEntry(bool fetched) {
    const absl::Status stored = test_.store().WriteAndWait(
        [&](store::Transaction& transaction) { return Store(transaction, fetched); });
    EXPECT_TRUE(stored.ok()) << stored;
    v1::GetProfileDiffsRequest request;
    request.set_name("firms/f/profiles/p/diffs");
    absl::StatusOr<v1::ProfileDiffs> diffs;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      diffs = GetProfileDiffs(test_.environment(), test_.Call(), request, reader);
                      return absl::OkStatus();
                    })
                    .ok());
    EXPECT_TRUE(diffs.ok()) << diffs.status();
    EXPECT_EQ(diffs->add_on_diffs_size(), 1);
    return diffs->add_on_diffs(0);
  }

  profilesync::testing::TestEnvironment test_;
};

// The other prerequisites are missed through the API, in tests/integration/verbs: every verb that
// makes a link has fetched its client.
TEST_F(GetProfileDiffsTest, AClientThatWasNeverFetchedNeedsARefresh) {
  const v1::AddOnDiff entry = OnlyEntry(/*fetched=*/false);
  EXPECT_EQ(entry.missing_prerequisite(), v1::AddOnDiff::REFRESH_REQUIRED);
  EXPECT_EQ(entry.link(), "firms/f/links/l");
  EXPECT_EQ(entry.add_on_display_name(), "Practice");
  EXPECT_FALSE(entry.diff().has_refresh_time());
  EXPECT_FALSE(entry.diff().can_sync());
}

TEST_F(GetProfileDiffsTest, AClientThatWasFetchedNeedsNothing) {
  const v1::AddOnDiff entry = OnlyEntry(/*fetched=*/true);
  EXPECT_EQ(entry.missing_prerequisite(), v1::AddOnDiff::PREREQUISITE_UNSPECIFIED);
  EXPECT_TRUE(entry.diff().has_refresh_time());
}

}  // namespace
}  // namespace profilesync::sync

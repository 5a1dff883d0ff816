#include "client/cli/view.h"

#include <gtest/gtest.h>

#include "profilesync/v1/profile_service.pb.h"

namespace profilesync::cli {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'795'422'301);

v1::ListProfilesResponse Profiles() {
  v1::ListProfilesResponse list;
  v1::Profile* profile = list.add_profiles();
  profile->set_name("firms/a/profiles/p1");
  profile->set_kind(type::COMPANY);
  profile->mutable_fields()->set_name("Merrow\nLtd\x07");
  auto* address = profile->mutable_fields()->mutable_postal_address();
  address->add_lines("PO Box 12");
  address->set_city("Nelson");
  profile->mutable_update_time()->set_seconds(1'795'422'001);
  return list;
}

TEST(TextAt, FollowsPaths) {
  const v1::Profile profile = Profiles().profiles(0);
  EXPECT_EQ(TextAt(profile, "kind", kNow), "COMPANY");
  EXPECT_EQ(TextAt(profile, "fields.postal_address", kNow), "PO Box 12, Nelson");
  EXPECT_EQ(TextAt(profile, "update_time", kNow), "5 minutes ago");
  EXPECT_EQ(TextAt(profile, "create_time", kNow), "");
  EXPECT_EQ(TextAt(profile, "origin.tenant_id", kNow), "");
  EXPECT_EQ(TextAt(profile, "no_such_field", kNow), "");
}

TEST(DrawList, HasARowForEachItem) {
  EXPECT_EQ(DrawList({}, kNow, Profiles(), "profiles", {"profile=name", "fields.name", "kind"}),
            "profile              name    kind\n"
            "firms/a/profiles/p1  Merrow  COMPANY\n"
            "                     Ltd\uFFFD\n");
}

TEST(DrawResource, ShowsWhatIsSetByItsPath) {
  EXPECT_EQ(DrawResource({}, kNow, Profiles().profiles(0)),
            "Field                  Value\n"
            "name                   firms/a/profiles/p1\n"
            "kind                   COMPANY\n"
            "fields.postal_address  PO Box 12, Nelson\n"
            "fields.name            Merrow\n"
            "                       Ltd\uFFFD\n"
            "update_time            2026-11-23 08:20:01 UTC (5 minutes ago)\n");
}

TEST(DrawResource, ShowsAMapInTheOrderOfItsKeys) {
  v1::Profile profile;
  for (const char* field : {"website", "email", "name"}) {
    (*profile.mutable_field_revisions())[field] = 7;
  }
  EXPECT_EQ(DrawResource({}, kNow, profile),
            "Field            Value\n"
            "field_revisions  email=7, name=7, website=7\n");
}

}  // namespace
}  // namespace profilesync::cli

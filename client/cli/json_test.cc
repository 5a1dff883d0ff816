#include "client/cli/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/context.h"
#include "profilesync/v1/profile_service.pb.h"

namespace profilesync::cli {
namespace {

using testing::HasSubstr;

TEST(ToJson, NamesFieldsAsTheProtoDoes) {
  v1::Profile profile;
  profile.set_kind(type::TRUST);
  EXPECT_THAT(ToJson(profile, true), HasSubstr("\"kind\":\"TRUST\""));
}

TEST(ToJson, PrintsMapsInTheOrderOfTheirKeys) {
  v1::Profile profile;
  for (const char* field : {"website", "email", "name", "given_name", "tax_number"}) {
    (*profile.mutable_field_revisions())[field] = 7;
  }
  EXPECT_THAT(ToJson(profile, true),
              HasSubstr("{\"email\":\"7\",\"given_name\":\"7\",\"name\":\"7\","
                        "\"tax_number\":\"7\",\"website\":\"7\"}"));
}

TEST(FromJson, ReadsWhatToJsonWrites) {
  v1::Profile profile;
  profile.mutable_fields()->set_name("Merrow");
  v1::Profile read;
  ASSERT_TRUE(FromJson(ToJson(profile), &read).ok());
  EXPECT_EQ(read.SerializeAsString(), profile.SerializeAsString());
  EXPECT_TRUE(IsUsageError(FromJson("{\"nope\": 1}", &read)));
}

TEST(ReadText, SaysWhatItCannotRead) {
  std::string text;
  EXPECT_TRUE(IsUsageError(ReadText("/nowhere", &text)));
}

}  // namespace
}  // namespace profilesync::cli

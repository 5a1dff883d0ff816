// Properties of syncs over the committed table of values: whatever is pushed or pulled compares
// IN_SYNC afterwards, and no sync writes a field that nobody named.

#include <set>

#include "absl/strings/str_cat.h"
#include "common/compare.h"
#include "tests/compare/pairs.h"
#include "tests/integration/sync/elements.h"
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

struct Value {
  const Field* field;
  type::PartyKind kind;
  std::string region;
  type::FieldValue value;
};

// Every value of the table that some side can hold, once for each field, kind and region.
std::vector<Value> Values() {
  std::vector<std::string> faults;
  std::set<std::string> seen;
  std::vector<Value> values;
  for (const Pair& pair : ReadPairs(PROFILESYNC_PAIRS, &faults)) {
    for (const type::FieldValue* value : {&pair.left, &pair.right}) {
      const std::string key = absl::StrCat(std::string(pair.field->name()), pair.kind, pair.region,
                                           value->SerializeAsString());
      if (!IsBlank(*value) && seen.insert(key).second) {
        values.push_back({pair.field, pair.kind, pair.region, *value});
      }
    }
  }
  EXPECT_TRUE(faults.empty());
  EXPECT_GE(values.size(), 300u);
  return values;
}

// The values in so many parts, which may run beside each other.
constexpr int kParts = 4;

class RoundTripTest : public SyncTest, public ::testing::WithParamInterface<int> {
 protected:
  // Those of the test's part.
  static std::vector<Value> PartOfValues() {
    const std::vector<Value> all = Values();
    std::vector<Value> part;
    for (std::size_t i = GetParam(); i < all.size(); i += kParts) {
      part.push_back(all[i]);
    }
    return part;
  }

  // A linked profile of the value's kind and region; "" where a caller may not set the value.
  std::string MakeWith(const Value& value, bool on_profile) {
    v1::CreateProfileRequest request;
    const std::string id = absl::StrCat("p", ++count_);
    request.set_parent(kFirm);
    request.set_profile_id(id);
    request.mutable_profile()->set_kind(value.kind);
    request.mutable_profile()->set_region_code(value.region);
    auto* fields = request.mutable_profile()->mutable_fields();
    fields->set_name("Somebody");
    if (on_profile) {
      value.field->Set(fields, value.value);
    }
    v1::Profile profile;
    const grpc::Status created =
        Call(*profiles_, &v1::ProfileService::Stub::CreateProfile, request, &profile);
    if (on_profile && created.error_code() == grpc::StatusCode::INVALID_ARGUMENT) {
      return "";
    }
    EXPECT_TRUE(created.ok()) << created.error_message();
    const bool person = value.kind == type::INDIVIDUAL || value.kind == type::SOLE_TRADER;
    const std::string client =
        xpm_.AddClient({.values = {{"Name", "Somebody"},
                                   // What no field of ours stands for, and no write may wipe.
                                   {"ReferralSource", "Referral"},
                                   {"ExportCode", "SOME01"},
                                   {"BusinessStructure", person ? "Individual" : "Company"}}});
    v1::Link link;
    const grpc::Status status = Link(profile.name(), client, &link);
    EXPECT_TRUE(status.ok()) << status.error_message();
    client_ = client;
    return link.name();
  }

  int count_ = 0;
  std::string client_;
};

TEST_P(RoundTripTest, EveryValueThatIsPushedIsInSyncAndNothingElseIsWritten) {
  int refused = 0;
  for (const Value& value : PartOfValues()) {
    const std::string link = MakeWith(value, /*on_profile=*/true);
    if (link.empty()) {
      ++refused;
      continue;
    }
    const std::string name(value.field->name());
    const auto record = xpm_.GetClient(client_).value();
    const v1::Profile profile = Profile(absl::StrCat("p", count_));
    const v1::SyncOperation operation = Sync(Request(link, {{name, v1::TO_PRACTICE}}));
    EXPECT_EQ(Outcomes(operation), "applied " + name)
        << value.value.ShortDebugString() << operation.DebugString();
    EXPECT_EQ(v1::FieldDiff::State_Name(Field(link, name).state()), "IN_SYNC")
        << value.value.ShortDebugString();
    EXPECT_EQ(Profile(absl::StrCat("p", count_)).DebugString(), profile.DebugString());
    EXPECT_EQ(operation.unasked_changes_size(), 0) << operation.DebugString();
    std::set<std::string> changed = ChangedElements(record, xpm_.GetClient(client_).value());
    for (const std::string& element : ElementsOf(name)) {
      changed.erase(element);
    }
    EXPECT_EQ(changed, std::set<std::string>()) << value.value.ShortDebugString();
  }
  // What a practice system may hold and no caller may set.
  EXPECT_LE(refused, 20);
}

TEST_P(RoundTripTest, EveryValueThatIsPulledIsInSync) {
  for (const Value& value : PartOfValues()) {
    const std::string link = MakeWith(value, /*on_profile=*/false);
    ASSERT_NE(link, "");
    const std::string name(value.field->name());
    ASSERT_TRUE(xpm_.EditClient(client_, {.values = ElementsWith(name, value.value)}).ok());
    Refresh(link);
    const v1::SyncOperation operation = Sync(Request(link, {{name, v1::TO_PROFILE}}));
    EXPECT_EQ(Outcomes(operation), "applied " + name) << value.value.ShortDebugString();
    EXPECT_EQ(v1::FieldDiff::State_Name(Field(link, name).state()), "IN_SYNC")
        << value.value.ShortDebugString();
  }
  EXPECT_TRUE(xpm_.calls("client.api/update").empty());
}

INSTANTIATE_TEST_SUITE_P(Parts, RoundTripTest, ::testing::Range(0, kParts));

}  // namespace
}  // namespace profilesync::testing

// Rows that are found by their keys: found, absent, replaced, unique, apart from other firms'.
#include "common/error.h"
#include "common/resource_name.h"
#include "server/store/contract/store_contract.h"
#include "server/store/leases.h"

namespace profilesync::store {
namespace {

using ::testing::IsEmpty;

constexpr auto kExists = absl::StatusCode::kAlreadyExists;

TEST_P(StoreContract, EmptyStoreHasNothing) {
  const absl::Status status = store().Read([](const Reader& reader) {
    v1::PracticeOrigin origin;
    EXPECT_EQ(reader.FindFirm("f")->has_value(), false);
    EXPECT_EQ(reader.FindAddOn("f", "a")->has_value(), false);
    EXPECT_EQ(reader.FindAddOnByTenant("f", "xpm", "t")->has_value(), false);
    EXPECT_EQ(reader.FindFieldRule("f", "a", "email")->has_value(), false);
    EXPECT_EQ(reader.FindCredentials("f", "a")->has_value(), false);
    EXPECT_EQ(reader.FindCallLedger("xpm", "t")->has_value(), false);
    EXPECT_EQ(reader.FindRefreshState("f", "a")->has_value(), false);
    EXPECT_EQ(reader.FindProfile("f", "p")->has_value(), false);
    EXPECT_EQ(reader.FindProfileByOrigin("f", origin)->has_value(), false);
    EXPECT_EQ(reader.FindLink("f", "l")->has_value(), false);
    EXPECT_EQ(reader.FindLinkOfProfile("f", "p", "a")->has_value(), false);
    EXPECT_EQ(reader.FindLinkOfClient("f", "a", "c")->has_value(), false);
    EXPECT_EQ(reader.FindSnapshot("f", "l")->has_value(), false);
    EXPECT_EQ(reader.FindDiff("f", "l")->has_value(), false);
    EXPECT_EQ(reader.FindSyncOperation("f", "o")->has_value(), false);
    EXPECT_EQ(reader.FindRequest("s", "r")->has_value(), false);
    EXPECT_EQ(reader.FindLongOperation("f", "o")->has_value(), false);
    EXPECT_EQ(*reader.CountDiffering("f", {}), 0);
    EXPECT_EQ(*reader.LatestRevision("f"), 0);
    EXPECT_THAT(*reader.ListFirms("", 9), IsEmpty());
    EXPECT_THAT(*reader.ListUnfinishedSyncOperations(), IsEmpty());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(store().Health().ok());
}

TEST_P(StoreContract, DeletingWhatIsNotThereIsNoError) {
  EXPECT_TRUE(Write([](Transaction& t) {
                EXPECT_TRUE(t.DeleteAddOn("f", "a").ok());
                EXPECT_TRUE(t.DeleteFieldRule("f", "a", "email").ok());
                EXPECT_TRUE(t.DeleteCredentials("f", "a").ok());
                EXPECT_TRUE(t.DeleteProfile("f", "p").ok());
                EXPECT_TRUE(t.DeleteLink("f", "l").ok());
                EXPECT_TRUE(t.DeleteRequest("s", "r").ok());
                EXPECT_TRUE(t.DeleteRequestsBefore(absl::Now()).ok());
                EXPECT_TRUE(t.ReleaseLease("k", 1).ok());
                return absl::OkStatus();
              }).ok());
}

TEST_P(StoreContract, FirmsAreFoundAndReplaced) {
  v1::Firm firm = MakeFirm("f");
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutFirm(firm); }).ok());
  firm.set_display_name("Other");
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutFirm(firm); }).ok());
  EXPECT_EQ(TextOf(*Read([](const Reader& r) { return r.FindFirm("f"); })), TextOf(firm));
}

TEST_P(StoreContract, AddOnsAreUniquePerTenant) {
  const v1::AddOn first = MakeAddOn("f", "a", "xpm", "tenant");
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutAddOn(first); }).ok());
  const auto put = [&](const v1::AddOn& add_on) {
    return Write([&](Transaction& t) { return t.PutAddOn(add_on); });
  };
  EXPECT_THAT(put(MakeAddOn("f", "b", "xpm", "tenant")), HasCode(kExists));
  EXPECT_TRUE(put(MakeAddOn("f", "c", "aps", "tenant")).ok());
  EXPECT_TRUE(put(MakeAddOn("f", "d", "xpm", "TENANT")).ok());
  EXPECT_TRUE(put(MakeAddOn("g", "a", "xpm", "tenant")).ok());
  // Until a person has authorised it an add-on has no tenant.
  EXPECT_TRUE(put(MakeAddOn("f", "e", "xpm", "")).ok());
  EXPECT_TRUE(put(MakeAddOn("f", "g", "xpm", "")).ok());
  EXPECT_TRUE(put(first).ok());

  EXPECT_EQ(TextOf(*Read([](const Reader& r) { return r.FindAddOn("f", "a"); })), TextOf(first));
  EXPECT_EQ(Read([](const Reader& r) { return r.FindAddOnByTenant("f", "aps", "tenant"); })->name(),
            AddOnName("f", "c"));
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteAddOn("f", "a"); }).ok());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindAddOn("f", "a"); }).has_value());
  EXPECT_TRUE(put(MakeAddOn("f", "b", "xpm", "tenant")).ok());
}

TEST_P(StoreContract, CredentialsAreReplacedAndGoWithTheirAddOn) {
  storage::v1::AddOnCredentials credentials;
  const auto put = [&](const std::string& firm, const std::string& refresh_token) {
    credentials.mutable_tokens()->set_refresh_token(refresh_token);
    return Write([&](Transaction& t) { return t.PutCredentials(firm, "a", credentials); });
  };
  const auto find = [&](const std::string& firm) {
    const auto found = Read([&](const Reader& r) { return r.FindCredentials(firm, "a"); });
    return found ? found->tokens().refresh_token() : "none";
  };
  ASSERT_TRUE(put("f", "first").ok());
  ASSERT_TRUE(put("g", "of another firm").ok());
  credentials.mutable_pending()->set_state("state");
  ASSERT_TRUE(put("f", "second").ok());
  EXPECT_EQ(TextOf(*Read([](const Reader& r) { return r.FindCredentials("f", "a"); })),
            TextOf(credentials));

  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteCredentials("f", "a"); }).ok());
  EXPECT_EQ(find("f"), "none");
  ASSERT_TRUE(put("f", "third").ok());
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteAddOn("f", "a"); }).ok());
  EXPECT_EQ(find("f"), "none");
  EXPECT_EQ(find("g"), "of another firm");
}

TEST_P(StoreContract, FieldRulesAreReplacedAndGoOneByOneOrWithTheirAddOn) {
  const auto put = [&](const v1::FieldRule& rule) {
    return Write([&](Transaction& t) { return t.PutFieldRule(rule); });
  };
  const auto find = [&](const std::string& firm, const std::string& add_on,
                        const std::string& field) {
    return Read([&](const Reader& r) { return r.FindFieldRule(firm, add_on, field); });
  };
  for (const char* field : {"email", "website"}) {
    ASSERT_TRUE(put(MakeFieldRule("f", "a", field)).ok());
    ASSERT_TRUE(put(MakeFieldRule("f", "b", field)).ok());
    ASSERT_TRUE(put(MakeFieldRule("g", "a", field)).ok());
  }
  v1::FieldRule rule = MakeFieldRule("f", "a", "email");
  rule.set_preference(v1::FieldRule::PROFILE);
  ASSERT_TRUE(put(rule).ok());
  EXPECT_EQ(TextOf(*find("f", "a", "email")), TextOf(rule));
  EXPECT_EQ(find("f", "b", "email")->preference(), v1::FieldRule::PREFERENCE_UNSPECIFIED);
  EXPECT_FALSE(find("f", "a", "EMAIL").has_value());

  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteFieldRule("f", "a", "website"); }).ok());
  EXPECT_FALSE(find("f", "a", "website").has_value());
  EXPECT_TRUE(find("f", "a", "email").has_value());
  EXPECT_TRUE(find("f", "b", "website").has_value());
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteAddOn("f", "a"); }).ok());
  EXPECT_FALSE(find("f", "a", "email").has_value());
  EXPECT_TRUE(find("f", "b", "email").has_value());
  EXPECT_TRUE(find("g", "a", "email").has_value());
  rule.set_name("firms/f/addOns/a");
  EXPECT_THAT(put(rule), HasCode(absl::StatusCode::kInternal));
}

TEST_P(StoreContract, RefreshStatesAreReplacedAndGoWithTheirAddOn) {
  storage::v1::RefreshState state;
  for (const int seconds : {1, 2}) {
    state.mutable_cursor_time()->set_seconds(seconds);
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutRefreshState("f", "a", state); }).ok());
  }
  const auto find = [&] {
    return Read([](const Reader& r) { return r.FindRefreshState("f", "a"); });
  };
  EXPECT_EQ(TextOf(*find()), TextOf(state));
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteAddOn("f", "a"); }).ok());
  EXPECT_FALSE(find().has_value());
}

TEST_P(StoreContract, CallLedgersAreReplacedEachForItself) {
  storage::v1::CallLedger ledger;
  const auto put = [&](const std::string& system, const std::string& tenant, int last_id) {
    ledger.set_last_id(last_id);
    return Write([&](Transaction& t) { return t.PutCallLedger(system, tenant, ledger); });
  };
  ASSERT_TRUE(put("xpm", "t", 1).ok());
  ASSERT_TRUE(put("xpm", "u", 2).ok());
  ASSERT_TRUE(put("aps", "t", 3).ok());
  ASSERT_TRUE(put("xpm", "t", 4).ok());
  const auto find = [&](const std::string& system, const std::string& tenant) {
    return Read([&](const Reader& r) { return r.FindCallLedger(system, tenant); })->last_id();
  };
  EXPECT_EQ(find("xpm", "t"), 4);
  EXPECT_EQ(find("xpm", "u"), 2);
  EXPECT_EQ(find("aps", "t"), 3);
}

TEST_P(StoreContract, TheLeaseOnCredentialsGoesWithThem) {
  Lease lease;
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                auto taken = t.AcquireLease(CredentialsLeaseKey(AddOnName("f", "a")), "holder",
                                            absl::FromUnixSeconds(1), absl::FromUnixSeconds(9));
                lease = taken.value_or(Lease());
                return taken.status();
              }).ok());
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteCredentials("f", "a"); }).ok());
  EXPECT_THAT(Write([&](Transaction& t) {
                return t.CheckLease(CredentialsLeaseKey(AddOnName("f", "a")), lease.fence);
              }),
              HasCode(absl::StatusCode::kAborted));
}

TEST_P(StoreContract, ProfilesComeBackWhole) {
  ProfileRow row = MakeProfile("f", "p", "Aroha", 1, 2);
  row.profile.mutable_fields()->set_tax_number("123-456-789");
  row.profile.mutable_fields()->set_email("");
  (*row.profile.mutable_field_revisions())["name"] = 7;
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutProfile(row); }).ok());
  const auto found = Read([](const Reader& r) { return r.FindProfile("f", "p"); });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(TextOf(found->profile), TextOf(row.profile));
  EXPECT_EQ(TextOf(found->extra), TextOf(row.extra));

  row.profile.mutable_fields()->clear_tax_number();
  row.profile.mutable_fields()->set_name("Āwhina");
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutProfile(row); }).ok());
  EXPECT_EQ(TextOf(Read([](const Reader& r) { return r.FindProfile("f", "p"); })->profile),
            TextOf(row.profile));
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteProfile("f", "p"); }).ok());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindProfile("f", "p"); }).has_value());
}

TEST_P(StoreContract, ProfilesAreFoundByTheNormalFormOfTheirName) {
  ASSERT_TRUE(Write([](Transaction& t) {
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "q", "aroha")).ok());
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "p", "aroha")).ok());
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "r", "other")).ok());
                EXPECT_TRUE(t.PutProfile(MakeProfile("g", "p", "aroha")).ok());
                ProfileRow blank = MakeProfile("f", "blank");
                blank.extra.clear_forms();
                return t.PutProfile(blank);
              }).ok());
  const auto find = [&](const std::string& form, int limit = 9) {
    std::vector<std::string> ids;
    for (const ProfileRow& row :
         Read([&](const Reader& r) { return r.ListProfilesByNameForm("f", form, limit); })) {
      ids.push_back(IdOf(row.profile.name()));
    }
    return ids;
  };
  EXPECT_THAT(find("aroha"), ::testing::ElementsAre("p", "q"));
  EXPECT_THAT(find("aroha", 1), ::testing::ElementsAre("p"));
  EXPECT_THAT(find(""), IsEmpty());
  ASSERT_TRUE(
      Write([](Transaction& t) { return t.PutProfile(MakeProfile("f", "q", "renamed")); }).ok());
  EXPECT_THAT(find("aroha"), ::testing::ElementsAre("p"));
  EXPECT_THAT(find("renamed"), ::testing::ElementsAre("q"));
}

TEST_P(StoreContract, ProfilesAreUniquePerOrigin) {
  const auto imported = [](const std::string& firm, const std::string& id,
                           const std::string& client) {
    ProfileRow row = MakeProfile(firm, id);
    row.profile.mutable_origin()->set_practice_system(PracticeSystemName("xpm"));
    row.profile.mutable_origin()->set_tenant_id("t");
    row.profile.mutable_origin()->set_practice_client_id(client);
    return row;
  };
  const auto put = [&](const ProfileRow& row) {
    return Write([&](Transaction& t) { return t.PutProfile(row); });
  };
  EXPECT_TRUE(put(imported("f", "p", "c")).ok());
  EXPECT_THAT(put(imported("f", "q", "c")), HasCode(kExists));
  EXPECT_TRUE(put(imported("f", "q", "C")).ok());
  EXPECT_TRUE(put(imported("g", "p", "c")).ok());
  EXPECT_TRUE(put(MakeProfile("f", "r")).ok());
  EXPECT_TRUE(put(MakeProfile("f", "s")).ok());
  EXPECT_THAT(put(imported("f", "r", "C")), HasCode(kExists));
  const v1::PracticeOrigin origin = imported("f", "p", "c").profile.origin();
  EXPECT_EQ(
      Read([&](const Reader& r) { return r.FindProfileByOrigin("f", origin); })->profile.name(),
      ProfileName("f", "p"));
  EXPECT_FALSE(
      Read([&](const Reader& r) { return r.FindProfileByOrigin("h", origin); }).has_value());
}

TEST_P(StoreContract, LinksComeBackWhole) {
  LinkRow row = MakeLink("f", "l", "p", "a", "c");
  row.write_sequence = 1LL << 40;
  row.refresh_due = absl::FromUnixNanos(1'234'567'890'123'456'789);
  row.unfinished_operation = "op";
  row.bases.set_normaliser_version("v1");
  row.bases.add_bases()->set_field_number(type::ClientFields::kEmailFieldNumber);
  row.bases.add_bases()->set_field_number(type::ClientFields::kTaxNumberFieldNumber);
  row.bases.mutable_bases(1)->mutable_profile_value()->set_text("123-456-789");
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutLink(row); }).ok());
    const auto found = Read([](const Reader& r) { return r.FindLink("f", "l"); });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(TextOf(found->link), TextOf(row.link));
    EXPECT_EQ(TextOf(found->bases), TextOf(row.bases));
    EXPECT_EQ(found->write_sequence, row.write_sequence);
    EXPECT_EQ(found->refresh_due, row.refresh_due);
    EXPECT_EQ(found->unfinished_operation, row.unfinished_operation);
    row = MakeLink("f", "l", "p", round == 0 ? "a" : "b", "d");  // the same key, other ends
  }
}

TEST_P(StoreContract, LinksAreUniquePerProfileAndClient) {
  const auto put = [&](const LinkRow& row) {
    return Write([&](Transaction& t) { return t.PutLink(row); });
  };
  EXPECT_TRUE(put(MakeLink("f", "l", "p", "a", "c")).ok());
  EXPECT_THAT(put(MakeLink("f", "m", "p", "a", "d")), HasCode(kExists));
  EXPECT_THAT(put(MakeLink("f", "m", "q", "a", "c")), HasCode(kExists));
  EXPECT_TRUE(put(MakeLink("f", "m", "p", "b", "c")).ok());
  EXPECT_TRUE(put(MakeLink("f", "n", "P", "a", "C")).ok());
  EXPECT_TRUE(put(MakeLink("g", "l", "p", "a", "c")).ok());
  EXPECT_THAT(put(MakeLink("f", "n", "p", "a", "C")), HasCode(kExists));
  EXPECT_EQ(Read([](const Reader& r) { return r.FindLinkOfProfile("f", "p", "b"); })->link.name(),
            LinkName("f", "m"));
  EXPECT_EQ(Read([](const Reader& r) { return r.FindLinkOfClient("f", "a", "C"); })->link.name(),
            LinkName("f", "n"));
}

TEST_P(StoreContract, DeletingALinkTakesWhatHangsOnIt) {
  ASSERT_TRUE(Write([](Transaction& t) {
                EXPECT_TRUE(t.PutLink(MakeLink("f", "l", "p", "a", "c")).ok());
                EXPECT_TRUE(t.PutSnapshot("f", "l", storage::v1::Snapshot()).ok());
                EXPECT_TRUE(t.PutDiff("f", MakeDiff("l", 1)).ok());
                EXPECT_TRUE(t.PutDiff("f", MakeDiff("other", 2)).ok());
                EXPECT_TRUE(t.AppendFieldHistory("f", "l", v1::FieldHistoryEntry()).ok());
                return t.PutSyncOperation(
                    MakeOperation("f", "o", "p", "l", v1::SyncOperation::DONE));
              }).ok());
  ASSERT_TRUE(Write([](Transaction& t) {
                const auto lease = t.AcquireLease(LinkLeaseKey("firms/f/links/l"), "h", absl::Now(),
                                                  absl::InfiniteFuture());
                EXPECT_TRUE(t.DeleteLink("f", "l").ok());
                EXPECT_THAT(t.CheckLease(LinkLeaseKey("firms/f/links/l"), lease->fence),
                            HasCode(absl::StatusCode::kAborted));
                return absl::OkStatus();
              }).ok());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindLink("f", "l"); }).has_value());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindSnapshot("f", "l"); }).has_value());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindDiff("f", "l"); }).has_value());
  EXPECT_EQ(Read([](const Reader& r) { return r.CountDiffering("f", {}); }), 1);
  EXPECT_EQ(Read([](const Reader& r) { return r.ListFieldHistory("f", "l", "", 9); }).size(), 1U);
  EXPECT_TRUE(Read([](const Reader& r) { return r.FindSyncOperation("f", "o"); }).has_value());
}

TEST_P(StoreContract, SnapshotsComeBackWhole) {
  storage::v1::Snapshot snapshot;
  snapshot.mutable_client()->set_id("c");
  snapshot.mutable_client()->mutable_fields()->set_email("");
  snapshot.mutable_forms()->set_normaliser_version("v1");
  for (const std::string tax_number : {"", "123-456-789"}) {
    if (!tax_number.empty()) {
      snapshot.mutable_client()->mutable_fields()->set_tax_number(tax_number);
    }
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutSnapshot("f", "l", snapshot); }).ok());
    EXPECT_EQ(TextOf(*Read([](const Reader& r) { return r.FindSnapshot("f", "l"); })),
              TextOf(snapshot));
  }
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindSnapshot("g", "l"); }).has_value());
}

TEST_P(StoreContract, DiffsAreCountedByFirm) {
  struct Step {
    std::string firm, link;
    bool differs;
    int f_count, g_count;
  };
  const Step steps[] = {{"f", "l", true, 1, 0},  {"f", "m", false, 1, 0}, {"f", "m", true, 2, 0},
                        {"g", "l", true, 2, 1},  {"f", "l", true, 2, 1},  {"f", "l", false, 1, 1},
                        {"f", "l", false, 1, 1}, {"g", "l", false, 1, 0}};
  std::int64_t sequence = 0;
  for (const Step& step : steps) {
    DiffRow diff = MakeDiff(step.link, ++sequence, std::string("bytes \0 of", 10) + step.link);
    if (!step.differs) {
      diff.differ_time = absl::InfinitePast();
      diff.differing.clear();
    }
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutDiff(step.firm, diff); }).ok());
    const auto found = Read([&](const Reader& r) { return r.FindDiff(step.firm, step.link); });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->diff, diff.diff);
    EXPECT_EQ(found->sequence, diff.sequence);
    EXPECT_EQ(found->link_id, step.link);
    EXPECT_EQ(found->add_on_id, diff.add_on_id);
    EXPECT_EQ(found->differ_time, diff.differ_time);
    EXPECT_EQ(found->differing, diff.differing);
    EXPECT_EQ(Read([](const Reader& r) { return r.CountDiffering("f", {}); }), step.f_count);
    EXPECT_EQ(Read([](const Reader& r) { return r.CountDiffering("g", {}); }), step.g_count);
  }
}

TEST_P(StoreContract, RemembersWhatMadeTheStates) {
  EXPECT_EQ(Read([](const Reader& r) { return r.StatesVersion(); }), "");
  for (const char* version : {"one", "two"}) {
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutStatesVersion(version); }).ok());
    EXPECT_EQ(Read([](const Reader& r) { return r.StatesVersion(); }), version);
  }
}

TEST_P(StoreContract, KeysAreComparedByteByByte) {
  // Alike but for case, composition, white space, or because one begins with the other.
  const std::vector<std::string> clients = {
      "a", "A", "a.b", "a ", "\u00e9", "e\u0301", "\u00c9", "10", "9", std::string("a\0b", 3)};
  ASSERT_TRUE(Write([&](Transaction& t) {
                for (std::size_t i = 0; i < clients.size(); ++i) {
                  const std::string id = "l" + std::to_string(i);
                  EXPECT_TRUE(t.PutLink(MakeLink("f", id, "p" + id, "a", clients[i])).ok());
                }
                return absl::OkStatus();
              }).ok());
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto found =
        Read([&](const Reader& r) { return r.FindLinkOfClient("f", "a", clients[i]); });
    ASSERT_TRUE(found.has_value()) << clients[i];
    EXPECT_EQ(found->link.name(), LinkName("f", "l" + std::to_string(i)));
  }
}

TEST_P(StoreContract, FirmsAreApart) {
  // The same ids in firms whose ids begin alike.
  const std::vector<std::string> firms = {"a", "A", "a.b", "ab"};
  for (const std::string& firm : firms) {
    ASSERT_TRUE(Write([&](Transaction& t) {
                  EXPECT_TRUE(t.PutFirm(MakeFirm(firm)).ok());
                  EXPECT_TRUE(t.PutAddOn(MakeAddOn(firm, "x", "xpm", "t")).ok());
                  EXPECT_TRUE(t.PutProfile(MakeProfile(firm, "x", "of " + firm)).ok());
                  EXPECT_TRUE(t.PutLink(MakeLink(firm, "x", "x", "x", "c")).ok());
                  EXPECT_TRUE(t.PutDiff(firm, MakeDiff("x", 1, "of " + firm)).ok());
                  v1::ProfileChange change = MakeChange(firm, "x");
                  EXPECT_EQ(*t.AppendProfileChange(firm, &change), 1);
                  EXPECT_EQ(*t.NextDiffSequence(firm), 1);
                  return absl::OkStatus();
                }).ok());
  }
  for (const std::string& firm : firms) {
    const auto status = store().Read([&](const Reader& r) {
      EXPECT_EQ((*r.FindProfile(firm, "x"))->profile.fields().name(), "of " + firm);
      EXPECT_EQ((*r.FindDiff(firm, "x"))->diff, "of " + firm);
      EXPECT_EQ(r.ListAddOns(firm, "", 9)->size(), 1U);
      EXPECT_EQ(r.ListProfiles(firm, ProfileOrder::kDisplayName, false, {}, 9)->size(), 1U);
      EXPECT_EQ(r.ListLinks(firm, {}, "", 9)->size(), 1U);
      EXPECT_EQ(r.ListDiffering(firm, {}, true, {}, 9)->size(), 1U);
      EXPECT_EQ(r.ListProfileChanges(firm, 0, 9)->size(), 1U);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_EQ(Read([](const Reader& r) { return r.ListFirms("", 9); }).size(), firms.size());
}

TEST_P(StoreContract, ARowWithoutAProperNameIsADefect) {
  EXPECT_THAT(Write([](Transaction& t) { return t.PutFirm(v1::Firm()); }),
              HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(Write([](Transaction& t) { return t.PutProfile(ProfileRow()); }),
              HasCode(absl::StatusCode::kInternal));
  EXPECT_TRUE(store().Health().ok());
}

}  // namespace
}  // namespace profilesync::store

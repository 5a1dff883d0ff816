// Properties of syncs of random fields in random directions, between random values: what was
// applied is in sync, and nothing that nobody named is written on either side.
#include <ostream>
#include <random>

#include "common/catalogue.h"
#include "tests/integration/sync/elements.h"
#include "tests/integration/sync/fixture.h"
#include "tests/sandbox/xpm/client_elements.h"
#include "tests/support/seeds.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::ClientElement;
using xpm_sandbox::ClientRecord;
using xpm_sandbox::Content;

struct Party {
  std::string name;
  type::PartyKind kind;
  std::string structure;
  std::string jurisdiction;
  unsigned seed;
};

void PrintTo(const Party& party, std::ostream* out) { *out << party.name; }

type::FieldValue Text(const std::string& text) {
  type::FieldValue value;
  if (!text.empty()) {
    value.set_text(text);
  }
  return value;
}

type::FieldValue AddressOf(const std::vector<std::string>& lines, const std::string& city,
                           const std::string& region, const std::string& code,
                           const std::string& country) {
  type::FieldValue value;
  type::Address* address = value.mutable_address();
  for (const std::string& line : lines) {
    address->add_lines(line);
  }
  address->set_city(city);
  address->set_region(region);
  address->set_postal_code(code);
  address->set_country(country);
  return value;
}

// Values of one kind, blank among them where the field may be, and several that only differ in
// format. The last ones only a practice's staff can enter.
struct Pool {
  std::vector<type::FieldValue> values;
  std::size_t callers_may_set;
};

Pool AddressPool() {
  return {{type::FieldValue(), AddressOf({"PO Box 23 226"}, "Wellington", "", "6140", "NZ"),
           AddressOf({"P O Box 23226"}, "wellington", "", "6140", "NZ"),
           AddressOf({"Flat 2", "14 Rata Road"}, "Nelson", "Tasman", "7010", ""),
           AddressOf({"", "12 Banksia Street"}, "Geelong", "VIC", "3220", "AU"),
           AddressOf({}, "Ōtaki", "", "", ""),
           AddressOf({"2/14 Rata Rd"}, "Nelson", "Tasman", "7010", "New Zealand"),
           AddressOf({"1 Kelp Lane"}, "Deep", "", "", "Atlantis"),
           AddressOf({"45 Harbour St\r", "  ", "Wellington 6011"}, "", "", " ", ""),
           AddressOf({"1 a", "2 b", "3 c", "4 d", "5 e", "6 f", "7 g"}, " X ", "", " ",
                     "NEW ZEALAND ")},
          6};
}

Pool TextPool(const std::vector<std::string>& of_callers, const std::vector<std::string>& others) {
  Pool pool{{}, of_callers.size()};
  for (const auto* texts : {&of_callers, &others}) {
    for (const std::string& text : *texts) {
      pool.values.push_back(Text(text));
    }
  }
  return pool;
}

Pool PoolOf(const Field& field) {
  switch (field.kind()) {
    case type::ADDRESS:
      return AddressPool();
    case type::EMAIL:
      return TextPool({"", "ann@a.example", "Ann@A.example", "b@b.example"}, {"no address", " "});
    case type::PHONE:
      return TextPool({"", "04 555 0100", "+64 4 555 0100", "021 555 0123"},
                      {"asdasdsad", " ", "04 555 0100 ext 5", "0800 CALL ME"});
    case type::URL:
      return TextPool({"", "a.example", "https://a.example/", "http://b.example/x?y=1&z=%20"},
                      {"ask Ann", "  "});
    case type::DATE:
      return TextPool({"", "1984-02-29", "29/02/1984", "1990-12-31"}, {});
    case type::IDENTIFIER:
      return TextPool({"", "5550001", "555-0001", "51 000 000 001"}, {});
    case type::PERSON_OR_ENTITY_NAME:
      return TextPool({"Ann Bee", "Bee, Ann", "A & <B> Ltd", "  Zoë   O'Hara "}, {});
    default:
      return TextPool({"", "Ann", "ANN", "Zoë & \"co\""}, {"x\ty", " ", "Ann "});
  }
}

// Something in every element that there is, as XPM could have it.
std::string ValueFor(const ClientElement& element, const Party& party) {
  switch (element.content) {
    case Content::kYesNo:
      // An archived or a deleted client can't be written.
      return element.write_name.empty() ? "" : "Yes";
    case Content::kDate:
      return "1984-02-29";
    case Content::kChoice:
      return std::string(element.choices.substr(0, element.choices.find('|')));
    case Content::kDecimal:
      return "0.25";
    case Content::kMonth:
      return "3";
    case Content::kGstPeriod:
      return "2 Monthly";
    case Content::kTaxNumber:
      return "111-222-333";
    case Content::kStructureName:
      return party.structure;
    case Content::kStaff:
    case Content::kClient:
      return "4be0c6a1-6d2f-4c6e-9c2a-5b0a4a2f7d03";
    case Content::kList:
      return "";
    default:
      return "Some " + std::string(element.name);
  }
}

ClientRecord FullClient(const Party& party) {
  const bool individual = party.kind == type::INDIVIDUAL;
  ClientRecord record;
  record.jurisdiction = party.jurisdiction;
  record.opened_for_tax = true;
  for (const ClientElement& element : xpm_sandbox::ClientElements()) {
    if (individual || !element.individuals_only) {
      record.Set(std::string(element.name), ValueFor(element, party));
    }
  }
  record.contacts = {{{"UUID", "f1c5b7d8-0e7b-4b59-8b0d-3d0b1a9d5e04"},
                      {"Name", "Tom"},
                      {"Mobile", "021 555 0199"},
                      {"IsPrimary", "Yes"}}};
  record.notes = {{{"Title", "Year end"}, {"Text", "Wants accounts by June."}}};
  record.groups = {{{"UUID", "6c3d1c2b-7e0a-4a3f-b0f4-1f7c9d1b2a06"}, {"Name", "A family"}}};
  record.relationships = {{{"UUID", "0d4f4b1e-2a6b-4d35-9e0e-7e6b5a8c3f07"}, {"Type", "Director"}}};
  record.type = {{"Name", "20th of Month"}, {"PaymentTerm", "DayOfMonth"}, {"PaymentDay", "20"}};
  return record;
}

class RandomSyncTest : public SyncTest, public ::testing::WithParamInterface<Party> {
 protected:
  // Both sides at one moment.
  struct Sides {
    v1::Profile profile;
    ClientRecord client;
  };

  RandomSyncTest() : random_(GetParam().seed) {
    client_ = xpm_.AddClient(FullClient(GetParam()));
    type::ClientFields fields;
    fields.set_name("Somebody");
    fields.set_tax_number("123-456-782");
    v1::Link link;
    const grpc::Status status = Link(MakeProfile("p", fields, GetParam().kind), client_, &link);
    EXPECT_TRUE(status.ok()) << status.error_message();
    link_ = link.name();
  }

  // Below `end`. Not by a distribution: these differ between libraries.
  std::size_t Below(std::size_t end) { return random_() % end; }

  Sides Now() { return {Profile("p"), xpm_.GetClient(client_).value()}; }

  // Some fields of both sides get other values, and are read.
  void Disturb() {
    v1::UpdateProfileRequest save;
    save.mutable_profile()->set_name("firms/harbour/profiles/p");
    xpm_sandbox::ElementMap edit;
    for (const auto& field : Catalogue::Get().All()) {
      if (field.sensitive() || !field.AppliesTo(GetParam().kind)) {
        continue;
      }
      const Pool pool = PoolOf(field);
      const std::size_t which = Below(6);
      if (which == 0 || which == 1) {
        field.Set(save.mutable_profile()->mutable_fields(),
                  pool.values[Below(pool.callers_may_set)]);
        save.mutable_update_mask()->add_paths("fields." + std::string(field.name()));
      }
      if (which == 1 || which == 2) {
        edit.merge(ElementsWith(field.name(), pool.values[Below(pool.values.size())]));
      }
    }
    v1::Profile saved;
    if (!save.update_mask().paths().empty()) {
      const grpc::Status status =
          Call(*profiles_, &v1::ProfileService::Stub::UpdateProfile, save, &saved);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
    ASSERT_TRUE(xpm_.EditClient(client_, {.values = edit}).ok());
    Refresh(link_);
  }

  // A sync of random fields in directions that are permitted. `blanks` are the indices of those
  // that would empty the other side, and need `clear`.
  v1::SyncProfileRequest RandomRequest(std::vector<int>* blanks) {
    const v1::Diff diff = Diff(link_);
    v1::SyncProfileRequest request;
    request.set_name(diff.profile());
    for (const v1::FieldDiff& field : diff.fields()) {
      if (field.permitted_directions().empty() || Below(2) == 0) {
        continue;
      }
      v1::FieldSync* sync = request.add_fields();
      sync->set_field(field.field());
      sync->set_etag(field.etag());
      sync->set_direction(
          field.permitted_directions(static_cast<int>(Below(field.permitted_directions_size()))));
      const bool push = sync->direction() == v1::TO_PRACTICE;
      const bool from = push ? field.has_profile_value() : field.has_practice_value();
      const bool to = push ? field.has_practice_value() : field.has_profile_value();
      if (!from && to) {
        blanks->push_back(request.fields_size() - 1);
      }
    }
    return request;
  }

  // Without `clear` nothing at all is written.
  void ExpectRefused(const v1::SyncProfileRequest& request, const std::vector<int>& blanks) {
    const Sides before = Now();
    std::vector<std::string> expected;
    expected.reserve(blanks.size());
    for (const int index : blanks) {
      expected.push_back("fields[" + std::to_string(index) + "].clear");
    }
    v1::SyncOperation operation;
    const grpc::Status status = Sync(request, &operation);
    EXPECT_EQ(ViolatedFields(status), expected) << status.error_message();
    const Sides after = Now();
    EXPECT_EQ(after.profile.DebugString(), before.profile.DebugString());
    EXPECT_EQ(ChangedElements(before.client, after.client), std::set<std::string>());
  }

  void ExpectNothingElseChanged(const v1::SyncProfileRequest& request, const Sides& before,
                                const Sides& after) {
    std::set<std::string> elements = ChangedElements(before.client, after.client);
    v1::Profile was = before.profile;
    v1::Profile is = after.profile;
    for (v1::Profile* profile : {&was, &is}) {
      profile->clear_revision();
      profile->clear_update_time();
      profile->clear_etag();
    }
    for (const v1::FieldSync& sync : request.fields()) {
      const auto& field = *Catalogue::Get().Find(sync.field());
      if (sync.direction() == v1::TO_PRACTICE) {
        for (const std::string& element : ElementsOf(sync.field())) {
          elements.erase(element);
        }
        continue;
      }
      for (v1::Profile* profile : {&was, &is}) {
        field.Clear(profile->mutable_fields());
        profile->mutable_field_revisions()->erase(sync.field());
      }
    }
    EXPECT_EQ(elements, std::set<std::string>());
    EXPECT_EQ(is.DebugString(), was.DebugString());
  }

  void ExpectInSync(const v1::SyncOperation& operation) {
    EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
    EXPECT_EQ(operation.unasked_changes_size(), 0);
    for (const v1::FieldResult& result : operation.field_results()) {
      const v1::FieldDiff field = Field(link_, result.field());
      const bool applied = result.outcome() == v1::FieldResult::APPLIED;
      EXPECT_TRUE(applied || result.outcome() == v1::FieldResult::UNCHANGED);
      // A masked value can't be compared.
      EXPECT_EQ(v1::FieldDiff::State_Name(field.state()),
                result.field() == "tax_number" ? "NOT_COMPARABLE" : "IN_SYNC")
          << field.DebugString();
      applied_ += applied ? 1 : 0;
    }
  }

  // No value is gone that wasn't to be cleared.
  void ExpectNoBlanks(const v1::SyncProfileRequest& request, const Sides& before,
                      const Sides& after) {
    for (const v1::FieldSync& sync : request.fields()) {
      const auto& field = *Catalogue::Get().Find(sync.field());
      const auto blank = [&](const Sides& sides) {
        if (sync.direction() == v1::TO_PROFILE) {
          return IsBlank(field.Get(sides.profile.fields()));
        }
        bool none = true;
        for (const std::string& element : ElementsOf(sync.field())) {
          none = none && IsBlank(sides.client.Get(element));
        }
        return none;
      };
      EXPECT_TRUE(!blank(after) || blank(before) || sync.clear()) << sync.field();
      EXPECT_TRUE(blank(after) || !sync.clear()) << sync.field();
    }
  }

  std::mt19937 random_;
  std::string client_;
  std::string link_;
  int applied_ = 0;
};

TEST_P(RandomSyncTest, WritesWhatWasNamedAndNothingElse) {
  constexpr int kSyncs = 50;
  int refused = 0;
  for (int i = 0; i < kSyncs && !HasFailure(); ++i) {
    Disturb();
    std::vector<int> blanks;
    v1::SyncProfileRequest request = RandomRequest(&blanks);
    if (request.fields().empty()) {
      continue;
    }
    if (!blanks.empty()) {
      ExpectRefused(request, blanks);
      ++refused;
    }
    for (const int index : blanks) {
      request.mutable_fields(index)->set_clear(true);
    }
    const Sides before = Now();
    const v1::SyncOperation operation = Sync(request);
    const Sides after = Now();
    SCOPED_TRACE(::testing::Message() << "sync " << i << "\n" << operation.DebugString());
    ExpectInSync(operation);
    ExpectNothingElseChanged(request, before, after);
    ExpectNoBlanks(request, before, after);
  }
  // That the values and fields are random enough to mean something.
  EXPECT_GE(refused, kSyncs / 4);
  EXPECT_GE(applied_, 2 * kSyncs);
}

std::vector<Party> Parties() {
  std::vector<Party> parties;
  for (const unsigned seed : Seeds({20260501})) {
    const std::string suffix = "_" + std::to_string(seed);
    parties.push_back({"Individual" + suffix, type::INDIVIDUAL, "Individual", "NZ", seed});
    parties.push_back({"Company" + suffix, type::COMPANY, "Company", "NZ", seed});
    parties.push_back({"Trust" + suffix, type::TRUST, "Trust", "AU", seed});
  }
  return parties;
}

INSTANTIATE_TEST_SUITE_P(Parties, RandomSyncTest, ::testing::ValuesIn(Parties()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace profilesync::testing

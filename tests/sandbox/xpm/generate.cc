#include "tests/sandbox/xpm/generate.h"

#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace profilesync::xpm_sandbox {
namespace {

struct Place {
  const char* country;
  const char* jurisdiction;
  const char* city;
  const char* region;
  const char* post_code;
  const char* area_code;
};

constexpr std::array<Place, 14> kPlaces = {{
    {"New Zealand", "NZ", "Auckland", "Auckland", "1010", "09"},
    {"New Zealand", "NZ", "Whangārei", "Northland", "0110", "09"},
    {"New Zealand", "NZ", "Hamilton", "Waikato", "3204", "07"},
    {"New Zealand", "NZ", "Rotorua", "Bay of Plenty", "3010", "07"},
    {"New Zealand", "NZ", "Napier", "Hawke's Bay", "4110", "06"},
    {"New Zealand", "NZ", "Wellington", "", "6011", "04"},
    {"New Zealand", "NZ", "Nelson", "", "7010", "03"},
    {"New Zealand", "NZ", "Christchurch", "Canterbury", "8011", "03"},
    {"New Zealand", "NZ", "Dunedin", "Otago", "9016", "03"},
    {"Australia", "AU", "Ballarat", "VIC", "3350", "03"},
    {"Australia", "AU", "Melbourne", "VIC", "3000", "03"},
    {"Australia", "AU", "Newcastle", "NSW", "2300", "02"},
    {"Australia", "AU", "Toowoomba", "QLD", "4350", "07"},
    {"Australia", "AU", "Fremantle", "WA", "6160", "08"},
}};

struct Person {
  const char* name;
  const char* gender;
};

constexpr std::array<Person, 20> kFirstNames = {
    {{"Adaeze", "F"}, {"Hēmi", "M"},   {"Aroha", "F"},   {"Liam", "M"},    {"Mere", "F"},
     {"Nikau", "M"},  {"Olivia", "F"}, {"Ravi", "M"},    {"Siobhán", "F"}, {"Tāne", "M"},
     {"Wei", "M"},    {"Yasmin", "F"}, {"Georgia", "F"}, {"Tomasz", "M"},  {"Priya", "F"},
     {"Sione", "M"},  {"Lucía", "F"},  {"Angus", "M"},   {"Ngaio", "F"},   {"Bruce", "M"}}};

constexpr std::array<const char*, 20> kLastNames = {
    "Okafor", "Merrow",  "Tamatea",    "Ngata",    "O'Brien",      "Lindqvist", "Singh",
    "Chen",   "Faleolo", "McAllister", "Kowalski", "Fernández",    "Harris",    "Nguyễn",
    "Pōtae",  "Douglas", "van Dijk",   "Iyer",     "Smith-Rewiti", "Walker"};

constexpr std::array<const char*, 12> kStreets = {
    "Kauri Lane",     "Harbour Street", "Rimu Road",    "Great South Road",
    "Wattle Grove",   "The Esplanade",  "Queen Street", "Tūī Terrace",
    "Banksia Avenue", "Station Road",   "Mill Lane",    "Beach Parade"};

constexpr std::array<const char*, 10> kTrades = {
    "Builders",  "Orchards", "Plumbing",    "Dairy Farms", "Physiotherapy",
    "Logistics", "Cafés",    "Engineering", "Vineyards",   "Electrical"};

constexpr std::array<const char*, 5> kNotes = {
    "Rang about the provisional tax date; will send the bank statements by the end of the month.",
    "Prefers e-mail to the phone. Copy the spouse in on everything to do with the rental property.",
    "Annual review held. Turnover is up on last year, wages as well; talked about a new van.",
    "Engagement letter signed and filed. Identity documents seen: passport and driver licence.",
    "Waiting for the valuation of the land & buildings before the accounts can be finished."};

// SplitMix64: the same on every machine, and cheap to begin anew for each client.
class Dice {
 public:
  Dice(uint64_t seed, uint64_t index) : state_(seed * 0x9E3779B97F4A7C15 + index) { Next(); }

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  int Below(int limit) { return static_cast<int>(Next() % static_cast<uint64_t>(limit)); }
  bool Percent(int share) { return Below(100) < share; }

  template <typename T>
  const auto& Pick(const T& items) {
    return items[Next() % items.size()];
  }

 private:
  uint64_t state_;
};

// In the form of a version 4 UUID.
std::string UuidOf(uint64_t seed, uint64_t index, const char* what) {
  uint64_t salt = 0;
  for (const char* c = what; *c != 0; ++c) salt = salt * 31 + static_cast<unsigned char>(*c);
  Dice dice(seed ^ (salt << 32), index);
  const uint64_t a = (dice.Next() & 0xFFFFFFFFFFFF0FFF) | 0x4000;
  const uint64_t b = (dice.Next() & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", a >> 32, (a >> 16) & 0xFFFF, a & 0xFFFF,
                         b >> 48, b & 0xFFFFFFFFFFFF);
}

// Letters and digits only, for addresses on the net. "Smith-Rewiti" is smithrewiti.
std::string Plain(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte)) out += static_cast<char>(absl::ascii_tolower(byte));
  }
  return out;
}

class Generator {
 public:
  Generator(uint64_t seed, uint64_t index, const Practice& practice)
      : seed_(seed),
        index_(index),
        practice_(practice),
        dice_(seed, index),
        place_(dice_.Pick(kPlaces)) {}

  ClientRecord Make() {
    client_.uuid = UuidOf(seed_, index_, "client");
    client_.jurisdiction = place_.jurisdiction;
    Kind();
    Addresses();
    Set("Phone", dice_.Percent(80) ? Phone() : "");
    Set("Fax", dice_.Percent(5) ? Phone() : "");
    Set("ReferralSource", dice_.Percent(30) ? "Referral" : "");
    Set("ExportCode", dice_.Percent(50) ? absl::StrFormat("CL%06d", index_ + 1) : "");
    Set("ClientCode", dice_.Percent(50) ? absl::StrFormat("%s%04d", place_.area_code, index_) : "");
    Managers();
    Notes();
    GroupAndRelations();
    return client_;
  }

 private:
  // A name, and what goes with the kind of client that it is.
  void Kind() {
    const int kind = dice_.Below(100);
    if (kind < 45) {
      Individual();
    } else if (kind < 75) {
      Organisation("Company", client_.jurisdiction == "AU" ? " Pty Ltd" : " Limited");
    } else if (kind < 90) {
      Organisation("Trust", " Family Trust");
    } else if (kind < 95) {
      Organisation("Partnership", " Partnership");
    } else {
      Organisation("Super Fund", " Super Fund");
    }
  }

  // Of the client before.
  std::string NameBefore() const {
    Generator before(seed_, index_ - 1, practice_);
    before.client_.jurisdiction = before.place_.jurisdiction;
    before.Kind();
    return before.client_.Get("Name");
  }

  void Set(const std::string& element, const std::string& value) { client_.Set(element, value); }

  void Individual() {
    const Person& person = dice_.Pick(kFirstNames);
    const std::string last = dice_.Pick(kLastNames);
    domain_ = "mail.example";
    Set("Name", absl::StrCat(last, ", ", person.name));
    Set("FirstName", person.name);
    Set("LastName", last);
    Set("Gender", person.gender);
    Set("Title", person.gender == std::string("F") ? "MS" : "MR");
    Set("DateOfBirth", absl::StrFormat("%04d-%02d-%02d", 1935 + dice_.Below(70),
                                       1 + dice_.Below(12), 1 + dice_.Below(28)));
    Set("Email", dice_.Percent(85) ? EmailOf(person.name, last) : "");
    // Some practices never fill it in: what a client is has to be told from the rest.
    Tax(dice_.Percent(90) ? "Individual" : "", "IR3");
    if (dice_.Percent(20)) AddContact("Self", true);
  }

  void Organisation(const std::string& structure, const std::string& ending) {
    const std::string last = dice_.Pick(kLastNames);
    const bool trades = structure == "Company" || structure == "Partnership";
    const std::string trade = trades ? dice_.Pick(kTrades) : "";
    const std::string name = trade.empty()       ? last
                             : dice_.Percent(30) ? absl::StrCat(last, " & Sons ", trade)
                                                 : absl::StrCat(last, " ", trade);
    domain_ = absl::StrCat(Plain(name), index_, ".example");
    Set("Name", absl::StrCat(structure == "Trust" ? "The " : "", name, ending));
    Set("Email", dice_.Percent(70) ? absl::StrCat("office@", domain_) : "");
    Set("Website", trades && dice_.Percent(60) ? absl::StrCat("https://", domain_) : "");
    Tax(structure, structure == "Company" ? "IR4" : structure == "Trust" ? "IR6" : "IR7");
    const int contacts = 1 + dice_.Below(3);
    for (int i = 0; i < contacts; ++i) {
      AddContact(structure == "Trust" ? "Trustee" : "Director", i == 0);
    }
  }

  std::string EmailOf(const std::string& first, const std::string& last) const {
    return absl::StrCat(Plain(first), ".", Plain(last), index_, "@", domain_);
  }

  std::string Phone() {
    const int number = dice_.Below(10'000);
    return client_.jurisdiction == "AU" ? absl::StrFormat("%s 5550 %04d", place_.area_code, number)
                                        : absl::StrFormat("%s 555 %04d", place_.area_code, number);
  }

  // A client that has never been opened for tax has no tax block.
  void Tax(const std::string& structure, const std::string& return_type) {
    if (dice_.Percent(10)) return;
    // Of one seed no two are the same.
    const uint64_t number = 100'000'000 + (index_ * 7919 + seed_ * 104'729) % 899'999'981;
    Set("TaxNumber",
        absl::StrFormat("%03d-%03d-%03d", number / 1'000'000, number / 1000 % 1000, number % 1000));
    Set("BusinessStructure", structure);
    Set("GSTRegistered", structure != "Individual" && dice_.Percent(70) ? "Yes" : "No");
    Set("BalanceMonth", client_.jurisdiction == "AU" ? "6" : "3");
    if (structure == "Company") {
      Set("CompanyNumber", absl::StrFormat("%09d", number));
      Set("BusinessNumber", absl::StrFormat("9429%09d", number));
    }
    if (client_.jurisdiction == "AU") {
      Set("PrepareTaxReturn", "Yes");
      Set("ActiveAtoClient", dice_.Percent(90) ? "Yes" : "No");
    } else {
      Set("ReturnType", return_type);
      Set("AgencyStatus", dice_.Percent(80) ? "With EOT" : "Without EOT");
    }
  }

  void Addresses() {
    std::string street = absl::StrCat(1 + dice_.Below(400), " ", dice_.Pick(kStreets), "\n");
    if (dice_.Percent(25)) street = absl::StrCat("Unit ", 1 + dice_.Below(30), "\n", street);
    Set("Address", street);
    Set("City", place_.city);
    Set("Region", place_.region);
    Set("PostCode", place_.post_code);
    Set("Country", place_.country);
    if (dice_.Percent(40)) {
      street = absl::StrCat("PO Box ", 10 + dice_.Below(9000), "\n");
    } else if (dice_.Percent(30)) {
      return;
    }
    Set("PostalAddress", street);
    Set("PostalCity", place_.city);
    Set("PostalRegion", place_.region);
    Set("PostalPostCode", place_.post_code);
    Set("PostalCountry", place_.country);
  }

  void Managers() {
    if (practice_.staff.empty()) return;
    if (dice_.Percent(80)) Set("AccountManager", dice_.Pick(practice_.staff).uuid);
    if (dice_.Percent(60)) Set("JobManager", dice_.Pick(practice_.staff).uuid);
  }

  void AddContact(const std::string& position, bool primary) {
    const std::string first = dice_.Pick(kFirstNames).name;
    const std::string last = dice_.Pick(kLastNames);
    const std::string what = absl::StrCat("contact", client_.contacts.size());
    client_.contacts.push_back({{"UUID", UuidOf(seed_, index_, what.c_str())},
                                {"Name", absl::StrCat(first, " ", last)},
                                {"Salutation", first},
                                {"Mobile", absl::StrFormat("021 555 %04d", dice_.Below(10'000))},
                                {"Email", EmailOf(first, last)},
                                {"IsPrimary", primary ? "Yes" : "No"},
                                {"Position", position}});
  }

  void Notes() {
    const int notes = dice_.Below(10);
    for (int i = 0; i < notes; ++i) {
      client_.notes.push_back({{"Title", absl::StrCat("Note ", i + 1)},
                               {"Text", absl::StrCat(dice_.Pick(kNotes), "\n", dice_.Pick(kNotes))},
                               {"Date", absl::StrFormat("20%02d-%02d-%02d", 20 + dice_.Below(6),
                                                        1 + dice_.Below(12), 1 + dice_.Below(28))},
                               {"CreatedBy", practice_.name},
                               {"Tag", "General"}});
    }
  }

  // With the client before, which is there.
  void GroupAndRelations() {
    if (index_ == 0 || !dice_.Percent(40)) return;
    client_.groups.push_back({{"UUID", UuidOf(seed_, index_ / 5, "group")},
                              {"Name", absl::StrCat("Group ", index_ / 5)}});
    client_.relationships.push_back({{"UUID", UuidOf(seed_, index_, "relationship")},
                                     {"Type", "Associate"},
                                     {"RelatedClientUUID", UuidOf(seed_, index_ - 1, "client")},
                                     {"RelatedClientName", NameBefore()},
                                     {"StartDate", "2019-07-01"}});
  }

  const uint64_t seed_;
  const uint64_t index_;
  const Practice& practice_;
  Dice dice_;
  const Place& place_;
  std::string domain_;
  ClientRecord client_;
};

}  // namespace

ClientRecord GeneratedClient(uint64_t seed, uint64_t index, const Practice& practice) {
  return Generator(seed, index, practice).Make();
}

}  // namespace profilesync::xpm_sandbox

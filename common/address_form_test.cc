#include "common/address_form.h"

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

// What equals what is held by tests/compare/pairs.tsv; this table shows what the parts are taken
// for. An address is LINES|CITY|REGION|POSTAL CODE|COUNTRY, and so is its form.
struct Case {
  const char* region;
  const char* address;
  const char* form;
};

const Case kCases[] = {
    {"NZ", "12 Queen St|Auckland||1010|NZ", "=12 queen street|auckland||1010|NZ"},
    {"NZ", "12 Queen St, Auckland 1010, New Zealand", "=12 queen street|auckland||1010|NZ"},
    {"AU", "12 Queen St, Auckland 1010, New Zealand", "=12 queen street|auckland||1010|NZ"},
    {"NZ", "12 Queen St Auckland 1010 NZ", "=12 queen street|auckland||1010|NZ"},
    {"NZ", "12 Queen St Auckland", "=12 queen saint auckland||||NZ"},
    {"NZ", "12 Queen St|Auckland 1010, NZ", "=12 queen street|auckland||1010|NZ"},
    {"NZ", "Level 3, Pine House, 12 Queen St", "=level 3 pine house 12 queen street||||NZ"},
    {"NZ", "PO Box 1234, Nelson", "=pobox 1234|nelson|||NZ"},
    {"NZ", "PO Box No 1234 Nelson 7040", "=pobox 1234|nelson||7040|NZ"},
    {"NZ", "PO Box 1234", "=pobox 1234||||NZ"},
    {"NZ", "C/- J Ngata, PO Box 1234", "=c/o j ngata pobox 1234||||NZ"},
    {"NZ", "12 Kauri Rd, RD 2, Kaiapoi 7692", "=12 kauri road ruraldelivery 2|kaiapoi||7692|NZ"},
    {"NZ", "RD2 Kaiapoi 7692", "=ruraldelivery 2|kaiapoi||7692|NZ"},
    {"NZ", "12 Kauri Rd 2", "=12 kauri rd 2||||NZ"},
    {"NZ", "RD 2 Kaiapoi", "=ruraldelivery 2|kaiapoi|||NZ"},
    {"NZ", "100 SH1 RD2 Kaiapoi", "=100 state highway 1 ruraldelivery 2|kaiapoi|||NZ"},
    {"NZ", "100 S.H. 1 Nth", "=100 state highway 1 north||||NZ"},
    {"AU", "SH 1, 12 Queen St", "=sh 1 12 queen street||||AU"},
    {"NZ", "SH 1/12 Queen St", "=sh 1 / 12 queen street||||NZ"},
    {"NZ", "100 State Hwy 1, North Shore|Nelson|||",
     "=100 state highway 1 , north shore|nelson|||NZ"},
    {"NZ", "5 Park Pl Dr", "=5 park place drive||||NZ"},
    {"NZ", "5 Queen St St Heliers", "=5 queen saint saint heliers||||NZ"},
    {"NZ", "Cnr of Queen St & King St", "=corner queen street and king street||||NZ"},
    {"NZ", "U 4/17 Kauri Lane", "=unit 4 17 kauri lane||||NZ"},
    {"NZ", "U4, 17 Kauri Lane", "=unit 4 17 kauri lane||||NZ"},
    {"NZ", "C/- U B Patel", "=c/o u b patel||||NZ"},
    {"NZ", "PO Box 23 226 Papatoetoe", "=pobox 23226|papatoetoe|||NZ"},
    {"NZ", "PO Box 23 226 Papatoetoe|Auckland|||", "=pobox 23226 papatoetoe|auckland|||NZ"},
    {"NZ", "PO Box 23 226 Smith Rd", "=pobox 23 226 smith road||||NZ"},
    {"NZ", "PO Box 23, 226 Papatoetoe", "=pobox 23 , 226 papatoetoe||||NZ"},
    {"NZ", "PO Box 232 26", "=pobox 232 26||||NZ"},
    {"AU", "12 Kauri Rd 2", "=12 kauri rd 2||||AU"},
    {"NZ", "Park Road North Shore 0620", "=park road north shore 0620||||NZ"},
    {"NZ", "1 Park Rd, N Shore, Auckland", "=1 park road , n shore|auckland|||NZ"},
    {"AU", "7 Wattle St, Perth, Western Australia, 6000", "=7 wattle street|perth|WA|6000|AU"},
    {"AU", "7 Wattle St, Perth, WA, Australia 6000", "=7 wattle street|perth|WA|6000|AU"},
    {"NZ", "7 Wattle St, Nelson, New Zealand 7010", "=7 wattle street|nelson||7010|NZ"},
    {"AU", "7 Wattle St, South Australia 5000", "=7 wattle street||SA|5000|AU"},
    {"AU", "7 Wattle St\nPerth WA 6000", "=7 wattle street|perth|WA|6000|AU"},
    {"AU", "7 Wattle St|Perth WA|||AUS", "=7 wattle street|perth|WA||AU"},
    {"AU", "7 Wattle St|Perth|Western Australia|6000|", "=7 wattle street|perth|WA|6000|AU"},
    {"NZ", "7 Wattle St|Perth|Western Australia|6000|",
     "=7 wattle street|perth|western australia|6000|NZ"},
    {"AU", "7 Wattle St|Victoria||3000|", "=7 wattle street|victoria||3000|AU"},
    {"AU", "7 Wattle St, Perth Western Australia 6000", "=7 wattle street|perth|WA|6000|AU"},
    {"AU", "7 Wattle St, Port Victoria 5573", "=7 wattle street|port victoria||5573|AU"},
    {"AU", "7 Wattle St|Perth WA 6000|WA|6000|", "=7 wattle street|perth|WA|6000|AU"},
    {"AU", "7 Wattle St|Perth WA|VIC|6000|", "=7 wattle street|perth wa|VIC|6000|AU"},
    {"NZ", "7 Wattle St, Perth WA 6000, AU", "=7 wattle street|perth|WA|6000|AU"},
    {"NZ", "7 Wattle St, Perth, AU", "=7 wattle street|perth|||AU"},
    {"NZ", "7 Wattle St, Au", "=7 wattle street|au|||NZ"},
    {"AU", "7 Au St, Perth", "=7 au street|perth|||AU"},
    {"AU", "7 Wattle St|South Australia|||", "=7 wattle street|south australia|||AU"},
    {"AU", "1 Kauri Rd, Nelson NZ", "=1 kauri road|nelson|||NZ"},
    {"AU", "Level 1, Bank of New Zealand", "=level 1|bank of new zealand|||AU"},
    {"AU", "RMB 1234", "=rmb 1234||||AU"},
    {"AU", "RMB1234", "=rmb 1234||||AU"},
    {"AU", "P/O Box 123, Perth", "=pobox 123|perth|||AU"},
    {"AU", "L3, 12 George St", "=level 3 12 george street||||AU"},
    {"AU", "L3/12 George St", "=unit l3 12 george street||||AU"},
    {"AU", "12 L St", "=12 l street||||AU"},
    {"AU", "L3", "=l3||||AU"},
    {"AU", "Lot 5/12 George St", "=lot 5 12 george street||||AU"},
    {"NZ", "12 Ocean Vw", "=12 ocean view||||NZ"},
    {"NZ", "12 Queen St, Auckland 1010, N Z", "=12 queen street|auckland||1010|NZ"},
    {"AU", "Wattle Park, PMB 1234", "=wattle park privatemailbag 1234||||AU"},
    {"NZ", "1 Main St, Amman, Jordan", "=1 main street amman|jordan|||NZ"},
    {"GB", "1 High St, London, UK", "=1 high street london||||GB"},
    {"NZ", "1 High St|London||EC1A 1BB|UK", "=1 high street|london||ec1a1bb|GB"},
    {"NZ", "1 High St|Ankh|||Narnia", "?1 high street|ankh|||narnia"},
    {"", "1 High St|Ankh|||", "=1 high street|ankh|||"},
    {"NZ", "||||NZ", "=||||NZ"},
    {"NZ", "|Nelson|||", "=|nelson|||NZ"},
    {"NZ", "|||7010|", "=|||7010|NZ"},
    {"NZ", "-", "?- |||"},
};

type::Address ParseAddress(const char* text) {
  std::vector<std::string> parts = absl::StrSplit(text, '|');
  parts.resize(5);
  type::Address address;
  address.add_lines(parts[0]);
  address.set_city(parts[1]);
  address.set_region(parts[2]);
  address.set_postal_code(parts[3]);
  address.set_country(parts[4]);
  return address;
}

TEST(AddressFormTest, Table) {
  for (const Case& c : kCases) {
    const NormalForm form = AddressForm(ParseAddress(c.address), c.region);
    EXPECT_EQ(absl::StrReplaceAll(form.bytes, {{"\n", "|"}}), c.form) << c.address;
  }
}

}  // namespace
}  // namespace profilesync

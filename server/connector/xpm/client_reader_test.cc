#include "server/connector/xpm/client_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/catalogue.h"
#include "common/status.h"
#include "server/connector/xpm/field_mapping.h"
#include "server/connector/xpm/response_parser.h"

namespace profilesync::connector::xpm {
namespace {

using ::testing::ElementsAre;

constexpr char kUuid[] = "3b7c1f50-5a0e-4d3e-9a53-6d2f0b3ce101";

PartyKinds Kinds(const std::vector<std::pair<std::string, type::PartyKind>>& configured = {}) {
  config::v1::XpmConfig config;
  for (const auto& [name, kind] : configured) {
    auto* structure = config.add_business_structures();
    structure->set_name(name);
    structure->set_kind(kind);
  }
  return PartyKinds(config.business_structures());
}

absl::StatusOr<type::PracticeClient> ReadXml(const std::string& inner, const PartyKinds& kinds,
                                             const Tenant& tenant = {}) {
  XmlElement client;
  ResponseParser parser(
      [&](const XmlElement& element) {
        client = element;
        return absl::OkStatus();
      },
      1 << 20);
  EXPECT_TRUE(parser.Feed("<Response><Client>" + inner + "</Client></Response>").ok()) << inner;
  return ReadClient(client, tenant, kinds);
}

type::PracticeClient Read(const std::string& inner, const PartyKinds& kinds = Kinds()) {
  const auto client = ReadXml(absl::StrCat("<UUID>", kUuid, "</UUID><Name>N</Name>", inner), kinds);
  EXPECT_TRUE(client.ok()) << client.status();
  return client.ok() ? *client : type::PracticeClient();
}

TEST(FieldMappingTest, MapsEveryFieldOfTheCatalogueOnceInItsOrder) {
  const auto& fields = Catalogue::Get().All();
  const auto mappings = FieldMappings();
  ASSERT_EQ(mappings.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(mappings[i].field, fields[i].name());
    EXPECT_EQ(mappings[i].format == Format::kAddress, fields[i].is_address());
    EXPECT_EQ(mappings[i].format == Format::kMasked, fields[i].sensitive());
    for (const ElementName& element : ElementsOf(mappings[i])) {
      EXPECT_NE(element.read, "");
      EXPECT_NE(element.write, "");
    }
  }
  EXPECT_EQ(FindMapping("no_such_field"), nullptr);
}

TEST(ClientReaderTest, NeedsNothingButUuidAndName) {
  const PartyKinds kinds = Kinds();
  EXPECT_TRUE(ReadXml(absl::StrCat("<Name></Name><UUID>", kUuid, "</UUID>"), kinds).ok());
  for (const std::string& inner :
       {std::string(), std::string("<Name>N</Name>"), absl::StrCat("<UUID>", kUuid, "</UUID>"),
        std::string("<UUID>90417</UUID><Name>N</Name>"), std::string("<ID>1</ID><Name>N</Name>")}) {
    EXPECT_EQ(ReadXml(inner, kinds).status().code(), absl::StatusCode::kUnavailable) << inner;
  }
}

TEST(ClientReaderTest, UuidsAreReadInLowerCase) {
  EXPECT_EQ(ParseUuid(" 3B7C1F50-5A0E-4D3E-9A53-6D2F0B3CE101 "), kUuid);
  for (const char* text :
       {"", "3b7c1f505a0e4d3e9a536d2f0b3ce101", "3b7c1f50-5a0e-4d3e-9a53-6d2f0b3ce10g",
        "{3b7c1f50-5a0e-4d3e-9a53-6d2f0b3ce101}"}) {
    EXPECT_EQ(ParseUuid(text), "") << text;
  }
}

TEST(ClientReaderTest, ReadsDatesInEveryFormAndNeverShiftsThem) {
  struct Row {
    const char* xml;
    const char* date;
  };
  const Row rows[] = {
      {"<DateOfBirth>1984-02-29T00:00:00</DateOfBirth>", "1984-02-29"},
      {"<DateOfBirth>1984-02-29</DateOfBirth>", "1984-02-29"},
      {"<DateOfBirth>19840229</DateOfBirth>", "1984-02-29"},
      {"<DateOfBirth>1984-02-29T23:30:00</DateOfBirth>", "1984-02-29"},
      {"<DateOfBirth>1984-02-29</DateOfBirth><DateOfBirth></DateOfBirth>", "1984-02-29"},
      {"<DateOfBirth/><DateOfBirth>1984-02-29</DateOfBirth>", "1984-02-29"},
      {"<DateOfBirth>1984-02-30</DateOfBirth>", "1984-02-30"},
      {"<DateOfBirth></DateOfBirth>", ""},
  };
  for (const Row& row : rows) {
    const auto fields = Read(row.xml).fields();
    EXPECT_TRUE(fields.has_date_of_birth()) << row.xml;
    EXPECT_EQ(fields.date_of_birth(), row.date) << row.xml;
  }
}

TEST(ClientReaderTest, ReadsAddressesLineByLine) {
  for (const char* text : {"Unit 4\n17 Kauri Lane\n", "Unit 4\r\n    17 Kauri Lane",
                           "\n  Unit 4  \n\n  17 Kauri Lane\n   "}) {
    const auto fields = Read(absl::StrCat("<Address>", text, "</Address><City>B</City>")).fields();
    EXPECT_THAT(fields.physical_address().lines(), ElementsAre("Unit 4", "17 Kauri Lane"));
    EXPECT_EQ(fields.physical_address().city(), "B");
    EXPECT_FALSE(fields.has_postal_address());
  }
  const auto blank = Read("<PostalAddress>\n</PostalAddress><PostalCity/>").fields();
  EXPECT_TRUE(blank.has_postal_address());
  EXPECT_TRUE(IsBlank(blank.postal_address()));
}

TEST(ClientReaderTest, WhatIsAbsentIsBlankOrNotReported) {
  struct Row {
    const char* structure;
    bool individual_fields;
  };
  for (const Row& row : {Row{"", true}, Row{"Individual", true}, Row{"Sole Trader", true},
                         Row{"Something else", true}, Row{"Company", false}, Row{"Trust", false}}) {
    SCOPED_TRACE(row.structure);
    const auto fields =
        Read(absl::StrCat("<BusinessStructure>", row.structure, "</BusinessStructure>")).fields();
    EXPECT_TRUE(fields.has_email());
    EXPECT_EQ(fields.has_given_name(), row.individual_fields);
    EXPECT_EQ(fields.has_middle_name(), row.individual_fields);
    EXPECT_EQ(fields.has_family_name(), row.individual_fields);
    EXPECT_EQ(fields.has_date_of_birth(), row.individual_fields);
    EXPECT_FALSE(fields.has_primary_phone());
    EXPECT_FALSE(fields.has_other_phone());
    EXPECT_FALSE(fields.has_website());
    EXPECT_FALSE(fields.has_physical_address());
    EXPECT_FALSE(fields.has_company_number());
    EXPECT_FALSE(fields.has_business_number());
    EXPECT_FALSE(fields.has_tax_number());
  }
  EXPECT_TRUE(
      Read("<BusinessStructure>Trust</BusinessStructure><FirstName/>").fields().has_given_name());
  EXPECT_TRUE(Read("<Website/>").fields().has_website());
}

TEST(ClientReaderTest, NeverReadsTheMaskedTaxNumber) {
  EXPECT_FALSE(Read("<TaxNumber>******789</TaxNumber>").fields().has_tax_number());
}

TEST(ClientReaderTest, ReadsTheState) {
  struct Row {
    const char* xml;
    type::PracticeClient::State state;
  };
  for (const Row& row :
       {Row{"", type::PracticeClient::STATE_UNSPECIFIED},
        Row{"<IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>", type::PracticeClient::ACTIVE},
        Row{"<IsArchived>yes</IsArchived><IsDeleted>No</IsDeleted>",
            type::PracticeClient::ARCHIVED},
        Row{"<IsArchived>Yes</IsArchived><IsDeleted>Yes</IsDeleted>",
            type::PracticeClient::DELETED}}) {
    EXPECT_EQ(Read(row.xml).state(), row.state) << row.xml;
  }
}

TEST(PartyKindsTest, TellsTheKind) {
  const PartyKinds kinds =
      Kinds({{"Charitable  Trust", type::ASSOCIATION}, {"company", type::OTHER}});
  struct Row {
    const char* xml;
    type::PartyKind kind;
    const char* source;
  };
  for (const Row& row : {
           Row{"", type::PARTY_KIND_UNSPECIFIED, ""},
           Row{"<BusinessStructure> individual </BusinessStructure>", type::INDIVIDUAL,
               " individual "},
           Row{"<BusinessStructure>SMSF</BusinessStructure>", type::SUPER_FUND, "SMSF"},
           Row{"<BusinessStructure>Trust</BusinessStructure>", type::TRUST, "Trust"},
           Row{"<BusinessStructure>Company</BusinessStructure>", type::OTHER, "Company"},
           Row{"<BusinessStructure>CHARITABLE TRUST</BusinessStructure>", type::ASSOCIATION,
               "CHARITABLE TRUST"},
           Row{"<BusinessStructure>Whatever</BusinessStructure><FirstName>A</FirstName>",
               type::PARTY_KIND_UNSPECIFIED, "Whatever"},
           Row{"<FirstName>A</FirstName>", type::INDIVIDUAL, ""},
           Row{"<LastName>A</LastName>", type::INDIVIDUAL, ""},
           Row{"<DateOfBirth>1984-02-29</DateOfBirth>", type::INDIVIDUAL, ""},
           Row{"<Title>MS</Title>", type::INDIVIDUAL, ""},
           Row{"<Gender>F</Gender>", type::INDIVIDUAL, ""},
           Row{"<FirstName></FirstName><Gender> </Gender>", type::PARTY_KIND_UNSPECIFIED, ""},
           Row{"<Type><Name>Individual</Name></Type>", type::PARTY_KIND_UNSPECIFIED, ""},
           Row{"<ReturnType>IR3</ReturnType>", type::PARTY_KIND_UNSPECIFIED, ""},
       }) {
    const auto client = Read(row.xml, kinds);
    EXPECT_EQ(client.kind(), row.kind) << row.xml;
    EXPECT_EQ(client.kind_source(), row.source) << row.xml;
  }
}

}  // namespace
}  // namespace profilesync::connector::xpm

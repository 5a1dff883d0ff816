// The contract of connector.h, over XPM as it may behave: each switch of what public sources leave
// open (reference section 13) that the connector can meet is flipped in at least one instance.
//
// These are not, for nothing that the suite does could tell the difference: accept_date_compact and
// accept_date_with_time (dates are written dashed), name_required_on_update (Name is always sent),
// unknown_elements and malformed_xml (no such thing is sent), unknown_business_structure (only
// documented ones are),
// archive_bumps_modified, delete_bumps_modified and contact_change_bumps_modified (only edits of
// fields are listed as changes), modifiedsince_bound (the margin is wider). xpm_wire_test.cc tries
// individual_fields_elsewhere.
#include "tests/contract/connector/connector_contract.h"
#include "tests/contract/connector/xpm_practice_side.h"

namespace profilesync::connector {
namespace {

using namespace xpm_sandbox;  // NOLINT: the switches and their values

Implementation Xpm(const std::string& name, const Behaviour& behaviour) {
  return {name, [behaviour] { return std::make_unique<XpmPracticeSide>(behaviour); }};
}

const auto kWays = ::testing::Values(
    Xpm("AsExpected", {}), Xpm("OmittedCleared", {.omitted_elements = OmittedElements::kCleared}),
    Xpm("EmptyIgnored", {.empty_elements = EmptyElements::kIgnored}),
    Xpm("OmittedClearedEmptyIgnored",
        {.omitted_elements = OmittedElements::kCleared, .empty_elements = EmptyElements::kIgnored}),
    Xpm("Unknown404", {.unknown_client = UnknownClient::k404,
                       .write_to_archived = WriteToArchived::kStored,
                       .openapi_names = OpenApiNames::kAcronyms}),
    Xpm("Unknown500", {.unknown_client = UnknownClient::k500,
                       .tax_block = TaxBlock::kAlways,
                       .openapi_names = OpenApiNames::kCamel}),
    Xpm("DeletedWritable", {.write_to_deleted = WriteToDeleted::kStored}),
    Xpm("ReadsOtherwise", {.dates_read = DatesRead::kDateOnly,
                           .addresses_read = AddressesRead::kTrailingNewline,
                           .problem_content_type = ProblemContentType::kMissing}),
    Xpm("DeletedUnknown", {.write_to_deleted = WriteToDeleted::kUnknownClient}),
    Xpm("DashedDatesRefused", {.accept_date_dashed = false}),
    Xpm("DashedDates500", {.accept_date_dashed = false, .bad_date = BadDate::k500}),
    Xpm("DashedDatesIgnored", {.accept_date_dashed = false, .bad_date = BadDate::kIgnored}));

std::string NameOf(const ::testing::TestParamInfo<Implementation>& instance) {
  return instance.param.name;
}

INSTANTIATE_TEST_SUITE_P(Xpm, ConnectorContract, kWays, NameOf);
INSTANTIATE_TEST_SUITE_P(Xpm, RestoreContract, kWays, NameOf);

}  // namespace
}  // namespace profilesync::connector

// The contract of connector.h, over XPM as it may behave: each switch of what public sources leave
// open (reference section 13) is flipped in at least one instance.
#include "tests/contract/connector/connector_contract.h"
#include "tests/contract/connector/xpm_practice_side.h"

namespace profilesync::connector {
namespace {

using namespace xpm_sandbox;  // NOLINT: the switches and their values

Implementation Xpm(const std::string& name, const Behaviour& behaviour) {
  return {name, [behaviour] { return std::make_unique<XpmPracticeSide>(behaviour); }};
}

INSTANTIATE_TEST_SUITE_P(
    Xpm, ConnectorContract,
    ::testing::Values(
        Xpm("AsExpected", {}),
        Xpm("OmittedCleared", {.omitted_elements = OmittedElements::kCleared}),
        Xpm("EmptyIgnored", {.empty_elements = EmptyElements::kIgnored}),
        Xpm("OmittedClearedEmptyIgnored", {.omitted_elements = OmittedElements::kCleared,
                                           .empty_elements = EmptyElements::kIgnored}),
        Xpm("Unknown404", {.unknown_client = UnknownClient::k404,
                           .unknown_elements = UnknownElements::kIgnored,
                           .name_required_on_update = false,
                           .modifiedsince_bound = ModifiedSinceBound::kExclusive,
                           .archive_bumps_modified = false,
                           .delete_bumps_modified = false}),
        Xpm("Unknown500", {.unknown_client = UnknownClient::k500,
                           .contact_change_bumps_modified = true,
                           .individual_fields_elsewhere = IndividualFieldsElsewhere::kStored,
                           .unknown_business_structure = UnknownBusinessStructure::kStored,
                           .tax_block = TaxBlock::kAlways,
                           .malformed_xml = MalformedXml::k500}),
        Xpm("DeletedWritable", {.write_to_deleted = WriteToDeleted::kStored}),
        Xpm("ReadsOtherwise", {.individual_fields_elsewhere = IndividualFieldsElsewhere::kIgnored,
                               .malformed_xml = MalformedXml::kError,
                               .dates_read = DatesRead::kDateOnly,
                               .addresses_read = AddressesRead::kTrailingNewline,
                               .problem_content_type = ProblemContentType::kMissing}),
        Xpm("DashedDatesOnly", {.accept_date_compact = false,
                                .accept_date_with_time = false,
                                .write_to_deleted = WriteToDeleted::kUnknownClient}),
        Xpm("DashedDatesRefused", {.accept_date_dashed = false}),
        Xpm("DashedDates500", {.accept_date_dashed = false, .bad_date = BadDate::k500}),
        Xpm("DashedDatesIgnored", {.accept_date_dashed = false, .bad_date = BadDate::kIgnored})),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace profilesync::connector

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace profilesync::xpm_sandbox {

enum class OmittedElements { kKept, kCleared };
enum class EmptyElements { kClear, kIgnored };
enum class UnknownClient { kError, k404, k500 };
enum class UnknownElements { kRefused, kIgnored };
enum class BadDate { kError, k500, kIgnored };
enum class ModifiedSinceBound { kInclusive, kExclusive };
enum class IndividualFieldsElsewhere { kRefused, kIgnored, kStored };
enum class UnknownBusinessStructure { kRefused, kStored };
enum class TaxBlock { kOnceOpened, kAlways };
enum class MalformedXml { k400, kError, k500 };
enum class WriteToDeleted { k409, kStored, kUnknownClient };
enum class WriteToArchived { k409, kStored };
enum class OpenApiNames { kPascal, kAcronyms, kCamel };
enum class DatesRead { kWithTime, kDateOnly };
enum class AddressesRead { kAsStored, kTrailingNewline };
enum class ProblemContentType { kJson, kMissing };
enum class RefreshRetry { kUntilSuccessorUsed, kWholeGrace };
enum class RevokedAccessToken { k401, k403 };
enum class UpdatesShown { kAtOnce, kLater };

// What public sources leave open about XPM, one switch each. A default is what the reference holds
// to be the most likely; where it can't tell, the stricter one. Numbers are the reference's
// sections ("13.1" is the first question of section 13). A plain value.
struct Behaviour {
  // 13.1 What an update does to writable elements that it doesn't name.
  OmittedElements omitted_elements = OmittedElements::kKept;
  // 13.1 What `<Phone></Phone>` in an update does.
  EmptyElements empty_elements = EmptyElements::kClear;
  // 13.5 The answer to get, update, archive and delete of a UUID that isn't there: HTTP 200 with
  // Status ERROR, 404, or 500.
  UnknownClient unknown_client = UnknownClient::kError;
  // 9 What a write with an element that the API doesn't have, or doesn't let callers write, does.
  UnknownElements unknown_elements = UnknownElements::kRefused;
  // 13.2 The forms of DateOfBirth and DateOfDeath that a write may use: yyyy-MM-dd,
  bool accept_date_dashed = true;
  // yyyyMMdd,
  bool accept_date_compact = true;
  // and yyyy-MM-ddTHH:mm:ss.
  bool accept_date_with_time = true;
  // 13.2 What any other form does.
  BadDate bad_date = BadDate::kError;
  // 13.3 Whether an update without Name is refused. (An empty Name always is.)
  bool name_required_on_update = true;
  // 13.4 Whether a client modified in the very second of modifiedsince is listed.
  ModifiedSinceBound modifiedsince_bound = ModifiedSinceBound::kInclusive;
  // 13.4 Whether archiving moves a client's modified time,
  bool archive_bumps_modified = true;
  // deleting does,
  bool delete_bumps_modified = true;
  // and a change to its contacts, notes, groups or relationships does.
  bool contact_change_bumps_modified = false;
  // 13.6 What FirstName, DateOfBirth etc. written to a client whose BusinessStructure isn't an
  // individual's do. A client without a BusinessStructure takes them.
  IndividualFieldsElsewhere individual_fields_elsewhere = IndividualFieldsElsewhere::kRefused;
  // 13.7 What a BusinessStructure that the practice hasn't configured does.
  UnknownBusinessStructure unknown_business_structure = UnknownBusinessStructure::kRefused;
  // 13.10 Whether the tax block is left out until a client is opened for tax.
  TaxBlock tax_block = TaxBlock::kOnceOpened;
  // 13.8 What writing to a deleted client does.
  WriteToDeleted write_to_deleted = WriteToDeleted::k409;
  // 13.8 What updating an archived client does.
  WriteToArchived write_to_archived = WriteToArchived::k409;
  // 13.9 How XML spells the elements that are known from OpenAPI only, where they are camelCase:
  // BankBsb, BankBSB (as GSTPeriod is written, and as a column was seen), or bankBsb. MiddleName
  // differs in the last alone.
  OpenApiNames openapi_names = OpenApiNames::kPascal;
  // 8 The answer to a body that isn't well-formed XML.
  MalformedXml malformed_xml = MalformedXml::k400;
  // 5.1 How dates are read: 1970-11-26T00:00:00 or 1970-11-26.
  DatesRead dates_read = DatesRead::kWithTime;
  // 5.1 Whether Address and PostalAddress gain a newline at their end when read.
  AddressesRead addresses_read = AddressesRead::kAsStored;
  // 8 Whether the JSON problems of 401 have a Content-Type (some recorded ones hadn't).
  ProblemContentType problem_content_type = ProblemContentType::kJson;
  // 3.3 How long a rotated refresh token may be retried within its 30 minutes: until the token that
  // replaced it is used for a refresh, or to their end.
  RefreshRetry refresh_retry = RefreshRetry::kUntilSuccessorUsed;
  // 8 What an access token gets after its authorisation was withdrawn: 401
  // AuthenticationUnsuccessful, or 403 for every tenant and no connections.
  RevokedAccessToken revoked_access_token = RevokedAccessToken::k401;
  // When an update that was answered as usual is carried out: at once, or at ApplyLateWrites(). The
  // reference has nothing of it; some systems write so.
  UpdatesShown updates_shown = UpdatesShown::kAtOnce;
};

// Every switch as (name, value) in the words of the README, in the order of the struct.
std::vector<std::pair<std::string, std::string>> SwitchesOf(const Behaviour& behaviour);

// The values that the switch `name` takes; empty when there is no such switch.
std::vector<std::string> ValuesOfSwitch(const std::string& name);

// Sets one switch. INVALID_ARGUMENT for a name or a value that doesn't exist; `behaviour` is then
// unchanged.
absl::Status SetSwitch(const std::string& name, const std::string& value, Behaviour& behaviour);

// Sets switches from "name=value,name=value". INVALID_ARGUMENT as SetSwitch.
absl::Status SetSwitches(const std::string& list, Behaviour& behaviour);

}  // namespace profilesync::xpm_sandbox

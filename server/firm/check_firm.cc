#include "server/firm/check_firm.h"

#include <unicode/timezone.h>

#include "common/country.h"
#include "server/verb/check.h"

namespace profilesync::firm {
namespace {

// ICU's own data decides: a bare machine may have no zoneinfo files.
bool IsTimeZone(const std::string& name) {
  icu::UnicodeString canonical;
  UBool known = false;
  UErrorCode error = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(icu::UnicodeString::fromUTF8(name), canonical, known, error);
  return U_SUCCESS(error) && known && name != "Etc/Unknown";
}

}  // namespace

void CheckFirm(const v1::Firm& firm, Violations* violations) {
  verb::CheckText("firm.display_name", firm.display_name(), verb::kLongestDisplayName,
                  /*required=*/true, violations);
  if (!Countries::Get().IsCode(firm.region_code())) {
    violations->Add("firm.region_code", "must be an ISO 3166-1 alpha-2 code in capitals");
  }
  if (!IsTimeZone(firm.time_zone())) {
    violations->Add("firm.time_zone", "must be an IANA name such as Pacific/Auckland");
  }
}

}  // namespace profilesync::firm

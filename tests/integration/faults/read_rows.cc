// What a read that XPM spoils makes of each verb that makes it. A 401 or a 403 is
// FAILED_PRECONDITION and the add-on's state; a 429 RESOURCE_EXHAUSTED with RetryInfo; XPM's own
// refusal FAILED_PRECONDITION with its text; an unknown client NOT_FOUND; whatever else isn't a
// whole answer UNAVAILABLE. Everything else stays as it was. An answer that is only written in an
// unusual way is as good as any.
#include <utility>

#include "tests/integration/faults/fault_row.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::Fault;
using xpm_sandbox::FaultKind;
using K = FaultKind;

struct ReadFault {
  std::string name;
  Fault fault;
  ExpectedError error;
  v1::AddOn::State add_on = v1::AddOn::ACTIVE;
};

// Of every read.
std::vector<ReadFault> Common() {
  return {
      // First, for the calls of their tenants have to wait until the rows are recovered from.
      {"429_minute", {.kind = K::kRateMinute, .retry_after = 1}, Rationed()},
      {"429_minute, with a Retry-After that isn't a number",
       {.kind = K::kRateMinute, .retry_after_header = "soon"},
       Rationed()},
      {"429_day", {.kind = K::kRateDay, .retry_after = 1}, Rationed()},
      {"429_concurrent", {.kind = K::kRateConcurrent}, Rationed()},
      {"429_appminute", {.kind = K::kRateApp}, Rationed()},
      // No usable answer.
      {"html", {.kind = K::kHtml}, Unavailable()},
      {"empty", {.kind = K::kEmpty}, Unavailable()},
      {"500", {.kind = K::kServerError}, Unavailable()},
      {"500_junk", {.kind = K::kServerErrorJunk}, Unavailable()},
      {"503", {.kind = K::kUnavailable}, Unavailable()},
      {"503, with a Retry-After",
       {.kind = K::kUnavailable, .retry_after_header = "1"},
       Unavailable()},
      {"redirect", {.kind = K::kRedirect}, Unavailable()},
      // Once is not enough: a read on a connection that was used before is sent anew.
      {"drop", {.kind = K::kDrop, .times = Fault::kUntilCleared}, Unavailable()},
      {"timeout", {.kind = K::kTimeout}, Unavailable()},
      {"half", {.kind = K::kHalf}, Unavailable()},
      {"cut_in_client", {.kind = K::kCutInClient}, Unavailable()},
      {"cut_after_client", {.kind = K::kCutAfterClient}, Unavailable()},
      {"oversize", {.kind = K::kOversize, .bytes = kTooManyBytes}, Unavailable()},
      {"close_mid_body", {.kind = K::kCloseMidBody}, Unavailable()},
      {"reset_mid_body", {.kind = K::kResetMidBody}, Unavailable()},
      {"chunked_no_end", {.kind = K::kChunkedNoEnd}, Unavailable()},
      {"absent UUID", {.kind = K::kAbsent, .element = "UUID"}, Unavailable()},
      // Refused. That an authorisation is over its server alone says, not a 401.
      {"401, of a token that can be renewed", {.kind = K::kUnauthorized}, NoError()},
      {"401, of a renewed token too",
       {.kind = K::kUnauthorized, .times = 2},
       NeedsReauthorisation()},
      {"401_unsuccessful, of a token that can be renewed", {.kind = K::kBadToken}, NoError()},
      {"401_unsuccessful, of a renewed token too",
       {.kind = K::kBadToken, .times = 2},
       NeedsReauthorisation()},
      {"403", {.kind = K::kForbidden}, AccessDenied(), v1::AddOn::ACCESS_DENIED},
      {"409", {.kind = K::kConflict}, Refused()},
      {"error", {.kind = K::kBusinessError, .value = kReason}, Refused()},
      {"error, of many words",
       {.kind = K::kBusinessError, .value = std::string(300, 'x')},
       Refused()},
      // The answer is good.
      {"hang, and an answer in time", {.kind = K::kHang}, NoError()},
      {"chunked", {.kind = K::kChunked}, NoError()},
      {"content_type, none", {.kind = K::kContentType}, NoError()},
      {"content_type, a wrong one",
       {.kind = K::kContentType, .value = "application/json"},
       NoError()},
      {"bom", {.kind = K::kBom}, NoError()},
      {"declaration", {.kind = K::kDeclaration}, NoError()},
      {"crlf", {.kind = K::kCrlf}, NoError()},
      {"trailing_newline, of an address",
       {.kind = K::kTrailingNewline, .element = "Address"},
       NoError()},
      {"trailing_newline, of all text", {.kind = K::kTrailingNewline}, NoError()},
      {"duplicate, and empty", {.kind = K::kDuplicate}, NoError()},
      {"duplicate, with another date",
       {.kind = K::kDuplicate, .value = "1999-12-31T00:00:00"},
       NoError()},
      {"duplicate_before, and empty", {.kind = K::kDuplicateBefore}, NoError()},
      {"reordered", {.kind = K::kReordered}, NoError()},
      {"unknown_elements", {.kind = K::kUnknown}, NoError()},
      {"absent tax block", {.kind = K::kAbsent}, NoError()},
      {"absent Contacts", {.kind = K::kAbsent, .element = "Contacts"}, NoError()},
      {"absent Phone", {.kind = K::kAbsent, .element = "Phone"}, NoError()},
      {"comments", {.kind = K::kComments}, NoError()},
      {"cdata", {.kind = K::kCdata}, NoError()},
      {"empty_forms", {.kind = K::kEmptyForms}, NoError()},
      {"indented", {.kind = K::kIndented}, NoError()},
  };
}

// About other clients than it should be, or about one that changes at once.
std::vector<ReadFault> Particular(Verb verb) {
  const bool get = EndpointOf(verb) == "client.api/get";
  std::vector<ReadFault> rows;
  if (get) {
    rows.push_back({"unasked, instead of the one that was asked for",
                    {.kind = K::kUnasked, .element = kOtherClient},
                    Unavailable()});
    rows.push_back(
        {"edit_after", {.kind = K::kEditAfter, .element = "City", .value = "Motueka"}, NoError()});
  } else {
    rows.push_back({"hide_client", {.kind = K::kHideClient, .element = kOwnClient}, NoError()});
    rows.push_back(
        {"unasked, a second time", {.kind = K::kUnasked, .element = kOwnClient}, NoError()});
    rows.push_back({"unasked, another", {.kind = K::kUnasked, .element = kOtherClient}, NoError()});
  }
  return rows;
}

// A sync that ended well.
void Done(std::string_view outcomes, FaultRow* row) {
  row->state = v1::SyncOperation::DONE;
  row->outcomes = outcomes;
  row->written = row->verb != Verb::kPull;
}

// The write was made, and its answer got lost: whatever keeps the read-back from showing it leaves
// open whether it was.
void ReadBack(const ReadFault& fault, FaultRow* row) {
  row->written = true;
  if (fault.error.code == 0) {
    Done("applied website", row);
    return;
  }
  row->state = v1::SyncOperation::UNKNOWN;
  row->outcomes = "unknown website";
  row->error = Unavailable();  // that of the write
  row->error.retryable = false;
}

FaultRow RowOf(const ReadFault& fault, Verb verb) {
  FaultRow row{.name = NameOf(verb) + ": " + fault.name,
               .verb = verb,
               .fault = fault.fault,
               .error = fault.error,
               .add_on = fault.add_on};
  row.fault.endpoint = EndpointOf(verb);
  if (row.fault.kind == K::kTimeout && row.fault.endpoint == "client.api/list") {
    row.fault.times = Fault::kUntilCleared;  // ends as a drop, see AskUnderFault()
  }
  const bool well = fault.error.code == 0;
  if (verb == Verb::kReadBack) {
    ReadBack(fault, &row);
  } else if (verb == Verb::kPull && well) {
    Done("applied primary_phone", &row);
  } else if (verb == Verb::kReadBeforePush && well) {
    Done("applied website", &row);
  }
  if (verb == Verb::kRefreshFirm) {
    row.whole_clients = row.fault.kind == K::kOversize || row.fault.kind == K::kChunkedNoEnd;
  }
  if (row.fault.kind == K::kEditAfter) {
    row.also_changed = {{row.fault.element, row.fault.value}};
  }
  if (verb == Verb::kImportByFilter && row.fault.kind == K::kHideClient) {
    row.imported = 0;
  }
  return row;
}

// What a client without the element no longer shows, as changes that nobody asked for are named.
std::set<std::string> LeftOut(const std::string& element) {
  if (element == "Phone") {
    return {"primary_phone"};
  }
  return element.empty()
             ? std::set<std::string>{"AgencyStatus",   "BusinessStructure",  "GSTRegistered",
                                     "PrepareGST",     "SignedTaxAuthority", "TaxNumber",
                                     "business_number"}
             : std::set<std::string>{element};
}

// What the reads before and after a write show differently is something that changed though nobody
// asked for it. An edit by the practice's staff in between stays.
void FindUnasked(FaultRow* row) {
  if (row->fault.kind == K::kAbsent && row->verb == Verb::kReadBack && row->error.code == 0) {
    // Whether it is empty or left out can't be told; nothing further is written until somebody has.
    row->unasked = LeftOut(row->fault.element);
    row->suspends_writes = true;
  } else if (row->fault.kind == K::kUnknown && row->verb == Verb::kReadBack) {
    row->unasked = {"Contacts", "Unheard"};
  } else if (row->fault.kind == K::kUnknown && row->verb == Verb::kReadBeforePush) {
    row->unasked = {"Contacts", "Unheard"};
    row->suspends_writes = true;  // whatever they were, the write has emptied them
  } else if (row->fault.kind == K::kEditAfter && row->verb == Verb::kReadBeforePush) {
    row->unasked = {"physical_address"};
    row->sides["physical_address"] =
        "PRACTICE_CHANGED|Flat 2, 14 Rata Road, Nelson, Tasman, 7010, NZ|"
        "Flat 2, 14 Rata Road, Motueka, Tasman, 7010, New Zealand";
  }
}

}  // namespace

std::vector<FaultRow> ReadRows(Verb verb) {
  std::vector<ReadFault> faults = Common();
  for (ReadFault& fault : Particular(verb)) {
    faults.push_back(std::move(fault));
  }
  std::vector<FaultRow> rows;
  rows.reserve(faults.size());
  for (const ReadFault& fault : faults) {
    rows.push_back(RowOf(fault, verb));
    FindUnasked(&rows.back());
  }
  return rows;
}

}  // namespace profilesync::testing

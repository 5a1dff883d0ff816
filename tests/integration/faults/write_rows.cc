// What a write that XPM spoils makes of the sync that it belongs to: a refusal is one, what may
// have been applied is read back and is UNKNOWN until it is seen, and nothing is ever written
// again.
#include <utility>

#include "tests/integration/faults/fault_row.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::Fault;
using xpm_sandbox::FaultKind;
using K = FaultKind;

FaultRow Named(const std::string& name, Fault fault) {
  FaultRow row{.name = name, .verb = Verb::kPush, .fault = std::move(fault)};
  row.fault.endpoint = EndpointOf(Verb::kPush);
  return row;
}

// Certainly not applied.
FaultRow Failed(const std::string& name, Fault fault, const ExpectedError& error,
                v1::AddOn::State add_on = v1::AddOn::ACTIVE) {
  FaultRow row = Named(name, std::move(fault));
  row.error = error;
  row.add_on = add_on;
  row.state = v1::SyncOperation::FAILED;
  row.outcomes = "not_applied website";
  return row;
}

// Not applied, or not yet; nobody can tell which.
FaultRow Unclear(const std::string& name, Fault fault) {
  FaultRow row = Named(name, std::move(fault));
  row.error = Unavailable();
  row.error.retryable = false;
  row.state = v1::SyncOperation::UNKNOWN;
  row.outcomes = "unknown website";
  return row;
}

FaultRow Late(const std::string& name, Fault fault) {
  FaultRow row = Unclear(name, std::move(fault));
  row.written_late = true;
  return row;
}

// Applied, as the answer or the read-back shows.
FaultRow DoneRow(const std::string& name, Fault fault) {
  FaultRow row = Named(name, std::move(fault));
  row.state = v1::SyncOperation::DONE;
  row.outcomes = "applied website";
  row.written = true;
  return row;
}

std::vector<FaultRow> Refusals() {
  return {
      // First, for the calls of their tenants have to wait until the rows are recovered from.
      Failed("429_minute", {.kind = K::kRateMinute, .retry_after = 1}, Rationed()),
      Failed("429_day", {.kind = K::kRateDay, .retry_after = 1}, Rationed()),
      Failed("429_concurrent", {.kind = K::kRateConcurrent}, Rationed()),
      Failed("429_appminute", {.kind = K::kRateApp}, Rationed()),
      Failed("401, of a renewed token too", {.kind = K::kUnauthorized, .times = 2},
             NeedsReauthorisation()),
      Failed("401_unsuccessful, of a renewed token too", {.kind = K::kBadToken, .times = 2},
             NeedsReauthorisation()),
      Failed("403", {.kind = K::kForbidden}, AccessDenied(), v1::AddOn::ACCESS_DENIED),
      Failed("409", {.kind = K::kConflict}, Refused()),
      Failed("error", {.kind = K::kBusinessError, .value = kReason}, Refused()),
      Failed("error, of many words", {.kind = K::kBusinessError, .value = std::string(300, 'x')},
             Refused()),
  };
}

std::vector<FaultRow> NotApplied() {
  return {
      Unclear("html", {.kind = K::kHtml}),
      Unclear("empty", {.kind = K::kEmpty}),
      Unclear("500", {.kind = K::kServerError}),
      Unclear("500_junk", {.kind = K::kServerErrorJunk}),
      Unclear("503", {.kind = K::kUnavailable}),
      Unclear("redirect", {.kind = K::kRedirect}),
      Unclear("drop", {.kind = K::kDrop}),
      Unclear("timeout", {.kind = K::kTimeout}),
      Late("late_500", {.kind = K::kLateServerError}),
      Late("late_drop", {.kind = K::kLateDrop}),
      Late("late_timeout", {.kind = K::kLateTimeout}),
  };
}

std::vector<FaultRow> AppliedAndSpoilt() {
  return {
      DoneRow("html, applied", {.kind = K::kHtml, .applied = true}),
      DoneRow("empty, applied", {.kind = K::kEmpty, .applied = true}),
      DoneRow("500, applied", {.kind = K::kServerError, .applied = true}),
      DoneRow("500_junk, applied", {.kind = K::kServerErrorJunk, .applied = true}),
      DoneRow("503, applied", {.kind = K::kUnavailable, .applied = true}),
      DoneRow("redirect, applied", {.kind = K::kRedirect, .applied = true}),
      DoneRow("drop, applied", {.kind = K::kDrop, .applied = true}),
      DoneRow("timeout, applied", {.kind = K::kTimeout, .applied = true}),
      DoneRow("half", {.kind = K::kHalf}),
      DoneRow("cut_in_client", {.kind = K::kCutInClient}),
      DoneRow("cut_after_client", {.kind = K::kCutAfterClient}),
      DoneRow("oversize", {.kind = K::kOversize, .bytes = kTooManyBytes}),
      DoneRow("close_mid_body", {.kind = K::kCloseMidBody}),
      DoneRow("reset_mid_body", {.kind = K::kResetMidBody}),
      DoneRow("chunked_no_end", {.kind = K::kChunkedNoEnd}),
      DoneRow("absent UUID", {.kind = K::kAbsent, .element = "UUID"}),
  };
}

// Nothing is wrong with the answer, and nothing in it is a change that nobody asked for.
std::vector<FaultRow> AppliedAndGood() {
  return {
      DoneRow("401, of a token that can be renewed", {.kind = K::kUnauthorized}),
      DoneRow("401_unsuccessful, of a token that can be renewed", {.kind = K::kBadToken}),
      DoneRow("hang, and an answer in time", {.kind = K::kHang}),
      DoneRow("chunked", {.kind = K::kChunked}),
      DoneRow("content_type, none", {.kind = K::kContentType}),
      DoneRow("content_type, a wrong one", {.kind = K::kContentType, .value = "application/json"}),
      DoneRow("bom", {.kind = K::kBom}),
      DoneRow("declaration", {.kind = K::kDeclaration}),
      DoneRow("crlf", {.kind = K::kCrlf}),
      DoneRow("trailing_newline, of an address",
              {.kind = K::kTrailingNewline, .element = "Address"}),
      DoneRow("trailing_newline, of all text", {.kind = K::kTrailingNewline}),
      DoneRow("duplicate, and empty", {.kind = K::kDuplicate}),
      DoneRow("duplicate, with another date",
              {.kind = K::kDuplicate, .value = "1999-12-31T00:00:00"}),
      DoneRow("duplicate_before, and empty", {.kind = K::kDuplicateBefore}),
      DoneRow("reordered", {.kind = K::kReordered}),
      DoneRow("absent tax block", {.kind = K::kAbsent}),
      DoneRow("absent Contacts", {.kind = K::kAbsent, .element = "Contacts"}),
      DoneRow("absent Phone", {.kind = K::kAbsent, .element = "Phone"}),
      DoneRow("comments", {.kind = K::kComments}),
      DoneRow("cdata", {.kind = K::kCdata}),
      DoneRow("empty_forms", {.kind = K::kEmptyForms}),
      DoneRow("indented", {.kind = K::kIndented}),
  };
}

FaultRow AlsoSet(const std::string& name, const std::string& element, const std::string& value) {
  FaultRow row = DoneRow(name, {.kind = K::kAlsoSet, .element = element, .value = value});
  row.also_changed = {{element, value}};
  return row;
}

// The practice client changes by more than the write.
std::vector<FaultRow> SomethingElse() {
  FaultRow altered = AlsoSet("also_set, of another element", "ReferralSource", "Radio");
  altered.unasked = {"ReferralSource"};
  FaultRow emptied = AlsoSet("also_set, emptying another element", "ReferralSource", "");
  emptied.unasked = {"ReferralSource"};
  emptied.suspends_writes = true;
  FaultRow coerced = AlsoSet("also_set, of what was written", "Website", "coerced.example");
  coerced.outcomes = "coerced website";
  coerced.sides["website"] = "COERCED|(website)|coerced.example";
  // The practice's staff are the last to write, and nobody undoes that.
  FaultRow edited =
      DoneRow("edit_after, of what was written",
              {.kind = K::kEditAfter, .element = "Website", .value = "staff.example"});
  edited.also_changed = {{"Website", "staff.example"}};
  FaultRow beside = DoneRow("edit_after, of another element",
                            {.kind = K::kEditAfter, .element = "City", .value = "Motueka"});
  beside.also_changed = {{"City", "Motueka"}};
  // They may be anything, and weren't there before.
  FaultRow unknown = DoneRow("unknown_elements", {.kind = K::kUnknown});
  unknown.unasked = {"Contacts", "Unheard"};
  return {altered, emptied, coerced, edited, beside, unknown};
}

// The profile's half of a sync follows its push, whatever came of that; its outcomes stand in the
// order of the fields.
FaultRow WithPull(FaultRow row) {
  row.verb = Verb::kPushAndPull;
  row.outcomes = "applied primary_phone, " + row.outcomes;
  if (row.state == v1::SyncOperation::FAILED) {
    row.state = v1::SyncOperation::PARTLY_DONE;
    row.error.retryable = false;  // with the same request_id: it is answered with what was done
  }
  return row;
}

}  // namespace

std::vector<FaultRow> WriteRows(Verb verb) {
  std::vector<FaultRow> rows;
  for (const auto& some :
       {Refusals(), NotApplied(), AppliedAndSpoilt(), AppliedAndGood(), SomethingElse()}) {
    for (const FaultRow& row : some) {
      if (!WhyNoRow(row.fault.kind, verb).empty()) {
        continue;
      }
      rows.push_back(verb == Verb::kPushAndPull ? WithPull(row) : row);
      rows.back().name = NameOf(verb) + ": " + row.name;
    }
  }
  return rows;
}

}  // namespace profilesync::testing

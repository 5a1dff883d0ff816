#include "client/cli/panel.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/text.h"
#include "client/cli/when.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

using type::FieldValue;
using v1::AddOnDiff;
using v1::Diff;
using v1::FieldDiff;

std::string Id(const std::string& name) { return std::string(LastId(name)); }

// An address keeps its lines; what is blank or unknown says so.
std::string CellText(const FieldValue& value, const char* missing) {
  std::string text;
  if (value.has_address()) {
    const auto& address = value.address();
    text = absl::StrJoin(address.lines(), "\n");
    std::vector<std::string> rest;
    for (const std::string& part :
         {address.city(), address.region(), address.postal_code(), address.country()}) {
      if (!part.empty()) {
        rest.push_back(part);
      }
    }
    if (!rest.empty()) {
      absl::StrAppend(&text, text.empty() ? "" : "\n", absl::StrJoin(rest, " "));
    }
  } else {
    text = value.text();
  }
  return text.empty() ? missing : Printable(text, true);
}

std::string PracticeText(const FieldDiff& field) {
  const bool unknown = field.state() == v1::FieldDiff::PRACTICE_UNKNOWN ||
                       field.state() == v1::FieldDiff::NOT_COMPARABLE;
  return CellText(field.practice_value(), unknown ? "(not known)" : "(blank)");
}

const char* Arrow(const FieldDiff& field) {
  switch (field.suggested_direction()) {
    case v1::TO_PRACTICE:
      return "→";
    case v1::TO_PROFILE:
      return "←";
    default:
      break;
  }
  switch (field.state()) {
    case v1::FieldDiff::IN_SYNC:
      return field.format_rule().empty() ? "=" : "≈";
    case v1::FieldDiff::COERCED:
      return "≈";
    case v1::FieldDiff::PENDING:
      return "…";
    default:
      return Differs(field.state()) ? "≠" : "?";
  }
}

const char* StateText(const FieldDiff& field) {
  switch (field.state()) {
    case v1::FieldDiff::NOT_APPLICABLE:
      return "not applicable";
    case v1::FieldDiff::NOT_COMPARABLE:
      return "hidden, can't be compared";
    case v1::FieldDiff::PRACTICE_UNKNOWN:
      return "not reported";
    case v1::FieldDiff::PENDING:
      return "a write is pending";
    case v1::FieldDiff::IN_SYNC:
      return field.format_rule().empty() ? "" : "format only";
    case v1::FieldDiff::COERCED:
      return "altered when written";
    case v1::FieldDiff::NEVER_SYNCED:
      return "never synced";
    case v1::FieldDiff::PRACTICE_CHANGED:
      return "practice changed";
    case v1::FieldDiff::PROFILE_CHANGED:
      return "profile changed";
    case v1::FieldDiff::CONFLICT:
      return "conflict: both changed";
    default:
      return "unknown state";
  }
}

// Why a field that differs has no suggestion, where its state doesn't say it already.
const char* ReasonText(const FieldDiff& field) {
  switch (field.suggestion_reason()) {
    case v1::FieldDiff::RULE_PREFERS:
      return "a rule prefers it";
    case v1::FieldDiff::BOTH_SIDES_FILLED:
      return "both filled";
    case v1::FieldDiff::SIDE_EMPTIED:
      return "was emptied";
    case v1::FieldDiff::SIDE_NOT_WRITABLE:
      return "can't be written";
    case v1::FieldDiff::RULE_FORBIDS:
      return "a rule forbids it";
    default:
      return "";
  }
}

std::string Note(const FieldDiff& field) {
  std::vector<std::string> notes;
  for (const char* note : {StateText(field), Differs(field.state()) ? ReasonText(field) : ""}) {
    if (*note != '\0') {
      notes.emplace_back(note);
    }
  }
  if (field.profile_unparsed() || field.practice_unparsed()) {
    notes.emplace_back("compared as text");
  }
  return absl::StrJoin(notes, "; ");
}

std::string Refreshed(absl::Time now, const Diff& diff) {
  std::string text = "never refreshed";
  if (diff.has_refresh_time()) {
    const absl::Time time = ToTime(diff.refresh_time());
    text = absl::StrCat("last refreshed ", Ago(now, time), " (", Absolute(time), ")");
  }
  return diff.refresh_due() ? text + ", a refresh is due" : text;
}

// The sync command that does what is suggested, or "". `names_add_on` where the profile may have
// links under others too.
std::string SuggestedCommand(const Diff& diff, bool names_add_on) {
  std::vector<std::string> to_practice;
  std::vector<std::string> to_profile;
  for (const FieldDiff& field : diff.fields()) {
    if (field.suggested_direction() == v1::TO_PRACTICE) {
      to_practice.push_back(field.field());
    } else if (field.suggested_direction() == v1::TO_PROFILE) {
      to_profile.push_back(field.field());
    }
  }
  if (to_practice.empty() && to_profile.empty()) {
    return "";
  }
  std::string command = absl::StrCat("profilesync sync ", diff.profile());
  if (names_add_on) {
    absl::StrAppend(&command, " --add-on ", Id(diff.add_on()));
  }
  if (!to_practice.empty()) {
    absl::StrAppend(&command, " --to-practice ", absl::StrJoin(to_practice, ","));
  }
  if (!to_profile.empty()) {
    absl::StrAppend(&command, " --to-profile ", absl::StrJoin(to_profile, ","));
  }
  return command;
}

std::string PendingText(const Diff& diff) {
  const int pending = CountPending(diff);
  return pending == 0   ? ""
         : pending == 1 ? "A write of 1 field is pending.\n"
                        : absl::StrCat("Writes of ", pending, " fields are pending.\n");
}

std::string Summary(const Style& style, const Diff& diff, bool names_add_on) {
  if (diff.differing_count() == 0) {
    return CountPending(diff) > 0     ? ""
           : !diff.has_refresh_time() ? "Nothing is known of the practice client yet.\n"
                                      : "Nothing to sync.\n";
  }
  const std::string text = Counted(diff.differing_count(), "field differs", "fields differ");
  if (!diff.can_sync()) {
    return Red(style, text) + ", and none of them may be synced.\n";
  }
  const std::string command = SuggestedCommand(diff, names_add_on);
  return absl::StrCat(Red(style, text + "."),
                      command.empty() ? " Choose a direction for each."
                                      : absl::StrCat(" As suggested (→ ←):\n  ", command),
                      "\n");
}

std::string LinkStateText(const Diff& diff) {
  return diff.link_state() == v1::Link::ACTIVE || diff.link_state() == 0
             ? ""
             : absl::StrCat("The practice client is ", v1::Link::State_Name(diff.link_state()),
                            ": it can't be written.\n");
}

std::string PrerequisiteText(const std::string& profile, const AddOnDiff& entry) {
  const std::string& add_on = entry.add_on();
  switch (entry.missing_prerequisite()) {
    case AddOnDiff::ADD_ON_REQUIRED:
      return absl::StrCat("The firm has no add-on. Activate one:\n  profilesync --firm ",
                          AV(FirmOf(profile)), " add-on activate PRACTICE_SYSTEM\n");
    case AddOnDiff::ADD_ON_NOT_ACTIVE:
      return absl::StrCat("The add-on must be authorised:\n  profilesync add-on reauthorise ",
                          add_on, "\n");
    case AddOnDiff::LINK_REQUIRED:
      return absl::StrCat(
          "The profile isn't linked. Find its client, then link it:\n  profilesync search NAME "
          "--add-on ",
          add_on, "\n  profilesync link create ", profile, " CLIENT_ID --add-on ", add_on,
          "\nOr have one created:\n  profilesync profile export ", profile, " --add-on ", add_on,
          "\n");
    case AddOnDiff::REFRESH_REQUIRED:
      return absl::StrCat("The practice client was never fetched:\n  profilesync refresh ", profile,
                          " --add-on ", add_on, "\n");
    default:
      return "";
  }
}

}  // namespace

bool Differs(v1::FieldDiff::State state) {
  return state == v1::FieldDiff::NEVER_SYNCED || state == v1::FieldDiff::PRACTICE_CHANGED ||
         state == v1::FieldDiff::PROFILE_CHANGED || state == v1::FieldDiff::CONFLICT;
}

int CountPending(const Diff& diff) {
  return static_cast<int>(std::count_if(
      diff.fields().begin(), diff.fields().end(),
      [](const FieldDiff& field) { return field.state() == v1::FieldDiff::PENDING; }));
}

std::string DrawDiff(const Style& style, absl::Time now, const Diff& diff, bool names_add_on) {
  std::vector<std::vector<Cell>> rows;
  for (const FieldDiff& field : diff.fields()) {
    const bool red = Differs(field.state());
    rows.push_back({Printable(field.label()), Cell(CellText(field.profile_value(), "(blank)"), red),
                    Cell(Arrow(field), red), Cell(PracticeText(field), red), Note(field)});
  }
  return absl::StrCat("Client: ", Printable(diff.practice_client_display_name()), " (",
                      Printable(diff.practice_client_id()), ")\n", Refreshed(now, diff), "\n",
                      LinkStateText(diff), "\n",
                      DrawTable(style, {"Field", "Profile", " ", "Practice", "State"}, rows), "\n",
                      Summary(style, diff, names_add_on), PendingText(diff));
}

std::string DrawPanel(const Style& style, absl::Time now, const v1::ProfileDiffs& diffs,
                      bool names_add_on) {
  const std::string profile = diffs.name().substr(0, diffs.name().rfind("/diffs"));
  std::string out;
  names_add_on = names_add_on || diffs.add_on_diffs_size() > 1;
  for (const AddOnDiff& entry : diffs.add_on_diffs()) {
    absl::StrAppend(&out, out.empty() ? "" : "\n");
    if (!entry.add_on().empty()) {
      absl::StrAppend(
          &out,
          Bold(style, absl::StrCat(Id(profile), " and ", Printable(entry.add_on_display_name()))),
          " (", entry.add_on(), ")\n");
    }
    absl::StrAppend(&out, PrerequisiteText(profile, entry));
    if (entry.has_diff()) {
      absl::StrAppend(&out, DrawDiff(style, now, entry.diff(), names_add_on));
    }
  }
  return out;
}

}  // namespace profilesync::cli

#include "tests/sandbox/xpm/behaviour.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace profilesync::xpm_sandbox {
namespace {

struct Switch {
  std::string name;
  std::vector<std::string> values;  // in the order of the enum
  std::function<size_t(const Behaviour&)> get;
  std::function<void(Behaviour&, size_t)> set;
};

template <typename T>
Switch Choice(std::string name, T Behaviour::*member, std::vector<std::string> values) {
  return {std::move(name), std::move(values),
          [member](const Behaviour& b) { return static_cast<size_t>(b.*member); },
          [member](Behaviour& b, size_t index) { b.*member = static_cast<T>(index); }};
}

Switch YesNo(std::string name, bool Behaviour::*member) {
  return Choice(std::move(name), member, {"no", "yes"});
}

const std::vector<Switch>& Switches() {
  using B = Behaviour;
  static const auto* const kSwitches = new std::vector<Switch>{
      Choice("omitted_elements", &B::omitted_elements, {"kept", "cleared"}),
      Choice("empty_elements", &B::empty_elements, {"clear", "ignored"}),
      Choice("unknown_client", &B::unknown_client, {"error", "404", "500"}),
      Choice("unknown_elements", &B::unknown_elements, {"refused", "ignored"}),
      YesNo("accept_date_dashed", &B::accept_date_dashed),
      YesNo("accept_date_compact", &B::accept_date_compact),
      YesNo("accept_date_with_time", &B::accept_date_with_time),
      Choice("bad_date", &B::bad_date, {"error", "500", "ignored"}),
      YesNo("name_required_on_update", &B::name_required_on_update),
      Choice("modifiedsince_bound", &B::modifiedsince_bound, {"inclusive", "exclusive"}),
      YesNo("archive_bumps_modified", &B::archive_bumps_modified),
      YesNo("delete_bumps_modified", &B::delete_bumps_modified),
      YesNo("contact_change_bumps_modified", &B::contact_change_bumps_modified),
      Choice("individual_fields_elsewhere", &B::individual_fields_elsewhere,
             {"refused", "ignored", "stored"}),
      Choice("unknown_business_structure", &B::unknown_business_structure, {"refused", "stored"}),
      Choice("tax_block", &B::tax_block, {"once_opened", "always"}),
      Choice("write_to_deleted", &B::write_to_deleted, {"409", "stored", "unknown_client"}),
      Choice("write_to_archived", &B::write_to_archived, {"409", "stored"}),
      Choice("openapi_names", &B::openapi_names, {"pascal", "acronyms", "camel"}),
      Choice("malformed_xml", &B::malformed_xml, {"400", "error", "500"}),
      Choice("dates_read", &B::dates_read, {"with_time", "date_only"}),
      Choice("addresses_read", &B::addresses_read, {"as_stored", "trailing_newline"}),
      Choice("problem_content_type", &B::problem_content_type, {"json", "missing"}),
      Choice("refresh_retry", &B::refresh_retry, {"until_successor_used", "whole_grace"}),
      Choice("revoked_access_token", &B::revoked_access_token, {"401", "403"}),
      Choice("updates_shown", &B::updates_shown, {"at_once", "later"}),
  };
  return *kSwitches;
}

const Switch* FindSwitch(const std::string& name) {
  const auto& all = Switches();
  auto it = std::find_if(all.begin(), all.end(), [&](const Switch& s) { return s.name == name; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> SwitchesOf(const Behaviour& behaviour) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Switch& s : Switches()) out.emplace_back(s.name, s.values[s.get(behaviour)]);
  return out;
}

std::vector<std::string> ValuesOfSwitch(const std::string& name) {
  const Switch* found = FindSwitch(name);
  return found == nullptr ? std::vector<std::string>() : found->values;
}

absl::Status SetSwitch(const std::string& name, const std::string& value, Behaviour& behaviour) {
  const Switch* found = FindSwitch(name);
  if (found == nullptr) return absl::InvalidArgumentError(absl::StrCat("no switch '", name, "'"));
  auto it = std::find(found->values.begin(), found->values.end(), value);
  if (it == found->values.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "switch '", name, "' takes ", absl::StrJoin(found->values, " | "), ", not '", value, "'"));
  }
  found->set(behaviour, static_cast<size_t>(it - found->values.begin()));
  return absl::OkStatus();
}

absl::Status SetSwitches(const std::string& list, Behaviour& behaviour) {
  Behaviour changed = behaviour;
  const std::vector<std::string> items = absl::StrSplit(list, ',', absl::SkipEmpty());
  for (const std::string& item : items) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(item, absl::MaxSplits('=', 1));
    absl::Status status = SetSwitch(pair.first, pair.second, changed);
    if (!status.ok()) return status;
  }
  behaviour = changed;
  return absl::OkStatus();
}

}  // namespace profilesync::xpm_sandbox

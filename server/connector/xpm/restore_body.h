#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/connector/connector.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {

// A client at three times, as XPM's `<Client>`.
struct ClientHistory {
  const XmlElement& before;  // an operation
  const XmlElement& after;   // the same operation
  const XmlElement& now;
};

// Connector::PlanRestore.
std::vector<RestoreItem> PlanRestore(const Tenant& tenant, const ClientHistory& history);

// The `<Client>` that writes the plan's kWrite items. With `repeat_all`, or where the operation
// emptied anything, it also repeats whatever else `now` holds and an update can write: should XPM
// take what an update leaves out for empty, the restore must not empty it again. Masked values are
// never sent.
std::string MakeRestoreBody(const Tenant& tenant, const ClientHistory& history,
                            const std::vector<RestoreItem>& plan, bool repeat_all);

// The top-level elements that an item of a plan is about, by their names in an answer.
std::vector<std::string_view> ElementsOfItem(std::string_view item);

}  // namespace profilesync::connector::xpm

#include "server/connector/xpm/restore_body.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/catalogue.h"
#include "common/status.h"
#include "server/connector/xpm/client_body.h"
#include "server/connector/xpm/client_reader.h"
#include "server/connector/xpm/field_mapping.h"
#include "server/connector/xpm/other_changes.h"
#include "server/connector/xpm/own_elements.h"

namespace profilesync::connector::xpm {
namespace {

// What is written as a whole: a mapped field's elements, or one of XPM's own.
struct Part {
  std::string_view name;
  const FieldMapping* mapping = nullptr;
  const OwnElement* own = nullptr;

  bool masked() const { return mapping != nullptr && mapping->format == Format::kMasked; }
  bool clearable() const { return mapping != nullptr ? mapping->clearable : own->clearable; }
  std::string_view element() const {
    return mapping != nullptr ? mapping->elements[0].read : own->name.read;
  }
};

// The name first, where Xero's samples have it.
std::vector<Part> PartsOf(const Tenant& tenant) {
  std::vector<Part> parts;
  for (const FieldMapping& mapping : FieldMappings()) {
    // What feeds the field from elsewhere can't be written; Fax is an element as any other then.
    const bool elsewhere = mapping.field == kOtherPhone && OtherPhoneSource(tenant) != kFaxSource;
    const Part part{.name = elsewhere ? kFaxSource : mapping.field, .mapping = &mapping};
    parts.insert(part.element() == "Name" ? parts.begin() : parts.end(), part);
  }
  for (const OwnElement& element : OwnElements()) {
    parts.push_back({.name = element.name.read, .own = &element});
  }
  return parts;
}

type::FieldValue ValueOf(const Part& part, const XmlElement& client) {
  if (part.mapping != nullptr && !part.masked()) {
    type::FieldValue value = ReadValue(client, *part.mapping);
    return IsBlank(value) ? type::FieldValue() : value;
  }
  const std::string text(part.masked()
                             ? absl::StripAsciiWhitespace(client.Text(part.element()).value_or(""))
                             : AV(OwnText(client, *part.own)));
  type::FieldValue value;
  if (!text.empty()) {
    value.set_text(text);
  }
  return value;
}

// Whether the part may be spoken of: a tax block that wasn't shown may have held anything.
bool WasShown(const Part& part, const XmlElement& before) {
  return !InTaxBlock(part.element()) || HasTaxBlock(before);
}

RestoreItem Judge(const Part& part, RestoreItem item, const type::FieldValue& left) {
  using enum RestoreItem::Fate;
  if (!SameValue(item.now, left)) {
    item.fate = kMoved;
    item.why = "changed since the operation";
  } else if (part.masked()) {
    item.fate = kRefused;
    item.why = "is shown masked, so that what it was isn't known";
  } else if (!item.wanted.value_case() && !part.clearable()) {
    item.fate = kRefused;
    item.why = "was blank, which the practice system can't be told";
  } else {
    item.fate = kWrite;
  }
  return item;
}

type::FieldValue TextValue(const std::string& text) {
  type::FieldValue value;
  if (!text.empty()) {
    value.set_text(text);
  }
  return value;
}

// What an update can't write and the operation changed all the same.
void AddUnwritable(const Tenant& tenant, const ClientHistory& history,
                   std::vector<RestoreItem>* plan) {
  const auto since = FindOtherChanges(history.before, history.now, tenant, true);
  for (const OtherChange& change : FindOtherChanges(history.before, history.after, tenant, true)) {
    const std::string top = change.element.substr(0, change.element.find('/'));
    const auto now = std::find_if(since.begin(), since.end(), [&](const OtherChange& c) {
      return c.element == change.element;
    });
    const bool writable = top == kFaxSource || FindOwnElement(top) != nullptr;
    if (writable || now == since.end()) {
      continue;
    }
    const bool moved = now->after != change.after;
    plan->push_back({.name = change.element,
                     .now = TextValue(now->after),
                     .wanted = TextValue(change.before),
                     .fate = moved ? RestoreItem::Fate::kMoved : RestoreItem::Fate::kRefused,
                     .why = moved ? "changed since the operation" : "can't be written"});
  }
}

bool AnyEmptied(const std::vector<Part>& parts, const ClientHistory& history) {
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
    return ValueOf(part, history.before).value_case() && !ValueOf(part, history.after).value_case();
  });
}

void AppendPart(std::string* body, const Part& part, const type::FieldValue& value) {
  if (part.mapping != nullptr) {
    AppendValue(body, *part.mapping, value);
  } else {
    AppendElement(body, part.own->name.write, value.text());
  }
}

}  // namespace

std::vector<RestoreItem> PlanRestore(const Tenant& tenant, const ClientHistory& history) {
  std::vector<RestoreItem> plan;
  for (const Part& part : PartsOf(tenant)) {
    const type::FieldValue before = ValueOf(part, history.before);
    const type::FieldValue left = ValueOf(part, history.after);
    const type::FieldValue now = ValueOf(part, history.now);
    if (!WasShown(part, history.before) || SameValue(before, left) || SameValue(before, now)) {
      continue;
    }
    plan.push_back(
        Judge(part, {.name = std::string(part.name), .now = now, .wanted = before}, left));
  }
  AddUnwritable(tenant, history, &plan);
  return plan;
}

std::string MakeRestoreBody(const Tenant& tenant, const ClientHistory& history,
                            const std::vector<RestoreItem>& plan, bool repeat_all) {
  const std::vector<Part> parts = PartsOf(tenant);
  const bool all = repeat_all || AnyEmptied(parts, history);
  std::string body = "<Client>";
  AppendElement(&body, "UUID", ParseUuid(history.now.Text("UUID").value_or("")));
  for (const Part& part : parts) {
    const auto item = std::find_if(plan.begin(), plan.end(), [&](const RestoreItem& i) {
      return i.name == part.name && i.fate == RestoreItem::Fate::kWrite;
    });
    if (item != plan.end()) {
      AppendPart(&body, part, item->wanted);
      continue;
    }
    const bool repeated = all || part.element() == "Name";
    const type::FieldValue now = ValueOf(part, history.now);
    if (repeated && !part.masked() && now.value_case()) {
      AppendPart(&body, part, now);
    }
  }
  body += "</Client>";
  return body;
}

std::vector<std::string_view> ElementsOfItem(std::string_view item) {
  std::vector<std::string_view> elements;
  if (const FieldMapping* mapping = FindMapping(item)) {
    for (const ElementName& element : ElementsOf(*mapping)) {
      elements.push_back(element.read);
    }
  } else {
    elements.push_back(item.substr(0, item.find('/')));
  }
  return elements;
}

}  // namespace profilesync::connector::xpm

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace profilesync::xpm_sandbox {

// Values by element name.
using ElementMap = std::map<std::string, std::string>;

// A client as the practice holds it. A plain value.
struct ClientRecord {
  // Assigned by the sandbox when empty.
  std::string uuid;
  // NZ or AU: which elements the tax block has.
  std::string jurisdiction = "NZ";
  // Whether the client has been opened for tax. Set by any value of the tax block.
  bool opened_for_tax = false;
  // Scalars by the name under which they are READ ("Website"), only those with a value. Kept as
  // entered: TaxNumber in the clear, dates as yyyy-MM-dd, AccountManager as the staff's UUID.
  ElementMap values;
  // UUID, Name, Salutation, Addressee, Mobile, Email, Phone, IsDeleted, IsPrimary, Position.
  std::vector<ElementMap> contacts;
  // Title, Text, Folder, Date, CreatedBy, Tag.
  std::vector<ElementMap> notes;
  // UUID, Name.
  std::vector<ElementMap> groups;
  // UUID, Type, RelatedClientUUID, RelatedClientName, NumberOfShares, Percentage, StartDate,
  // EndDate.
  std::vector<ElementMap> relationships;
  // Payment terms: Name, CostMarkup, PaymentTerm, PaymentDay; empty when there are none.
  ElementMap type;
  // Elements that the reference doesn't have, by name: what XPM might add one day. They can be read
  // and not written.
  ElementMap extra;
  // When the client was last modified, as modifiedsince sees it.
  absl::Time modified = absl::UnixEpoch();
  // The client's place in lists and in its WebUrl; set by the store.
  int64_t number = 0;

  // The value of `element`, or empty.
  std::string Get(const std::string& element) const;
  // Empty removes it.
  void Set(const std::string& element, const std::string& value);
  bool archived() const { return Is("IsArchived"); }
  bool deleted() const { return Is("IsDeleted"); }
  // Whether a Yes/No element is Yes. Lists ask this of every client.
  bool Is(const std::string& flag) const;
};

struct Staff {
  std::string uuid;
  std::string name;
};

struct BusinessStructure {
  std::string name;
  bool individual = false;
};

// What the practice's administrator has configured. A plain value.
struct Practice {
  std::string name = "Harbour and Pine Accountants";
  // That of clients added through the API.
  std::string jurisdiction = "NZ";
  std::vector<Staff> staff;
  std::vector<BusinessStructure> business_structures = {
      {"Individual", true}, {"Sole Trader", true}, {"Company"},    {"Trust"},
      {"Partnership"},      {"Super Fund"},        {"Association"}};
  std::vector<std::string> tax_agents;
};

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/xpm/behaviour.h"

namespace profilesync::xpm_sandbox {

// When an element of Client is in an answer (reference 5.1, 5.2).
enum class Presence {
  kAlways,        // empty or not
  kWhenSet,       // only with a value
  kTaxBlock,      // with the tax block, empty or not
  kTaxAustralia,  // as kTaxBlock, for Australian clients
  kTaxWhenSet,    // with the tax block and a value
  kStructured,    // lists and objects, each with a rule of its own
};

// What an element holds, so what a write may put there and how a read shows it.
enum class Content {
  kText,
  kYesNo,
  kDate,    // kept as yyyy-MM-dd
  kChoice,  // one of `choices`
  kDecimal,
  kMonth,          // kept as 1..12; written as a number or a name
  kGstPeriod,      // kept as the text that is read; written as 1, 2 or 6
  kTaxNumber,      // kept in the clear, masked when read
  kStructureName,  // a BusinessStructure of the practice
  kTaxAgentName,   // a tax agent of the practice
  kStaff,          // kept as a UUID; read as {UUID,Name}
  kClient,         // likewise, of a client
  kList,
};

// One row of the reference's table 5.2.
struct ClientElement {
  std::string_view name;        // when read; the key in ClientRecord::values
  std::string_view write_name;  // in add and update; empty when it can't be written
  Presence presence;
  Content content = Content::kText;
  bool individuals_only = false;
  std::string_view when_unset = "";  // what a read shows where no value is kept
  std::string_view choices = "";     // separated by '|'
};

// All elements but UUID, in the order in which they are read.
const std::vector<ClientElement>& ClientElements();

// nullptr when there is none.
const ClientElement* FindByReadName(std::string_view name);
// By its name in a request, which is Spelled().
const ClientElement* FindByWriteName(std::string_view name, OpenApiNames openapi_names);

// The name of an element, for reading or writing, as it stands in a document.
std::string Spelled(std::string_view name, OpenApiNames openapi_names);

bool InTaxBlock(const ClientElement& element);

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <functional>
#include <string>

#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::xpm_sandbox {

// Which parts of a client an endpoint's answer has (reference 4, 5.2).
enum class Detail {
  kPaged,     // no Contacts, Notes, Groups, Relationships
  kPlain,     // Contacts
  kDetailed,  // all four
};

// What a client's elements are resolved against. The name of an unknown UUID is empty.
struct NameLookup {
  std::function<std::string(const std::string& uuid)> staff;
  std::function<std::string(const std::string& uuid)> client;
};

// `<Client>…</Client>` as XPM writes it.
std::string ClientXml(const ClientRecord& client, Detail detail, const Behaviour& behaviour,
                      const NameLookup& names);

// "******123": the last three digits of a tax number stay visible. Empty stays empty.
std::string MaskTaxNumber(const std::string& tax_number);

}  // namespace profilesync::xpm_sandbox

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "profilesync/config/v1/config.pb.h"
#include "profilesync/type/practice_client.pb.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {

// What the names of business structures mean: the usual ones, and over them those that the operator
// has configured. Letter case and spacing don't count. Immutable and thread-safe.
class PartyKinds {
 public:
  explicit PartyKinds(
      const google::protobuf::RepeatedPtrField<config::v1::BusinessStructure>& configured);

  // PARTY_KIND_UNSPECIFIED for a name that isn't known.
  type::PartyKind KindOf(std::string_view business_structure) const;

  // The name under which clients of the kind are created: the first that the operator has
  // configured for it, else one that XPM's documentation has; "" where neither has one, for a
  // practice may have named its structures otherwise.
  std::string NameOf(type::PartyKind kind) const;

  // Sets kind and kind_source: by BusinessStructure; where there is none, an individual by the
  // elements that only individuals have. Never by Type, which is about payment terms.
  void Detect(const XmlElement& client, type::PracticeClient* result) const;

 private:
  std::map<std::string, type::PartyKind> kinds_;  // by folded name
  std::map<type::PartyKind, std::string> names_;  // to create by
};

}  // namespace profilesync::connector::xpm

#include "server/connector/xpm/party_kinds.h"

#include <algorithm>

#include "common/catalogue.h"
#include "common/text_form.h"

namespace profilesync::connector::xpm {
namespace {

constexpr std::pair<std::string_view, type::PartyKind> kUsual[] = {
    {"Individual", type::INDIVIDUAL},
    {"Sole Trader", type::SOLE_TRADER},
    {"Company", type::COMPANY},
    {"Trust", type::TRUST},
    {"Partnership", type::PARTNERSHIP},
    {"Super Fund", type::SUPER_FUND},
    {"Superannuation Fund", type::SUPER_FUND},
    {"SMSF", type::SUPER_FUND},
    {"Association", type::ASSOCIATION},
    {"Incorporated Association", type::ASSOCIATION},
    {"Incorporated Association/Club", type::ASSOCIATION},
    {"Estate", type::ESTATE},
};

// The names that the reference has from the documentation (5.3); the others above are inferred.
constexpr std::pair<type::PartyKind, std::string_view> kDocumented[] = {
    {type::INDIVIDUAL, "Individual"}, {type::COMPANY, "Company"}, {type::TRUST, "Trust"}};

constexpr std::string_view kIndividualOnly[] = {"FirstName", "LastName", "DateOfBirth", "Title",
                                                "Gender"};

}  // namespace

PartyKinds::PartyKinds(
    const google::protobuf::RepeatedPtrField<config::v1::BusinessStructure>& configured) {
  for (const auto& [name, kind] : kUsual) {
    kinds_[FoldText(name)] = kind;
  }
  for (const auto& structure : configured) {
    kinds_[FoldText(structure.name())] = structure.kind();
    names_.emplace(structure.kind(), structure.name());
  }
  for (const auto& [kind, name] : kDocumented) {
    if (KindOf(name) == kind) {
      names_.emplace(kind, name);
    }
  }
}

std::string PartyKinds::NameOf(type::PartyKind kind) const {
  const auto it = names_.find(kind);
  return it == names_.end() ? "" : it->second;
}

type::PartyKind PartyKinds::KindOf(std::string_view business_structure) const {
  const auto it = kinds_.find(FoldText(business_structure));
  return it == kinds_.end() ? type::PARTY_KIND_UNSPECIFIED : it->second;
}

void PartyKinds::Detect(const XmlElement& client, type::PracticeClient* result) const {
  const std::string structure = client.Text("BusinessStructure").value_or("");
  if (!IsBlank(structure)) {
    result->set_kind(KindOf(structure));
    result->set_kind_source(structure);
    return;
  }
  const bool individual = std::any_of(
      std::begin(kIndividualOnly), std::end(kIndividualOnly),
      [&](std::string_view element) { return !IsBlank(client.Text(element).value_or("")); });
  result->set_kind(individual ? type::INDIVIDUAL : type::PARTY_KIND_UNSPECIFIED);
}

}  // namespace profilesync::connector::xpm

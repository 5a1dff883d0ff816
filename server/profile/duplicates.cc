#include "server/profile/duplicates.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "common/catalogue.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_sides.h"
#include "server/model/side_forms.h"

namespace profilesync::profile {
namespace {

constexpr int kMost = 20;

// What two profiles of the same client would share, beside the name. A phone is the same whichever
// field it stands in.
std::set<std::string> SignsOf(const model::SideForms& forms) {
  std::set<std::string> signs;
  for (const std::string_view name : {"email", "primary_phone", "other_phone", "company_number",
                                      "business_number", "date_of_birth"}) {
    const Field* const field = Catalogue::Get().Find(name);
    const std::string_view form = forms.Of(*field);
    if (!form.empty()) {
      const std::string_view group = field->kind() == type::PHONE ? "phone" : name;
      signs.insert(std::string(group) + "=" + std::string(form));
    }
  }
  return signs;
}

bool ShareASign(const std::set<std::string>& ours, const std::set<std::string>& theirs) {
  return std::any_of(ours.begin(), ours.end(),
                     [&](const std::string& sign) { return theirs.contains(sign); });
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PossibleDuplicates(const v1::Firm& firm,
                                                            const v1::Profile& profile,
                                                            const store::Reader& reader) {
  const model::SideForms forms =
      model::SideForms::Make(model::NormaliserOf(firm, profile), profile.fields());
  const std::set<std::string> signs = SignsOf(forms);
  ASSIGN_OR_RETURN(const std::vector<store::ProfileRow> of_that_name,
                   reader.ListProfilesByNameForm(LastId(firm.name()),
                                                 forms.Of(*Catalogue::Get().Find("name")), kMost));
  std::vector<std::string> duplicates;
  for (const store::ProfileRow& row : of_that_name) {
    const model::SideForms theirs = model::SideForms::Load(model::NormaliserOf(firm, row.profile),
                                                           row.profile.fields(), row.extra.forms());
    if (ShareASign(signs, SignsOf(theirs))) {
      duplicates.push_back(row.profile.name());
    }
  }
  return duplicates;
}

std::vector<type::PracticeClient> PossibleDuplicates(
    const v1::Firm& firm, const v1::Profile& profile,
    const std::vector<type::PracticeClient>& clients) {
  const Field& name = *Catalogue::Get().Find("name");
  const Normaliser normaliser = model::NormaliserOf(firm, profile);
  const model::SideForms forms = model::SideForms::Make(normaliser, profile.fields());
  const std::set<std::string> signs = SignsOf(forms);
  std::vector<type::PracticeClient> duplicates;
  for (const type::PracticeClient& client : clients) {
    const model::SideForms theirs = model::SideForms::Make(normaliser, client.fields());
    if (client.state() != type::PracticeClient::DELETED && theirs.Of(name) == forms.Of(name) &&
        ShareASign(signs, SignsOf(theirs)) && duplicates.size() < kMost) {
      duplicates.push_back(client);
    }
  }
  return duplicates;
}

}  // namespace profilesync::profile

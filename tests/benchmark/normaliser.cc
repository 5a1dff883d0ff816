#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/catalogue.h"
#include "common/normalise.h"
#include "common/status.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

type::FieldValue Text(std::string_view text) {
  type::FieldValue value;
  value.set_text(std::string(text));
  return value;
}

type::FieldValue AddressOf(const std::vector<std::string>& lines, std::string_view city,
                           std::string_view postal_code, std::string_view country) {
  type::FieldValue value;
  type::Address* const address = value.mutable_address();
  address->mutable_lines()->Assign(lines.begin(), lines.end());
  address->set_city(std::string(city));
  address->set_postal_code(std::string(postal_code));
  address->set_country(std::string(country));
  return value;
}

// Values as people write them.
std::vector<type::FieldValue> ValuesOf(type::FieldKind kind) {
  switch (kind) {
    case type::EMAIL:
      return {Text("Mere.Tamihana@Example.org"), Text("office@kowhaibuilders.example")};
    case type::PHONE:
      return {Text("(04) 555 0188"), Text("+64 3 555 0142"), Text("0800 555 019 ext 3")};
    case type::URL:
      return {Text("HTTP://www.Example.org/about/"), Text("kowhaibuilders.example")};
    case type::ADDRESS:
      return {AddressOf({"Unit 4", "17 Kauri Lane"}, "Nelson", "7010", "New Zealand"),
              AddressOf({"P O Box 23 226"}, "Wellington", "6140", "NZ"),
              AddressOf({"R.D. 1", "12 St Georges Rd"}, "Te Puke", "3188", "")};
    case type::DATE:
      return {Text("1984-02-29"), Text("29/02/1984")};
    case type::IDENTIFIER:
      return {Text("9429 000 000 018"), Text("5550001")};
    case type::PERSON_OR_ENTITY_NAME:
      return {Text("Okafor, Adaeze"), Text("Adaeze Okafor")};
    default:
      return {Text("Adaeze"), Text("  TĀMIHANA  ")};
  }
}

Variant MakeVariant(const Field& field, absl::Duration length) {
  const std::string kind = absl::AsciiStrToLower(type::FieldKind_Name(field.kind()));
  return {absl::StrCat("normal form of ", kind),
          [&field, length, values = ValuesOf(field.kind())]() -> absl::StatusOr<double> {
            const Normaliser normaliser("NZ", type::INDIVIDUAL);
            std::size_t bytes = 0;
            const double rate = RateOf(length, static_cast<int>(values.size()), [&] {
              for (const type::FieldValue& value : values) {
                bytes += normaliser.Normalise(field, value).bytes.size();
              }
            });
            // Also keeps the compiler from leaving the work out.
            if (bytes == 0) {
              return absl::InternalError("values came out blank");
            }
            return rate;
          }};
}

}  // namespace

absl::StatusOr<Section> MeasureNormaliser(const Settings& settings) {
  std::vector<Variant> variants;
  std::set<type::FieldKind> seen;
  for (const Field& field : Catalogue::Get().All()) {
    if (!field.sensitive() && seen.insert(field.kind()).second) {
      variants.push_back(MakeVariant(field, settings.short_run));
    }
  }
  ASSIGN_OR_RETURN(const std::vector<Series> series,
                   RunRounds("forms/s", variants, settings.rounds));
  return Section{.name = "normaliser", .notes = {"one thread"}, .series = series, .ratios = {}};
}

}  // namespace profilesync::benchmark

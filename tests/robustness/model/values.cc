#include "tests/robustness/model/values.h"

#include <algorithm>
#include <utility>

namespace profilesync::robustness {
namespace {

Value Text(const std::string& text, int form, bool callers = true) {
  Value value;
  if (!text.empty()) {
    value.value.set_text(text);
  }
  value.texts = {text};
  value.form = form;
  value.form_of_person = form;
  value.callers = callers;
  return value;
}

Value Address(const std::vector<std::string>& lines, const std::string& city,
              const std::string& code, int form) {
  Value value;
  value.texts = {"", city, "", code, ""};
  for (const std::string& line : lines) {
    value.value.mutable_address()->add_lines(line);
    value.texts[0] += (value.texts[0].empty() ? "" : "\n") + line;
  }
  if (!city.empty()) {
    value.value.mutable_address()->set_city(city);
    value.value.mutable_address()->set_postal_code(code);
  }
  value.form = form;
  value.form_of_person = form;
  return value;
}

FieldSpec OfText(const std::string& name, const std::string& element, std::vector<Value> values) {
  return {.name = name, .read = {element}, .write = {element}, .values = std::move(values)};
}

FieldSpec NameSpec() {
  FieldSpec spec = OfText("name", "Name",
                          {Text("", 0), Text("Ann Bee", 1), Text("Bee, Ann", 2),
                           Text("Harbour & Co", 3), Text("Acme Ltd", 4)});
  spec.values[2].form_of_person = 1;
  spec.clearable = false;
  return spec;
}

std::vector<FieldSpec> MakeSpecs() {
  std::vector<FieldSpec> specs = {
      OfText("email", "Email",
             {Text("", 0), Text("ann@a.example", 1), Text("Ann@A.example", 1),
              Text("b@b.example", 2), Text("ask Ann", 3, false)}),
      OfText("primary_phone", "Phone",
             {Text("", 0), Text("03 555 0100", 1), Text("+64 3 555 0100", 1),
              Text("021 555 1234", 2), Text("asdasdsad", 3, false)}),
      OfText("other_phone", "Fax",
             {Text("", 0), Text("04 555 0142", 1), Text("04-555 0142", 1), Text("04 555 0143", 2)}),
      OfText("website", "Website", {Text("", 0), Text("a.example", 1), Text("b.example/x", 2)}),
      // All with the same parts: where XPM ignores blanks, it would mix others.
      {.name = "physical_address",
       .read = {"Address", "City", "Region", "PostCode", "Country"},
       .write = {"Address", "City", "Region", "PostCode", "Country"},
       .values = {Address({}, "", "", 0), Address({"2/14 Kauri Rd"}, "Nelson", "7010", 1),
                  Address({"Flat 2, 14 Kauri Road"}, "Nelson", "7010", 1),
                  Address({"PO Box 9", "Stoke"}, "Nelson", "7011", 2)}},
      NameSpec(),
      OfText("given_name", "FirstName",
             {Text("", 0), Text("Ann", 1), Text("ANN", 1), Text("Zoe", 2)}),
      OfText("company_number", "CompanyNumber",
             {Text("", 0), Text("1234567", 1), Text("123 4567", 1), Text("7654321", 2)}),
      // Most are shown the same.
      OfText("tax_number", "TaxNumber",
             {Text("", 0), Text("111-222-333", 1), Text("444-555-333", 2), Text("999-888-333", 3),
              Text("222-777-333", 4), Text("555-666-444", 5)}),
  };
  specs[3].write = {"WebSite"};
  specs[6].persons_only = true;
  specs[7].in_tax_block = true;
  specs[8].in_tax_block = true;
  specs[8].sensitive = true;
  specs[8].clearable = false;
  return specs;
}

std::string Tail(const std::string& text) {
  return text.size() <= 3 ? text : text.substr(text.size() - 3);
}

}  // namespace

int FieldSpec::Form(int value, bool person) const {
  if (value == kNoValue) {
    return 0;
  }
  return person ? values[value].form_of_person : values[value].form;
}

int FieldSpec::Find(const type::FieldValue& value) const {
  for (int i = 0; i < static_cast<int>(values.size()); ++i) {
    const type::FieldValue& known = values[i].value;
    const bool same = sensitive ? Tail(known.text()) == Tail(value.text())
                                : known.SerializeAsString() == value.SerializeAsString();
    if (same) {
      return i;
    }
  }
  return kNoValue;
}

int FieldSpec::Shown(int value) const {
  return value == kNoValue || !sensitive ? value : Find(values[value].value);
}

const std::vector<FieldSpec>& Specs() {
  static const auto* const kSpecs = new std::vector<FieldSpec>(MakeSpecs());
  return *kSpecs;
}

int SpecNamed(const std::string& name) {
  const auto& specs = Specs();
  const auto found =
      std::find_if(specs.begin(), specs.end(), [&](const auto& s) { return s.name == name; });
  return found == specs.end() ? kNoValue : static_cast<int>(found - specs.begin());
}

int ValueOf(const FieldSpec& spec, const xpm_sandbox::ClientRecord& client) {
  if (spec.in_tax_block && !client.opened_for_tax) {
    return kNoValue;
  }
  std::vector<std::string> texts;
  for (const std::string& element : spec.read) {
    texts.push_back(client.Get(element));
  }
  const auto found = std::find_if(spec.values.begin(), spec.values.end(),
                                  [&](const Value& value) { return value.texts == texts; });
  return found == spec.values.end() ? kNoValue : static_cast<int>(found - spec.values.begin());
}

}  // namespace profilesync::robustness

#include "common/catalogue.h"

#include <algorithm>

namespace profilesync {
namespace {

bool SameText(std::string_view left, std::string_view right) {
  return left == right || (IsBlank(left) && IsBlank(right));
}

bool SameAddress(const type::Address& left, const type::Address& right) {
  const bool alike = std::equal(left.lines().begin(), left.lines().end(), right.lines().begin(),
                                right.lines().end()) &&
                     left.city() == right.city() && left.region() == right.region() &&
                     left.postal_code() == right.postal_code() && left.country() == right.country();
  return alike || (IsBlank(left) && IsBlank(right));
}

}  // namespace

bool IsBlank(const type::Address& address) {
  const auto blank = [](std::string_view part) { return IsBlank(part); };
  return std::all_of(address.lines().begin(), address.lines().end(), blank) &&
         blank(address.city()) && blank(address.region()) && blank(address.postal_code()) &&
         blank(address.country());
}

bool IsBlank(const type::FieldValue& value) {
  return value.has_address() ? IsBlank(value.address()) : IsBlank(value.text());
}

bool SameValue(const type::FieldValue& left, const type::FieldValue& right) {
  return left.has_address() || right.has_address() ? SameAddress(left.address(), right.address())
                                                   : SameText(left.text(), right.text());
}

Field::Field(const google::protobuf::FieldDescriptor* descriptor, int index)
    : descriptor_(descriptor),
      reflection_(type::ClientFields::default_instance().GetReflection()),
      options_(descriptor->options().GetExtension(type::syncable)),
      index_(index) {}

bool Field::AppliesTo(type::PartyKind kind) const {
  const auto& kinds = options_.party_kinds();
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool Field::Has(const type::ClientFields& fields) const {
  return reflection_->HasField(fields, descriptor_);
}

type::FieldValue Field::Get(const type::ClientFields& fields) const {
  type::FieldValue value;
  if (is_address()) {
    if (const type::Address& address = Address(fields); !IsBlank(address)) {
      *value.mutable_address() = address;
    }
  } else if (const std::string_view text = Text(fields); !IsBlank(text)) {
    value.set_text(std::string(text));
  }
  return value;
}

std::string_view Field::Text(const type::ClientFields& fields) const {
  // Written to, and returned, only for representations of strings that our messages don't use.
  std::string unused;
  return reflection_->GetStringReference(fields, descriptor_, &unused);
}

const type::Address& Field::Address(const type::ClientFields& fields) const {
  return static_cast<const type::Address&>(reflection_->GetMessage(fields, descriptor_));
}

bool Field::SameIn(const type::ClientFields& left, const type::ClientFields& right) const {
  return is_address() ? SameAddress(Address(left), Address(right))
                      : SameText(Text(left), Text(right));
}

void Field::Set(type::ClientFields* fields, const type::FieldValue& value) const {
  if (is_address()) {
    reflection_->MutableMessage(fields, descriptor_)->CopyFrom(value.address());
  } else {
    reflection_->SetString(fields, descriptor_, value.text());
  }
}

void Field::Clear(type::ClientFields* fields) const {
  reflection_->ClearField(fields, descriptor_);
}

const Catalogue& Catalogue::Get() {
  static const auto* const kCatalogue = new Catalogue;
  return *kCatalogue;
}

Catalogue::Catalogue() {
  const auto* message = type::ClientFields::descriptor();
  for (int i = 0; i < message->field_count(); ++i) {
    if (message->field(i)->options().HasExtension(type::syncable)) {
      fields_.emplace_back(message->field(i), static_cast<int>(fields_.size()));
    }
  }
  for (const Field& field : fields_) {
    by_name_.emplace(field.name(), &field);
    by_number_.resize(std::max<std::size_t>(by_number_.size(), field.number() + 1));
    by_number_[field.number()] = &field;
  }
}

const Field* Catalogue::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

const Field* Catalogue::FindByNumber(int number) const {
  const auto index = static_cast<std::size_t>(number);
  return number >= 0 && index < by_number_.size() ? by_number_[index] : nullptr;
}

}  // namespace profilesync

#include "client/cli/view.h"

#include <cassert>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/cli/text.h"
#include "client/cli/when.h"
#include "common/display.h"
#include "common/status.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Rows = std::vector<std::vector<Cell>>;

// Whether the message is one value to people.
bool IsValue(const Message& message) {
  const auto* type = message.GetDescriptor();
  return type == google::protobuf::Timestamp::descriptor() ||
         type == google::protobuf::Duration::descriptor() || type == type::Address::descriptor() ||
         type == type::FieldValue::descriptor();
}

std::string ValueText(const Message& message, absl::Time now) {
  const auto* type = message.GetDescriptor();
  if (type == google::protobuf::Timestamp::descriptor()) {
    const absl::Time time = ToTime(static_cast<const google::protobuf::Timestamp&>(message));
    return absl::StrCat(Absolute(time), " (", Ago(now, time), ")");
  }
  if (type == google::protobuf::Duration::descriptor()) {
    const auto& duration = static_cast<const google::protobuf::Duration&>(message);
    return absl::FormatDuration(absl::Seconds(duration.seconds()) +
                                absl::Nanoseconds(duration.nanos()));
  }
  if (type == type::Address::descriptor()) {
    type::FieldValue value;
    *value.mutable_address() = static_cast<const type::Address&>(message);
    return DisplayText(value);
  }
  return DisplayText(static_cast<const type::FieldValue&>(message));
}

std::string ScalarText(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Printable(reflection->GetString(message, field), true);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection->GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection->GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->GetEnumValue(message, field) == 0
                 ? ""
                 : std::string(reflection->GetEnum(message, field)->name());
    default:
      return "";
  }
}

// The entries of a map of plain values, "email=2, name=1": protobuf keeps them in an order that
// changes from run to run.
std::string MapText(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  std::map<std::string, std::string> entries;
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, field, i);
    entries.emplace(ScalarText(entry, field->message_type()->map_key()),
                    ScalarText(entry, field->message_type()->map_value()));
  }
  return absl::StrJoin(entries, ", ", absl::PairFormatter("="));
}

// The elements of a repeated field of strings or enums, or of a map, comma-separated.
std::string RepeatedText(const Message& message, const FieldDescriptor* field) {
  if (field->is_map()) {
    return MapText(message, field);
  }
  const auto* reflection = message.GetReflection();
  std::vector<std::string> parts;
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      parts.push_back(Printable(reflection->GetRepeatedString(message, field, i)));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      parts.emplace_back(reflection->GetRepeatedEnum(message, field, i)->name());
    }
  }
  return absl::StrJoin(parts, ", ");
}

// The message that an Any holds; nullptr where this program doesn't know its type.
std::unique_ptr<Message> Unpacked(const google::protobuf::Any& any) {
  const std::string& url = any.type_url();
  const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
      url.substr(url.rfind('/') + 1));
  if (type == nullptr) {
    return nullptr;
  }
  std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  return message->ParseFromString(any.value()) ? std::move(message) : nullptr;
}

const google::protobuf::Any* AsAny(const Message& message) {
  return message.GetDescriptor() == google::protobuf::Any::descriptor()
             ? static_cast<const google::protobuf::Any*>(&message)
             : nullptr;
}

// "ImportPracticeClients" of an Any that holds the progress of one.
std::string TypeOf(const google::protobuf::Any& any) {
  const std::string type = any.type_url().substr(any.type_url().find_last_of("/.") + 1);
  return std::string(SV(absl::StripSuffix(type, "Metadata")));
}

void AddRows(const Message& message, const std::string& prefix, absl::Time now, Rows& rows) {
  if (const auto* any = AsAny(message)) {
    const auto unpacked = Unpacked(*any);
    if (unpacked == nullptr) {
      rows.push_back({prefix.substr(0, prefix.rfind('.')), Printable(TypeOf(*any))});
    } else {
      AddRows(*unpacked, prefix, now, rows);
    }
    return;
  }
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string path = absl::StrCat(prefix, field->name());
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (field->is_repeated() && is_message && !field->is_map()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        AddRows(reflection->GetRepeatedMessage(message, field, i), absl::StrCat(path, "[", i, "]."),
                now, rows);
      }
    } else if (field->is_repeated()) {
      rows.push_back({path, RepeatedText(message, field)});
    } else if (!is_message) {
      rows.push_back({path, ScalarText(message, field)});
    } else if (const Message& inner = reflection->GetMessage(message, field); IsValue(inner)) {
      rows.push_back({path, Printable(ValueText(inner, now))});
    } else {
      AddRows(inner, path + ".", now, rows);
    }
  }
}

// Whether messages of that type have such a path. What an Any holds is known only once it's there.
bool Exists(const google::protobuf::Descriptor* type, std::string_view path) {
  const auto dot = path.find('.');
  const auto* field = type->FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr || dot == std::string_view::npos) {
    return field != nullptr;
  }
  const auto* inner = field->message_type();
  return inner == google::protobuf::Any::descriptor() ||
         (inner != nullptr && Exists(inner, path.substr(dot + 1)));
}

}  // namespace

std::string TextAt(const Message& message, std::string_view path, absl::Time now) {
  const auto dot = path.find('.');
  const auto* field = message.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr) {
    return "";
  }
  if (field->is_repeated()) {
    return RepeatedText(message, field);
  }
  const auto* reflection = message.GetReflection();
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return ScalarText(message, field);
  }
  if (!reflection->HasField(message, field)) {
    return "";
  }
  const Message& inner = reflection->GetMessage(message, field);
  if (const auto* any = AsAny(inner)) {
    const auto unpacked = Unpacked(*any);
    return dot == std::string_view::npos ? Printable(TypeOf(*any))
           : unpacked == nullptr         ? ""
                                         : TextAt(*unpacked, path.substr(dot + 1), now);
  }
  if (dot != std::string_view::npos) {
    return TextAt(inner, path.substr(dot + 1), now);
  }
  if (inner.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    return Ago(now, ToTime(static_cast<const google::protobuf::Timestamp&>(inner)));
  }
  return IsValue(inner) ? Printable(ValueText(inner, now)) : "";
}

std::string DrawResource(const Style& style, absl::Time now, const Message& message) {
  Rows rows;
  AddRows(message, "", now, rows);
  return DrawTable(style, {"Field", "Value"}, rows);
}

std::string DrawList(const Style& style, absl::Time now, const Message& list,
                     std::string_view items, const std::vector<std::string>& columns) {
  const auto* field = list.GetDescriptor()->FindFieldByName(std::string(items));
  const auto* reflection = list.GetReflection();
  Rows rows;
  for (int i = 0; i < reflection->FieldSize(list, field); ++i) {
    std::vector<Cell> row;
    for (const std::string& column : columns) {
      // After a heading and "=", or all of it: npos + 1 is 0.
      const std::string_view path = std::string_view(column).substr(column.find('=') + 1);
      assert(Exists(field->message_type(), path));
      row.emplace_back(TextAt(reflection->GetRepeatedMessage(list, field, i), path, now));
    }
    rows.push_back(std::move(row));
  }
  std::vector<std::string> header;
  for (const std::string& column : columns) {
    const auto equals = column.find('=');
    header.push_back(equals == std::string::npos ? column.substr(column.rfind('.') + 1)
                                                 : column.substr(0, equals));
  }
  return DrawTable(style, header, rows);
}

}  // namespace profilesync::cli

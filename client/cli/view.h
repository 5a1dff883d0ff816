#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "client/cli/table.h"
#include "google/protobuf/message.h"

namespace profilesync::cli {

// The value at a path of a message, such as "fields.name", for people: addresses on a line, times
// relative to `now`, lists comma-separated; "" where there is none.
std::string TextAt(const google::protobuf::Message& message, std::string_view path, absl::Time now);

// One line for each field that is set, nested ones by their path.
std::string DrawResource(const Style& style, absl::Time now,
                         const google::protobuf::Message& message);

// A row for each of `items`, a repeated field of `list`, with those paths as columns. A column is
// headed by its path's last name, or by what stands before it: "profile=name".
std::string DrawList(const Style& style, absl::Time now, const google::protobuf::Message& list,
                     std::string_view items, const std::vector<std::string>& columns);

}  // namespace profilesync::cli

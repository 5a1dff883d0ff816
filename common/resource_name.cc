#include "common/resource_name.h"

#include <algorithm>

namespace profilesync {
namespace {

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string JoinName(std::initializer_list<std::string_view> parts) {
  std::string name;
  for (const std::string_view part : parts) {
    if (!name.empty()) {
      name += '/';
    }
    name += part;
  }
  return name;
}

std::optional<std::vector<std::string_view>> ParseName(
    std::string_view name, std::initializer_list<std::string_view> collections) {
  std::vector<std::string_view> ids;
  ids.reserve(collections.size());
  for (const std::string_view collection : collections) {
    if (!ids.empty()) {
      if (!name.starts_with('/')) {
        return std::nullopt;
      }
      name.remove_prefix(1);
    }
    if (!name.starts_with(collection) || name.substr(collection.size(), 1) != "/") {
      return std::nullopt;
    }
    name.remove_prefix(collection.size() + 1);
    const std::string_view id = name.substr(0, name.find('/'));
    if (!IsValidId(id)) {
      return std::nullopt;
    }
    ids.push_back(id);
    name.remove_prefix(id.size());
  }
  if (!name.empty()) {
    return std::nullopt;
  }
  return ids;
}

bool IsValidId(std::string_view id) {
  constexpr std::size_t kLongest = 63;
  return !id.empty() && id.size() <= kLongest && IsAlphanumeric(id.front()) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return IsAlphanumeric(c) || c == '.' || c == '_' || c == '~' || c == '-';
         });
}

std::string_view LastId(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

std::string_view FirmOf(std::string_view name) {
  constexpr std::string_view kFirms = "firms/";
  if (!name.starts_with(kFirms)) {
    return {};
  }
  name.remove_prefix(kFirms.size());
  return name.substr(0, name.find('/'));
}

std::string_view ParentOf(std::string_view name) {
  for (int parts = 0; parts < 2; ++parts) {
    const std::size_t slash = name.rfind('/');
    name = name.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
  return name;
}

std::string FirmName(std::string_view firm) { return JoinName({"firms", firm}); }

std::string AddOnName(std::string_view firm, std::string_view add_on) {
  return JoinName({"firms", firm, "addOns", add_on});
}

std::string FieldRuleName(std::string_view firm, std::string_view add_on, std::string_view field) {
  return JoinName({"firms", firm, "addOns", add_on, "fieldRules", field});
}

std::string ProfileName(std::string_view firm, std::string_view profile) {
  return JoinName({"firms", firm, "profiles", profile});
}

std::string LinkName(std::string_view firm, std::string_view link) {
  return JoinName({"firms", firm, "links", link});
}

std::string DiffName(std::string_view firm, std::string_view link) {
  return JoinName({"firms", firm, "links", link, "diff"});
}

std::string SyncOperationName(std::string_view firm, std::string_view operation) {
  return JoinName({"firms", firm, "syncOperations", operation});
}

std::string PracticeSystemName(std::string_view practice_system) {
  return JoinName({"practiceSystems", practice_system});
}

}  // namespace profilesync

#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace profilesync {

// Resource names, such as firms/{firm}/links/{link}: collections and ids in turn.

// "firms/a/links/b" from {"firms", "a", "links", "b"}.
std::string JoinName(std::initializer_list<std::string_view> parts);

// The ids of a name of the given shape, or nullopt: ParseName("firms/a/links/b", {"firms","links"})
// is {"a", "b"}. Ids must be valid (IsValidId).
std::optional<std::vector<std::string_view>> ParseName(
    std::string_view name, std::initializer_list<std::string_view> collections);

// Whether the id has the shape of kIdShape.
bool IsValidId(std::string_view id);

// What an id must be, in the words of an error: "must be …".
inline constexpr std::string_view kIdShape =
    "must be 1 to 63 of A-Z a-z 0-9 . _ ~ -, starting with a letter or a digit";

// The last part of a name; the name itself when it has no slash.
std::string_view LastId(std::string_view name);

// The id of the firm that a name begins with, or "".
std::string_view FirmOf(std::string_view name);

// The name of what a resource belongs to: the name without its last collection and id; "" where it
// has no more than these.
std::string_view ParentOf(std::string_view name);

std::string FirmName(std::string_view firm);
std::string AddOnName(std::string_view firm, std::string_view add_on);
std::string FieldRuleName(std::string_view firm, std::string_view add_on, std::string_view field);
std::string ProfileName(std::string_view firm, std::string_view profile);
std::string LinkName(std::string_view firm, std::string_view link);
std::string DiffName(std::string_view firm, std::string_view link);
std::string SyncOperationName(std::string_view firm, std::string_view operation);
std::string PracticeSystemName(std::string_view practice_system);

}  // namespace profilesync

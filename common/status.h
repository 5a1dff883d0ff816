#pragma once

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace profilesync {

// Debian builds Abseil as C++14, so its string_view is not the standard one and neither converts to
// the other. Our own code uses std::string_view; these two stand at Abseil's edge.
inline absl::string_view AV(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view SV(absl::string_view s) { return {s.data(), s.size()}; }

}  // namespace profilesync

#define PROFILESYNC_CONCAT_INNER(a, b) a##b
#define PROFILESYNC_CONCAT(a, b) PROFILESYNC_CONCAT_INNER(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are names and declarations.

// Returns from the enclosing function with the status of `expr` unless it is OK.
#define RETURN_IF_ERROR(expr) RETURN_IF_ERROR_INNER(PROFILESYNC_CONCAT(status_, __COUNTER__), expr)
#define RETURN_IF_ERROR_INNER(var, expr)          \
  do {                                            \
    if (::absl::Status var = (expr); !var.ok()) { \
      return var;                                 \
    }                                             \
  } while (false)

// Assigns the value of the StatusOr `expr` to `lhs`, which may declare a variable, or returns its
// status from the enclosing function.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_INNER(PROFILESYNC_CONCAT(status_or_, __COUNTER__), lhs, expr)
#define ASSIGN_OR_RETURN_INNER(var, lhs, expr) \
  auto var = (expr);                           \
  if (!var.ok()) {                             \
    return std::move(var).status();            \
  }                                            \
  lhs = *std::move(var)

// NOLINTEND(bugprone-macro-parentheses)

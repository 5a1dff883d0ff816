#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cli/table.h"
#include "client/cpp/client.h"
#include "google/protobuf/message.h"

namespace profilesync::cli {

// What the program ends with.
inline constexpr int kOk = 0;
inline constexpr int kError = 1;
inline constexpr int kUsage = 2;
inline constexpr int kDifferences = 3;

// An error of the command line, which makes the program end with kUsage.
absl::Status UsageError(std::string_view message);
bool IsUsageError(const absl::Status& status);

// The flags that every verb has.
struct Globals {
  client::Options connection;
  std::string firm;
  std::string output = "table";
  // In seconds; 0 leaves each kind of call its own.
  double timeout = 0;
  // Of tables, in cells; 0 leaves it to what is printed to.
  int width = 0;
  std::string color = "auto";
};

// What a verb works with. Not thread-safe.
class Context {
 public:
  Context(std::ostream& out, std::ostream& err, Style style, Style err_style, absl::Time now)
      : out_(out), err_(err), style_(style), err_style_(err_style), now_(now) {}

  Globals& globals() { return globals_; }
  bool json() const { return globals_.output == "json"; }
  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  Style style() const {
    return {globals_.width > 0 ? globals_.width : style_.width, HasColor(style_)};
  }
  Style err_style() const { return {err_style_.width, HasColor(err_style_)}; }
  // Whether a line of progress may be drawn over itself: a file would keep each state of it.
  bool shows_progress() const { return err_style_.color && globals_.color != "never"; }
  absl::Time now() const { return now_; }

  // Connected at the first call.
  absl::StatusOr<client::Client*> Connect();

  // The firm's name from --firm or its environment variable; a usage error without one.
  absl::StatusOr<std::string> Firm() const;
  // firms/FIRM/COLLECTION/ID, from an id or from a whole name.
  absl::StatusOr<std::string> Name(std::string_view collection, const std::string& id) const;
  // The add-on of that id or name; for "" the firm's only one that isn't deactivated.
  absl::StatusOr<std::string> AddOn(const std::string& id);

  // Prints a resource: as JSON, or as one line for each field that is set.
  void Print(const google::protobuf::Message& message);
  // Prints a list: as JSON, or as a table of those fields of `items`, a repeated field of `list`.
  void PrintList(const google::protobuf::Message& list, std::string_view items,
                 const std::vector<std::string>& columns);
  // Says that a resource is gone, or would be: as JSON an empty object, which is what the API
  // answers.
  void PrintDeleted(const std::string& name, bool validate_only);

 private:
  // Whether --color, or else what is printed to, wants colours.
  bool HasColor(const Style& own) const {
    return globals_.color == "auto" ? own.color : globals_.color == "always";
  }

  Globals globals_;
  std::ostream& out_;
  std::ostream& err_;
  const Style style_;
  const Style err_style_;
  const absl::Time now_;
  std::unique_ptr<client::Client> client_;
};

// What a verb does once the command line is known to be good: the exit code, or an error.
using Action = std::function<absl::StatusOr<int>(Context&)>;

}  // namespace profilesync::cli

#include "client/cli/context.h"

#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/json.h"
#include "client/cli/view.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

constexpr char kUsagePayload[] = "profilesync/usage";

// Looked at here and not by the parser: a variable that names no file mustn't stand before --help.
absl::Status CheckFile(const char* flag, const std::string& path) {
  if (path.empty() || access(path.c_str(), R_OK) == 0) {
    return absl::OkStatus();
  }
  return UsageError(absl::StrCat(flag, ": can't read ", path));
}

}  // namespace

absl::Status UsageError(std::string_view message) {
  absl::Status status(absl::StatusCode::kInvalidArgument, AV(message));
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

bool IsUsageError(const absl::Status& status) {
  return status.GetPayload(kUsagePayload).has_value();
}

absl::StatusOr<client::Client*> Context::Connect() {
  if (client_ == nullptr) {
    client::Options options = globals_.connection;
    RETURN_IF_ERROR(CheckFile("--ca-file", options.ca_file));
    if (globals_.timeout > 0) {
      options.store_timeout = absl::Seconds(globals_.timeout);
      options.practice_timeout = options.store_timeout;
      options.operation_timeout = options.store_timeout;
    }
    auto connected = client::Client::Connect(std::move(options));
    if (absl::IsInvalidArgument(connected.status())) {
      // No connection was tried yet: the flags can't be used.
      return UsageError(SV(connected.status().message()));
    }
    RETURN_IF_ERROR(connected.status());
    if (const absl::Status token = (*connected)->CheckToken(); !token.ok()) {
      return UsageError(SV(token.message()));
    }
    client_ = *std::move(connected);
  }
  return client_.get();
}

absl::StatusOr<std::string> Context::Firm() const {
  const std::string_view firm = globals_.firm;
  if (firm.empty()) {
    return UsageError("which firm? give --firm or set PROFILESYNC_FIRM");
  }
  std::string name = firm.starts_with("firms/") ? std::string(firm) : FirmName(firm);
  if (!ParseName(name, {"firms"})) {
    return UsageError(
        absl::StrCat("--firm, or PROFILESYNC_FIRM, is an id or a name, as acme or "
                     "firms/acme, and isn't: ",
                     AV(firm)));
  }
  return name;
}

absl::StatusOr<std::string> Context::Name(std::string_view collection,
                                          const std::string& id) const {
  if (id.find('/') != std::string::npos) {
    return id;
  }
  ASSIGN_OR_RETURN(const std::string firm, Firm());
  return absl::StrCat(firm, "/", AV(collection), "/", id);
}

absl::StatusOr<std::string> Context::AddOn(const std::string& id) {
  if (!id.empty()) {
    return Name("addOns", id);
  }
  ASSIGN_OR_RETURN(client::Client * server, Connect());
  v1::ListAddOnsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), Firm());
  ASSIGN_OR_RETURN(const auto add_ons, server->ListAddOns(request).All());
  std::vector<std::string> names;
  for (const v1::AddOn& add_on : add_ons) {
    if (add_on.state() != v1::AddOn::DEACTIVATED) {
      names.push_back(add_on.name());
    }
  }
  if (names.size() == 1) {
    return names.front();
  }
  return names.empty() ? UsageError("the firm has no add-on; activate one with `add-on activate`")
                       : UsageError(absl::StrCat("which add-on? give --add-on, one of ",
                                                 absl::StrJoin(names, ", ")));
}

void Context::Print(const google::protobuf::Message& message) {
  out_ << (json() ? ToJson(message) : DrawResource(style(), now_, message));
}

void Context::PrintList(const google::protobuf::Message& list, std::string_view items,
                        const std::vector<std::string>& columns) {
  out_ << (json() ? ToJson(list) : DrawList(style(), now_, list, items, columns));
}

void Context::PrintDeleted(const std::string& name, bool validate_only) {
  out_ << (json() ? "{}\n"
                  : absl::StrCat(validate_only ? "would delete " : "deleted ", name, "\n"));
}

}  // namespace profilesync::cli

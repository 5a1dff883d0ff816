#include "server/app/text_proto_file.h"

#include <sodium.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace profilesync::app {
namespace {

constexpr off_t kLargest = 16 << 20;

// Keeps where the errors are and not what they say, for they quote the text.
class Places final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string&) override {
    places_.push_back(absl::StrCat("line ", line + 1, " column ", column + 1));
  }
  const std::vector<std::string>& places() const { return places_; }

 private:
  std::vector<std::string> places_;
};

absl::Status Wrong(const std::string& path, std::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat(path, " ", AV(what)));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, Secrecy secrecy) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    return Wrong(path, std::string("can't be read: ") + std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode) || info.st_size > kLargest) {
    return Wrong(path, "must be a plain file of 16 MiB at most");
  }
  if (secrecy == Secrecy::kSecret && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Wrong(path, "holds secrets, and others than its owner may use it: chmod 600");
  }
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    return Wrong(path, "can't be read");
  }
  return content;
}

absl::Status ReadTextProto(const std::string& path, Secrecy secrecy,
                           google::protobuf::Message* message) {
  ASSIGN_OR_RETURN(std::string content, ReadFile(path, secrecy));
  Places places;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&places);
  const bool parsed = parser.ParseFromString(content, message);
  sodium_memzero(content.data(), content.size());
  if (!parsed) {
    return Wrong(path, absl::StrCat("isn't a ", message->GetDescriptor()->full_name(),
                                    " in text format: ", absl::StrJoin(places.places(), ", ")));
  }
  return absl::OkStatus();
}

}  // namespace profilesync::app

#include "tests/integration/serving/fixture.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <sodium.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/text_format.h"
#include "profilesync/v1/firm_service.pb.h"
#include "server/rpc/method_table.h"

namespace profilesync::testing {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kTokens[] = R"(
  services { service: "viewer" token: "viewer-of-a-0123456789-0123456789-0123" role: VIEWER firms: "a" firms: "missing" }
  services { service: "editor" token: "editor-of-a-0123456789-0123456789-0123" role: EDITOR firms: "a" }
  services { service: "admin" token: "admin-of-a-0123456789-0123456789-01234" role: FIRM_ADMINISTRATOR firms: "a" }
  services { service: "other" token: "admin-of-b-0123456789-0123456789-01234" role: FIRM_ADMINISTRATOR firms: "b" }
  services { service: "operator" token: "operator-0123456789-0123456789-0123456" role: OPERATOR may_assert_actor: true }
)";

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  buffer.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// The variable and its pattern in a URL such as "/v1/{firm.name=firms/*}:refresh"; "" without.
std::pair<std::string, std::string> VariableIn(const std::string& url) {
  const std::size_t open = url.find('{'), equals = url.find('='), close = url.find('}');
  if (open == std::string::npos) {
    return {};
  }
  return {url.substr(open + 1, equals - open - 1), url.substr(equals + 1, close - equals - 1)};
}

std::string UrlOf(const MethodDescriptor& method) {
  const auto& http = method.options().GetExtension(google::api::http);
  for (const std::string& url : {http.get(), http.post(), http.patch(), http.delete_()}) {
    if (!url.empty()) {
      return url;
    }
  }
  return {};
}

void SetAt(Message* message, const std::string& path, const std::string& value) {
  const std::size_t dot = path.find('.');
  const auto* field = message->GetDescriptor()->FindFieldByName(path.substr(0, dot));
  ASSERT_NE(field, nullptr) << path;
  if (dot == std::string::npos) {
    message->GetReflection()->SetString(message, field, value);
  } else {
    SetAt(message->GetReflection()->MutableMessage(message, field), path.substr(dot + 1), value);
  }
}

// References besides the one in the URL.
const std::map<std::string, std::string>& OtherReferences() {
  static const std::map<std::string, std::string> references = {
      {"CreateAddOn", "add_on { practice_system: 'practiceSystems/xpm' }"},
      {"CreateLink", "link { profile: 'firms/F/profiles/x' add_on: 'firms/F/addOns/x' }"},
      {"ImportPracticeClients", "add_on: 'firms/F/addOns/x'"},
      {"ExportProfile", "add_on: 'firms/F/addOns/x'"},
  };
  return references;
}

}  // namespace

std::string Outcome::Reason() const {
  const auto info = Find<google::rpc::ErrorInfo>();
  return info ? info->reason() : "";
}

ServingTest::ServingTest() {
  std::string pattern = std::filesystem::temp_directory_path() / "profilesync-serving-XXXXXX";
  folder_ = mkdtemp(pattern.data());
  log_ = std::make_unique<CapturedLog>(folder_ / "server.log");
  for (const char* token : {kViewer, kEditor, kAdministrator, kOtherFirm, kOperator}) {
    sweep_.AddSecret(token);
  }
  sweep_.Exempt(folder_ / "tokens");
  config_.listen = "127.0.0.1:0";
  config_.database = folder_ / "profilesync.db";
  config_.key_file = config_.database + ".key";
  config_.token_file = WriteFile("tokens", kTokens);
  config_.practice_threads = 4;
  config_.practice_queue = 4;
  config_.background_threads = 2;
  config_.drain = absl::Seconds(5);
}

ServingTest::~ServingTest() {
  sweep_.ExpectNoneIn(folder_);  // the log of writes too, which goes when the server does
  app_ = nullptr;
  log_ = nullptr;
  sweep_.ExpectNoneIn(folder_);
  std::filesystem::remove_all(folder_);
}

void ServingTest::Start() {
  auto app = app::App::Start(config_);
  ASSERT_TRUE(app.ok()) << app.status();
  app_ = *std::move(app);
  channel_ = grpc::CreateChannel(app_->address(), grpc::InsecureChannelCredentials());
  for (const char* id : {"a", "b"}) {
    v1::CreateFirmRequest request;
    request.set_firm_id(id);
    request.mutable_firm()->set_display_name("Firm");
    request.mutable_firm()->set_region_code("NZ");
    const Outcome created = Call("FirmService/CreateFirm", request);
    ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  }
  WaitUntilSettled();
}

void ServingTest::WaitUntilSettled() const {
  const SQLite::Database database(config_.database, SQLite::OPEN_READONLY);
  for (int i = 0; i < 2000; ++i) {
    SQLite::Statement noted(database, "SELECT 1 FROM meta WHERE key = 'states_version'");
    if (noted.executeStep()) {
      return;
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  FAIL() << "the server doesn't note what made its diffs";
}

Outcome ServingTest::CallRaw(const std::string& path, const std::string& request,
                             const CallOptions& options) const {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + options.timeout));
  if (!options.token.empty()) {
    context.AddMetadata("authorization", "Bearer " + options.token);
  }
  for (const auto& [key, value] : options.metadata) {
    context.AddMetadata(key, value);
  }
  const grpc::Slice slice(request);
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer received;
  Outcome outcome;
  outcome.status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer,
                                                     grpc::ByteBuffer, grpc::ByteBuffer>(
      channel_.get(),
      grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
      sent, &received);
  if (outcome.status.ok()) {
    outcome.answer = BytesOf(received);
  } else {
    sweep_.Note(path, outcome.status.error_message() + " " + outcome.status.error_details());
  }
  return outcome;
}

Outcome ServingTest::Call(const std::string& method, const Message& request,
                          const CallOptions& options) const {
  return CallRaw("/profilesync.v1." + method, request.SerializeAsString(), options);
}

std::string ServingTest::StoreDigest() const {
  SQLite::Database database(config_.database, SQLite::OPEN_READONLY);
  SQLite::Statement tables(database,
                           "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  std::string rows;
  while (tables.executeStep()) {
    const std::string table = tables.getColumn(0).getString();
    SQLite::Statement all(database, "SELECT * FROM \"" + table + "\"");
    while (all.executeStep()) {
      rows += table + "|";
      for (int i = 0; i < all.getColumnCount(); ++i) {
        const SQLite::Column column = all.getColumn(i);
        rows += column.getString() + "|";
      }
      rows += "\n";
    }
  }
  std::string digest(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(digest.data()), digest.size(),
                     reinterpret_cast<const unsigned char*>(rows.data()), rows.size(), nullptr, 0);
  return digest;
}

std::string ServingTest::WriteFile(const std::string& name, const std::string& content) const {
  const std::filesystem::path path = folder_ / name;
  std::ofstream(path) << content;
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path;
}

std::vector<const MethodDescriptor*> AllMethods() {
  std::vector<const MethodDescriptor*> methods;
  for (const auto* service : rpc::MethodTable::Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      methods.push_back(service->method(i));
    }
  }
  return methods;
}

std::string PathOf(const MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

std::unique_ptr<Message> RequestFor(const MethodDescriptor& method, const std::string& firm) {
  std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                       ->GetPrototype(method.input_type())
                                       ->New());
  if (method.service()->full_name() == "google.longrunning.Operations") {
    const std::string name = "firms/" + firm;
    SetAt(request.get(), "name", method.name() == "ListOperations" ? name : name + "/operations/x");
    return request;
  }
  const auto [variable, pattern] = VariableIn(UrlOf(method));
  if (!variable.empty()) {
    std::string name = pattern;
    name.replace(name.find('*'), 1, firm);
    SetAt(request.get(), variable, absl::StrReplaceAll(name, {{"*", "x"}}));
  }
  const auto others = OtherReferences().find(method.name());
  if (others != OtherReferences().end()) {
    google::protobuf::TextFormat::MergeFromString(
        absl::StrReplaceAll(others->second, {{"firms/F/", "firms/" + firm + "/"}}), request.get());
  }
  return request;
}

}  // namespace profilesync::testing

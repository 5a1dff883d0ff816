#include "tests/robustness/model/rig.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace profilesync::robustness {
namespace {

constexpr char kToken[] = "model-token";
// Any moment will do that is the same for every run, is no firm's night, and is before now: the
// deadlines of calls are of the real time, and are to be later.
const absl::Time kStart = absl::FromUnixSeconds(1'583'366'400);  // 2020-03-05T00:00:00Z

std::filesystem::path NewFolder() {
  static int made = 0;
  const char* const base = std::getenv("TMPDIR");
  const std::filesystem::path folder = std::filesystem::path(base == nullptr ? "/tmp" : base) /
                                       absl::StrCat("profilesync-model-", getpid(), "-", ++made);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::function<std::string()> CountingUuids() {
  return [count = std::make_shared<std::atomic<int>>(0)] {
    return absl::StrFormat("8a5d2a66-7f6b-4f8e-8a5a-%012x", ++*count);
  };
}

}  // namespace

std::map<std::string, std::string> ElementsOfBody(const std::string& body) {
  std::map<std::string, std::string> elements;
  std::size_t at = body.find("<Client>");
  at = at == std::string::npos ? body.size() : at + 8;
  while (at < body.size() && body.compare(at, 2, "</") != 0) {
    const std::size_t name_end = body.find('>', at);
    const std::string name = body.substr(at + 1, name_end - at - 1);
    const std::size_t end = body.find("</" + name + ">", name_end);
    Expect(end != std::string::npos, "a write's body can't be read: " + body);
    elements[name] =
        absl::StrReplaceAll(body.substr(name_end + 1, end - name_end - 1), {{"&amp;", "&"},
                                                                            {"&lt;", "<"},
                                                                            {"&gt;", ">"},
                                                                            {"&quot;", "\""},
                                                                            {"&apos;", "'"},
                                                                            {"&#10;", "\n"},
                                                                            {"&#xA;", "\n"}});
    at = end + name.size() + 3;
  }
  return elements;
}

std::string Bytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

Rig::Rig(const std::string& program, int servers) : program_(program), folder_(NewFolder()) {
  time_ = std::make_unique<SharedTime>(folder_ / "clock");
  Expect(time_->ok(), "the clock's file can't be mapped");
  time_->Set(kStart);
  xpm_ = std::make_unique<xpm_sandbox::XpmSandbox>(
      xpm_sandbox::SandboxOptions{.token = kToken,
                                  .limits = {0, 0, 0, 0},
                                  .clock = [time = time_.get()] { return time->Now(); },
                                  .new_uuid = CountingUuids()});
  const std::string token = Write("token", kToken);
  const std::string systems =
      Write("systems.textproto",
            absl::StrCat("practice_systems { id: 'xpm' xpm { base_url: '", xpm_->base_url(),
                         "/practicemanager/3.1/' token_file: '", token,
                         "' read_timeout_seconds: 20 write_timeout_seconds: 20 "
                         "max_in_flight: 50 calls_per_minute: 0 calls_per_day: 0 } }"));
  arguments_ = {"--listen=127.0.0.1:0", "--drain=5s", "--log-level=info",
                "--database=" + (folder_ / "profilesync.db").string(),
                "--practice-systems=" + systems};
  servers_.resize(servers);
  for (int i = 0; i < servers; ++i) {
    Start(i);
  }
}

Rig::~Rig() {
  xpm_->Release();
  servers_.clear();
  std::filesystem::remove_all(folder_);
}

void Rig::Start(int i) {
  servers_[i] = nullptr;
  servers_[i] = std::make_unique<ServerProcess>(program_, arguments_, (folder_ / "clock").string(),
                                                folder_ / absl::StrCat("server-", i, ".log"));
  Expect(servers_[i]->ready(), "the server doesn't start:\n" + Logs());
}

std::string Rig::Logs() const {
  constexpr std::size_t kMost = 3000;
  std::string all;
  for (int i = 0; i < static_cast<int>(servers_.size()); ++i) {
    std::ifstream file(folder_ / absl::StrCat("server-", i, ".log"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    absl::StrAppend(&all, "server ", i, ":\n",
                    text.substr(text.size() > kMost ? text.size() - kMost : 0));
  }
  return all;
}

std::string Rig::Write(const std::string& name, const std::string& content) const {
  const std::filesystem::path file = folder_ / name;
  std::ofstream(file) << content;
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return file;
}

}  // namespace profilesync::robustness

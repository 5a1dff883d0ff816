#include "tests/robustness/model/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "absl/time/clock.h"

extern char** environ;

namespace profilesync::robustness {

ServerProcess::ServerProcess(const std::string& program, const std::vector<std::string>& arguments,
                             const std::string& clock, const std::filesystem::path& log) {
  Spawn(program, arguments, clock, log);
  const std::string line = ReadLine();
  constexpr std::string_view kReady = "ready ";
  if (line.starts_with(kReady)) {
    channel_ = grpc::CreateChannel(line.substr(kReady.size()), grpc::InsecureChannelCredentials());
  }
}

ServerProcess::~ServerProcess() { Kill(); }

void ServerProcess::Spawn(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& clock, const std::filesystem::path& log) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
    return;
  }
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::string time = "PROFILESYNC_MODEL_CLOCK=" + clock;
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  std::vector<char*> envp = {time.data()};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    envp.push_back(*variable);
  }
  envp.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  // What the sandbox closes would stay open where the server held it too: its connections.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), envp.data()) != 0) {
    pid_ = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

std::string ServerProcess::ReadLine(const std::function<void()>& waiting) {
  constexpr int kMillis = 50;
  constexpr int kTries = 1200;
  for (int tries = 0; tries < kTries; ++tries) {
    const std::size_t end = read_.find('\n');
    if (end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    pollfd ready{.fd = output_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kMillis) == 0) {
      if (waiting) {
        waiting();
      }
      continue;
    }
    std::array<char, 256> buffer{};
    const ssize_t size = ::read(output_, buffer.data(), buffer.size());
    if (size <= 0) {
      return "";
    }
    read_.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return "";
}

bool ServerProcess::Tell(const std::string& line, const std::function<void()>& waiting) {
  const std::string text = line + "\n";
  return ::write(input_, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         ReadLine(waiting) == "done";
}

void ServerProcess::Stop() {
  ::close(input_);
  input_ = -1;
  ReadLine();  // until it has ended
  Kill();
}

void ServerProcess::Kill() {
  channel_ = nullptr;
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    Wait();
  }
  for (int* fd : {&input_, &output_}) {
    if (*fd >= 0) {
      ::close(*fd);
      *fd = -1;
    }
  }
}

bool ServerProcess::HasEnded(bool expected) {
  for (int tries = 0; tries < (expected ? 200 : 1); ++tries) {
    int status = 0;
    if (pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return true;
    }
    if (expected) {
      absl::SleepFor(absl::Milliseconds(5));
    }
  }
  return false;
}

void ServerProcess::Wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
}

}  // namespace profilesync::robustness

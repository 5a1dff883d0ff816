#include "tests/integration/crash/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

extern char** environ;

namespace profilesync::testing {

ServerProcess::ServerProcess(const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment,
                             const std::filesystem::path& log) {
  std::filesystem::remove(log);
  std::vector<std::string> words = {PROFILESYNC_SERVER};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  std::vector<std::string> variables = environment;
  std::vector<char*> envp;
  for (std::string& variable : variables) {
    envp.push_back(variable.data());
  }
  for (char** variable = environ; *variable != nullptr; ++variable) {
    envp.push_back(*variable);
  }
  envp.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  // What the sandbox closes would stay open where the server held it too: its connections.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, argv.data(), envp.data()) != 0) {
    pid_ = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  address_ = WaitForAddress(log);
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    Kill(SIGKILL);
    WaitForEnd();
  }
}

void ServerProcess::Kill(int signal) {
  if (pid_ > 0) {
    kill(pid_, signal);
  }
}

int ServerProcess::WaitForEnd() {
  int status = 0;
  if (pid_ > 0 && waitpid(pid_, &status, 0) == pid_) {
    pid_ = -1;
  }
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

std::string ServerProcess::WaitForAddress(const std::filesystem::path& log) {
  constexpr char kMark[] = "listening on ";
  for (int tries = 0; tries < 6000; ++tries) {
    std::ifstream file(log);
    for (std::string line; std::getline(file, line);) {
      const std::size_t found = line.find(kMark);
      if (found != std::string::npos && !file.eof()) {
        return line.substr(found + sizeof(kMark) - 1);
      }
    }
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return "";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return "";
}

}  // namespace profilesync::testing

#include "tests/integration/serving/silent_system.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace profilesync::testing {

SilentSystem::SilentSystem() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener_, 64) != 0) {
    std::perror("SilentSystem");
    std::abort();
  }
  socklen_t size = sizeof(address);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Accept(); });
}

SilentSystem::~SilentSystem() {
  Release();
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void SilentSystem::Release() {
  released_ = true;
  MutexLock lock(&mutex_);
  for (const int connection : open_) {
    close(connection);
  }
  open_.clear();
}

void SilentSystem::Accept() {
  while (true) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) {
      return;
    }
    ++connections_;
    MutexLock lock(&mutex_);
    if (released_) {
      close(connection);
    } else {
      open_.push_back(connection);
    }
  }
}

}  // namespace profilesync::testing

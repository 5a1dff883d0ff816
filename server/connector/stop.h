#pragma once

#include <stop_token>

namespace profilesync::connector {

// Whether what the calling thread waits for from a practice system is to be given up, because the
// server stops. Set once, by whoever starts the thread; a thread of which nothing was said never
// stops. Held by the thread and not by each connector, for a stop ends the work of executors,
// whatever connectors it is about.
inline std::stop_token& StopOfThread() {
  thread_local std::stop_token stop;
  return stop;
}

}  // namespace profilesync::connector

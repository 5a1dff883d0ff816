#pragma once

#include <string>

#include "absl/time/time.h"

namespace profilesync::client {

// When a call that was answered with UNAVAILABLE is made again, and how often.
struct RetryPolicy {
  // The first attempt counts; 1 never repeats a call.
  int max_attempts = 5;
  // The longest wait before the second attempt; it doubles with each one, up to `max_backoff`.
  absl::Duration initial_backoff = absl::Milliseconds(100);
  absl::Duration max_backoff = absl::Seconds(5);
};

// How a Client reaches the server and how long it waits.
struct Options {
  // HOST:PORT, [IPv6]:PORT or unix:PATH.
  std::string address = "127.0.0.1:7443";
  // A file that holds the bearer token and nothing else, and that only its owner may use; it is
  // read again when it changes. Empty sends no token.
  std::string token_file;
  // TLS is always used except to this machine (loopback, unix sockets); true uses it there too.
  bool force_tls = false;
  // PEM certificates of the authorities to trust; empty trusts the system's.
  std::string ca_file;

  // How long a call may take in all, its repetitions included: one that the server answers from its
  // own store, one that it asks a practice system for, and waiting for a long-running operation.
  absl::Duration store_timeout = absl::Seconds(10);
  absl::Duration practice_timeout = absl::Seconds(90);
  absl::Duration operation_timeout = absl::Hours(1);
  RetryPolicy retry;
};

}  // namespace profilesync::client

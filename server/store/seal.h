#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace profilesync::store {

// 32 random bytes, in locked memory that is left out of core dumps and wiped at the end. Immutable
// and thread-safe.
class SealingKey {
 public:
  static constexpr std::size_t kSize = 32;

  // Reads the key file: the key's bytes, raw or in base64, readable by nobody but its owner. With
  // `may_create` a file that isn't there is made, with a new key. Returns NOT_FOUND where there is
  // none, FAILED_PRECONDITION for a file that others can read or that holds no key, UNAVAILABLE
  // where the file can't be read or made. Messages hold the path and never the key.
  static absl::StatusOr<std::unique_ptr<SealingKey>> LoadOrCreate(const std::string& path,
                                                                  bool may_create);
  // A new key that is kept nowhere.
  static std::unique_ptr<SealingKey> Random();

  const unsigned char* bytes() const { return bytes_.get(); }

 private:
  struct Free {
    void operator()(unsigned char* bytes) const;
  };
  using Locked = std::unique_ptr<unsigned char, Free>;

  explicit SealingKey(Locked bytes);
  static Locked Allocate();
  static absl::StatusOr<std::unique_ptr<SealingKey>> Load(int file, const std::string& path);
  static absl::StatusOr<std::unique_ptr<SealingKey>> Create(const std::string& path);

  Locked bytes_;
};

// Seals what must not be readable on disk (XChaCha20-Poly1305). A sealed value names the key that
// it was sealed with, so that several can be in use while a new key takes over, and is bound to its
// context: it can be opened in the place that it was sealed for and in no other. Thread-safe.
class Sealer {
 public:
  explicit Sealer(std::unique_ptr<const SealingKey> key);

  // `context` says which place the value is for, such as a table and the row's key. Sealing the
  // same text twice gives different bytes.
  std::string Seal(std::string_view plain, std::string_view context) const;

  // DATA_LOSS when `sealed` was damaged or sealed for another context; FAILED_PRECONDITION when it
  // was sealed with another key.
  absl::StatusOr<std::string> Open(std::string_view sealed, std::string_view context) const;

  // What every value that it seals begins with, and only those do.
  const std::string& header() const { return header_; }

 private:
  static constexpr std::size_t kKeyIdSize = 4;

  std::unique_ptr<const SealingKey> key_;
  std::string header_;  // the envelope's version and the key's id, before every sealed value
};

}  // namespace profilesync::store

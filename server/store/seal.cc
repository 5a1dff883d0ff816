#include "server/store/seal.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "common/status.h"

namespace profilesync::store {
namespace {

constexpr char kEnvelopeVersion = 1;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kBase64Size =
    sodium_base64_ENCODED_LEN(SealingKey::kSize, sodium_base64_VARIANT_ORIGINAL);

static_assert(SealingKey::kSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void InitSodium() {
  if (sodium_init() < 0) {
    std::abort();  // no source of randomness: nothing can be sealed
  }
}

absl::Status FileError(std::string_view what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat(AV(what), " the key file ", path, ": ", std::strerror(errno)));
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Reads up to `size` bytes; -1 on an error.
ssize_t ReadAll(int file, unsigned char* bytes, std::size_t size) {
  std::size_t total = 0;
  while (total < size) {
    const ssize_t count = ::read(file, bytes + total, size - total);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return -1;
    }
    if (count == 0) {
      break;
    }
    total += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(total);
}

bool WriteAll(int file, const char* text, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(file, text, size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    text += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// So that a new file is still there after a power failure.
bool SyncDirectoryOf(const std::string& path) {
  std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const int directory = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC);
  if (directory < 0) {
    return false;
  }
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  return synced;
}

}  // namespace

void SealingKey::Free::operator()(unsigned char* bytes) const { sodium_free(bytes); }

SealingKey::Locked SealingKey::Allocate() {
  InitSodium();
  Locked bytes(static_cast<unsigned char*>(sodium_malloc(kSize)));
  if (bytes == nullptr) {
    throw std::bad_alloc();
  }
  return bytes;
}

SealingKey::SealingKey(Locked bytes) : bytes_(std::move(bytes)) {
  sodium_mprotect_readonly(bytes_.get());
}

std::unique_ptr<SealingKey> SealingKey::Random() {
  Locked bytes = Allocate();
  randombytes_buf(bytes.get(), kSize);
  return std::unique_ptr<SealingKey>(new SealingKey(std::move(bytes)));
}

absl::StatusOr<std::unique_ptr<SealingKey>> SealingKey::LoadOrCreate(const std::string& path,
                                                                     bool may_create) {
  InitSodium();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file >= 0) {
    const absl::Cleanup close_file = [file] { ::close(file); };
    return Load(file, path);
  }
  if (errno != ENOENT) {
    return FileError("can't open", path);
  }
  if (!may_create) {
    return absl::NotFoundError(absl::StrCat("there is no key file ", path));
  }
  return Create(path);
}

absl::StatusOr<std::unique_ptr<SealingKey>> SealingKey::Load(int file, const std::string& path) {
  struct stat info;
  if (::fstat(file, &info) != 0) {
    return FileError("can't read", path);
  }
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat("the key file ", path, " is not a file"));
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("others than its owner may use the key file ", path, ": make its mode 0600"));
  }
  constexpr std::size_t kRoom = 2 * kBase64Size;
  const Locked text(static_cast<unsigned char*>(sodium_malloc(kRoom)));
  if (text == nullptr) {
    throw std::bad_alloc();
  }
  const ssize_t size = ReadAll(file, text.get(), kRoom);
  if (size < 0) {
    return FileError("can't read", path);
  }
  Locked bytes = Allocate();
  std::size_t decoded = 0;
  if (static_cast<std::size_t>(size) == kSize) {
    std::memcpy(bytes.get(), text.get(), kSize);
  } else if (sodium_base642bin(bytes.get(), kSize, reinterpret_cast<const char*>(text.get()),
                               static_cast<std::size_t>(size), " \r\n", &decoded, nullptr,
                               sodium_base64_VARIANT_ORIGINAL) != 0 ||
             decoded != kSize) {
    return absl::FailedPreconditionError(
        absl::StrCat("the key file ", path, " doesn't hold 32 bytes, raw or in base64"));
  }
  return std::unique_ptr<SealingKey>(new SealingKey(std::move(bytes)));
}

absl::StatusOr<std::unique_ptr<SealingKey>> SealingKey::Create(const std::string& path) {
  std::unique_ptr<SealingKey> key = Random();
  const Locked text(static_cast<unsigned char*>(sodium_malloc(kBase64Size)));
  if (text == nullptr) {
    throw std::bad_alloc();
  }
  char* const base64 = reinterpret_cast<char*>(text.get());
  sodium_bin2base64(base64, kBase64Size, key->bytes(), kSize, sodium_base64_VARIANT_ORIGINAL);
  base64[kBase64Size - 1] = '\n';
  std::string fresh = path + ".XXXXXX";
  const int file = ::mkostemp(fresh.data(), O_CLOEXEC);
  if (file < 0) {
    return FileError("can't make", path);
  }
  const bool written = WriteAll(file, base64, kBase64Size) && ::fsync(file) == 0;
  ::close(file);
  RETURN_IF_ERROR(Failpoint("key.before_name"));
  // It gets its name once it is whole, and only where there is no other: what a server that is
  // killed meanwhile leaves behind is no key.
  const bool named = written && ::link(fresh.c_str(), path.c_str()) == 0;
  absl::Status status = named ? absl::OkStatus() : FileError("can't write", path);
  ::unlink(fresh.c_str());
  if (named && !SyncDirectoryOf(path)) {
    status = FileError("can't write", path);
    ::unlink(path.c_str());
  }
  RETURN_IF_ERROR(status);
  return key;
}

Sealer::Sealer(std::unique_ptr<const SealingKey> key) : key_(std::move(key)) {
  // The key's id is a hash, keyed apart from its use as a key.
  constexpr std::string_view kPurpose = "profilesync sealing key id";
  std::array<unsigned char, crypto_generichash_BYTES> hash;
  crypto_generichash(hash.data(), hash.size(), Bytes(kPurpose), kPurpose.size(), key_->bytes(),
                     SealingKey::kSize);
  header_ += kEnvelopeVersion;
  header_.append(reinterpret_cast<const char*>(hash.data()), kKeyIdSize);
}

// The envelope: version (1 byte), key id (4), nonce (24), ciphertext with its tag (16).
std::string Sealer::Seal(std::string_view plain, std::string_view context) const {
  const std::string bound = absl::StrCat(header_, AV(context));
  std::string sealed = header_;
  sealed.resize(header_.size() + kNonceSize + plain.size() + kTagSize);
  unsigned char* const nonce = Bytes(sealed) + header_.size();
  randombytes_buf(nonce, kNonceSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceSize, nullptr, Bytes(plain),
                                             plain.size(), Bytes(bound), bound.size(), nullptr,
                                             nonce, key_->bytes());
  return sealed;
}

absl::StatusOr<std::string> Sealer::Open(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < header_.size() + kNonceSize + kTagSize || sealed[0] != kEnvelopeVersion) {
    return absl::DataLossError("a sealed value is damaged");
  }
  if (!sealed.starts_with(header_)) {
    return absl::FailedPreconditionError("a value was sealed with another key");
  }
  const std::string bound = absl::StrCat(header_, AV(context));
  sealed.remove_prefix(header_.size());
  const std::string_view body = sealed.substr(kNonceSize);
  std::string plain(body.size() - kTagSize, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(Bytes(plain), nullptr, nullptr, Bytes(body),
                                                 body.size(), Bytes(bound), bound.size(),
                                                 Bytes(sealed), key_->bytes()) != 0) {
    return absl::DataLossError("a sealed value is damaged or in another's place");
  }
  return plain;
}

}  // namespace profilesync::store

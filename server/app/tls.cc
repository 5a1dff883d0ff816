#include "server/app/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/status.h"
#include "server/app/text_proto_file.h"

namespace profilesync::app {
namespace {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

Bio Open(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Has no passphrase to give: without it OpenSSL would ask for one on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

// OpenSSL's fixed text for its last error; none holds anything of a file.
std::string LastError() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "unknown error" : reason;
}

absl::Status Wrong(const std::string& what) { return absl::FailedPreconditionError(what); }

// Hands the server's own certificate to `context`, and looks at those that follow it.
absl::Status UseCertificates(SSL_CTX* context, const std::string& text, const std::string& file) {
  const Bio pem = Open(text);
  const Certificate own(PEM_read_bio_X509_AUX(pem.get(), nullptr, NoPassphrase, nullptr));
  if (own == nullptr) {
    return Wrong("--tls-certificate " + file + " has no certificate in PEM");
  }
  if (SSL_CTX_use_certificate(context, own.get()) != 1) {
    return Wrong("--tls-certificate " + file + " can't be used: " + LastError());
  }
  ERR_clear_error();
  while (Certificate(PEM_read_bio_X509(pem.get(), nullptr, NoPassphrase, nullptr)) != nullptr) {
  }
  return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
             ? absl::OkStatus()
             : Wrong("--tls-certificate " + file + " has a damaged certificate in its chain");
}

absl::Status CheckKey(SSL_CTX* context, const std::string& text, const Config& config,
                      bool with_certificate) {
  const Bio pem = Open(text);
  const Key key(PEM_read_bio_PrivateKey(pem.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) {
    return Wrong("--tls-key " + config.tls_key +
                 " has no private key in PEM, or one that needs a passphrase");
  }
  if (with_certificate &&
      X509_check_private_key(SSL_CTX_get0_certificate(context), key.get()) != 1) {
    return Wrong("--tls-key " + config.tls_key + " isn't the key of --tls-certificate " +
                 config.tls_certificate);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TlsIdentity> LoadTls(const Config& config) {
  if (config.tls_certificate.empty()) {
    return TlsIdentity();
  }
  const Context context(SSL_CTX_new(TLS_server_method()));
  const auto certificate = ReadFile(config.tls_certificate, Secrecy::kPublic);
  const auto key = ReadFile(config.tls_key, Secrecy::kSecret);
  const absl::Status certificate_status =
      certificate.ok() ? UseCertificates(context.get(), *certificate, config.tls_certificate)
                       : certificate.status();
  const absl::Status key_status =
      key.ok() ? CheckKey(context.get(), *key, config, certificate_status.ok()) : key.status();
  ERR_clear_error();
  std::vector<std::string> wrong;
  for (const absl::Status& status : {certificate_status, key_status}) {
    if (!status.ok()) {
      wrong.push_back(std::string(SV(status.message())));
    }
  }
  if (!wrong.empty()) {
    return Wrong(absl::StrJoin(wrong, "\n"));
  }
  return TlsIdentity{.certificate = *certificate, .key = *key};
}

}  // namespace profilesync::app

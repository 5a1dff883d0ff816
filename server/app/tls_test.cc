#include "server/app/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <fstream>

#include "common/status.h"
#include "server/app/app.h"
#include "tests/support/temporary_folder.h"

namespace profilesync::app {
namespace {

using ::testing::HasSubstr;

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio, &data));
  std::string text(data, size);
  BIO_free(bio);
  return text;
}

// A key and a certificate that it signed for itself.
struct Pair {
  explicit Pair(EVP_PKEY* key) {
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_sign(certificate, key, EVP_sha256());
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    certificate_pem = TextOf(bio);
    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    key_pem = TextOf(bio);
    bio = BIO_new(BIO_s_mem());
    std::string passphrase = "sentinel-passphrase";
    PEM_write_bio_PrivateKey(bio, key, EVP_aes_128_cbc(),
                             reinterpret_cast<unsigned char*>(passphrase.data()),
                             static_cast<int>(passphrase.size()), nullptr, nullptr);
    locked_key_pem = TextOf(bio);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  std::string certificate_pem;
  std::string key_pem;
  std::string locked_key_pem;
};

class TlsTest : public ::testing::Test {
 protected:
  // What LoadTls says of two such files; "" where it takes them.
  std::string Load(const std::string& certificate, const std::string& key) {
    Write(config_.tls_certificate, certificate);
    Write(config_.tls_key, key);
    return std::string(SV(LoadTls(config_).status().message()));
  }

  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  }

  const TemporaryFolder folder_;
  Config config_{.listen = "127.0.0.1:0",
                 .database = folder_.File("p.db"),
                 .key_file = folder_.File("p.db.key"),
                 .tls_certificate = folder_.File("certificate.pem"),
                 .tls_key = folder_.File("key.pem")};
  const Pair ec_{EVP_EC_gen("P-256")};
  const Pair other_ec_{EVP_EC_gen("P-256")};
  const Pair rsa_{EVP_RSA_gen(2048)};
};

TEST_F(TlsTest, TakesAPairThatBelongsTogetherAsTheServerDoes) {
  EXPECT_EQ(Load(ec_.certificate_pem, ec_.key_pem), "");
  EXPECT_EQ(Load(rsa_.certificate_pem, rsa_.key_pem), "");
  EXPECT_EQ(Load(ec_.certificate_pem + rsa_.certificate_pem, ec_.key_pem), "");
  const auto app = App::Start(config_);
  EXPECT_TRUE(app.ok()) << app.status();
}

TEST_F(TlsTest, RefusesAKeyOfAnotherCertificate) {
  for (const std::string& key : {other_ec_.key_pem, rsa_.key_pem}) {
    EXPECT_EQ(Load(ec_.certificate_pem, key), "--tls-key " + config_.tls_key +
                                                  " isn't the key of --tls-certificate " +
                                                  config_.tls_certificate);
  }
}

TEST_F(TlsTest, NamesEachFileThatIsNotWhatItShouldBe) {
  const std::string no_certificate =
      "--tls-certificate " + config_.tls_certificate + " has no certificate in PEM";
  const std::string no_key =
      "--tls-key " + config_.tls_key + " has no private key in PEM, or one that needs a passphrase";
  EXPECT_EQ(Load("sentinel", ec_.key_pem), no_certificate);
  EXPECT_EQ(Load("", ""), no_certificate + "\n" + no_key);
  EXPECT_EQ(Load(ec_.certificate_pem, "sentinel"), no_key);
  EXPECT_EQ(Load(ec_.key_pem, ec_.certificate_pem), no_certificate + "\n" + no_key);
  EXPECT_EQ(Load(ec_.certificate_pem, ec_.locked_key_pem), no_key);
  EXPECT_EQ(Load(ec_.certificate_pem.substr(0, 100), ec_.key_pem), no_certificate);
}

TEST_F(TlsTest, LooksAtTheWholeChain) {
  std::string damaged = rsa_.certificate_pem;
  damaged[60] = '!';
  EXPECT_THAT(Load(ec_.certificate_pem + damaged, ec_.key_pem),
              HasSubstr("has a damaged certificate in its chain"));
}

TEST_F(TlsTest, AKeyThatOthersMayReadIsRefused) {
  Load(ec_.certificate_pem, ec_.key_pem);
  ASSERT_EQ(::chmod(config_.tls_key.c_str(), 0644), 0);
  EXPECT_FALSE(LoadTls(config_).ok());
}

TEST_F(TlsTest, WithoutFilesThereIsNoTls) {
  const auto none = LoadTls({});
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->certificate, "");
}

}  // namespace
}  // namespace profilesync::app

#include "http/tests/certificate.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "base/error.h"

namespace parcours::http::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Owner = std::unique_ptr<X509, decltype(&X509_free)>;
using FileOwner = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

void add_extension(X509* certificate, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value), &X509_EXTENSION_free);
    check(extension != nullptr, "OpenSSL makes a certificate extension");
    X509_add_ext(certificate, extension.get(), -1);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parcours-XXXXXX").string();
    check(mkdtemp(pattern.data()) != nullptr, "a test can make a temporary folder");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // left-overs in the temporary folder harm nobody
    std::filesystem::remove_all(path_, ignored);
}

Certificate make_certificate(const std::filesystem::path& folder) {
    constexpr long hour_seconds = 3600;
    const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const X509Owner certificate(X509_new(), &X509_free);
    X509* const x509 = certificate.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -hour_seconds);
    X509_gmtime_adj(X509_getm_notAfter(x509), 24 * hour_seconds);
    X509_set_pubkey(x509, key.get());
    X509_NAME* const name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test server"), -1, -1, 0);
    X509_set_issuer_name(x509, name);
    add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(x509, NID_subject_alt_name, "IP:127.0.0.1");
    check(X509_sign(x509, key.get(), EVP_sha256()) > 0, "OpenSSL signs a certificate");

    Certificate files{(folder / "certificate.pem").string(), (folder / "key.pem").string()};
    const FileOwner certificate_out(std::fopen(files.certificate_file.c_str(), "w"), &std::fclose);
    const FileOwner key_out(std::fopen(files.key_file.c_str(), "w"), &std::fclose);
    PEM_write_X509(certificate_out.get(), x509);
    PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return files;
}

}  // namespace parcours::http::testing

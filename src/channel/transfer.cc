#include "channel/transfer.h"

#include <chrono>
#include <ctime>
#include <curl/curl.h>
#include <signal.h>
#include <string>
#include <sys/socket.h>

#include "base/error.h"
#include "channel/public_address.h"

namespace parcours::channel {
namespace {

/// Keeps a SIGPIPE of this thread (OpenSSL writes without MSG_NOSIGNAL) from ending the program,
/// without touching what other threads have set.
class SigpipeShield {
  public:
    SigpipeShield() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~SigpipeShield() {
        const timespec at_once{};
        if (!was_pending_) {
            sigtimedwait(&pipe_, nullptr, &at_once);
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    SigpipeShield(const SigpipeShield&) = delete;
    SigpipeShield& operator=(const SigpipeShield&) = delete;

  private:
    sigset_t pipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

void initialise_curl_once() {
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    check(done == CURLE_OK, "libcurl can be initialised");
}

/// Opens the socket of a connection, unless the address is not of the open internet.
curl_socket_t open_public(void* /*context*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
    return is_public_address(address->addr)
               ? ::socket(address->family, address->socktype, address->protocol)
               : CURL_SOCKET_BAD;
}

}  // namespace

void Transfer::restrict(Network network) {
    if (network == Network::Public) {
        set(CURLOPT_OPENSOCKETFUNCTION, &open_public);
    }
}

Transfer::Transfer() {
    initialise_curl_once();
    handle_ = curl_easy_init();
    check(handle_ != nullptr, "libcurl gives a handle");
}

Transfer::~Transfer() {
    // The farewell of a kept connection (QUIT) may meet a closed socket.
    const SigpipeShield shield;
    curl_easy_cleanup(handle_);
}

void Transfer::start(const std::string& url, const char* protocols, const std::string& ca_file,
                     std::chrono::milliseconds connect_timeout, std::chrono::milliseconds timeout) {
    curl_easy_reset(handle_);
    words_.fill('\0');
    set(CURLOPT_ERRORBUFFER, words_.data());
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_NOPROGRESS, 1L);
    // An empty proxy also switches off the proxies of the environment.
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    if (!ca_file.empty()) {
        set(CURLOPT_CAINFO, ca_file.c_str());
    }
}

CURLcode Transfer::run() {
    const SigpipeShield shield;
    return curl_easy_perform(handle_);
}

std::string Transfer::failure(CURLcode code) const {
    return words_.front() != '\0' ? std::string(words_.data())
                                  : std::string(curl_easy_strerror(code));
}

long Transfer::status() const {
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

}  // namespace parcours::channel

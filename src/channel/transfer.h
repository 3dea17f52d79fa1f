#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <curl/curl.h>
#include <string>

namespace parcours::channel {

/// To where a transfer may connect. Public refuses every address that is not of the open internet
/// (this computer, private and link-local networks, multicast), as it was resolved for the very
/// connection: a name that is made to point inside reaches nothing.
enum class Network : std::uint8_t { Any, Public };

/// One libcurl handle, with the rules that hold for every provider: no proxy or password from the
/// environment, no redirects, TLS 1.2 or newer with verified certificates, no signals. Used by
/// one thread at a time; connections are kept between transfers where the protocol allows it.
class Transfer {
  public:
    Transfer();
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Forgets the options of the last transfer and sets the common ones. `protocols` is libcurl's
    /// list ("smtp,smtps"); an empty `ca_file` means the system's authorities.
    void start(const std::string& url, const char* protocols, const std::string& ca_file,
               std::chrono::milliseconds connect_timeout, std::chrono::milliseconds timeout);

    /// After `start`: where it may connect.
    void restrict(Network network);

    /// Sets one more option.
    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(handle_, option, value);
    }

    /// Does the transfer; SIGPIPE cannot end the program meanwhile.
    [[nodiscard]] CURLcode run();

    /// Why the last transfer failed, in libcurl's words.
    [[nodiscard]] std::string failure(CURLcode code) const;

    /// The numeric status of the last transfer, 0 for none.
    [[nodiscard]] long status() const;

  private:
    CURL* handle_ = nullptr;
    std::array<char, CURL_ERROR_SIZE> words_{};
};

}  // namespace parcours::channel

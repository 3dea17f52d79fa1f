#include "access/totp.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <optional>
#include <string>
#include <string_view>

#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/text.h"
#include "base/time.h"

namespace parcours::access {
namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::size_t code_digits = 6;

}  // namespace

std::int64_t totp_step(Instant now) {
    return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count() / step_seconds;
}

std::string totp_code(std::string_view secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i) {
        counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >>
                                                (8 * (counter.size() - 1 - i)));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    const unsigned char* const made =
        HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
             counter.size(), mac.data(), &size);
    check(made != nullptr && size == 20, "OpenSSL computes an HMAC");
    // RFC 4226 §5.3: the last four bits say where the four bytes stand.
    const std::size_t at = mac[19] & 15U;
    const std::uint32_t number = (mac[at] & 127U) << 24U |
                                 static_cast<std::uint32_t>(mac[at + 1]) << 16U |
                                 static_cast<std::uint32_t>(mac[at + 2]) << 8U | mac[at + 3];
    return fmt::format("{:06}", number % 1'000'000);
}

std::string totp_code_typed(std::string_view text) {
    constexpr std::size_t length_max = 20;
    std::string code;
    for (const char c : text.substr(0, length_max)) {
        if (c != ' ') {
            code += c;
        }
    }
    return code;
}

std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code,
                                           Instant now, std::int64_t used_step) {
    std::optional<std::int64_t> found;
    if (code.size() != code_digits) {
        return found;
    }
    const std::int64_t present = totp_step(now);
    for (const std::int64_t step : {present - 1, present, present + 1}) {
        if (same_secret(totp_code(secret, step), code) && step > used_step) {
            found = step;
        }
    }
    return found;
}

std::string totp_secret_text(std::string_view secret) {
    static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : secret) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (count += 8; count >= 5; count -= 5) {
            text += letters[bits >> (count - 5) & 31U];
        }
    }
    if (count > 0) {
        text += letters[bits << (5 - count) & 31U];
    }
    return text;
}

std::string totp_uri(std::string_view secret, std::string_view name) {
    return fmt::format("otpauth://totp/Parcours:{}?secret={}&issuer=Parcours", percent_encode(name),
                       totp_secret_text(secret));
}

}  // namespace parcours::access

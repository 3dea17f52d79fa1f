#include "access/password.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/core.h>
#include <sodium/core.h>
#include <sodium/crypto_pwhash.h>
#include <string>
#include <string_view>

#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"

namespace parcours::access {
namespace {

/// The most common of those that are long enough, in lower case.
constexpr auto tried_first = std::to_array<std::string_view>({"1234567890123",
                                                              "12345678901234",
                                                              "123456789012",
                                                              "123456789abc",
                                                              "0123456789ab",
                                                              "012345678910",
                                                              "1234567890ab",
                                                              "1q2w3e4r5t6y",
                                                              "1qaz2wsx3edc",
                                                              "abcdefghijkl",
                                                              "abcd12345678",
                                                              "administrator",
                                                              "administrator1",
                                                              "adminadminadmin",
                                                              "changemeplease",
                                                              "changemenow1",
                                                              "correcthorsebatterystaple",
                                                              "iloveyou1234",
                                                              "iloveyouforever",
                                                              "letmeinletmein",
                                                              "letmeinplease",
                                                              "parcoursparcours",
                                                              "parcours1234",
                                                              "passw0rd1234",
                                                              "password1234",
                                                              "password12345",
                                                              "password123!",
                                                              "password1234!",
                                                              "passwordpassword",
                                                              "qwerty123456",
                                                              "qwertyqwerty",
                                                              "qwertyuiop12",
                                                              "qwertyuiop123",
                                                              "qwertyuiopasdfgh",
                                                              "qwertzuiop12",
                                                              "azertyuiop12",
                                                              "welcome12345",
                                                              "welcome123456",
                                                              "p@ssw0rd1234"});

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Base64 as it stands in password hashes: the standard alphabet without padding.
std::string hash_text(std::string_view bytes) {
    std::string text = to_base64url(bytes);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    return text;
}

constexpr std::size_t hash_size = 32;

std::string stored_form(const PasswordLimits& limits, std::string_view salt,
                        std::string_view hash) {
    return fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", limits.memory_bytes / 1024,
                       limits.passes, hash_text(salt), hash_text(hash));
}

void make_ready() {
    // Chooses the fastest implementation for this processor; safe to be asked for again.
    static const bool ready = sodium_init() >= 0;
    check(ready, "libsodium finds what it needs");
}

}  // namespace

Result<> judge_password(std::string_view name, std::string_view password) {
    if (!is_utf8(password) || password.size() > password_bytes_max) {
        return fail(
            ErrorCode::InvalidInput,
            fmt::format("the password must be text of at most {} bytes", password_bytes_max));
    }
    if (count_characters(password) < password_characters_min) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the password is too short: {} characters or more are needed, of "
                                "any kind; a sentence is good",
                                password_characters_min));
    }
    const std::string plain = to_lower_ascii(password);
    if (plain == to_lower_ascii(name)) {
        return fail(ErrorCode::InvalidInput,
                    "the password is the name: choose one that others do not know");
    }
    const bool repeated = plain.find_first_not_of(plain.front()) == std::string::npos;
    if (repeated || std::ranges::find(tried_first, plain) != tried_first.end()) {
        return fail(ErrorCode::InvalidInput,
                    "the password is one that is tried first by whoever guesses: choose another");
    }
    return {};
}

Result<std::string> hash_password(std::string_view password, const PasswordLimits& limits,
                                  Random& random) {
    make_ready();
    const std::string salt = random_bytes(random, crypto_pwhash_SALTBYTES);
    std::array<unsigned char, hash_size> hash{};
    if (crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(),
                      reinterpret_cast<const unsigned char*>(salt.data()), limits.passes,
                      limits.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return fail(ErrorCode::Limit,
                    fmt::format("hashing a password needs {} MB of memory, which there is not",
                                limits.memory_bytes / 1'000'000));
    }
    return stored_form(limits, salt, {reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string hash_of_nobody(const PasswordLimits& limits, Random& random) {
    return stored_form(limits, random_bytes(random, crypto_pwhash_SALTBYTES),
                       random_bytes(random, hash_size));
}

bool password_fits(std::string_view hash, std::string_view password) {
    make_ready();
    const std::string text(hash);  // ends with a NUL, which libsodium needs
    return password.size() <= password_bytes_max &&
           crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
}

}  // namespace parcours::access

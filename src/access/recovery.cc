#include "access/recovery.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "access/secret_bytes.h"
#include "access/totp.h"
#include "base/random.h"

namespace parcours::access {

std::vector<std::string> new_recovery_codes(Random& random) {
    constexpr std::size_t code_bytes = 10;
    constexpr std::size_t group_size = 4;
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < recovery_code_count; ++i) {
        const std::string letters = totp_secret_text(random_bytes(random, code_bytes));
        std::string code;
        for (std::size_t at = 0; at < letters.size(); at += group_size) {
            code += at == 0 ? "" : "-";
            code += letters.substr(at, group_size);
        }
        codes.push_back(code);
    }
    return codes;
}

Hash256 recovery_hash(std::string_view staff_name, std::string_view typed) {
    constexpr std::size_t length_max = 64;
    std::string code = "recovery ";
    for (const char c : typed.substr(0, length_max)) {
        if (c != ' ' && c != '-') {
            code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return sha256(code + " ", staff_name);
}

std::string recovery_hashes_text(std::string_view staff_name,
                                 const std::vector<std::string>& codes) {
    std::string text;
    for (const std::string& code : codes) {
        text += text.empty() ? "" : " ";
        text += recovery_hash(staff_name, code).to_hex();
    }
    return text;
}

}  // namespace parcours::access

#include "access/staff.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

namespace parcours::access {

Digest staff_id(std::string_view name) {
    return named_hash("staff", {name});
}

Result<std::string> staff_name(std::string_view typed) {
    constexpr std::size_t length_max = 64;
    std::string name = to_lower_ascii(typed.substr(0, length_max + 1));
    const bool plain =
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-@") == std::string::npos;
    if (name.empty() || name.size() > length_max || !plain ||
        std::string_view("._-@").find(name.front()) != std::string_view::npos) {
        return fail(ErrorCode::InvalidInput,
                    "a name to log in with is 1 to 64 letters (a-z), digits, \".\", \"_\", \"-\" "
                    "or \"@\", and begins with a letter or digit");
    }
    return name;
}

Result<std::string> display_name(std::string_view typed) {
    typed = trim(typed, " ");
    const bool control = std::ranges::any_of(
        typed, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (typed.empty() || typed.size() > display_bytes_max || control || !is_utf8(typed)) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("a name to be shown is text on one line, of 1 to {} bytes",
                                display_bytes_max));
    }
    return std::string(typed);
}

StaffSummary summary_of(const Staff& staff) {
    return {.id = staff.id,
            .name = staff.name,
            .display = staff.display,
            .role = staff.role,
            .disabled = staff.disabled,
            .has_password = !staff.password.empty(),
            .has_totp = !staff.totp.empty(),
            .has_identity = !staff.identity.empty(),
            .must_change = staff.must_change,
            .recovery_count = staff.recovery.size(),
            .added_at = staff.added_at};
}

}  // namespace parcours::access

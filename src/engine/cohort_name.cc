#include "engine/cohort_name.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/clinic.h"

namespace parcours::engine {
namespace {

constexpr std::size_t name_length_max = 64;

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

Result<> check_cohort_name(const Clinic& clinic, std::string_view name) {
    const bool plain = !name.empty() && name.size() <= name_length_max &&
                       std::ranges::all_of(name, is_plain) && !name.starts_with('-') &&
                       !name.ends_with('-');
    if (!plain) {
        return fail(ErrorCode::Usage,
                    "a cohort's name is at most " + std::to_string(name_length_max) +
                        " lower-case letters and digits, joined by \"-\", such as flu-due");
    }
    if (clinic.folder.find_cohort(std::string(name)) != nullptr) {
        return fail(ErrorCode::Conflict,
                    "the practice folder defines a cohort \"" + std::string(name) +
                        "\" already; take another name, or change its file in cohorts/");
    }
    return {};
}

}  // namespace parcours::engine

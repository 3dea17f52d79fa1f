#include "scenario/span.h"

#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/time.h"
#include "scenario/phrase.h"

namespace parcours::scenario {

Result<int> read_count(const Slots& slots, std::string_view number) {
    const std::string text = slots.text(number);
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size() || count < 0 || count > 100'000) {
        return fail(ErrorCode::InvalidInput,
                    "a whole number is expected here, not \"" + text + "\"", slots.where(number));
    }
    return count;
}

Result<Duration> read_span(const Slots& slots, std::string_view number, std::string_view unit) {
    const auto count = read_count(slots, number);
    if (!count) {
        return pass_on(count);
    }
    std::string name = slots.text(unit);
    if (name.ends_with('s')) {
        name.pop_back();
    }
    if (name == "minute") {
        return std::chrono::minutes{*count};
    }
    if (name == "hour") {
        return std::chrono::hours{*count};
    }
    if (name == "day") {
        return std::chrono::days{*count};
    }
    return fail(
        ErrorCode::InvalidInput,
        "\"" + slots.text(unit) + "\" is no length of time here; say minutes, hours or days",
        slots.where(unit));
}

}  // namespace parcours::scenario

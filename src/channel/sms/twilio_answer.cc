#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <curl/curl.h>
#include <fmt/core.h>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>

#include "base/json.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/encoding.h"
#include "channel/http_post.h"
#include "channel/sms/twilio.h"
#include "channel/sms/twilio_callback.h"

namespace parcours::channel {
namespace {

/// What the body of an answer says; empty where it is no JSON object.
struct Words {
    std::string sid;
    std::string to;
    std::int64_t code = 0;
    std::string message;
};

Words read_words(const std::string& body) {
    JsonDocument document;
    const auto json = document.parse(body);
    if (!json || !json->is_object()) {
        return {};
    }
    return {.sid = std::string((*json)["sid"].text()),
            .to = std::string((*json)["to"].text()),
            .code = (*json)["code"].integer().value_or(0),
            .message = std::string((*json)["message"].text())};
}

bool is_sid(std::string_view sid) {
    return !sid.empty() && sid.size() <= 64 && std::ranges::all_of(sid, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

/// Seconds, or a date (RFC 9110 §10.2.3); at most a day, so that a wrong clock loses no message.
std::optional<Duration> parse_retry_after(const std::string& text, Instant now) {
    constexpr std::int64_t day_seconds = 86400;
    std::int64_t seconds = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size()) {
        const std::time_t date = curl_getdate(text.c_str(), nullptr);
        if (text.empty() || date < 0) {
            return std::nullopt;
        }
        const auto until = Instant{std::chrono::seconds(date)} - now;
        seconds = std::chrono::ceil<std::chrono::seconds>(until).count();
    }
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, day_seconds));
}

/// Errors of our own account or sender: every message would fail alike, so none is given up.
bool is_configuration(std::int64_t code) {
    constexpr std::array<std::int64_t, 10> codes{20003, 20005, 20404, 21212, 21603,
                                                 21606, 21607, 21659, 21660, 21703};
    return std::ranges::find(codes, code) != codes.end();
}

/// Whether two numbers have the same digits: gateways write them with and without "+".
bool is_same_number(std::string_view left, std::string_view right) {
    const auto digits = [](std::string_view number) {
        std::string kept;
        std::ranges::copy_if(number, std::back_inserter(kept),
                             [](char c) { return c >= '0' && c <= '9'; });
        return kept;
    };
    return digits(left) == digits(right);
}

AttemptResult judge_client_error(const HttpAnswer& answer, const Words& words) {
    AttemptResult result{.outcome = Outcome::Refused};
    const bool account = answer.status == 401 || answer.status == 403 || answer.status == 404;
    if (answer.status == 408) {
        result.outcome = Outcome::Unknown;
    } else if (account || is_configuration(words.code)) {
        result.outcome = Outcome::Later;
        result.detail = "configuration (check url, account_sid, auth_token, sender): ";
    } else if (words.code == 21610) {
        result.opted_out = true;
        result.detail = "opted out: ";
    } else {
        result.bad_address = is_twilio_bad_address(words.code);
    }
    return result;
}

AttemptResult judge_status(const HttpAnswer& answer, const Words& words, std::string_view to,
                           Instant now) {
    if (answer.status < 300) {
        const bool ours = words.to.empty() || is_same_number(words.to, to);
        if (answer.complete && is_sid(words.sid) && ours) {
            return {.outcome = Outcome::Accepted, .provider_id = words.sid};
        }
        return {.outcome = Outcome::Unknown, .detail = "the answer names no message of ours: "};
    }
    if (answer.status == 429) {
        return {.outcome = Outcome::Later,
                .detail = "too many requests: ",
                .retry_after = parse_retry_after(answer.retry_after, now)};
    }
    if (answer.status < 400) {
        // 301, 307 and 308 say that the request belongs elsewhere; the others may answer it.
        const bool elsewhere = answer.status == 301 || answer.status == 307 || answer.status == 308;
        return {.outcome = elsewhere ? Outcome::Later : Outcome::Unknown,
                .detail = "redirects are not followed, check url: "};
    }
    if (answer.status < 500) {
        return judge_client_error(answer, words);
    }
    return {.outcome = Outcome::Unknown};
}

}  // namespace

AttemptResult judge_twilio_answer(const HttpAnswer& answer, std::string_view to, Instant now) {
    if (answer.status == 0) {
        return {.outcome = answer.bytes_left ? Outcome::Unknown : Outcome::Later,
                .detail = clean_words(answer.failure, to)};
    }
    const Words words = read_words(answer.body);
    AttemptResult result = judge_status(answer, words, to, now);
    const std::string said =
        words.code == 0 ? words.message : fmt::format("{} {}", words.code, words.message);
    result.detail = clean_words(
        fmt::format("{}HTTP {} {}{}", result.detail, answer.status, said, answer.failure), to);
    return result;
}

}  // namespace parcours::channel

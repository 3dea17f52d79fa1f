#include "practice/config.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "practice/confidentiality.h"
#include "practice/costs.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::practice {
namespace {

constexpr std::array<std::string_view, 7> day_names = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};
constexpr std::array<std::string_view, 9> channels_known = {
    "sms", "email", "voice", "letter", "push", "whatsapp", "social", "portal", "worklist"};

/// Reads members of a map into fields; a mistake is noted and the field keeps its default.
class Reader {
  public:
    Reader(const Node& map, std::vector<Error>& errors) : map_(&map), errors_(&errors) {}

    void keys(std::initializer_list<std::string_view> known, std::string_view what) {
        std::ranges::move(unknown_keys(*map_, known, what), std::back_inserter(*errors_));
    }
    void text(std::string_view key, std::string& field) {
        read(key, field, [&](const Node& node) { return read_text(node, key); });
    }
    void duration(std::string_view key, Duration& field) {
        read(key, field, [&](const Node& node) { return read_duration(node, key); });
    }
    void time(std::string_view key, std::chrono::minutes& field) {
        read(key, field, [&](const Node& node) { return read_time_of_day(node, key); });
    }
    template <class T>
    void number(std::string_view key, T& field, std::int64_t least, std::int64_t most) {
        read(key, field, [&](const Node& node) -> Result<T> {
            const auto value = read_integer(node, key, least, most);
            if (!value) {
                return pass_on(value);
            }
            return static_cast<T>(*value);
        });
    }
    /// `parse` gives a `Result` of the field's type.
    template <class T, class Parse>
    void read(std::string_view key, T& field, Parse parse) {
        const Node* node = map_->find(key);
        if (node == nullptr) {
            return;
        }
        auto value = parse(*node);
        if (value) {
            field = *std::move(value);
        } else {
            errors_->push_back(value.error());
        }
    }

  private:
    const Node* map_;
    std::vector<Error>* errors_;
};

Result<std::string> read_country(const Node& node) {
    const std::string& text = node.text();
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (text.size() != 2 || !std::ranges::all_of(text, is_upper)) {
        return refuse(node,
                      "country must be an ISO 3166 code of two capitals such as US, FR or "
                      "CN, not \"" +
                          text + "\"");
    }
    return text;
}

Result<std::string> read_language(const Node& node) {
    if (!is_language_tag(node.text())) {
        return refuse(node, "\"" + node.text() + "\" is not a language tag; right are en, fr, zh");
    }
    return node.text();
}

Result<std::vector<std::string>> read_languages(const Node& node) {
    auto languages = read_texts(node, "languages");
    if (!languages) {
        return languages;
    }
    for (const std::string& language : *languages) {
        if (!is_language_tag(language)) {
            return refuse(node, "\"" + language + "\" is not a language tag; right are en, fr, zh");
        }
    }
    return languages;
}

Result<bool> read_other_language(const Node& node) {
    if (node.text() != "use-default" && node.text() != "do-not-send") {
        return refuse(
            node, "other-language must be use-default or do-not-send, not \"" + node.text() + "\"");
    }
    return node.text() == "use-default";
}

/// An address that others can be told: with its scheme, without query, slash at the end left out.
Result<std::string> read_public_url(const Node& node) {
    std::string url = node.text();
    while (url.ends_with('/')) {
        url.pop_back();
    }
    const std::size_t host = url.starts_with("https://")  ? 8
                             : url.starts_with("http://") ? 7
                                                          : std::string::npos;
    const bool plain = url.find_first_of(" \t\r\n\"<>?#@") == std::string::npos;
    if (host == std::string::npos || host >= url.size() || url[host] == '/' || !plain) {
        return refuse(node,
                      "public-url must be an address such as https://clinic.example.org, not "
                      "\"" +
                          node.text() + "\"");
    }
    return url;
}

Result<std::array<bool, 7>> read_days(const Node& node) {
    const auto names = read_texts(node, "days");
    if (!names) {
        return pass_on(names);
    }
    std::array<bool, 7> days{};
    for (const std::string& name : *names) {
        const auto* const found = std::ranges::find(day_names, name);
        if (found == day_names.end()) {
            return refuse(node, "\"" + name +
                                    "\" is no day; right are mon, tue, wed, thu, fri, "
                                    "sat, sun");
        }
        days.at(static_cast<std::size_t>(found - day_names.begin())) = true;
    }
    if (std::ranges::none_of(days, [](bool day) { return day; })) {
        return refuse(node, "days names no day, so nobody could ever be contacted");
    }
    return days;
}

Result<std::vector<Purpose>> read_purposes(const Node& node) {
    const auto names = read_texts(node, "exempt");
    if (!names) {
        return pass_on(names);
    }
    std::vector<Purpose> purposes;
    for (const std::string& name : *names) {
        const auto purpose = find_purpose(name);
        if (!purpose) {
            return refuse(
                node,
                "\"" + name + "\" is no purpose; right are direct-care, operations, marketing");
        }
        purposes.push_back(*purpose);
    }
    return purposes;
}

Result<bool> read_truth(const Node& node) {
    const std::string& text = node.text();
    if (text != "yes" && text != "no" && text != "true" && text != "false") {
        return refuse(node, "write yes or no, not \"" + text + "\"");
    }
    return text == "yes" || text == "true";
}

/// A bound; `none` is 0, none at all. A bound of 0 would let nobody be written to for ever.
Result<std::uint32_t> read_bound(const Node& node, std::string_view key, std::int64_t most) {
    if (node.text() == "none") {
        return 0U;
    }
    const auto value = read_integer(node, key, 0, most);
    if (!value) {
        return pass_on(value);
    }
    if (*value == 0) {
        return refuse(node, std::string(key) +
                                ": 0 would mean that nobody is ever written to; write 1 or more, "
                                "or none for no bound (to send nothing, pause the campaign)");
    }
    return static_cast<std::uint32_t>(*value);
}

Result<ContactHours> read_hours(const Node& node, std::vector<Error>& errors) {
    if (!node.is_map()) {
        return refuse(node, "contact-hours must be a map: { from: \"08:00\", until: \"21:00\" }");
    }
    ContactHours hours;
    Reader reader(node, errors);
    reader.keys({"from", "until", "days"}, "contact-hours");
    reader.time("from", hours.from);
    reader.time("until", hours.until);
    reader.read("days", hours.days, read_days);
    if (hours.from >= hours.until) {
        return refuse(node, "contact-hours must begin before they end: from is before until");
    }
    return hours;
}

constexpr std::int64_t cap_max = 1000;

void read_caps_of(Reader& reader, std::uint32_t& per_day, std::uint32_t& per_week,
                  std::uint32_t& per_month) {
    const auto read = [&reader](std::string_view key, std::uint32_t& cap) {
        reader.read(key, cap, [key](const Node& node) { return read_bound(node, key, cap_max); });
    };
    read("per-day", per_day);
    read("per-week", per_week);
    read("per-month", per_month);
}

Result<ContactCaps> read_caps(const Node& node, std::string_view purpose,
                              std::vector<Error>& errors) {
    if (!node.is_map()) {
        return refuse(node, std::string(purpose) +
                                " in contact-budget must be a map: { per-week: 1, per-month: 2 }");
    }
    ContactCaps caps;
    Reader reader(node, errors);
    reader.keys({"per-day", "per-week", "per-month"}, purpose);
    read_caps_of(reader, caps.per_day, caps.per_week, caps.per_month);
    return caps;
}

/// A purpose that counts among all can never have more than all may have.
void check_caps(const Node& node, const ContactBudget& budget, Purpose purpose,
                std::vector<Error>& errors) {
    const ContactCaps& caps = budget.by_purpose.at(static_cast<std::size_t>(purpose));
    const auto never_met = [](std::uint32_t own, std::uint32_t of_all) {
        return of_all != 0 && own > of_all;
    };
    if (!budget.is_exempt(purpose) &&
        (never_met(caps.per_day, budget.per_day) || never_met(caps.per_week, budget.per_week) ||
         never_met(caps.per_month, budget.per_month))) {
        errors.push_back(error_at(
            node, "contact-budget gives " + std::string(purpose_name(purpose)) +
                      " more than all messages together may have; lower it, raise the whole "
                      "budget, or exempt the purpose from it"));
    }
}

Result<ContactBudget> read_budget(const Node& node, std::vector<Error>& errors) {
    if (!node.is_map()) {
        return refuse(node, "contact-budget must be a map: { per-day: 1, per-week: 3 }");
    }
    ContactBudget budget;
    Reader reader(node, errors);
    reader.keys(
        {"per-day", "per-week", "per-month", "exempt", "direct-care", "operations", "marketing"},
        "contact-budget");
    read_caps_of(reader, budget.per_day, budget.per_week, budget.per_month);
    reader.read("exempt", budget.exempt, read_purposes);
    for (std::size_t i = 0; i < purpose_count; ++i) {
        const auto purpose = static_cast<Purpose>(i);
        const std::string_view name = purpose_name(purpose);
        reader.read(name, budget.by_purpose.at(i),
                    [&](const Node& caps) { return read_caps(caps, name, errors); });
        if (const Node* const caps = node.find(name)) {
            check_caps(*caps, budget, purpose, errors);
        }
    }
    return budget;
}

Result<Setting> read_setting(std::string_view key, const Node& node) {
    Setting setting;
    setting.where = node.where();
    if (node.is_scalar()) {
        setting.value = node.text();
        return setting;
    }
    const Node* environment = node.find("env");
    if (environment == nullptr || !environment->is_scalar() || environment->text().empty() ||
        node.entries().size() != 1) {
        return refuse(node, std::string(key) +
                                " must be a text, or { env: NAME } for one that is kept in the "
                                "environment");
    }
    setting.environment = environment->text();
    return setting;
}

constexpr std::int64_t rate_max = 1'000'000;

/// Whether somebody reads what patients write back.
Result<bool> read_replies(const Node& node) {
    if (node.text() != "read" && node.text() != "unread") {
        return refuse(node, "replies are read or unread, not \"" + node.text() + "\"");
    }
    return node.text() == "read";
}

std::optional<ChannelConfig> read_channel(const Node::Entry& entry, std::vector<Error>& errors) {
    if (std::ranges::find(channels_known, entry.key) == channels_known.end()) {
        errors.push_back({ErrorCode::InvalidInput,
                          "there is no channel \"" + entry.key + "\"" +
                              suggest(entry.key, std::span<const std::string_view>(channels_known)),
                          entry.where});
        return std::nullopt;
    }
    const Node* adapter = entry.value.find("adapter");
    if (adapter == nullptr || !adapter->is_scalar()) {
        errors.push_back(
            {ErrorCode::InvalidInput,
             "the channel \"" + entry.key + "\" needs an adapter, such as { adapter: sandbox }",
             entry.where});
        return std::nullopt;
    }
    ChannelConfig channel{entry.key, adapter->text(), {}, entry.where};
    Reader reader(entry.value, errors);
    reader.number("per-minute", channel.per_minute, 1, rate_max);
    reader.number("per-day", channel.per_day, 1, rate_max);
    reader.read("replies", channel.replies_read, read_replies);
    for (const Node::Entry& setting : entry.value.entries()) {
        if (setting.key == "adapter" || setting.key == "per-minute" || setting.key == "per-day" ||
            setting.key == "replies") {
            continue;
        }
        auto value = read_setting(setting.key, setting.value);
        if (value) {
            channel.settings.emplace(setting.key, *std::move(value));
        } else {
            errors.push_back(value.error());
        }
    }
    return channel;
}

void read_channels(const Node* node, Config& config, std::vector<Error>& errors) {
    if (node == nullptr || node->is_null()) {
        config.channels = {{"email", "sandbox", {}, {}}, {"sms", "sandbox", {}, {}}};
        return;
    }
    if (!node->is_map()) {
        errors.push_back(
            error_at(*node, "channels must be a map: { email: { adapter: sandbox } }"));
        return;
    }
    for (const Node::Entry& entry : node->entries()) {
        if (auto channel = read_channel(entry, errors)) {
            config.channels.push_back(*std::move(channel));
        }
    }
}

/// The settings of one webhook; the adapter checks them.
void read_webhook(const Node::Entry& entry, Config& config, std::vector<Error>& errors) {
    ChannelConfig hook{entry.key, "webhook", {}, entry.where};
    if (!is_name(entry.key)) {
        errors.push_back(
            {ErrorCode::InvalidInput,
             "\"" + entry.key + "\" is no name; use lower-case letters, digits and hyphens",
             entry.where});
        return;
    }
    for (const Node::Entry& setting : entry.value.entries()) {
        auto value = read_setting(setting.key, setting.value);
        if (value) {
            hook.settings.emplace(setting.key, *std::move(value));
        } else {
            errors.push_back(value.error());
        }
    }
    config.webhooks.push_back(std::move(hook));
}

void read_webhooks(const Node* node, Config& config, std::vector<Error>& errors) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_map()) {
        errors.push_back(error_at(
            *node,
            "webhooks must be a map: { lab: { url: https://lab.example.org/events, secret: "
            "{ env: LAB_SECRET } } }"));
        return;
    }
    for (const Node::Entry& entry : node->entries()) {
        read_webhook(entry, config, errors);
    }
}

void read_queues(const Node* node, Config& config, std::vector<Error>& errors) {
    if (node == nullptr || node->is_null()) {
        return;
    }
    if (!node->is_map()) {
        errors.push_back(
            error_at(*node, "queues must be a map: { nurses: { calls-per-day: 40 } }"));
        return;
    }
    for (const Node::Entry& entry : node->entries()) {
        if (!entry.value.is_map()) {
            errors.push_back(error_at(entry.value, "the queue \"" + entry.key +
                                                       "\" must be a map: { calls-per-day: 40 }"));
            continue;
        }
        QueueConfig queue;
        queue.name = entry.key;
        queue.where = entry.where;
        Reader reader(entry.value, errors);
        reader.keys({"calls-per-day", "calls-per-hour"}, "a queue");
        reader.number("calls-per-day", queue.calls_per_day, 1, rate_max);
        reader.number("calls-per-hour", queue.calls_per_hour, 1, rate_max);
        config.queues.push_back(std::move(queue));
    }
}

/// A map of one number.
void read_rate(const Node& document, std::string_view key, std::string_view member,
               std::uint32_t& rate, std::vector<Error>& errors) {
    const Node* const node = document.find(key);
    if (node == nullptr) {
        return;
    }
    if (!node->is_map()) {
        errors.push_back(error_at(
            *node, std::string(key) + " must be a map: { " + std::string(member) + ": 2 }"));
        return;
    }
    Reader reader(*node, errors);
    reader.keys({member}, key);
    reader.number(member, rate, 0, rate_max);
}

void read_household(const Node* node, Config& config, std::vector<Error>& errors) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_map()) {
        errors.push_back(error_at(*node, "household must be a map: { per-day: 2 }"));
        return;
    }
    Reader reader(*node, errors);
    reader.keys({"per-day"}, "household");
    reader.read("per-day", config.household_per_day,
                [](const Node& each) { return read_bound(each, "per-day", rate_max); });
}

void read_feeds(const Node* node, Config& config, std::vector<Error>& errors) {
    if (node == nullptr) {
        return;
    }
    if (!node->is_map() || node->find("stale-after") == nullptr) {
        errors.push_back(error_at(*node, "feeds must be a map: { stale-after: 3 days }"));
        return;
    }
    Reader reader(*node, errors);
    reader.keys({"stale-after"}, "feeds");
    reader.duration("stale-after", config.feed_stale_after);
    if (config.feed_stale_after <= Duration{0}) {
        errors.push_back(error_at(*node->find("stale-after"),
                                  "a feed that is stale at once lets nothing leave; write for "
                                  "example 3 days, or leave feeds out: then they are not watched"));
    }
}

/// Where a member stands; the beginning of the file where it is missing.
Location place_of(const Node& document, std::string_view key) {
    const Node* const node = document.find(key);
    return node == nullptr ? Location{document.where().file, 1, 1} : node->where();
}

void read_languages_together(const Node& document, Config& config, Reader& reader,
                             std::vector<Error>& errors) {
    reader.read("language", config.language, read_language);
    config.languages = {config.language};
    reader.read("languages", config.languages, read_languages);
    if (std::ranges::find(config.languages, config.language) == config.languages.end()) {
        errors.push_back(
            error_at(*document.find("languages"),
                     "languages must hold the clinic's own language \"" + config.language + "\""));
        config.languages.push_back(config.language);
    }
    reader.read("other-language", config.speak_default_language, read_other_language);
}

}  // namespace

const ChannelConfig* Config::find_channel(std::string_view channel) const {
    const auto found = std::ranges::find_if(
        channels, [&](const ChannelConfig& each) { return each.name == channel; });
    return found == channels.end() ? nullptr : &*found;
}

const QueueConfig* Config::find_queue(std::string_view queue) const {
    const auto found = std::ranges::find(queues, queue, &QueueConfig::name);
    return found == queues.end() ? nullptr : &*found;
}

std::uint32_t Config::calls_per_day(std::string_view queue) const {
    const QueueConfig* const found = find_queue(queue);
    return found == nullptr ? 0 : found->calls_per_day;
}

std::vector<std::string> channel_names() {
    return {channels_known.begin(), channels_known.end()};
}

Config read_config(const Node& document, std::vector<Error>& errors) {
    constexpr int adult_age_max = 25;
    Config config;
    if (!document.is_map()) {
        errors.push_back(error_at(document, "practice.yaml begins with name: NAME OF THE CLINIC"));
        read_channels(nullptr, config, errors);
        return config;
    }
    Reader reader(document, errors);
    reader.keys({"name",           "sender",           "reply-to",
                 "phone",          "address",          "public-url",
                 "country",        "time-zone",        "language",
                 "languages",      "other-language",   "contact-hours",
                 "contact-budget", "not-after",        "repeat-after",
                 "adult-age",      "emergency-number", "channels",
                 "webhooks",       "queues",           "household",
                 "clock-jump",     "after-outage",     "costs",
                 "feeds",          "require-approval", "crisis-words",
                 "campaigns",      "minors",           "sensitive-concerns"},
                "practice.yaml");
    reader.text("name", config.name);
    if (document.find("name") == nullptr) {
        errors.push_back(error_at(document, "the clinic needs a name: add name: …"));
    }
    config.sender = config.name;
    reader.text("sender", config.sender);
    reader.text("reply-to", config.reply_to);
    reader.text("phone", config.phone);
    reader.text("address", config.address);
    reader.read("public-url", config.public_url, read_public_url);
    reader.read("country", config.country, read_country);
    reader.text("time-zone", config.time_zone);
    config.reply_to_where = place_of(document, "reply-to");
    config.time_zone_where = place_of(document, "time-zone");
    read_languages_together(document, config, reader, errors);
    reader.read("contact-hours", config.contact_hours,
                [&](const Node& node) { return read_hours(node, errors); });
    reader.read("contact-budget", config.contact_budget,
                [&](const Node& node) { return read_budget(node, errors); });
    reader.duration("not-after", config.not_after);
    reader.duration("repeat-after", config.repeat_after);
    reader.number("adult-age", config.adult_age, 0, adult_age_max);
    reader.text("emergency-number", config.emergency_number);
    reader.read("crisis-words", config.crisis_words,
                [](const Node& node) { return read_texts(node, "crisis-words"); });
    read_channels(document.find("channels"), config, errors);
    read_webhooks(document.find("webhooks"), config, errors);
    read_queues(document.find("queues"), config, errors);
    read_household(document.find("household"), config, errors);
    read_rate(document, "after-outage", "per-minute", config.backlog_per_minute, errors);
    reader.duration("clock-jump", config.clock_jump);
    if (const Node* const costs = document.find("costs")) {
        config.costs = read_costs(*costs, errors);
    }
    reader.read("require-approval", config.require_approval, read_truth);
    read_feeds(document.find("feeds"), config, errors);
    // Kept apart: few need it, and it is read again from the file (confidentiality.h).
    static_cast<void>(read_confidentiality(document, errors));
    return config;
}

}  // namespace parcours::practice

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "practice/costs.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::practice {

/// A setting of a channel: its value, or the name of the environment variable that holds it.
struct Setting {
    std::string value;
    std::string environment;  ///< not empty: the value is there
    Location where;
};

/// How a channel is spoken: an adapter and its settings, which the adapter itself checks.
struct ChannelConfig {
    std::string name;     ///< sms, email, …
    std::string adapter;  ///< sandbox, smtp, twilio
    std::map<std::string, Setting, std::less<>> settings;
    Location where;
    std::uint32_t per_minute = 0;  ///< hand-offs that it takes; 0: no bound
    std::uint32_t per_day = 0;
    bool replies_read = true;  ///< somebody reads what comes back
};

/// Who takes tasks and calls, and how many.
struct QueueConfig {
    std::string name;
    std::uint32_t calls_per_day = 0;   ///< contact tasks; 0: no bound
    std::uint32_t calls_per_hour = 0;  ///< that messages may cause; 0: no bound
    Location where;
};

/// When people may be contacted, in the time of the place where they live.
struct ContactHours {
    std::chrono::minutes from{std::chrono::hours{8}};
    std::chrono::minutes until{std::chrono::hours{21}};  ///< the first minute that is quiet
    std::array<bool, 7> days = {true, true, true, true, true, true, true};  ///< Monday first
};

/// How many messages of one purpose a person may get. 0: no bound of its own.
struct ContactCaps {
    std::uint32_t per_day = 0;
    std::uint32_t per_week = 0;
    std::uint32_t per_month = 0;

    [[nodiscard]] bool bounds() const { return per_day + per_week + per_month != 0; }
};

/// How many messages a person may get, by all campaigns together. 0: no bound.
struct ContactBudget {
    std::uint32_t per_day = 1;
    std::uint32_t per_week = 3;
    std::uint32_t per_month = 8;
    std::vector<Purpose> exempt;  ///< purposes that neither use the budget nor wait for it
    std::array<ContactCaps, purpose_count> by_purpose{};  ///< beside it, also for exempt ones

    [[nodiscard]] bool is_exempt(Purpose purpose) const {
        return std::ranges::find(exempt, purpose) != exempt.end();
    }
};

/// The clinic, as `practice.yaml` describes it (docs/practice-folder.md).
struct Config {
    std::string name;
    std::string sender;
    std::string reply_to;
    Location reply_to_where;
    std::string phone;
    std::string address;
    /// Where patients and providers reach this server, "https://clinic.example.org", without a
    /// slash at its end; empty: links in messages do without.
    std::string public_url;
    std::string country = "US";     ///< ISO 3166 alpha-2, upper case
    std::string time_zone = "UTC";  ///< IANA name; that it exists is checked by `outreach`
    Location time_zone_where;
    std::string language = "en";
    std::vector<std::string> languages = {"en"};
    bool speak_default_language = false;  ///< where the patient's own is not available
    ContactHours contact_hours;
    ContactBudget contact_budget;
    Duration not_after = std::chrono::hours{48};
    Duration repeat_after = std::chrono::hours{48};
    int adult_age = 18;
    std::string emergency_number = "112";
    std::vector<std::string> crisis_words;  ///< of the clinic's own, beside those of the product
    std::vector<ChannelConfig> channels;
    std::vector<ChannelConfig> webhooks;  ///< other systems that campaigns may tell, by name
    std::vector<QueueConfig> queues;
    Costs costs;
    /// Messages to one address for different patients within a day; 0: no bound.
    std::uint32_t household_per_day = 2;
    Duration clock_jump = std::chrono::hours{1};  ///< farther than this the clock is not believed
    bool require_approval = false;                ///< no wording leaves that nobody approved
    /// A patient's feed that brought nothing for so long is stale; 0: feeds are not watched.
    Duration feed_stale_after{0};
    std::uint32_t backlog_per_minute = 60;  ///< of what fell due while nothing ran; 0: at once

    [[nodiscard]] const QueueConfig* find_queue(std::string_view queue) const;
    /// The calls that a queue can make; 0 where no bound is stated.
    [[nodiscard]] std::uint32_t calls_per_day(std::string_view queue) const;
    [[nodiscard]] const ChannelConfig* find_channel(std::string_view channel) const;
};

/// The channels that messages can name, whether or not an adapter exists.
[[nodiscard]] std::vector<std::string> channel_names();

/// Reads the document of `practice.yaml`; every mistake is appended to `errors` with its place and
/// a cure, and the default stands instead. Where no channel is configured, e-mail and SMS go to the
/// sandbox.
Config read_config(const Node& document, std::vector<Error>& errors);

}  // namespace parcours::practice

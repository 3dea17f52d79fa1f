#include "engine/check_practice.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/check.h"
#include "campaign/conditions.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "engine/check_questions.h"
#include "engine/clinic.h"
#include "engine/discreet.h"
#include "engine/message_look.h"
#include "outreach/render.h"
#include "practice/check_config.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "practice/yaml.h"

namespace parcours::engine {
namespace {

using campaign::Campaign;
using campaign::Step;

constexpr std::string_view preferred = "preferred";

void note(std::vector<Error>& errors, const Location& where, std::string message) {
    errors.push_back({ErrorCode::InvalidInput, std::move(message), where});
}

bool is_carried(const practice::Config& config, const Step& step) {
    const auto* const send = std::get_if<campaign::SendStep>(&step.what);
    return send != nullptr &&
           std::ranges::any_of(send->ladder, [&config](const std::string& channel) {
               return channel == preferred || config.find_channel(channel) != nullptr;
           });
}

/// A message that no channel takes is never sent. What a ladder until a reply was made into stands
/// at one place.
void check_ladders(const practice::Config& config, const Campaign& campaign,
                   std::vector<Error>& errors) {
    for (const Step& step : campaign.steps) {
        const auto* const send = std::get_if<campaign::SendStep>(&step.what);
        const bool carried = std::ranges::any_of(campaign.steps, [&](const Step& other) {
            return other.where == step.where && is_carried(config, other);
        });
        if (send == nullptr || send->ladder.empty() || carried) {
            continue;
        }
        std::string all;
        for (const std::string& channel : send->ladder) {
            all += (all.empty() ? "" : ", ") + channel;
        }
        std::string has;
        for (const practice::ChannelConfig& channel : config.channels) {
            has += (has.empty() ? "" : ", ") + channel.name;
        }
        note(errors, step.where,
             "the step \"" + step.name + "\" speaks on " + all +
                 " alone, which practice.yaml does not set up (it has: " + has +
                 "), so nobody would ever get it; add one of them to \"by\", or set the channel up "
                 "under channels:");
    }
}

/// How many steps give work to each queue.
std::map<std::string, int, std::less<>> count_queues(const Clinic& clinic) {
    std::map<std::string, int, std::less<>> counts;
    for (const LoadedCampaign& loaded : clinic.campaigns) {
        for (const Step& step : loaded.definition.steps) {
            if (const auto* const task = std::get_if<campaign::TaskStep>(&step.what)) {
                ++counts[task->queue];
            }
        }
    }
    return counts;
}

/// Queues need not be declared, so only one that is nearly another is taken for misspelt: nearly
/// one that is declared, the program's own, or named more often.
class QueueCheck {
  public:
    explicit QueueCheck(const Clinic& clinic) : counts_(count_queues(clinic)) {
        for (const practice::QueueConfig& queue : clinic.folder.config.queues) {
            sure_.insert(queue.name);
        }
    }

    void check(const Step& step, std::vector<Error>& errors) const {
        const auto* const task = std::get_if<campaign::TaskStep>(&step.what);
        if (task == nullptr || task->queue.empty() || sure_.contains(task->queue)) {
            return;
        }
        const int times = counts_.find(task->queue)->second;
        std::vector<std::string> others(sure_.begin(), sure_.end());
        for (const auto& [name, count] : counts_) {
            if (count > times) {
                others.push_back(name);
            }
        }
        if (const auto meant = practice::nearest_name(task->queue, others)) {
            note(errors, step.where,
                 "the step \"" + step.name + "\" gives its task to the queue \"" + task->queue +
                     "\", where nobody may look; did you mean \"" + *meant +
                     "\"? If not, say so in practice.yaml: queues: { " + task->queue + ": {} }");
        }
    }

  private:
    std::map<std::string, int, std::less<>> counts_;
    std::set<std::string, std::less<>> sure_ = {"front-desk", "inbox", "urgent", "problems",
                                                "on-call"};
};

/// A clinic replaces a built-in campaign by a file of the same name: two names would mislead it.
void check_file_name(const Campaign& campaign, std::vector<Error>& errors) {
    const std::string& file = campaign.where.file;
    const std::string right = "campaigns/" + campaign.name + ".yaml";
    if (file.starts_with("campaigns/") && file != right) {
        note(errors, campaign.where,
             "the campaign calls itself \"" + campaign.name + "\", but its file is " + file +
                 "; call the file " + right + ", or the campaign by the name of its file");
    }
}

/// Whoever may come in again after no time may do so at once, which has a word of its own.
void check_again(const practice::Folder& folder, const Campaign& campaign,
                 std::vector<Error>& errors) {
    const practice::Document* const document = folder.find_campaign(campaign.name);
    if (document == nullptr || campaign.enter.again != campaign::Enter::Again::AfterSpan ||
        campaign.enter.again_after.count > 0) {
        return;
    }
    const practice::Node* const enter = document->root.find("enter");
    const practice::Node* const again = enter == nullptr ? nullptr : enter->find("again");
    note(errors, again == nullptr ? campaign.where : again->where(),
         "\"again\" must be longer than nothing; write for example \"after 6 months\", or \"after "
         "exit\" for those who may come in again at once");
}

/// What is assumed of patients: names of 20 letters that plain SMS have.
outreach::Variables long_values(const practice::Config& config, double number) {
    constexpr std::size_t name_length = 20;
    constexpr std::chrono::sys_days day = std::chrono::year(2026) / 9 / 30;  // a Wednesday
    const std::string name(name_length, 'm');
    outreach::Variables values = {
        {"given_name", name},
        {"full_name", name + " " + name},
        {"clinic_name", config.sender.empty() ? config.name : config.sender},
        {"clinic_phone", config.phone},
        {"clinic_address", config.address},
        {"emergency_number", config.emergency_number},
        {"language_name", std::string("Chinese")},
        {"appointment_date", Instant(day + std::chrono::hours{22} + std::chrono::minutes{45})}};
    for (const char* const count :
         {"phone_count", "email_count", "allergy_count", "medicine_count"}) {
        values.emplace(count, number);
    }
    return values;
}

/// Why a wording is too long as SMS; nothing where it is not, or cannot be said.
std::optional<std::string> find_too_long_as_sms(const Clinic& clinic,
                                                const practice::Content& content,
                                                const practice::Wording& said) {
    const practice::Config& config = clinic.folder.config;
    practice::Wording wording =
        content.sensitive && !said.neutral.empty() ? make_neutral(said) : said;
    if (const auto* const sms = config.find_channel("sms"); sms != nullptr && !sms->replies_read) {
        wording.body += "\n\n" + unread_words(wording.language);
    }
    for (const double number : {0.0, 1.0, 2.0, 144.0}) {  // each may be said in other words
        const auto rendered =
            outreach::render(wording, long_values(config, number), {wording.language, clinic.zone},
                             outreach::Form::TextAlone);
        if (rendered) {
            if (auto why = find_too_long("sms", rendered->text)) {
                return why;
            }
        }
    }
    return std::nullopt;
}

/// What would be found only when it is to leave. Only of what campaigns send by SMS.
void check_lengths(const Clinic& clinic, std::vector<Error>& errors) {
    if (clinic.folder.config.find_channel("sms") == nullptr) {
        return;
    }
    std::set<std::string> sent;
    for (const LoadedCampaign& loaded : clinic.campaigns) {
        for (const Step& step : loaded.definition.steps) {
            const auto* const send = std::get_if<campaign::SendStep>(&step.what);
            if (send != nullptr &&
                std::ranges::any_of(send->ladder, [](const std::string& channel) {
                    return channel == "sms" || channel == preferred;
                })) {
                sent.insert(send->content);
            }
        }
    }
    for (const std::string& name : sent) {
        const practice::Content* const content = clinic.folder.content.find(name);
        if (content == nullptr) {
            continue;
        }
        for (const std::string& language : clinic.folder.config.languages) {
            const practice::Wording* const wording = content->find(language, "sms");
            const auto why = wording == nullptr ? std::nullopt
                                                : find_too_long_as_sms(clinic, *content, *wording);
            if (why) {
                note(errors, wording->body_where,
                     "\"" + name + "\" in \"" + language + "\": " + *why +
                         " Names of 20 letters are assumed; longer words for mail may stay beside "
                         "shorter ones under \"=== sms ===\"");
            }
        }
    }
}

}  // namespace

void check_practice(const Clinic& clinic, std::vector<Error>& errors) {
    const QueueCheck queues(clinic);
    for (const LoadedCampaign& loaded : clinic.campaigns) {
        check_file_name(loaded.definition, errors);
        check_again(clinic.folder, loaded.definition, errors);
        check_ladders(clinic.folder.config, loaded.definition, errors);
        std::ranges::move(campaign::check_spans(loaded.definition), std::back_inserter(errors));
        for (const Step& step : loaded.definition.steps) {
            queues.check(step, errors);
        }
    }
    check_lengths(clinic, errors);
    std::ranges::move(practice::check_config(clinic.folder), std::back_inserter(errors));
}

std::vector<Error> find_doubts(const Clinic& clinic) {
    std::vector<Error> doubts;
    const KnownQuestions known = known_questions(clinic);
    const auto look = [&](const auto& compiled, const std::string& name, const Location& where) {
        if (const auto found = compiled.find(name); found != compiled.end()) {
            std::ranges::move(check_questions(*found->second, known, where),
                              std::back_inserter(doubts));
        }
    };
    for (const LoadedCampaign& loaded : clinic.campaigns) {
        for (const campaign::Condition* const one : campaign::conditions_of(loaded.definition)) {
            look(loaded.conditions, one->text, one->where);
        }
    }
    for (const practice::Cohort& cohort : clinic.folder.cohorts) {
        look(clinic.cohorts, cohort.name, cohort.cql_where);
    }
    for (const auto& [name, content] : clinic.folder.content.all()) {
        for (const practice::Condition& condition : content.not_for) {
            look(clinic.cohorts, condition.text, condition.where);
        }
    }
    return doubts;
}

}  // namespace parcours::engine

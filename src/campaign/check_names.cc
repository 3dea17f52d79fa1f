#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/format.h>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/conditions.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "practice/cohorts.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "practice/forms.h"
#include "practice/nearest.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

/// What a campaign's way in says of care that must not be withheld: words in its CQL, and what it
/// is about.
struct CareWord {
    std::string_view word;
    std::string_view care;
};
constexpr std::array<CareWord, 9> care_words{{
    {"[MedicationRequest", "prescribed treatment"},
    {"[MedicationStatement", "prescribed treatment"},
    {"[MedicationDispense", "prescribed treatment"},
    {"\"abnormal-result\"", "abnormal results"},
    {"\"positive-finding\"", "abnormal results"},
    {".interpretation", "abnormal results"},
    {".hospitalization", "a discharge from hospital"},
    {"dischargeDisposition", "a discharge from hospital"},
    {"\"inpatient-classes\"", "a discharge from hospital"},
}};

/// By what care patients come in; empty where it is none of these.
std::string find_harm(const Campaign& campaign, const practice::Folder& folder) {
    const Enter& enter = campaign.enter;
    if (enter.key == "referral" || enter.key == "order" || enter.key == "plan") {
        return fmt::format("prescribed treatment ({})", enter.key);
    }
    std::string cql = enter.when ? enter.when->text : "";
    if (const practice::Cohort* cohort = folder.find_cohort(enter.name)) {
        cql += " " + cohort->cql;
    }
    for (const CareWord& one : care_words) {
        if (cql.find(one.word) != std::string::npos) {
            return fmt::format("{} ({})", one.care, one.word);
        }
    }
    return {};
}

/// The checks of what a campaign names in the practice folder.
class NameCheck {
  public:
    NameCheck(const Campaign& campaign, const practice::Folder& folder)
        : campaign_(campaign), folder_(folder) {}

    std::vector<Error> run() {
        check_titles();
        check_concern();
        check_cohort();
        for (const Step& step : campaign_.steps) {
            if (const auto* send = std::get_if<SendStep>(&step.what)) {
                check_send(*send, step);
            } else if (const auto* task = std::get_if<TaskStep>(&step.what)) {
                check_script(*task, step);
            } else if (const auto* wait = std::get_if<WaitForStep>(&step.what)) {
                check_form(*wait);
            } else if (const auto* webhook = std::get_if<WebhookStep>(&step.what)) {
                check_webhook(*webhook, step);
            }
        }
        check_conditions();
        check_harm();
        return std::move(errors_);
    }

  private:
    void mistake(const Location& where, std::string message) {
        errors_.push_back({ErrorCode::InvalidInput, std::move(message), where});
    }

    void check_titles() {
        for (const std::string& language : folder_.config.languages) {
            if (!campaign_.title.contains(language)) {
                mistake(campaign_.title_where,
                        fmt::format("the campaign \"{0}\" has no title in \"{1}\", a language of "
                                    "this clinic; add \"{1}: …\" to its title",
                                    campaign_.name, language));
            }
        }
    }

    void check_concern() {
        std::vector<std::string> known;
        for (const practice::Document& map : folder_.maps) {
            if (const practice::Node* const concerns = map.root.find("concerns")) {
                std::ranges::transform(concerns->entries(), std::back_inserter(known),
                                       &practice::Node::Entry::key);
            }
        }
        if (!campaign_.concern.empty() && !known.empty() &&
            std::ranges::find(known, campaign_.concern) == known.end()) {
            mistake(campaign_.concern_where,
                    fmt::format("the journey map has no concern \"{}\"{}", campaign_.concern,
                                practice::suggest(campaign_.concern, known)));
        }
    }

    void check_cohort() {
        const Enter& enter = campaign_.enter;
        const bool by_cohort = enter.by == Enter::By::Cohort || enter.by == Enter::By::Schedule;
        if (by_cohort && folder_.find_cohort(enter.name) == nullptr) {
            mistake(enter.where,
                    fmt::format("there is no cohort \"{0}\"; define it in cohorts/{0}.yaml{1}",
                                enter.name, practice::suggest(enter.name, folder_.cohort_names())));
        }
    }

    const practice::Content* find_content(const std::string& name, const Location& where,
                                          const Step& step) {
        const practice::Content* content = folder_.content.find(name);
        if (content == nullptr) {
            mistake(where,
                    fmt::format("the step \"{0}\" names the content \"{1}\", which does not "
                                "exist; write it in content/{1}.{3}.md{2}",
                                step.name, name, practice::suggest(name, folder_.content.names()),
                                folder_.config.language));
        }
        return content;
    }

    void check_languages(const practice::Content& content, const Location& where,
                         const Step& step) {
        for (const std::string& language : content.missing_languages(folder_.config.languages)) {
            mistake(where, fmt::format("the content \"{0}\" of the step \"{1}\" is missing in "
                                       "\"{2}\"; write it in content/{0}.{2}.md",
                                       content.name, step.name, language));
        }
    }

    void check_send(const SendStep& send, const Step& step) {
        check_channels(send, step);
        const practice::Content* content = find_content(send.content, send.content_where, step);
        if (content == nullptr) {
            return;
        }
        check_languages(*content, send.content_where, step);
        if (content->purpose != campaign_.purpose) {
            mistake(send.content_where,
                    fmt::format("the content \"{}\" is for \"{}\", but the campaign's purpose is "
                                "\"{}\"; they must be the same, for consent depends on it",
                                content->name,
                                content->purpose ? purpose_name(*content->purpose) : "nothing",
                                purpose_name(campaign_.purpose)));
        }
        if (!content->topic.empty() && content->topic != campaign_.topic) {
            mistake(send.content_where,
                    fmt::format("the content \"{}\" is about the topic \"{}\", but the campaign's "
                                "topic is \"{}\"; they must be the same, for patients opt out of "
                                "topics",
                                content->name, content->topic, campaign_.topic));
        }
        for (std::size_t i = 0; i < send.ladder.size(); ++i) {
            const std::string& channel = send.ladder[i];
            if (channel != "preferred" && !content->allows(channel)) {
                mistake(send.ladder_where[i],
                        fmt::format("the content \"{}\" is not written for the channel \"{}\"; "
                                    "add it to its \"channels\", or take it out of \"by\"",
                                    content->name, channel));
            }
        }
    }

    void check_channels(const SendStep& send, const Step& step) {
        const std::vector<std::string> known = practice::channel_names();
        for (std::size_t i = 0; i < send.ladder.size(); ++i) {
            const std::string& channel = send.ladder[i];
            if (channel != "preferred" && std::ranges::find(known, channel) == known.end()) {
                mistake(send.ladder_where[i],
                        fmt::format("the step \"{}\" speaks on the channel \"{}\", "
                                    "which does not exist{}",
                                    step.name, channel, practice::suggest(channel, known)));
            }
        }
        if (std::ranges::find(send.ladder, "preferred") != send.ladder.end() &&
            send.ladder.size() > 1) {
            mistake(send.ladder_where.front(),
                    fmt::format("\"preferred\" in the step \"{}\" is a whole ladder of "
                                "its own; write \"by: preferred\" alone, or channels",
                                step.name));
        }
    }

    void check_script(const TaskStep& task, const Step& step) {
        if (task.script.empty()) {
            return;
        }
        if (const practice::Content* content = find_content(task.script, task.script_where, step)) {
            check_languages(*content, task.script_where, step);
        }
    }

    void check_form(const WaitForStep& wait) {
        if (wait.event != "form") {
            return;
        }
        const practice::Form* form = folder_.find_form(wait.about);
        if (form == nullptr) {
            mistake(wait.event_where,
                    fmt::format("there is no form \"{0}\"; write it in "
                                "forms/{0}.yaml{1}",
                                wait.about, practice::suggest(wait.about, folder_.form_names())));
        }
    }

    void check_webhook(const WebhookStep& webhook, const Step& step) {
        std::vector<std::string> known;
        std::ranges::transform(folder_.config.webhooks, std::back_inserter(known),
                               &practice::ChannelConfig::name);
        if (std::ranges::find(known, webhook.hook) == known.end()) {
            mistake(webhook.where,
                    fmt::format("the step \"{}\" tells \"{}\", which practice.yaml does not name; "
                                "add it: \"webhooks: {{ {}: {{ url: https://… }} }}\"{}",
                                step.name, webhook.hook, webhook.hook,
                                known.empty() ? "" : practice::suggest(webhook.hook, known)));
        }
    }

    void check_conditions() {
        for (const Condition* condition : conditions_of(campaign_)) {
            keep(compile_condition(campaign_, *condition, folder_.vocabulary()));
        }
        for (const auto& [name, definition] : campaign_.dates) {
            keep(compile_date(campaign_, definition, folder_.vocabulary()));
        }
    }

    /// Nobody is held out of what they need: who comes in must not be chosen by it.
    void check_harm() {
        const std::string why = campaign_.holdout > 0 ? find_harm(campaign_, folder_) : "";
        if (!why.empty()) {
            mistake(
                campaign_.holdout_where,
                fmt::format("who comes in is chosen by {}: withholding it could harm them; take "
                            "\"holdout\" out",
                            why));
        }
    }

    template <class T>
    void keep(const Result<T>& result) {
        if (!result) {
            errors_.push_back(result.error());
        }
    }

    const Campaign& campaign_;
    const practice::Folder& folder_;
    std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> check_names(const Campaign& campaign, const practice::Folder& folder) {
    return NameCheck(campaign, folder).run();
}

}  // namespace parcours::campaign

#include "engine/clinic.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/conditions.h"
#include "campaign/definition.h"
#include "campaign/release.h"
#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "engine/check_channels.h"
#include "engine/check_logic.h"
#include "engine/check_practice.h"
#include "engine/check_words.h"
#include "engine/variables.h"
#include "outreach/gate.h"
#include "outreach/joining.h"
#include "outreach/render.h"
#include "outreach/zones.h"
#include "position/journey_map.h"
#include "practice/confidentiality.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/folder.h"

namespace parcours::engine {
namespace {

/// Compiles as `compile` says and keeps mistakes.
template <class Compile, class Into>
void keep(const std::string& name, Into& into, std::vector<Error>& errors, Compile compile) {
    if (into.contains(name)) {
        return;
    }
    auto expression = compile();
    if (expression) {
        into.emplace(name, std::move(*expression));
    } else {
        errors.push_back(expression.error());
    }
}

bool watches_time(const cql::Expression& expression) {
    return expression.uses_now ||
           std::ranges::any_of(expression.retrieves, [](const cql::Retrieve& retrieve) {
               return !cql::model::is_fhir(retrieve.type);
           });
}

void compile_campaign(const practice::Folder& folder, LoadedCampaign& campaign,
                      std::vector<Error>& errors) {
    for (const campaign::Condition* const condition :
         campaign::conditions_of(campaign.definition)) {
        keep(condition->text, campaign.conditions, errors, [&] {
            return campaign::compile_condition(campaign.definition, *condition,
                                               folder.vocabulary());
        });
    }
    campaign.watches_time = std::ranges::any_of(
        campaign.conditions, [](const auto& entry) { return watches_time(*entry.second); });
    for (const auto& [name, definition] : campaign.definition.dates) {
        keep(definition.text, campaign.dates, errors, [&] {
            return campaign::compile_date(campaign.definition, definition, folder.vocabulary());
        });
    }
    const campaign::Enter& enter = campaign.definition.enter;
    if (enter.by == campaign::Enter::By::Cohort || enter.by == campaign::Enter::By::Schedule) {
        if (const auto* const cohort = folder.find_cohort(enter.name)) {
            auto compiled =
                campaign::compile_predicate(cohort->cql, cohort->cql_where, folder.vocabulary());
            if (compiled) {
                campaign.cohort = std::move(*compiled);
            }
        }
    }
}

void compile_cohorts(Clinic& clinic, std::vector<Error>& errors) {
    const practice::Vocabulary& vocabulary = clinic.folder.vocabulary();
    for (const practice::Cohort& cohort : clinic.folder.cohorts) {
        keep(cohort.name, clinic.cohorts, errors,
             [&] { return campaign::compile_predicate(cohort.cql, cohort.cql_where, vocabulary); });
    }
    for (const auto& [name, content] : clinic.folder.content.all()) {
        for (const practice::Condition& condition : content.not_for) {
            keep(condition.text, clinic.cohorts, errors, [&] {
                return campaign::compile_predicate(condition.text, condition.where, vocabulary);
            });
        }
    }
}

/// Calls that nobody takes could not be paced.
void check_calls(const practice::Config& config, const practice::Content& content,
                 std::vector<Error>& errors) {
    const practice::QueueConfig* const queue = config.find_queue(content.calls.queue);
    if (content.calls.rate > 0 && (queue == nullptr || queue->calls_per_hour == 0)) {
        errors.push_back(
            {ErrorCode::InvalidInput,
             "the calls of this content have no pace; add to practice.yaml: queues: { " +
                 content.calls.queue + ": { calls-per-hour: 10 } }",
             content.calls.where});
    }
}

void check_contents(const practice::Folder& folder, std::vector<Error>& errors) {
    for (const auto& [name, content] : folder.content.all()) {
        // A language that is missing as a whole is told to each step that says it: what no campaign
        // says need not be translated.
        std::vector<std::string> languages = folder.config.languages;
        const auto missing = content.missing_languages(languages);
        std::erase_if(languages, [&missing](const std::string& language) {
            return std::ranges::find(missing, language) != missing.end();
        });
        auto found = outreach::check_content(content, known_variables(), languages);
        errors.insert(errors.end(), found.begin(), found.end());
        check_calls(folder.config, content, errors);
    }
    std::ranges::move(outreach::check_joining(folder.content), std::back_inserter(errors));
}

bool speaks_of_appointment(const practice::Content& content) {
    return std::ranges::any_of(content.wordings, [](const practice::Wording& wording) {
        const auto uses = outreach::list_variables(wording);
        return uses && std::ranges::any_of(*uses, [](const outreach::VariableUse& use) {
                   return use.name == "appointment_date";
               });
    });
}

/// What is said of an appointment where the campaign is about none could never be said.
void check_appointments(const practice::Folder& folder, const campaign::Campaign& campaign,
                        std::vector<Error>& errors) {
    if (campaign.enter.key == "appointment") {
        return;
    }
    for (const campaign::Step& step : campaign.steps) {
        const auto* const send = std::get_if<campaign::SendStep>(&step.what);
        const auto* const task = std::get_if<campaign::TaskStep>(&step.what);
        const std::string name = send != nullptr   ? send->content
                                 : task != nullptr ? task->script
                                                   : std::string();
        const practice::Content* const content = folder.content.find(name);
        if (content != nullptr && speaks_of_appointment(*content)) {
            errors.push_back({ErrorCode::InvalidInput,
                              "\"" + name + "\" speaks of {appointment_date}, and the campaign \"" +
                                  campaign.name +
                                  "\" is about no appointment; add \"key: appointment\" under "
                                  "enter, or say another content",
                              step.where});
        }
    }
}

void check_words_of(const Clinic& clinic, const auto& compiled, const std::string& name,
                    const Location& where, std::vector<Error>& errors) {
    const auto found = compiled.find(name);
    if (found != compiled.end()) {
        auto wrong = check_words(*found->second, clinic.map, where);
        errors.insert(errors.end(), wrong.begin(), wrong.end());
    }
}

/// Once the journey map is known: words that nothing is ever called.
void check_all_words(const Clinic& clinic, std::vector<Error>& errors) {
    if (clinic.map.concerns.empty()) {
        return;  // the map has mistakes of its own
    }
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        for (const campaign::Condition* const condition :
             campaign::conditions_of(campaign.definition)) {
            check_words_of(clinic, campaign.conditions, condition->text, condition->where, errors);
        }
    }
    for (const practice::Cohort& cohort : clinic.folder.cohorts) {
        check_words_of(clinic, clinic.cohorts, cohort.name, cohort.cql_where, errors);
    }
    for (const auto& [name, content] : clinic.folder.content.all()) {
        for (const practice::Condition& condition : content.not_for) {
            check_words_of(clinic, clinic.cohorts, condition.text, condition.where, errors);
        }
    }
}

/// A library's mistake shows in all that include it: it is told once.
void drop_repeated(std::vector<Error>& errors) {
    std::vector<Error> kept;
    for (Error& error : errors) {
        const bool told = std::ranges::any_of(kept, [&error](const Error& other) {
            return other.where == error.where && other.message == error.message;
        });
        if (!told) {
            kept.push_back(std::move(error));
        }
    }
    errors = std::move(kept);
}

/// The zones of schedules, once the clinic's is known.
void find_zones(Clinic& clinic, std::vector<Error>& errors) {
    for (LoadedCampaign& campaign : clinic.campaigns) {
        const campaign::Enter& enter = campaign.definition.enter;
        campaign.zone = clinic.zone;
        if (enter.zone.empty()) {
            continue;
        }
        const auto zone = outreach::Zone::find(enter.zone);
        if (zone) {
            campaign.zone = *zone;
        } else {
            errors.push_back({zone.error().code, zone.error().message, enter.zone_where});
        }
    }
}

/// Fills a clinic in its final place: its expressions point into its own terminology.
void build(Clinic& clinic, practice::FileMap files, ImportedTerminology imported,
           std::vector<Error>& errors) {
    clinic.folder = practice::read_folder(std::move(files), errors, std::move(imported));
    const practice::Config& config = clinic.folder.config;
    for (campaign::Campaign& definition : campaign::read_campaigns(clinic.folder, errors)) {
        LoadedCampaign loaded;
        loaded.definition = std::move(definition);
        clinic.campaigns.push_back(std::move(loaded));
    }
    for (LoadedCampaign& loaded : clinic.campaigns) {
        if (const auto release = campaign::make_release(loaded.definition, clinic.folder)) {
            loaded.release = release->id;
        } else {
            errors.push_back(release.error());
        }
        compile_campaign(clinic.folder, loaded, errors);
    }
    check_libraries(clinic.folder, errors);
    clinic.measures = read_measures(clinic.folder, errors);
    compile_cohorts(clinic, errors);
    check_contents(clinic.folder, errors);
    for (const LoadedCampaign& loaded : clinic.campaigns) {
        check_appointments(clinic.folder, loaded.definition, errors);
    }
    if (const practice::Document* const map = clinic.folder.find_map("default")) {
        clinic.map = position::read_journey_map(map->root, errors);
    } else {
        errors.push_back({ErrorCode::NotFound,
                          "the practice folder has no journey map; put one in maps/default.yaml",
                          {}});
    }
    check_all_words(clinic, errors);
    clinic.rules = outreach::make_gate_rules(config);
    const auto zone = outreach::Zone::find(config.time_zone);
    if (zone) {
        clinic.zone = *zone;
    } else {
        errors.push_back({zone.error().code, zone.error().message, config.time_zone_where});
    }
    clinic.recipient_rules = {config.country, config.adult_age, clinic.zone};
    clinic.confidentiality = practice::confidentiality_of(clinic.folder);
    find_zones(clinic, errors);
    drop_repeated(errors);
}

/// Whether a mistake keeps nobody from reading records: it is one of what would be said, or when,
/// or of what would be measured.
bool is_only_of_campaigns(const Error& error) {
    return error.where.file.starts_with("campaigns/") || error.where.file.starts_with("flows/") ||
           error.where.file.starts_with("forms/") || error.where.file.starts_with("content/") ||
           error.where.file.starts_with("measures/");
}

/// Several mistakes as one error, so that none is told only after the others are mended.
Error join(const std::vector<Error>& errors) {
    Error all = errors.front();
    if (errors.size() == 1) {
        return all;
    }
    all.message = "the practice folder has " + std::to_string(errors.size()) +
                  " mistakes (parcours check shows them with their lines):";
    for (const Error& error : errors) {
        all.message += "\n  " + error.to_text();
    }
    all.where = {};
    return all;
}

Result<std::shared_ptr<const Clinic>> make(practice::FileMap files, ClinicUse use,
                                           bool with_channels, ImportedTerminology imported) {
    std::vector<Error> errors;
    auto clinic = std::make_shared<Clinic>();
    build(*clinic, std::move(files), std::move(imported), errors);
    if (with_channels) {
        check_channels(clinic->folder.config, errors);
    }
    if (use == ClinicUse::Read) {
        std::erase_if(errors, is_only_of_campaigns);
    }
    if (!errors.empty()) {
        return std::unexpected(join(errors));
    }
    return clinic;
}

}  // namespace

const LoadedCampaign* Clinic::find_campaign(std::string_view name) const {
    const auto found = std::ranges::find_if(
        campaigns, [name](const LoadedCampaign& one) { return one.definition.name == name; });
    return found == campaigns.end() ? nullptr : &*found;
}

const quality::Measure* Clinic::find_measure(std::string_view id) const {
    const auto found = std::ranges::find(measures, id, &quality::Measure::id);
    return found == measures.end() ? nullptr : &*found;
}

std::vector<Error> check_clinic(practice::FileMap files, ImportedTerminology imported,
                                std::optional<Instant> now, std::vector<Error>* doubts) {
    std::vector<Error> errors;
    Clinic clinic;
    build(clinic, std::move(files), std::move(imported), errors);
    check_channels(clinic.folder.config, errors);
    for (const LoadedCampaign& loaded : clinic.campaigns) {
        if (now) {
            std::ranges::move(campaign::check_days(loaded.definition, clinic.zone.to_local(*now)),
                              std::back_inserter(errors));
        }
    }
    check_practice(clinic, errors);
    drop_repeated(errors);
    if (doubts != nullptr) {
        *doubts = find_doubts(clinic);
        drop_repeated(*doubts);
    }
    return errors;
}

Result<std::shared_ptr<const Clinic>> make_clinic(practice::FileMap files,
                                                  ImportedTerminology imported) {
    return make(std::move(files), ClinicUse::Work, false, std::move(imported));
}

Result<std::shared_ptr<const Clinic>> make_clinic(practice::FileMap files, ClinicUse use,
                                                  ImportedTerminology imported) {
    return make(std::move(files), use, use == ClinicUse::Work, std::move(imported));
}

Result<std::shared_ptr<const Clinic>> load_clinic(const std::string& practice_path, ClinicUse use,
                                                  ImportedTerminology imported) {
    practice::FileMap files = practice::built_in_files();
    if (!practice_path.empty()) {
        const auto own = practice::read_practice_folder(practice_path);
        if (!own) {
            return pass_on(own);
        }
        files = practice::overlay(files, *own);
    }
    return make_clinic(std::move(files), use, std::move(imported));
}

}  // namespace parcours::engine

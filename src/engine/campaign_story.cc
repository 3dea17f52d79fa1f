#include "engine/campaign_story.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/describe.h"
#include "campaign/enrol.h"
#include "campaign/steps.h"
#include "campaign/world.h"
#include "engine/clinic.h"
#include "engine/entrance.h"
#include "engine/holds.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "engine/step_work.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

std::string came_in(const campaign::Campaign& campaign, const EnrolmentState& state) {
    const campaign::Enter& enter = campaign.enter;
    if (enter.by == campaign::Enter::By::Cohort) {
        return "was in the cohort \"" + enter.name + "\"";
    }
    if (enter.by == campaign::Enter::By::Schedule) {
        return "was in the cohort \"" + enter.name + "\" when its schedule came round";
    }
    if (enter.by == campaign::Enter::By::Event) {
        return "the event \"" + enter.name + "\"" +
               (state.enrolment.key.empty() ? std::string() : " of " + state.enrolment.key);
    }
    return state.path.empty() ? std::string() : state.path.front().because;
}

std::string lead(const campaign::Campaign& campaign, const campaign::Target& target) {
    const campaign::Step* const step = campaign.find_step(target.step);
    const auto* const end = step == nullptr ? nullptr : std::get_if<campaign::EndStep>(&step->what);
    return end == nullptr ? target.step : "the end as \"" + end->result + "\"";
}

std::string_view exit_words(const campaign::Exit& exit) {
    switch (exit.kind) {
        case campaign::Exit::Kind::LeftCare:
            return "the patient leaves care";
        case campaign::Exit::Kind::Palliative:
            return "palliative care begins";
        case campaign::Exit::Kind::DoneElsewhere:
            return "the patient says it was done elsewhere";
        case campaign::Exit::Kind::When:
            return exit.when ? std::string_view(exit.when->text) : std::string_view();
    }
    return {};
}

void add_ways(const campaign::Campaign& campaign, const campaign::Step& step,
              std::vector<StoryWay>& ways) {
    for (const campaign::Way& way : campaign::ways_out(step)) {
        if (!way.target->step.empty()) {
            ways.push_back({std::string(way.label), lead(campaign, *way.target)});
        }
    }
    if (campaign.success && !step.after_success) {
        ways.push_back({"success: " + campaign.success->text,
                        campaign.on_success.step.empty() ? "the end as \"success\""
                                                         : lead(campaign, campaign.on_success)});
    }
    for (const campaign::Exit& exit : campaign.exits) {
        ways.push_back(
            {"exit: " + std::string(exit_words(exit)), "the end as \"" + exit.result + "\""});
    }
}

EnrolmentStory tell_enrolment(const campaign::Campaign& campaign, const EnrolmentState& state,
                              const Ledger& ledger) {
    EnrolmentStory story;
    story.state = state;
    story.came_in = came_in(campaign, state);
    if (!state.enrolment.ended()) {
        story.held = why_campaign_rests(ledger, campaign.name);
    }
    const campaign::Step* const step =
        state.enrolment.ended() ? nullptr : campaign.find_step(state.enrolment.step);
    if (step != nullptr) {
        story.step_says = campaign::describe_step(campaign, *step);
        add_ways(campaign, *step, story.ways);
    }
    return story;
}

/// Why a patient whom no enrolment holds does not come in at this moment.
Result<std::string> find_outside(const LoadedCampaign& campaign, PatientReader& patients,
                                 Conditions& conditions, const Ledger& ledger, Key patient,
                                 Instant now) {
    const campaign::Campaign& definition = campaign.definition;
    if (std::string why = why_campaign_rests(ledger, definition.name); !why.empty()) {
        return why;
    }
    const auto view = patients.view(patient, now);
    if (!view) {
        return pass_on(view);
    }
    if (campaign.cohort != nullptr) {
        const auto member = conditions.holds(campaign.cohort, **view, {});
        if (!member) {
            return "it cannot be judged whether they are in the cohort \"" + definition.enter.name +
                   "\": " + member.error().message;
        }
        if (*member != campaign::Truth::True) {
            return "they are not in the cohort \"" + definition.enter.name + "\"";
        }
    }
    const Entrance entrance(patients, conditions, ledger);
    if (!definition.enter.key.empty()) {
        return "there is one enrolment for each " + definition.enter.key +
               ", and none runs at this moment";
    }
    const auto entry = entrance.find_entry(campaign, patient, {}, now);
    const auto enrolment = entrance.make_enrolment(campaign, patient, {}, entry, now);
    if (!enrolment) {
        return enrolment.error().message;
    }
    const auto next = next_scheduled(campaign, now);
    return next ? "the campaign takes people in when its schedule comes round, next at " +
                      format_instant(*next)
                : std::string();
}

}  // namespace

Result<CampaignStory> tell_campaign(const LoadedCampaign& campaign, Releases& releases,
                                    PatientReader& patients, Conditions& conditions,
                                    const Ledger& ledger, Key patient, Instant now) {
    CampaignStory story;
    story.campaign = campaign.definition.name;
    bool runs = false;
    for (const Key one : conditions.same_person(patient)) {
        for (const EnrolmentView of : ledger.enrolments_of(one)) {
            if (of.campaign() != story.campaign) {
                continue;
            }
            const auto release = releases.find(story.campaign, of.release());
            if (!release) {
                return pass_on(release);
            }
            story.enrolments.push_back(tell_enrolment((*release)->definition, *of, ledger));
            runs = runs || !of.ended();
        }
    }
    if (!runs && releases.current().find_campaign(story.campaign) == nullptr) {
        story.outside = "today's practice leaves the campaign out: nobody comes in now";
    } else if (!runs) {
        auto outside = find_outside(campaign, patients, conditions, ledger, patient, now);
        if (!outside) {
            return pass_on(outside);
        }
        story.outside = std::move(*outside);
    }
    return story;
}

}  // namespace parcours::engine

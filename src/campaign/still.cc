#include "campaign/still.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/core.h>
#include <utility>
#include <variant>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "campaign/world.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

using Answer = StillWanted::Answer;

/// The questions, asked one after the other until one decides.
class Questions {
  public:
    Questions(const Campaign& campaign, const Enrolment& enrolment, const World& world)
        : campaign_(campaign), enrolment_(enrolment), world_(world) {}

    StillWanted ask(const Step& step) {
        ask_circumstances();
        for (const Exit& exit : campaign_.exits) {
            if (exit.when) {
                refuse_if(truth_of(*exit.when), "exit: " + exit.when->text);
            }
        }
        if (campaign_.success && !step.after_success) {
            refuse_if(truth_of(*campaign_.success), "what the campaign wants is there already");
        }
        const auto* send = std::get_if<SendStep>(&step.what);
        if (send != nullptr && send->still) {
            const Result<Truth> truth = truth_of(*send->still);
            if (truth && *truth != Truth::True) {
                decide(Answer::No, "no longer holds: " + send->still->text);
            }
            refuse_if(truth ? Truth::False : truth, {});
        }
        return std::move(answer_);
    }

  private:
    void ask_circumstances() {
        refuse_if(world_.is(Circumstance::Deceased, enrolment_), "the patient has died");
        if (!enrolment_.key.empty()) {
            refuse_if(world_.is(Circumstance::KeyCancelled, enrolment_),
                      enrolment_.key + " no longer stands");
        }
        for (const Exit& exit : campaign_.exits) {
            constexpr std::array<Circumstance, 3> circumstances{
                Circumstance::LeftCare, Circumstance::Palliative, Circumstance::DoneElsewhere};
            if (exit.kind != Exit::Kind::When) {
                const Circumstance circumstance =
                    circumstances[static_cast<std::size_t>(exit.kind)];
                refuse_if(world_.is(circumstance, enrolment_), "exit: " + exit.result);
            }
        }
    }

    Result<Truth> truth_of(const Condition& condition) const {
        if (condition.kind == Condition::Kind::Cql) {
            return world_.holds(condition, enrolment_);
        }
        if (!campaign_.success) {
            return Truth::Unknown;
        }
        const Result<Truth> there = world_.holds(*campaign_.success, enrolment_);
        if (!there || *there == Truth::Unknown || condition.kind == Condition::Kind::Success) {
            return there;
        }
        return *there == Truth::True ? Truth::False : Truth::True;
    }

    void refuse_if(const Result<Truth>& truth, std::string reason) {
        if (!truth) {
            decide(Answer::Failed, "could not be judged: " + truth.error().message);
        } else if (*truth == Truth::True) {
            decide(Answer::No, std::move(reason));
        }
    }

    void decide(Answer answer, std::string reason) {
        if (answer_.answer == Answer::Yes) {
            answer_ = {answer, std::move(reason)};
        }
    }

    const Campaign& campaign_;
    const Enrolment& enrolment_;
    const World& world_;
    StillWanted answer_;
};

}  // namespace

StillWanted still_wanted(const Campaign& campaign, const Enrolment& enrolment,
                         const Message& message, const World& world) {
    if (enrolment.ended()) {
        return {Answer::No, fmt::format("the enrolment has ended: {}", enrolment.result)};
    }
    const Step* step = campaign.find_step(enrolment.step);
    if (step == nullptr || message.step != enrolment.step ||
        message.occurrence != enrolment.occurrence) {
        return {Answer::No,
                fmt::format("the patient no longer stands on the step \"{}\"", message.step)};
    }
    return Questions(campaign, enrolment, world).ask(*step);
}

bool leans_on_record(const Campaign& campaign) {
    const auto asks = [](const Step& step) {
        const auto* const send = std::get_if<SendStep>(&step.what);
        return std::holds_alternative<BranchStep>(step.what) ||
               std::holds_alternative<WaitForStep>(step.what) ||
               (send != nullptr && send->still.has_value());
    };
    return campaign.enter.by != Enter::By::Hand || !campaign.enter.key.empty() ||
           campaign.enter.when.has_value() || campaign.success.has_value() ||
           !campaign.dates.empty() ||
           std::ranges::any_of(campaign.exits,
                               [](const Exit& exit) { return exit.kind == Exit::Kind::When; }) ||
           std::ranges::any_of(campaign.steps, asks);
}

}  // namespace parcours::campaign

#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "engine/events.h"
#include "record/engagement.h"
#include "simulation/invariant.h"
#include "simulation/practice.h"

namespace parcours::simulation {
namespace {

class StepOfRelease final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "step-of-release"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "every enrolment that runs stands on a step of its own release";
    }
    void recorded(const Recorded& one) override {
        const auto* const moved =
            one.event ? std::get_if<engine::Transition>(&*one.event) : nullptr;
        if (moved != nullptr && !moved->enrolment.ended()) {
            const Enrolment& enrolment = moved->enrolment;
            expect(has_step(enrolment.campaign, enrolment.release, enrolment.step),
                   fmt::format("release {} of {} has no step \"{}\"", enrolment.release.to_hex(),
                               enrolment.campaign, enrolment.step));
        }
    }
};

}  // namespace

std::unique_ptr<Invariant> make_step_of_release() {
    return std::make_unique<StepOfRelease>();
}

}  // namespace parcours::simulation

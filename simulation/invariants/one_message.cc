// P2.

#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "base/hash.h"
#include "engine/events.h"
#include "record/engagement.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

class OneMessage final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "one-message"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "there is one enrolment per patient, campaign, key and round, and one message per "
               "enrolment, step and occurrence";
    }
    void recorded(const Recorded& one) override {
        const auto* const moved =
            one.event ? std::get_if<engine::Transition>(&*one.event) : nullptr;
        if (moved == nullptr) {
            return;
        }
        const Enrolment& enrolment = moved->enrolment;
        const auto [known, added] = enrolments_.try_emplace(
            {enrolment.patient, enrolment.campaign, enrolment.key, enrolment.round}, enrolment.id);
        expect(known->second == enrolment.id,
               fmt::format("two enrolments of one round in {}", enrolment.campaign));
        for (const Message& message : moved->messages) {
            expect(messages_.insert(message.id).second,
                   fmt::format("message {} is planned twice", message.id.to_hex()));
            expect(places_.emplace(message.enrolment, message.occurrence).second,
                   fmt::format("step {} of {} has two messages", message.step, message.campaign));
        }
    }

  private:
    std::map<std::tuple<Key, std::string, std::string, std::uint32_t>, Digest> enrolments_;
    std::set<Digest> messages_;
    std::set<std::pair<Digest, std::uint32_t>> places_;
};

}  // namespace

std::unique_ptr<Invariant> make_one_message() {
    return std::make_unique<OneMessage>();
}

}  // namespace parcours::simulation

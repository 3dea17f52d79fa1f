#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "simulation/invariant.h"

namespace parcours::simulation {
namespace {

std::string tell(const engine::Ledger& ledger) {
    std::string all;
    const auto add = [&all](std::string_view line) { all.append(line).append("\n"); };
    for (const engine::EnrolmentView enrolment : ledger.enrolments()) {
        const engine::EnrolmentState state = *enrolment;
        const Enrolment& one = state.enrolment;
        add(fmt::format("enrolment {} {} {} {} {} due {} result {} path {}", one.id.to_hex(),
                        one.release.to_hex(), one.step, one.occurrence, one.holdout,
                        one.due ? format_instant(*one.due) : "-", one.result, state.path.size()));
    }
    for (const engine::MessagePointer& one : ledger.messages()) {
        add(fmt::format("message {} {} {} {} {} {} {} look {} to {} by {}",
                        one->message.id.to_hex(), engine::status_name(*one), one->rung,
                        one->attempts, one->reason, one->detail, one->provider_id,
                        format_instant(one->next_look), one->to, one->channel));
    }
    for (const auto& queue : {ledger.timers().all(), ledger.waiting().all()}) {
        for (const auto& [due, id] : queue) {
            add(fmt::format("timer {} {}", format_instant(due), id.to_hex()));
        }
    }
    for (const engine::TaskPointer& one : ledger.tasks()) {
        add(fmt::format("task {} {} {}", one->task.id.to_hex(), one->task.outcome, one->closed_by));
    }
    for (const Digest& one : ledger.attempting()) {
        add("attempting " + one.to_hex());
    }
    add(fmt::format("enrolled {} tasks {} kept {}", ledger.totals().enrolled, ledger.totals().tasks,
                    ledger.notices().kept_count()));
    for (const auto& [channel, count] : ledger.totals().sent) {
        add(fmt::format("sent {} {}", channel, count));
    }
    for (const auto& [reason, count] : ledger.totals().not_sent) {
        add(fmt::format("not sent {} {}", reason, count));
    }
    return all;
}

std::string difference(const std::string& living, const std::string& folded) {
    const auto [left, right] = std::ranges::mismatch(living, folded);
    const auto from = static_cast<std::size_t>(left - living.begin());
    const std::size_t begin = living.rfind('\n', from == 0 ? 0 : from - 1) + 1;
    const auto line = [begin](const std::string& text) {
        return text.substr(std::min(begin, text.size()),
                           text.find('\n', std::min(begin, text.size())) - begin);
    };
    return fmt::format("lives \"{}\", folded \"{}\"", line(living), line(folded));
}

class LedgerIsFold final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "ledger-is-fold"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "the ledger that lives equals the one that is folded anew from the log";
    }
    void started(const Running& running) override { compare(running); }
    void at_rest(const Running& running) override {
        // Each time would cost too much.
        if (++rests_ % 64 == 0) {
            compare(running);
        }
    }
    void ended(const Running& running) override { compare(running); }

  private:
    void compare(const Running& running) {
        engine::Ledger folded;
        std::vector<engine::Damage> damages;
        const auto replayed = engine::replay(running.folder, folded, damages);
        expect(replayed.has_value() && damages.empty(), "the log cannot be folded");
        const std::string living = tell(running.runner.ledger());
        const std::string anew = tell(folded);
        expect(living == anew, living == anew ? "" : difference(living, anew));
    }

    std::uint64_t rests_ = 0;
};

}  // namespace

std::unique_ptr<Invariant> make_ledger_is_fold() {
    return std::make_unique<LedgerIsFold>();
}

}  // namespace parcours::simulation

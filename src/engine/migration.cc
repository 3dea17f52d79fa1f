#include "engine/migration.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/migrate.h"
#include "engine/clinic.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/stepper.h"
#include "engine/world.h"
#include "practice/nearest.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

Result<const LoadedCampaign*> find_present(const Releases& releases, const std::string& campaign) {
    const LoadedCampaign* const found = releases.current().find_campaign(campaign);
    if (found != nullptr) {
        return found;
    }
    std::vector<std::string> names;
    for (const LoadedCampaign& each : releases.current().campaigns) {
        names.push_back(each.definition.name);
    }
    return fail(ErrorCode::NotFound, "the practice has no campaign \"" + campaign + "\"" +
                                         practice::suggest(campaign, names));
}

bool is_behind(const EnrolmentView& enrolment, const LoadedCampaign& present) {
    return !enrolment.ended() && enrolment.campaign() == present.definition.name &&
           enrolment.release() != present.release;
}

std::uint64_t count_people(const std::vector<MigrationRow>& rows, bool with_equivalent) {
    return std::accumulate(rows.begin(), rows.end(), std::uint64_t{0},
                           [&](std::uint64_t sum, const MigrationRow& row) {
                               return sum +
                                      (row.move.to.empty() == with_equivalent ? 0 : row.people);
                           });
}

constexpr std::string_view moved = "moved to another release";

/// Why the step was entered where an enrolment stands, whatever moves came since.
std::string why_there(const EnrolmentState& state) {
    const std::string why = state.path.empty() ? std::string() : state.path.back().because;
    const std::size_t earlier = why.find("; " + std::string(moved));
    return why.substr(0, earlier);
}

}  // namespace

std::uint64_t MigrationPlan::moving() const {
    return count_people(rows, true);
}

std::uint64_t MigrationPlan::without_equivalent() const {
    return count_people(rows, false);
}

Result<MigrationPlan> Migration::plan(const std::string& campaign,
                                      const campaign::WrittenMoves& moves) {
    const auto present = find_present(releases_, campaign);
    if (!present) {
        return pass_on(present);
    }
    std::map<Digest, std::map<std::string, std::uint64_t>> standing;
    for (const EnrolmentView enrolment : ledger_.enrolments()) {
        if (is_behind(enrolment, **present)) {
            ++standing[enrolment.release()][std::string(enrolment.step())];
        }
    }
    MigrationPlan plan{(*present)->release, {}};
    for (auto& [release, steps] : standing) {
        const auto earlier = releases_.find(campaign, release);
        if (!earlier) {
            return pass_on(earlier);
        }
        const auto mapped =
            campaign::map_steps((*earlier)->definition, (*present)->definition, moves);
        if (!mapped) {
            return pass_on(mapped);
        }
        for (const campaign::StepMove& move : *mapped) {
            if (const auto here = steps.find(move.from); here != steps.end()) {
                plan.rows.push_back({release, move, here->second});
            }
        }
    }
    return plan;
}

/// Whether the message that the enrolment waits for was handed to a provider before.
bool Migration::was_offered(const Enrolment& enrolment) const {
    return std::ranges::any_of(
        ledger_.messages_of(enrolment.patient), [&](const MessagePointer& state) {
            return state->message.enrolment == enrolment.id &&
                   state->message.occurrence == enrolment.occurrence && state->attempts > 0;
        });
}

Result<> Migration::move_one(const Enrolment& enrolment, const campaign::StepMove& move,
                             bool offered, const MigrationOrder& order, Instant now) {
    const auto from = releases_.find(enrolment.campaign, enrolment.release);
    const auto to = find_present(releases_, enrolment.campaign);
    auto patient = patients_.view(enrolment.patient, now);
    if (!from || !to || !patient) {
        return !from ? pass_on(from) : !to ? pass_on(to) : pass_on(patient);
    }
    const RecordWorld world(**to, **patient, conditions_);
    const campaign::Destination destination{
        (*to)->definition, (*to)->release, world,
        std::string(moved) + (order.by.empty() ? "" : " by " + order.by),
        why_there(*ledger_.find_enrolment(enrolment.id))};
    stepper_.write(
        campaign::migrate(enrolment, (*from)->definition, move, offered, destination, now),
        **patient, now);
    return {};
}

Result<MigrationReport> Migration::carry_out(const MigrationOrder& order, Instant now) {
    // Who has a result already moves on by it first.
    if (const auto told = stepper_.tell_results(now); !told) {
        return pass_on(told);
    }
    const auto plan = this->plan(order.campaign, order.moves);
    if (!plan) {
        return pass_on(plan);
    }
    if (order.rest == WithoutEquivalent::Refuse && plan->without_equivalent() > 0) {
        return fail(ErrorCode::Conflict,
                    std::to_string(plan->without_equivalent()) +
                        " people stand on steps without an equivalent; nobody was moved: say where "
                        "these steps lead, or that who stands there finishes or stops");
    }
    const auto present = find_present(releases_, order.campaign);
    if (!present) {
        return pass_on(present);
    }
    if (!plan->rows.empty()) {
        enroller_.launch_one(releases_.current(), **present, now);
    }
    std::map<std::pair<Digest, std::string>, campaign::StepMove> moves;
    for (const MigrationRow& row : plan->rows) {
        moves[{row.release, row.move.from}] = row.move;
    }
    MigrationReport report;
    for (const Digest& id : ledger_.running()) {
        const Enrolment enrolment = ledger_.find_enrolment(id).enrolment();
        const auto found = moves.find({enrolment.release, enrolment.step});
        if (enrolment.campaign != order.campaign || found == moves.end()) {
            continue;
        }
        const campaign::StepMove& move = found->second;
        const bool offered = was_offered(enrolment);
        Result<> done;
        if (!move.to.empty() && !(offered && move.from != move.to)) {
            done = move_one(enrolment, move, offered, order, now);
            ++report.moved;
        } else if (move.to.empty() && order.rest == WithoutEquivalent::Stop) {
            done = stepper_.feed(enrolment, campaign::Stop{"the step is gone in the new release"},
                                 now);
            ++report.stopped;
        } else {
            ++report.finishing;
        }
        if (done) {
            done = journal_.flush_if_many();
        }
        if (!done) {
            return pass_on(done);
        }
    }
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    return report;
}

}  // namespace parcours::engine

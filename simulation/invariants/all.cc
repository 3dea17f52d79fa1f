#include <memory>
#include <vector>

#include "simulation/invariant.h"

namespace parcours::simulation {

std::vector<std::unique_ptr<Invariant>> make_invariants() {
    std::vector<std::unique_ptr<Invariant>> all;
    all.push_back(make_nothing_lost());
    all.push_back(make_one_message());
    all.push_back(make_none_after_revocation());
    all.push_back(make_attempt_first());
    all.push_back(make_one_hand_over());
    all.push_back(make_no_timer_early());
    all.push_back(make_one_final_decision());
    all.push_back(make_step_of_release());
    all.push_back(make_ledger_is_fold());
    all.push_back(make_notice_once());
    all.push_back(make_said_is_said());
    all.push_back(make_nothing_stuck());
    all.push_back(make_none_after_delivery());
    all.push_back(make_reply_is_heard());
    all.push_back(make_none_while_held());
    all.push_back(make_one_call());
    all.push_back(make_time_of_day());
    return all;
}

}  // namespace parcours::simulation

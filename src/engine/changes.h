#pragma once

#include <set>
#include <string>
#include <utility>

#include "engine/events.h"

namespace parcours::engine {

/// What kinds of things have changed, so that whoever shows them asks again.
struct Changes {
    bool record = false;  ///< who there is and where they stand; the quarantine
    bool patients = false;
    bool tasks = false;
    bool messages = false;
    bool campaigns = false;
    /// Cohorts that somebody came into (true) or left.
    std::set<std::pair<std::string, bool>> cohorts;

    void note(const Event& event);
    void add(const Changes& other);
    [[nodiscard]] bool any() const {
        return record || patients || tasks || messages || campaigns || !cohorts.empty();
    }
};

}  // namespace parcours::engine

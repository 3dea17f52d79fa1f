#pragma once

#include "engine/events.h"

namespace parcours::engine {

/// What kinds of things have changed, so that whoever shows them asks again.
struct Changes {
    bool record = false;  ///< who there is and where they stand; the quarantine
    bool patients = false;
    bool tasks = false;
    bool messages = false;
    bool campaigns = false;

    void note(const Event& event);
    void add(const Changes& other);
    [[nodiscard]] bool any() const { return record || patients || tasks || messages || campaigns; }
};

}  // namespace parcours::engine

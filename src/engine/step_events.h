#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"
#include "record/answer.h"
#include "record/identity.h"

namespace parcours::engine {

// What steps set in motion beside messages and tasks.

/// Another system to be told, by a webhook of the practice. Its bytes are those of every attempt,
/// and its id is what the other system knows a repetition by.
struct Call {
    Digest id;
    Key patient = 0;
    Digest enrolment;
    std::string campaign;
    std::string step;
    std::uint32_t occurrence = 0;
    std::string hook;
    std::string body;
    Instant at;
};

/// Another campaign that a step wants to put its patient into.
struct StartAsked {
    std::string campaign;
    std::string key;
};

/// Somebody wrote something down about a patient: a person, a program, the patient in a form.
struct Answered {
    static constexpr std::string_view topic = "answer";
    Answer answer;
};

/// A webhook is about to be called: committed before the first byte leaves.
struct CallAttempted {
    static constexpr std::string_view topic = "call";
    Digest call;
    Key patient = 0;
    std::uint32_t number = 1;
    Instant at;
};

/// How an attempt at a webhook ended.
struct CallEnded {
    static constexpr std::string_view topic = "call-result";
    Digest call;
    Key patient = 0;
    std::uint32_t number = 1;
    bool taken = false;
    bool final = true;  ///< nothing more will be tried
    std::string detail;
    std::optional<Instant> retry_at;
    Instant at;
};

/// The patients of a schedule's cohort came in at one of its times.
struct ScheduleRan {
    static constexpr std::string_view topic = "schedule";
    std::string campaign;
    Instant scheduled;  ///< which of its times
    Instant at;
};

}  // namespace parcours::engine

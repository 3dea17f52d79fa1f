#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/answer.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine::testing {

/// Makes random events: texts with quotes, line ends and Chinese, few ids, so that they meet.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
    bool coin() { return below(2) == 0; }
    std::string text();
    std::string word() { return "w" + std::to_string(below(4)); }
    Digest id() { return named_hash("test", {std::to_string(below(6))}); }
    Key key() { return below(3) == 0 ? ~0ULL - below(3) : 1 + below(3); }
    Instant at();
    std::optional<Instant> maybe_at() { return coin() ? std::optional(at()) : std::nullopt; }
    std::uint32_t small() { return static_cast<std::uint32_t>(below(4)); }
    std::vector<std::string> words() { return std::vector<std::string>(below(3), word()); }

    Enrolment enrolment();
    Message message(const Enrolment& of);
    Task task();
    Answer answer();
    Call call(const Enrolment& of);
    CallEnded call_ended();
    Transition transition();
    Decided decided();
    Attempted attempted();
    AttemptEnded ended();
    Event event();

  private:
    SeededRandom random_;
};

}  // namespace parcours::engine::testing

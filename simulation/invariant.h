#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "channel/channel.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/runner.h"
#include "record/log.h"
#include "simulation/settings.h"

namespace parcours::simulation {

/// A record of the log, as soon as it is durable: each once, in order.
struct Recorded {
    LogRecord record;                    ///< its views are valid during the call
    std::optional<engine::Event> event;  ///< where it is one
    Instant at;                          ///< in truth, whatever the program's clock says
};

/// A provider is being handed a message.
struct HandOver {
    std::string message;  ///< id, as hexadecimal digits
    std::uint32_t attempt = 1;
    std::string channel;
    std::string to;
    Instant at;
    bool taken = false;  ///< in truth
    /// What the program was told; nothing where it died before.
    std::optional<channel::Outcome> told;
};

/// A webhook is being called.
struct Calling {
    std::string call;  ///< id, as hexadecimal digits
    std::uint32_t attempt = 1;
    std::string body;
};

/// A program at work.
struct Running {
    engine::DataFolder& folder;
    engine::Runner& runner;
    Instant now;  ///< as its clock says
};

/// A promise, watched from outside. It keeps what it needs to know by itself, so that it shares no
/// mistake with the engine.
class Invariant {
  public:
    virtual ~Invariant() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual std::string_view sentence() const = 0;

    virtual void recorded(const Recorded& /*recorded*/) {}
    virtual void bytes_leave(const HandOver& /*hand_over*/) {}
    virtual void answered(const HandOver& /*hand_over*/) {}
    virtual void call_leaves(const Calling& /*calling*/) {}
    /// A provider was told that its callback was taken in: `stop`, where it is a plain one.
    virtual void acknowledged(std::string_view /*notice*/, std::string_view /*channel*/,
                              std::string_view /*address*/, bool /*stop*/) {}
    virtual void started(const Running& /*running*/) {}
    virtual void round_done(const Running& /*running*/) {}
    /// Nothing is due at this moment.
    virtual void at_rest(const Running& /*running*/) {}
    /// The same at the end, when nothing has gone wrong for a long time.
    virtual void ended(const Running& /*running*/) {}

    [[nodiscard]] const std::optional<std::string>& broken() const { return broken_; }

  protected:
    void expect(bool holds, const std::string& otherwise) {
        if (!holds && !broken_) {
            broken_ = otherwise;
        }
    }

  private:
    std::optional<std::string> broken_;
};

/// One of each.
[[nodiscard]] std::vector<std::unique_ptr<Invariant>> make_invariants();

// Each of a file of its own in invariants/.
[[nodiscard]] std::unique_ptr<Invariant> make_nothing_lost();
[[nodiscard]] std::unique_ptr<Invariant> make_one_message();
[[nodiscard]] std::unique_ptr<Invariant> make_none_after_revocation();
[[nodiscard]] std::unique_ptr<Invariant> make_attempt_first();
[[nodiscard]] std::unique_ptr<Invariant> make_one_hand_over();
[[nodiscard]] std::unique_ptr<Invariant> make_no_timer_early();
[[nodiscard]] std::unique_ptr<Invariant> make_one_final_decision();
[[nodiscard]] std::unique_ptr<Invariant> make_step_of_release();
[[nodiscard]] std::unique_ptr<Invariant> make_ledger_is_fold();
[[nodiscard]] std::unique_ptr<Invariant> make_notice_once();
[[nodiscard]] std::unique_ptr<Invariant> make_said_is_said();
[[nodiscard]] std::unique_ptr<Invariant> make_nothing_stuck();
[[nodiscard]] std::unique_ptr<Invariant> make_none_after_delivery();
[[nodiscard]] std::unique_ptr<Invariant> make_reply_is_heard();
[[nodiscard]] std::unique_ptr<Invariant> make_none_while_held();
[[nodiscard]] std::unique_ptr<Invariant> make_one_call();
[[nodiscard]] std::unique_ptr<Invariant> make_time_of_day();

}  // namespace parcours::simulation

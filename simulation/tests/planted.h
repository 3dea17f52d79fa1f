#pragma once

#include <cstdint>

namespace parcours::simulation {

/// Mistakes that the linker puts into the engine (--wrap), one at a time.
enum class Bug : std::uint8_t {
    None,
    SendFirst,         ///< what is to be durable before the bytes leave is so some time later
    AcknowledgeFirst,  ///< callbacks are acknowledged before they are durable
    GateIsBlind,       ///< the gate looks at a copy of the suppressions that is never renewed
    StopIsForgotten,   ///< STOP is written down as a reply, and nothing follows
    EarlyTimers,       ///< timers fire when they are due within the hour
    TimeOutIsRefusal,  ///< an answer that did not come is taken for a refusal
    MailIsBelieved,    ///< a mail whose connection broke before the dot counts as taken
    ToldIsForgotten,   ///< after a start no enrolment is told of what became of its message
    LastIsForgotten,   ///< a start does not read the last event of the log
    ReplyIsUnheard,    ///< a reply is written down, and no campaign is told of it
    HoldIsForgotten,   ///< what is held leaves all the same
    ZoneIsForgotten    ///< everybody is taken to live by the clocks of Greenwich
};

/// The one that is planted now.
Bug& planted();

}  // namespace parcours::simulation

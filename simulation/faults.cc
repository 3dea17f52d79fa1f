#include "simulation/faults.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace parcours::simulation {
namespace {

constexpr auto helps = std::to_array<FaultHelp>({
    {Fault::KillBeforeIntent, "kill-before-intent", "1",
     "the program is killed before a planned message is committed"},
    {Fault::KillAfterIntent, "kill-after-intent", "2",
     "the program is killed when a planned message is committed, before its attempt"},
    {Fault::KillBeforeBytes, "kill-before-bytes", "3",
     "the program is killed when the attempt is committed, before its bytes leave"},
    {Fault::KillAfterBytes, "kill-after-bytes", "4",
     "the program is killed when the provider has the bytes, before its answer comes"},
    {Fault::KillBeforeResult, "kill-before-result", "5",
     "the program is killed when the answer has come, before it is committed"},
    {Fault::KillAnywhere, "kill-anywhere", "6",
     "the program is killed at any commit, hand-over, or while it starts"},
    {Fault::PowerCut, "power-cut", "7, 10",
     "the power fails: writes that were not synchronised are lost or torn"},
    {Fault::DiskFull, "disk-full", "12, 13", "the log cannot be written, or not synchronised"},
    {Fault::Drain, "drain", "17", "the program is stopped in good order and starts again"},
    {Fault::StaleEpoch, "stale-epoch", "18",
     "the program stood still, and somebody else took the lease meanwhile"},
    {Fault::SecondWriter, "second-writer", "19", "another program opens the same data folder"},
    {Fault::CutAfterCommit, "cut-after-commit", "20",
     "a commit is kept, but whoever made it is told that it failed"},
    {Fault::RefusedCommits, "refused-commits", "23",
     "commits are refused again and again, and nothing of them is kept"},
    {Fault::LongReader, "long-reader", "24",
     "somebody reads an old state of the log for days, so that nothing of it can be tidied up"},
    {Fault::TimeOut, "time-out", "26", "the provider's answer never comes"},
    {Fault::CallTimeOut, "call-time-out", "27",
     "another system takes a call, and its answer never comes: it is made again under its key"},
    {Fault::CallAway, "call-away", "28",
     "another system is away for longer than its calls are made again"},
    {Fault::ServerError, "server-error", "29", "the provider takes a message and answers 5xx"},
    {Fault::TooManyRequests, "too-many-requests", "30", "the provider answers 429, Retry-After"},
    {Fault::Garbage, "garbage", "31", "the provider answers 200 and nothing that makes sense"},
    {Fault::DropAfterDot, "drop-after-dot", "32", "the mail server goes away after the dot"},
    {Fault::SmtpReplies, "smtp-replies", "33", "the mail server answers 4xx or 5xx"},
    {Fault::EarlyReceipt, "early-receipt", "34", "the receipt overtakes the provider's answer"},
    {Fault::Receipts, "receipts", "38",
     "receipts come twice, in the wrong order, or tell of what never was"},
    {Fault::ForgedCallback, "forged-callback", "39", "somebody else calls back, or says it again"},
    {Fault::StopInBetween, "stop-in-between", "40", "STOP comes while a message is on its way"},
    {Fault::StopOddly, "stop-oddly", "41", "STOP comes twice, misspelt, or from a shared number"},
    {Fault::ReadError, "read-error", "42", "what stands in the record cannot be read for a while"},
    {Fault::ClockJumps, "clock-jumps", "43",
     "the clock jumps a year ahead, an hour back, or stands"},
    {Fault::DaylightSaving, "daylight-saving", "44", "clocks are changed in that month"},
    {Fault::ZoneData, "zone-data", "45",
     "the rules of time zones change between two starts of the program, with timers set"},
    {Fault::Outage, "outage", "46", "the program is not running for days"},
    {Fault::Feed, "feed", "47, 50",
     "records come twice, late, stale, corrected, deleted, brought back, merged"},
    {Fault::EditedCampaign, "edited-campaign", "54",
     "campaigns are edited or taken away with people in flight"},
    {Fault::PausedCampaign, "paused-campaign", "", "campaigns are paused, and go on"},
    {Fault::OptOutAtProvider, "opt-out-at-provider", "",
     "the provider says that the address is bad, or that its owner wants nothing"},
});
static_assert(helps.size() == static_cast<std::size_t>(Fault::Count));

}  // namespace

std::span<const FaultHelp> fault_helps() {
    return helps;
}

std::optional<Fault> find_fault(std::string_view name) {
    for (const FaultHelp& help : helps) {
        if (help.name == name) {
            return help.fault;
        }
    }
    return std::nullopt;
}

}  // namespace parcours::simulation

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/campaign_counts.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/message_lists.h"
#include "engine/task_lists.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

using Status = MessageState::Status;
constexpr std::array<std::string_view, 3> campaigns = {"recall", "welcome", "reminder"};
constexpr std::array<std::string_view, 3> steps = {"ask", "wait", "ask-again"};
constexpr std::array<std::string_view, 2> channels = {"sms", "email"};
constexpr std::array<std::string_view, 3> reasons = {"no-address", "opted-out", "budget"};

/// Events as an engine might write them, in no sensible order.
class Chaos {
  public:
    explicit Chaos(std::uint64_t seed) : random_(seed) {}

    Ledger ledger;

    void step() {
        now_ += std::chrono::minutes(pick(90));
        ledger.file({.open_max = pick(20), .open_for = std::chrono::hours{pick(5)}});
        switch (pick(7)) {
            case 0:
            case 1:
                transition();
                break;
            case 2:
                decide();
                break;
            case 3:
                ledger.apply(attempt());
                break;
            case 4:
                end_attempt();
                break;
            case 5:
                receive();
                break;
            default:
                ledger.apply(TaskClosed{id("task", pick(60)), 1, "done", "ada", now_});
        }
    }
    [[nodiscard]] Instant now() const { return now_; }

  private:
    std::uint64_t pick(std::uint64_t below) { return random_.next() % below; }
    template <std::size_t N>
    std::string one_of(const std::array<std::string_view, N>& words) {
        return std::string(words.at(pick(N)));
    }
    static Digest id(std::string_view kind, std::uint64_t number) {
        return named_hash(kind, {std::to_string(number)});
    }

    void transition() {
        const std::uint64_t number = pick(40);
        Transition event;
        event.enrolment.id = id("enrolment", number);
        event.enrolment.patient = number + 1;
        event.enrolment.campaign = campaigns.at(number % campaigns.size());
        event.enrolment.holdout = number % 7 == 0;
        event.enrolment.enrolled_at = now_;
        event.enrolment.step = one_of(steps);
        event.enrolment.result = pick(4) == 0 ? (pick(2) == 0 ? "success" : "gone") : "";
        event.entered.push_back({event.enrolment.step, 0, "by chance"});
        event.withdraw = pick(10) == 0;
        event.at = now_;
        Message message;
        message.id = id("message", pick(80));
        message.patient = number + 1;
        message.enrolment = event.enrolment.id;
        message.campaign = event.enrolment.campaign;
        message.step = event.enrolment.step;
        message.ladder = {"sms", "email"};
        message.planned_at = now_;
        event.messages.push_back(std::move(message));
        Task task;
        task.id = id("task", pick(60));
        task.patient = number + 1;
        task.campaign = event.enrolment.campaign;
        task.step = event.enrolment.step;
        task.kind = pick(2) == 0 ? "call" : "review";
        task.queue = pick(2) == 0 ? "nurses" : "front-desk";
        task.opened_at = now_;
        if (pick(3) != 0) {
            task.due = now_ + std::chrono::hours(pick(100));
        }
        event.tasks_opened.push_back(std::move(task));
        ledger.apply(event);
    }

    void decide() {
        Decided event;
        event.decision.message = id("message", pick(80));
        event.decision.channel = one_of(channels);
        event.decision.outcome = Decision::Outcome::NotSent;
        event.decision.reason = one_of(reasons);
        event.decision.at = now_;
        event.final = pick(2) == 0;
        ledger.apply(event);
    }

    Attempted attempt() {
        Attempted event;
        event.message = id("message", pick(80));
        event.channel = one_of(channels);
        event.adapter = pick(2) == 0 ? "sandbox" : "smtp";
        event.at = now_;
        return event;
    }

    void end_attempt() {
        using Outcome = AttemptEnded::Outcome;
        AttemptEnded event;
        event.message = id("message", pick(80));
        event.patient = 1;
        event.outcome =
            std::array{Outcome::Accepted, Outcome::Refused, Outcome::Later, Outcome::Unknown}.at(
                pick(4));
        event.final = event.outcome != Outcome::Later;
        event.at = now_;
        const MessagePointer state = ledger.find_message(event.message);
        if (state != nullptr && state->status == Status::Attempting) {
            ledger.apply(event);
        }
    }

    void receive() {
        Received event;
        event.message = id("message", pick(80));
        event.status = pick(2) == 0 ? "delivered" : "bounced";
        event.event_id = std::to_string(random_.next());
        event.at = now_;
        ledger.apply(event);
    }

    SeededRandom random_;
    Instant now_ = parse_instant("2026-01-01T00:00:00Z").value();
};

bool fits(const MessageQuery& query, const MessageState& state) {
    return (query.status.empty() || query.status == status_name(state)) &&
           (query.reason.empty() || query.reason == state.reason) &&
           (query.campaign.empty() || query.campaign == state.message.campaign) &&
           (query.channel.empty() || query.channel == state.channel);
}

void expect_messages(const Ledger& ledger, const MessageQuery& query) {
    std::vector<std::uint32_t> wanted;
    for (const MessagePointer& state : ledger.messages()) {
        if (fits(query, *state)) {
            wanted.push_back(static_cast<std::uint32_t>(state->number));
        }
    }
    std::ranges::reverse(wanted);
    const MessagePage all = ledger.lists().messages.find(query, 0, 1'000);
    EXPECT_EQ(all.total, wanted.size());
    EXPECT_EQ(all.numbers, wanted);
    const MessagePage some = ledger.lists().messages.find(query, 3, 5);
    const std::size_t from = std::min<std::size_t>(3, wanted.size());
    const std::size_t to = std::min<std::size_t>(8, wanted.size());
    EXPECT_EQ(some.numbers, std::vector(wanted.begin() + static_cast<std::ptrdiff_t>(from),
                                        wanted.begin() + static_cast<std::ptrdiff_t>(to)));
    EXPECT_EQ(some.total, wanted.size());
}

void expect_settled(const Ledger& ledger, Instant from, Instant to) {
    SettledCounts wanted;
    for (const MessagePointer& state : ledger.messages()) {
        if (state->settled() && state->settled_at >= from && state->settled_at <= to) {
            if (state->status == Status::Accepted) {
                ++wanted.sent[state->channel];
            } else if (state->status == Status::NotSent) {
                ++wanted.not_sent[state->reason];
            }
        }
    }
    const SettledCounts found = ledger.lists().messages.settled(from, to);
    EXPECT_EQ(found.sent, wanted.sent);
    EXPECT_EQ(found.not_sent, wanted.not_sent);
}

std::vector<Digest> ids_of(const Ledger& ledger, const TaskPage& page) {
    std::vector<Digest> ids;
    for (const std::uint32_t number : page.numbers) {
        ids.push_back(ledger.tasks().id(number));
    }
    return ids;
}

std::vector<Digest> ids_of(const std::vector<TaskPointer>& tasks) {
    std::vector<Digest> ids;
    for (const TaskPointer& task : tasks) {
        ids.push_back(task->task.id);
    }
    return ids;
}

void expect_tasks(const Ledger& ledger, const TaskQuery& query) {
    std::vector<TaskPointer> wanted;
    std::map<std::string, std::uint64_t> queues;
    for (const TaskPointer& state : ledger.tasks()) {
        if (state->open() ? query.open : query.closed) {
            ++queues[state->task.queue];
            if (query.late_at && (!state->task.due || *state->task.due >= *query.late_at)) {
                --queues[state->task.queue];
                continue;
            }
            if ((query.queue.empty() || query.queue == state->task.queue) &&
                (query.step.empty() || query.step == state->task.step) &&
                (query.kind.empty() || query.kind == state->task.kind)) {
                wanted.push_back(state);
            }
        }
    }
    std::ranges::sort(wanted, {}, [&query](const TaskPointer& state) {
        return std::pair(
            query.by_due ? state->task.due.value_or(Instant::max()) : state->task.opened_at,
            state->task.id);
    });
    if (query.down) {
        std::ranges::reverse(wanted);
    }
    const TaskPage found = ledger.lists().tasks.find(query, 0, 1'000);
    EXPECT_EQ(ids_of(ledger, found), ids_of(wanted));
    EXPECT_EQ(found.total, wanted.size());
    std::erase_if(queues, [](const auto& queue) { return queue.second == 0; });
    EXPECT_EQ(found.queues, queues);
    const TaskPage second = ledger.lists().tasks.find(query, 1, 1);
    ASSERT_EQ(second.numbers.size(), wanted.size() > 1 ? 1U : 0U);
    if (wanted.size() > 1) {
        EXPECT_EQ(ledger.tasks().id(second.numbers.front()), wanted[1]->task.id);
    }
}

void expect_counts(const Ledger& ledger, const std::string& campaign) {
    std::uint64_t running = 0;
    std::uint64_t successes = 0;
    std::uint64_t entered = 0;
    std::uint64_t moves = 0;
    for (const EnrolmentView one : ledger.enrolments()) {
        const EnrolmentState state = *one;
        if (state.enrolment.campaign == campaign) {
            running += state.enrolment.ended() ? 0U : 1U;
            successes += state.enrolment.result == "success" ? 1U : 0U;
            entered += state.path.size();
            moves += state.path.size() - 1;
        }
    }
    std::uint64_t sent = 0;
    std::uint64_t not_sent = 0;
    for (const MessagePointer& state : ledger.messages()) {
        sent += state->message.campaign == campaign && state->status == Status::Accepted;
        not_sent += state->message.campaign == campaign && state->status == Status::NotSent;
    }
    const CampaignCounts* const found = ledger.lists().campaigns.find(campaign);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->running, running);
    EXPECT_EQ(found->successes, successes);
    EXPECT_EQ(found->sent, sent);
    EXPECT_EQ(found->not_sent, not_sent);
    CampaignCounts sum;
    for (const auto& [name, step] : found->steps) {
        sum.running += step.here;
        sum.ended += step.entered;
        sum.sent += step.sent;
        sum.not_sent += step.not_sent;
    }
    EXPECT_EQ(sum.running, running);
    EXPECT_EQ(sum.ended, entered);
    EXPECT_EQ(sum.sent, sent);
    EXPECT_EQ(sum.not_sent, not_sent);
    std::uint64_t moved = 0;
    for (const auto& [between, count] : found->moves) {
        moved += count;
    }
    EXPECT_EQ(moved, moves);
}

void expect_all(const Chaos& chaos) {
    const Ledger& ledger = chaos.ledger;
    for (const std::string_view status :
         {"", "sent", "captured", "waiting", "not-sent", "unknown", "withdrawn", "attempting"}) {
        for (const std::string_view campaign : {"", "recall", "nobody's"}) {
            expect_messages(ledger, {.status = status, .campaign = campaign});
        }
    }
    expect_messages(ledger, {.reason = "budget", .channel = "sms"});
    expect_settled(ledger, chaos.now() - std::chrono::days(7), chaos.now());
    expect_settled(ledger, chaos.now() - std::chrono::hours(30),
                   chaos.now() - std::chrono::hours(9));
    for (const bool down : {false, true}) {
        for (const bool by_due : {false, true}) {
            expect_tasks(ledger, {.by_due = by_due, .down = down});
            expect_tasks(ledger,
                         {.closed = true, .queue = "nurses", .by_due = by_due, .down = down});
            expect_tasks(ledger, {.open = false, .closed = true, .kind = "call", .down = down});
        }
    }
    std::uint64_t late = 0;
    std::uint64_t open = 0;
    for (const TaskPointer& state : ledger.tasks()) {
        open += state->open() ? 1U : 0U;
        late += state->open() && state->task.due && *state->task.due < chaos.now() ? 1U : 0U;
    }
    expect_tasks(ledger, {.late_at = chaos.now()});
    expect_tasks(ledger, {.step = "ask", .by_due = false});
    std::uint64_t grouped = 0;
    std::uint64_t grouped_late = 0;
    for (const TaskGroup& group : ledger.lists().tasks.groups(chaos.now())) {
        grouped += group.count;
        grouped_late += group.late;
    }
    EXPECT_EQ(grouped_late, late);
    EXPECT_EQ(grouped, open);
    for (const std::string_view campaign : campaigns) {
        expect_counts(ledger, std::string(campaign));
    }
}

/// What is kept along with the events equals what going through everything finds.
TEST(LedgerLists, EqualThePassOverEverything) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Chaos chaos(seed);
        for (int i = 0; i < 600; ++i) {
            chaos.step();
            if (i % 150 == 149) {
                expect_all(chaos);
            }
        }
        if (HasFailure()) {
            return;
        }
    }
}

TEST(LedgerLists, AreForgottenWithARunOnAVirtualClock) {
    Chaos chaos(3);
    for (int i = 0; i < 100; ++i) {
        chaos.step();
    }
    ASSERT_GT(chaos.ledger.lists().messages.find({}, 0, 1).total, 0U);
    chaos.ledger.apply(VirtualRun{chaos.now(), chaos.now()});
    EXPECT_EQ(chaos.ledger.lists().messages.find({}, 0, 1).total, 0U);
    EXPECT_EQ(chaos.ledger.lists().tasks.find({}, 0, 1).total, 0U);
    EXPECT_EQ(chaos.ledger.lists().campaigns.find("recall"), nullptr);
}

/// One call of the engine for an enrolment that stands on `step`, or has ended.
Transition stood_on(std::uint64_t number, const std::string& step, const std::string& because,
                    const std::string& result = {}) {
    Transition event;
    event.enrolment.id = named_hash("enrolment", {std::to_string(number)});
    event.enrolment.patient = number + 1;
    event.enrolment.campaign = "recall";
    event.enrolment.step = result.empty() ? step : "";
    event.enrolment.result = result;
    if (!step.empty()) {
        event.entered.push_back({step, 1, because});
    }
    return event;
}

TEST(CampaignTally, CountsWhatBecameOfEachWayOfASplit) {
    Ledger ledger;
    for (std::uint64_t number = 0; number < 10; ++number) {
        ledger.apply(stood_on(number, "lot", "enrolled"));
        const std::string way = number < 6 ? "letter" : "call";
        ledger.apply(stood_on(number, way, "split: " + way));
        if (number % 2 == 0) {
            ledger.apply(stood_on(number, "", "", number % 4 == 0 ? "success" : "gone"));
        }
    }
    const CampaignCounts& counts = *ledger.lists().campaigns.find("recall");
    ASSERT_EQ(counts.arms.size(), 2U);
    const ArmCounts letter = counts.arms.at({"lot", "letter"});
    const ArmCounts call = counts.arms.at({"lot", "call"});
    EXPECT_EQ(letter.entered, 6U);
    EXPECT_EQ(letter.ended, 3U);
    EXPECT_EQ(letter.successes, 2U);
    EXPECT_EQ(call.entered, 4U);
    EXPECT_EQ(call.ended, 2U);
    EXPECT_EQ(call.successes, 1U);
    // An enrolment that changes again after its end is counted once.
    ledger.apply(stood_on(0, "", "", "gone"));
    EXPECT_EQ(counts.arms.at({"lot", "letter"}).ended, 3U);
    EXPECT_EQ(counts.arms.at({"lot", "letter"}).successes, 1U);
}

}  // namespace
}  // namespace parcours::engine

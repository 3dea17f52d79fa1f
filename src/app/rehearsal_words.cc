#include "app/rehearsal_words.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/answers.h"
#include "app/rehearsal_costs.h"
#include "app/terminal.h"
#include "base/time.h"
#include "campaign/steps.h"
#include "engine/clinic.h"
#include "engine/rehearsal_report.h"
#include "outreach/reasons.h"
#include "practice/config.h"
#include "practice/costs.h"

namespace parcours::app {
namespace {

using engine::Counts;
using engine::RehearsalReport;

std::string number(std::uint64_t count) {
    return count == 0 ? "–" : grouped(count);
}

/// "email 33,853 · sms 43,419".
std::string in_words(const Counts& counts) {
    std::string out;
    for (const auto& [name, count] : counts) {
        out += fmt::format("{}{} {}", out.empty() ? "" : " · ", name, grouped(count));
    }
    return out.empty() ? "–" : out;
}

void print_heading(std::string_view text, const Style& style) {
    fmt::print("\n{}\n", style.dim(text));
}

/// Every step of the file, also those that nobody came to.
void print_campaign(const std::string& name, const engine::RehearsedCampaign& campaign,
                    const engine::Clinic& clinic, const Style& style) {
    fmt::print("\n{}  {} entered", style.bold(name), grouped(campaign.whole.all.entered));
    if (campaign.held_out > 0) {
        fmt::print(", {} of them held out", grouped(campaign.held_out));
    }
    if (campaign.present > 0) {
        fmt::print(", {} under way before", grouped(campaign.present));
    }
    fmt::print("; at the end {} under way", grouped(campaign.running));
    fmt::print("{}\n", campaign.results.empty() ? "" : ", ended: " + in_words(campaign.results));
    const engine::LoadedCampaign* const loaded = clinic.find_campaign(name);
    if (loaded == nullptr) {
        return;
    }
    Table table(
        {"step", "entered", "sent", "joined", "not sent", "withheld", "tasks", "busiest day"},
        {false, true, false, true, false, true, true, false});
    for (const campaign::Step& step : loaded->definition.steps) {
        const auto found = campaign.steps.find(step.name);
        const engine::RehearsedStep one =
            found == campaign.steps.end() ? engine::RehearsedStep() : found->second;
        const auto busiest = std::ranges::max_element(
            one.days, {}, [](const auto& day) { return day.second.entered; });
        table.add({step.name, number(one.all.entered), in_words(one.all.sent),
                   number(one.all.joined), in_words(one.all.not_sent), number(one.all.withheld),
                   number(one.all.tasks),
                   busiest == one.days.end() || busiest->second.entered == 0
                       ? "–"
                       : fmt::format("{}: {}", format_date(busiest->first),
                                     grouped(busiest->second.entered))});
    }
    fmt::print("{}", table.draw(style));
}

void print_not_sent(const Counts& reasons, const Style& style) {
    if (reasons.empty()) {
        return;
    }
    print_heading("Not sent, and why", style);
    Table table({"reason", "messages", "which means"}, {false, true, false});
    for (const auto& [reason, count] : reasons) {
        const auto* const help = outreach::find_reason(reason);
        table.add({reason, grouped(count), help == nullptr ? "" : std::string(help->sentence)});
    }
    fmt::print("{}", table.draw(style));
}

void print_queues(const RehearsalReport& report, const practice::Config& config,
                  const Style& style) {
    if (report.queues.empty()) {
        return;
    }
    print_heading("Work for people", style);
    Table table(
        {"queue", "tasks", "calls", "busiest day", "can do a day", "days over", "waiting at most"},
        {false, true, true, false, true, true, true});
    for (const auto& [name, queue] : report.queues) {
        const std::uint32_t calls_per_day = config.calls_per_day(name);
        const QueueLoad load = queue_load(queue, calls_per_day, config.contact_hours);
        const bool stated = calls_per_day > 0;
        table.add({name, grouped(queue.tasks), number(queue.calls),
                   fmt::format("{}: {}", load.busiest_day, grouped(load.busiest)),
                   stated ? grouped(calls_per_day) : "not stated",
                   stated ? number(load.days_over) : "–", stated ? number(load.waiting_max) : "–"});
    }
    fmt::print("{}", table.draw(style));
}

void print_costs(const RehearsalReport& report, const practice::Costs& costs, const Style& style) {
    const auto amounts = rehearsed_costs(report, costs);
    if (amounts.empty()) {
        return;
    }
    print_heading("Costs", style);
    Table table({"channel", "messages", "segments", costs.currency}, {false, true, true, true});
    std::int64_t all = 0;
    for (const auto& [channel, amount] : amounts) {
        const auto volume = report.volumes.find(channel);
        const bool known = volume != report.volumes.end();
        table.add({channel, known ? number(volume->second.messages) : "–",
                   known ? number(volume->second.segments) : "–", money(amount)});
        all += amount;
    }
    table.add({"all", "", "", money(all)});
    fmt::print("{}", table.draw(style));
}

void print_findings(const RehearsalReport& report, const Style& style) {
    print_heading("Worth a look before anybody is contacted", style);
    fmt::print("  {} over their contact budget: {} had to wait for it or were kept back\n",
               counted(report.over_budget_patients, "patient"),
               counted(report.over_budget_messages, "message"));
    fmt::print("  {} would have left outside contact hours, and waited for them\n",
               counted(report.quiet_hours, "message"));
    fmt::print("  {} heard from two campaigns within a day\n",
               counted(report.collision_patients, "patient"));
    for (const auto& [campaigns, count] : report.collisions) {
        fmt::print("      {} and {}: {}\n", campaigns.first, campaigns.second,
                   counted(count, "pair of messages", "pairs of messages"));
    }
    fmt::print("  {} sent for nothing, as the record shows by now{}\n",
               counted(engine::sum(report.for_nothing), "message was", "messages were"),
               report.for_nothing.empty() ? "" : ": " + in_words(report.for_nothing));
}

void print_reach(std::string_view of, const std::map<std::string, engine::Reach>& reach,
                 Table& table) {
    for (const auto& [value, one] : reach) {
        table.add({fmt::format("{} {}", of, value.empty() ? "not recorded" : value),
                   grouped(one.patients), number(one.reached), in_words(one.channels),
                   number(one.nowhere)});
    }
}

void print_reaches(const RehearsalReport& report, const Style& style) {
    if (report.ages.empty()) {
        return;
    }
    print_heading("Who entered, and how they can be reached", style);
    Table table({"patients of", "entered", "reached", "with an address", "with none"},
                {false, true, true, false, true});
    print_reach("language", report.languages, table);
    print_reach("age", report.ages, table);
    fmt::print("{}", table.draw(style));
}

struct ComparisonRow {
    std::string what;
    std::uint64_t one = 0;
    std::uint64_t other = 0;
};

void compare_counts(std::string_view what, const Counts& one, const Counts& other,
                    std::vector<ComparisonRow>& rows) {
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> both;
    for (const auto& [name, count] : one) {
        both[name].first = count;
    }
    for (const auto& [name, count] : other) {
        both[name].second = count;
    }
    for (const auto& [name, counts] : both) {
        rows.push_back({fmt::format("{}{}", what, name), counts.first, counts.second});
    }
}

/// By queue: the tasks of its busiest day.
Counts busiest_days(const RehearsalReport& report) {
    Counts busiest;
    for (const auto& [name, queue] : report.queues) {
        busiest[name] = queue_load(queue, 0, {}).busiest;
    }
    return busiest;
}

void compare_campaign(const std::string& name, const engine::RehearsedCampaign& one,
                      const engine::RehearsedCampaign& other, std::vector<ComparisonRow>& rows) {
    rows.push_back({name, one.whole.all.entered, other.whole.all.entered});
    compare_counts("  sent by ", one.whole.all.sent, other.whole.all.sent, rows);
    compare_counts("  not sent: ", one.whole.all.not_sent, other.whole.all.not_sent, rows);
    rows.push_back({"  joined", one.whole.all.joined, other.whole.all.joined});
    rows.push_back({"  tasks", one.whole.all.tasks, other.whole.all.tasks});
    rows.push_back({"  withheld", one.whole.all.withheld, other.whole.all.withheld});
    compare_counts("  ended ", one.results, other.results, rows);
    std::set<std::string> steps;
    for (const auto* const each : {&one, &other}) {
        for (const auto& [step, figures] : each->steps) {
            steps.insert(step);
        }
    }
    const auto entered = [](const engine::RehearsedCampaign& campaign, const std::string& step) {
        const auto found = campaign.steps.find(step);
        return found == campaign.steps.end() ? 0 : found->second.all.entered;
    };
    for (const std::string& step : steps) {
        rows.push_back({"  step " + step, entered(one, step), entered(other, step)});
    }
}

std::string difference(const ComparisonRow& row) {
    return row.one == row.other  ? "="
           : row.other > row.one ? "+" + grouped(row.other - row.one)
                                 : "−" + grouped(row.one - row.other);
}

}  // namespace

void print_rehearsal(const RehearsalReport& report, const engine::Clinic& clinic, double seconds) {
    const Style style = output_style();
    const practice::Config& config = clinic.folder.config;
    fmt::print("Rehearsed {} to {} over {}, in {:.1f} s. Nothing was sent or written.\n",
               format_date(report.from), format_date(report.until),
               counted(report.patients, "patient"), seconds);
    fmt::print(
        "{} entered; sent: {}; said within others: {}; not sent: {}; for people: {}; "
        "withheld: {}.\n",
        style.bold(grouped(report.entered)), in_words(report.sent), number(report.joined),
        number(engine::sum(report.not_sent)), counted(report.tasks, "task"),
        number(report.withheld));
    for (const auto& [channel, volume] : report.volumes) {
        if (volume.replies > 0) {
            fmt::print("Replies assumed to {}: {}.\n", channel, grouped(volume.replies));
        }
    }
    if (!report.outcomes.empty()) {
        fmt::print("Outcomes of tasks assumed: {}.\n", in_words(report.outcomes));
    }
    for (const auto& [name, campaign] : report.campaigns) {
        print_campaign(name, campaign, clinic, style);
    }
    print_not_sent(report.not_sent, style);
    print_queues(report, config, style);
    print_costs(report, config.costs, style);
    print_reaches(report, style);
    print_findings(report, style);
}

void print_comparison(const RehearsalReport& one, const std::string& one_name,
                      const RehearsalReport& other, const std::string& other_name) {
    std::vector<ComparisonRow> rows = {{"entered", one.entered, other.entered}};
    compare_counts("sent by ", one.sent, other.sent, rows);
    compare_counts("not sent: ", one.not_sent, other.not_sent, rows);
    rows.push_back({"joined", one.joined, other.joined});
    rows.push_back({"tasks", one.tasks, other.tasks});
    rows.push_back({"withheld", one.withheld, other.withheld});
    compare_counts("tasks on the busiest day of ", busiest_days(one), busiest_days(other), rows);
    rows.push_back({"patients over budget", one.over_budget_patients, other.over_budget_patients});
    rows.push_back({"patients heard from two campaigns within a day", one.collision_patients,
                    other.collision_patients});
    rows.push_back(
        {"sent for nothing", engine::sum(one.for_nothing), engine::sum(other.for_nothing)});
    std::set<std::string> names;
    for (const auto* const each : {&one, &other}) {
        for (const auto& [name, campaign] : each->campaigns) {
            names.insert(name);
        }
    }
    static const engine::RehearsedCampaign none;
    const auto find = [](const RehearsalReport& report, const std::string& name) -> const auto& {
        const auto found = report.campaigns.find(name);
        return found == report.campaigns.end() ? none : found->second;
    };
    for (const std::string& name : names) {
        compare_campaign(name, find(one, name), find(other, name), rows);
    }
    Table table({"", one_name, other_name, "difference"}, {false, true, true, true});
    for (const ComparisonRow& row : rows) {
        table.add({row.what, number(row.one), number(row.other), difference(row)});
    }
    fmt::print("Rehearsed {} to {} over {}. Nothing was sent or written.\n\n{}",
               format_date(one.from), format_date(one.until), counted(one.patients, "patient"),
               table.draw(output_style()));
}

}  // namespace parcours::app

#include "engine/tests/stories/story.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/played_clinic.h"
#include "record/engagement.h"
#include "store/sqlite/sqlite_store.h"

namespace parcours::engine::testing {
namespace {

/// "2026-03-05" and "2026-03-05 14:00" as a reading of the wall clock.
std::chrono::local_time<Duration> read_local(std::string_view text) {
    std::string iso(text);
    if (const std::size_t space = iso.find(' '); space != std::string::npos) {
        iso[space] = 'T';
        iso += ":00Z";
    }
    const auto parsed = parse_instant(iso);
    EXPECT_TRUE(parsed) << text;
    return std::chrono::local_time<Duration>{parsed.value_or(Instant{}).time_since_epoch()};
}

template <class T>
void expect_good(const Result<T>& result) {
    EXPECT_TRUE(result) << result.error().to_text();
}

}  // namespace

practice::FileMap practice_with(const std::set<std::string>& campaigns,
                                const practice::FileMap& more) {
    practice::FileMap files = practice::built_in_files();
    std::erase_if(files, [&campaigns](const auto& file) {
        constexpr std::string_view folder = "campaigns/";
        return file.first.starts_with(folder) &&
               !campaigns.contains(
                   file.first.substr(folder.size(), file.first.rfind('.') - folder.size()));
    });
    return practice::overlay(files, more);
}

practice::FileMap one_message(const std::string& name, const std::string& send, int priority) {
    practice::FileMap files;
    files["cohorts/adults.yaml"] =
        "cohort: adults\ntitle: { en: Adults, fr: Adultes, zh: 成人 }\ncql: AgeInYears() >= 18\n";
    files["campaigns/" + name + ".yaml"] = fmt::format(
        R"(campaign: {0}
title: {{ en: A word, fr: Un mot, zh: 消息 }}
purpose: operations
concern: general
topic: news
priority: {2}
enter: {{ cohort: adults, again: never }}
steps:
  say:  {{ send: {0}, {1}, then: done, else: no }}
  done: {{ end: completed }}
  no:   {{ end: not-said }}
)",
        name, send, priority);
    for (const char* const language : {"en", "fr", "zh"}) {
        files[fmt::format("content/{}.{}.md", name, language)] =
            "---\npurpose: operations\ntopic: news\nchannels: [email, sms]\nsubject: News\n"
            "approved: { on: 2020-01-01, by: a test }\n---\nHello {given_name}.\n";
    }
    return files;
}

Story::Story(std::string_view day, practice::FileMap files) {
    std::string pattern = (std::filesystem::temp_directory_path() / "story-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    auto clinic = make_clinic(std::move(files));
    EXPECT_TRUE(clinic) << clinic.error().to_text();
    clinic_ = std::move(*clinic);
    auto played = PlayedClinic::open(
        [path = path_ + "/D"] {
            return store::open_sqlite_store(path, {store::Access::Write, true});
        },
        clinic_, moment(day));
    expect_good(played);
    played_ = std::move(*played);
}

Story::~Story() {
    played_.reset();
    std::filesystem::remove_all(path_);
}

Instant Story::moment(std::string_view text) const {
    return text.ends_with('Z') ? *parse_instant(text) : clinic_->zone.to_instant(read_local(text));
}

std::string Story::local(Instant at) const {
    const Instant shifted{clinic_->zone.to_local(at).time_since_epoch()};
    const std::string text = format_instant(shifted);
    return text.substr(0, 10) + " " + text.substr(11, 5);
}

Story& Story::record(const std::string& resource) {
    played_->record(resource);
    return *this;
}

Story& Story::record(const Lines& resources) {
    for (const std::string& resource : resources) {
        played_->record(resource);
    }
    return *this;
}

void Story::start() {
    expect_good(played_->start());
}

void Story::restart() {
    expect_good(played_->restart());
}

void Story::outage_until(std::string_view text) {
    played_->stop();
    played_->pass_to(moment(text));
    expect_good(played_->work());
}

void Story::run_until(std::string_view text) {
    expect_good(played_->run_until(moment(text)));
}

void Story::rehearse_until(std::string_view text) {
    expect_good(played_->rehearse_until(moment(text)));
}

void Story::provider(Provider provider) {
    played_->provide([provider = std::move(provider), dead = false](
                         const std::string& channel, const channel::Outbound& message) mutable {
        if (dead || !provider) {
            return PlayedClinic::take(channel, message);
        }
        try {
            return provider(channel, message);
        } catch (const Crash&) {
            dead = true;
            throw;
        }
    });
}

void Story::comes_back(const std::string& channel, channel::Inbound inbound) {
    expect_good(played_->comes_back(channel, std::move(inbound)));
}

void Story::reply(const std::string& channel, const std::string& from, const std::string& text) {
    channel::Inbound inbound;
    inbound.kind = channel::Inbound::Kind::Reply;
    inbound.from = from;
    inbound.text = text;
    comes_back(channel, std::move(inbound));
}

std::string Story::enrol(const std::string& campaign, const std::string& patient,
                         const std::string& by, const std::string& about) {
    const auto enrolment = played_->enrol(campaign, key_of(patient), by, about);
    return enrolment ? "at " + enrolment->step : enrolment.error().message;
}

std::string Story::tell(const std::string& patient,
                        std::vector<std::pair<std::string, std::string>> answers,
                        const std::string& form) {
    const auto told = played_->tell({key_of(patient), form, std::move(answers), "staff Ann"});
    return told ? std::string() : told.error().message;
}

void Story::pause(const std::string& campaign, bool paused) {
    ASSERT_TRUE(played_->pause(campaign, paused, "Ann", ""));
}

void Story::act(const std::function<Result<>(Runner&, Instant)>& act) {
    start();
    expect_good(played_->act(act));
}

void Story::close_task(const std::string& patient, const std::string& outcome) {
    std::vector<Digest> open;
    for (const TaskPointer& task : ledger().tasks()) {
        if (task->open() && task->task.patient == key_of(patient)) {
            open.push_back(task->task.id);
        }
    }
    ASSERT_EQ(open.size(), 1U);
    expect_good(played_->close_task(open.front(), outcome, "nurse"));
}

const Ledger& Story::ledger() {
    start();
    return played_->ledger();
}

Key Story::key_of(const std::string& patient) const {
    return reference_key("main", "Patient/" + patient);
}

std::vector<OutboxEntry> Story::outbox(const std::string& patient) {
    start();
    auto entries = list_outbox(played_->folder(), key_of(patient));
    expect_good(entries);
    return entries ? std::move(*entries) : std::vector<OutboxEntry>{};
}

namespace {

bool is_said(const OutboxEntry& entry) {
    return entry.status == "sent" || entry.status == "captured";
}

}  // namespace

Lines Story::said(const std::string& patient) {
    Lines lines;
    for (const OutboxEntry& entry : outbox(patient)) {
        if (is_said(entry)) {
            lines.push_back(fmt::format("{} {} {}", local(entry.attempts.back().at),
                                        entry.attempts.back().channel, entry.message.content));
        }
    }
    std::ranges::sort(lines);
    return lines;
}

Lines Story::handed_over(const std::string& patient) {
    Lines lines;
    for (const OutboxEntry& entry : outbox(patient)) {
        lines.push_back(
            fmt::format("{} {}", entry.message.content, played_->handed_over(entry.message.id)));
    }
    return lines;
}

Lines Story::unsaid(const std::string& patient) {
    Lines lines;
    for (const OutboxEntry& entry : outbox(patient)) {
        if (!is_said(entry)) {
            lines.push_back(entry.message.content + ": " +
                            (entry.reason.empty() ? std::string(entry.status) : entry.reason));
        }
    }
    return lines;
}

Lines Story::decisions(const std::string& patient) {
    Lines lines;
    const auto entries = outbox(patient);
    if (!entries.empty()) {
        for (const Decided& decided : entries.back().decisions) {
            const Decision& decision = decided.decision;
            std::string line = decision.channel + " " + std::string(outcome_name(decision.outcome));
            line += decision.reason.empty() ? "" : " " + decision.reason;
            line += decision.until ? " until " + local(*decision.until) : "";
            lines.push_back(line);
        }
    }
    return lines;
}

Attempted Story::last_attempt(const std::string& patient) {
    Attempted last;
    for (const OutboxEntry& entry : outbox(patient)) {
        for (const Attempted& attempt : entry.attempts) {
            last = attempt.at >= last.at ? attempt : last;
        }
    }
    return last;
}

Lines Story::tasks(const std::string& patient) {
    Lines lines;
    for (const TaskPointer& state : ledger().tasks()) {
        const Task& task = state->task;
        if (state->open() && task.patient == key_of(patient)) {
            std::string line = task.kind + " " + task.queue;
            line += task.step.empty() ? "" : " " + task.step;
            lines.push_back(line);
        }
    }
    return lines;
}

Lines Story::enrolments(const std::string& patient) {
    Lines lines;
    for (const EnrolmentView one : ledger().enrolments_of(key_of(patient))) {
        const Enrolment enrolment = one.enrolment();
        lines.push_back(enrolment.campaign + (enrolment.ended() ? ": ended " + enrolment.result
                                                                : ": at " + enrolment.step));
    }
    return lines;
}

std::string Story::ended_because(const std::string& patient) {
    const auto all = ledger().enrolments_of(key_of(patient));
    return all.empty() ? std::string() : all.back()->ended_because;
}

}  // namespace parcours::engine::testing

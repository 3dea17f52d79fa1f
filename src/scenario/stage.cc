#include "scenario/stage.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/clinic.h"
#include "engine/played_clinic.h"
#include "outreach/zones.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "record/identity.h"
#include "scenario/happening.h"
#include "scenario/person.h"
#include "scenario/phrase.h"
#include "scenario/practice_files.h"
#include "scenario/report.h"
#include "scenario/saying.h"
#include "scenario/scenario.h"
#include "scenario/words.h"

namespace parcours::scenario {

Result<std::unique_ptr<Stage>> Stage::make(const Scenario& scenario, const practice::FileMap& under,
                                           engine::PlayedClinic::OpenStore open_store) {
    std::unique_ptr<Stage> stage(new Stage(scenario));
    auto versions = make_versions(scenario.setting, scenario.where.file, under);
    if (!versions) {
        return pass_on(versions);
    }
    stage->versions_ = std::move(*versions);
    auto clinic = stage->make_clinic(stage->versions_[""]);
    if (!clinic) {
        return pass_on(clinic);
    }
    stage->zone_ = (*clinic)->zone;
    if (const std::string& name = scenario.setting.zone; !name.empty()) {
        const auto zone = outreach::Zone::find(name);
        if (!zone) {
            return fail(ErrorCode::InvalidInput, zone.error().message, scenario.setting.zone_where);
        }
        stage->zone_ = *zone;
    }
    if (const auto read = stage->read_scenes(); !read) {
        return pass_on(read);
    }
    auto played = engine::PlayedClinic::open(std::move(open_store), std::move(*clinic),
                                             stage->moments_.front().at);
    if (!played) {
        return pass_on(played);
    }
    stage->clinic_ = std::move(*played);
    stage->clinic_->provide(
        [&self = *stage](const std::string& channel, const channel::Outbound& message) {
            return self.provide(channel, message);
        });
    return stage;
}

Result<std::shared_ptr<const engine::Clinic>> Stage::make_clinic(
    const practice::FileMap& files) const {
    auto clinic = engine::make_clinic(files);
    if (clinic) {
        return clinic;
    }
    // All mistakes, at their places in the scenario.
    Error all = clinic.error();
    const std::vector<Error> mistakes = engine::check_clinic(files);
    all.where = place_in_scenario(scenario_.setting, all.where);
    if (!mistakes.empty()) {
        all.message = mistakes.size() == 1 ? "the practice of the scenario has a mistake:"
                                           : "the practice of the scenario has mistakes:";
        all.where = place_in_scenario(scenario_.setting, mistakes.front().where);
    }
    for (Error mistake : mistakes) {
        mistake.where = place_in_scenario(scenario_.setting, mistake.where);
        all.message += "\n    " + mistake.to_text();
    }
    return std::unexpected(std::move(all));
}

Result<> Stage::read_scenes() {
    for (const Scene& scene : scenario_.scenes) {
        const auto at = moment(scene.moment);
        if (!at) {
            return pass_on(at);
        }
        const Location& where = scene.moment.front().where;
        if (!moments_.empty() && *at < moments_.back().at) {
            return fail(ErrorCode::InvalidInput,
                        "time does not go back: before this came " + local(moments_.back().at),
                        where);
        }
        Moment moment{*at, where, {}};
        for (const Sentence& sentence : scene.sentences) {
            auto said = understand(sentence.words);
            if (!said) {
                return pass_on(said);
            }
            said->slots.keep_raw(sentence.text);
            moment.acts.push_back({said->saying, std::move(said->slots), sentence.text});
        }
        moments_.push_back(std::move(moment));
    }
    return {};
}

Result<Instant> Stage::moment(const Words& words) const {
    std::string text = words.front().text;
    outreach::Zone zone = zone_;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].text[0] >= '0' && words[i].text[0] <= '9') {
            text += "T" + words[i].text + (words[i].text.size() == 5 ? ":00" : "");
            continue;
        }
        const auto found = outreach::Zone::find(words[i].text);
        if (!found) {
            return fail(ErrorCode::InvalidInput, found.error().message, words[i].where);
        }
        zone = *found;
    }
    const auto parsed = parse_instant(text + (text.size() > 10 ? "Z" : ""));
    if (!parsed) {
        return fail(ErrorCode::InvalidInput, parsed.error().message, words.front().where);
    }
    return zone.to_instant(outreach::LocalTime{parsed->time_since_epoch()});
}

Result<Instant> Stage::moment(const Slots& slots, std::string_view slot) const {
    return moment(*slots.find(slot));
}

std::string Stage::local(Instant at) const {
    const std::string text = format_instant(Instant{zone_.to_local(at).time_since_epoch()});
    return text.substr(0, 10) + " " + text.substr(11, 5);
}

channel::AttemptResult Stage::provide(const std::string& channel,
                                      const channel::Outbound& message) {
    if (crashing_.erase(channel) > 0) {
        throw engine::PlayedCrash{};
    }
    const auto found = answers_.find(channel);
    return found == answers_.end() ? engine::PlayedClinic::take(channel, message) : found->second;
}

void Stage::answer(const std::string& channel, std::optional<channel::AttemptResult> result) {
    answers_.erase(channel);
    if (result) {
        answers_[channel] = std::move(*result);
    }
}

Result<Person*> Stage::person(const Slots& slots, std::string_view slot) {
    const std::string name = slots.text(slot);
    const auto found = people_.find(name);
    if (found != people_.end()) {
        return &found->second;
    }
    std::vector<std::string> names;
    names.reserve(people_.size());
    for (const auto& [known, person] : people_) {
        names.push_back(known);
    }
    return fail(ErrorCode::InvalidInput,
                "nobody is called \"" + name + "\" yet; \"patient " + name +
                    ": born 1980\" introduces them" +
                    (names.empty() ? std::string() : practice::suggest(name, names)),
                slots.where(slot));
}

Person& Stage::introduce(const std::string& name) {
    const auto [slot, added] = people_.try_emplace(name);
    if (added) {
        slot->second.id = name;
        slot->second.given = name;
    }
    return slot->second;
}

Key Stage::key_of(const Person& person) {
    return reference_key("main", "Patient/" + person.id);
}

std::string Stage::name_of(Key patient) const {
    for (const auto& [name, person] : people_) {
        if (key_of(person) == patient) {
            return name;
        }
    }
    return "somebody unknown";
}

const practice::FileMap* Stage::find_version(std::string_view name) const {
    const auto found = versions_.find(name);
    return found == versions_.end() ? nullptr : &found->second;
}

Result<> Stage::settle() {
    if (off_) {
        return fail(ErrorCode::InvalidInput,
                    "the program does not run here, so nothing is known of it; say \"the program "
                    "starts\" before",
                    place_);
    }
    return clinic_->work();
}

Result<> Stage::stop_program() {
    if (const auto settled = settle(); !settled) {
        return settled;
    }
    clinic_->stop();
    off_ = true;
    return {};
}

Result<> Stage::start_program() {
    if (!off_) {
        return fail(ErrorCode::InvalidInput, "the program runs already", place_);
    }
    off_ = false;
    return settle();
}

void Stage::claim(Claim claim) {
    claim.where = place_;
    claim.at = now();
    claim.line = said_;
    claims_.push_back(std::move(claim));
}

void Stage::miss(const Slots& slots, std::string happened) {
    misses_.push_back({slots.sentence, now(), said_, std::move(happened)});
}

Result<> Stage::play_moment(const Moment& moment, bool first) {
    if (off_) {
        clinic_->pass_to(moment.at);
    } else if (!first) {
        // What is said of the first moment is there when the program starts.
        if (const auto run = clinic_->run_until(moment.at); !run) {
            return run;
        }
    }
    for (const Act& act : moment.acts) {
        said_ = act.text;
        place_ = act.slots.sentence;
        if (const auto acted = act.saying->act(*this, act.slots); !acted) {
            Error error = acted.error();
            error.where = error.where.line == 0 ? place_ : error.where;
            return std::unexpected(std::move(error));
        }
    }
    const auto worked = off_ ? Result<>{} : clinic_->work();
    if (!worked) {
        return fail(worked.error().code, worked.error().message, moment.where);
    }
    return {};
}

Result<Report> Stage::play() {
    for (const Moment& moment : moments_) {
        if (const auto played = play_moment(moment, &moment == moments_.data()); !played) {
            return pass_on(played);
        }
    }
    if (off_) {
        return fail(ErrorCode::InvalidInput,
                    "the scenario ends while the program does not run: say \"the program starts\"",
                    moments_.back().where);
    }
    const auto happenings =
        read_happenings(clinic_->folder(), [this](Key patient) { return name_of(patient); });
    if (!happenings) {
        return pass_on(happenings);
    }
    judge(*happenings);
    Report report;
    for (const Happening& one : *happenings) {
        report.timeline.push_back({one.at, local(one.at) + "  " + one.line});
    }
    std::ranges::sort(misses_, [](const Miss& one, const Miss& other) {
        return std::tie(one.at, one.where.line) < std::tie(other.at, other.where.line);
    });
    report.misses = std::move(misses_);
    return report;
}

namespace {

/// What of it a claim may be about beside its line.
std::string in_full(const Happening& one) {
    std::string text = one.language.empty() ? std::string() : " in " + one.language;
    text += one.kind == Happening::Kind::TaskOpened ? std::string() : " to " + one.to;
    text += one.subject.empty() ? std::string() : "\n        " + one.subject;
    return text + "\n        " + one.text;
}

bool same_minute(Instant one, Instant other) {
    return std::chrono::floor<std::chrono::minutes>(one) ==
           std::chrono::floor<std::chrono::minutes>(other);
}

}  // namespace

/// What was claimed against what happened, each once.
void Stage::judge(const std::vector<Happening>& happenings) {
    std::vector<bool> claimed(happenings.size(), false);
    for (const Claim& claim : claims_) {
        bool met = false;
        std::string nearest = "it did not happen";
        for (std::size_t i = 0; i < happenings.size() && !met; ++i) {
            const Happening& one = happenings[i];
            if (claimed[i] || !claim.fits(one)) {
                continue;
            }
            met = same_minute(one.at, claim.at);
            claimed[i] = met;
            nearest = "it happened on " + local(one.at);
        }
        for (std::size_t i = 0; i < happenings.size() && !met; ++i) {
            if (!claimed[i] && same_minute(happenings[i].at, claim.at) &&
                claim.resembles(happenings[i])) {
                nearest = happenings[i].line + in_full(happenings[i]);
            }
        }
        if (!met) {
            misses_.push_back({claim.where, claim.at, claim.line, nearest});
        }
    }
    for (std::size_t i = 0; i < happenings.size(); ++i) {
        const Happening& one = happenings[i];
        if (one.kind == Happening::Kind::Note || claimed[i]) {
            continue;
        }
        Location where = scenario_.where;
        for (const Moment& moment : moments_) {
            where = moment.at <= one.at ? moment.where : where;
        }
        misses_.push_back({where, one.at, "nothing that the scenario does not say",
                           local(one.at) + "  " + one.line});
    }
}

}  // namespace parcours::scenario

#include "position/explain.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "fhir/resource_type.h"
#include "position/walk.h"
#include "record/engagement.h"

namespace parcours::position {
namespace {

std::string day(Instant at) {
    return at == no_time ? std::string("an unknown day") : format_date(at);
}

/// What a fact is about, in the words of its record.
std::string text_of(const Dictionary& dictionary, const Fact& fact) {
    const std::string_view code = dictionary.concept_text(fact.code);
    const std::string_view reason = dictionary.concept_text(fact.reason);
    if (fact.type == fhir::ResourceType::Encounter && !reason.empty()) {
        return fmt::format("{}, because of {}", code, reason);
    }
    return std::string(!code.empty() ? code : reason);
}

class Sentence {
  public:
    Sentence(const CompiledMap& map, const Dictionary& dictionary, std::span<const Fact> facts,
             const ConcernPosition& position)
        : map_(map), dictionary_(dictionary), facts_(facts), position_(position) {}

    [[nodiscard]] std::string write() const {
        std::string text = first_part();
        if (position_.open && position_.expected != no_time) {
            text +=
                fmt::format("; the next step {} {}", position_.overdue ? "was due on" : "is due by",
                            day(position_.expected));
        }
        if (position_.lost) {
            text += ", and nothing has been heard since";
        }
        return text + ".";
    }

  private:
    [[nodiscard]] std::string fact() const {
        if (position_.fact == no_fact || position_.fact >= facts_.size()) {
            return "an event";
        }
        const Fact& deciding = facts_[position_.fact];
        const std::string text = text_of(dictionary_, deciding);
        return text.empty() ? std::string(fhir::resource_type_name(deciding.type)) : text;
    }

    [[nodiscard]] std::string_view rule() const {
        return position_.rule == no_rule ? std::string_view("an event")
                                         : std::string_view(map_.map().rules[position_.rule].says);
    }

    [[nodiscard]] Instant fact_start() const {
        return position_.fact < facts_.size() ? facts_[position_.fact].start : no_time;
    }

    [[nodiscard]] std::string first_part() const {
        const std::string on = day(position_.decided);
        switch (position_.phase) {
            case Phase::NoEvidence:
                return "Nothing is known of this patient's care yet";
            case Phase::Evidence:
                return fmt::format("{}: {} ({})", on, fact(), rule());
            case Phase::InSpan:
                return fmt::format("Since {}: {} ({})", on, fact(), rule());
            case Phase::AfterDischarge:
                return fmt::format("Discharged on {} after a stay that began on {}: {}", on,
                                   day(fact_start()), fact());
            case Phase::Aftercare:
                return fmt::format("Aftercare since the pregnancy ended on {}", on);
            case Phase::Settled:
                return fmt::format("{}: {} found nothing new (last news {})", on, fact(),
                                   day(position_.evidence));
            case Phase::Recovered:
                return fmt::format("Over by {}: {}", on, fact());
            case Phase::PlanEnded:
                return fmt::format("The plan ended on {}: {}", on, fact());
            case Phase::Remission:
                return fmt::format("{} ended on {}; followed since", fact(), on);
            case Phase::Abated:
                return fmt::format("Closed on {}: {} is over", on, fact());
            case Phase::Closed:
                return fmt::format("Closed by itself on {}, after {} on {}", on, fact(),
                                   day(position_.evidence));
            case Phase::AfterClosed:
                return fmt::format("Nothing is open since {}", on);
            case Phase::Manual:
                return fmt::format("Set by staff on {}", on);
        }
        return {};
    }

    const CompiledMap& map_;
    const Dictionary& dictionary_;
    std::span<const Fact> facts_;
    const ConcernPosition& position_;
};

std::string_view phase_rule(Phase phase) {
    switch (phase) {
        case Phase::NoEvidence:
            return "no-evidence";
        case Phase::AfterDischarge:
            return "after-discharge";
        case Phase::Aftercare:
            return "aftercare";
        case Phase::Recovered:
            return "recovery-over";
        case Phase::PlanEnded:
            return "plan-ended";
        case Phase::Remission:
            return "remission";
        case Phase::Abated:
            return "abated";
        case Phase::Closed:
            return "closed-by-itself";
        case Phase::AfterClosed:
            return "nothing-open";
        case Phase::Manual:
            return "set-by-staff";
        default:
            return "evidence";
    }
}

/// The rule that decided each fact, as the walk over the timeline found it.
std::vector<std::uint16_t> rules_of(const CompiledMap& map, std::span<const Fact> facts,
                                    Instant as_of) {
    std::vector<std::uint16_t> rules(facts.size(), no_rule);
    Walk walk(map);
    walk.tell_rules(rules);
    walk.run(PatientFact{}, facts, as_of);
    return rules;
}

std::string_view words_of(const CompiledMap& map, const Fact& fact, std::uint16_t rule) {
    if (Walk::was_never_true(fact)) {
        return "not counted: entered in error, refuted or not done";
    }
    return rule == no_rule ? std::string_view{} : std::string_view(map.map().rules[rule].says);
}

}  // namespace

const std::string& concern_name(const CompiledMap& map, const ConcernPosition& position) {
    const Concern& concern = map.map().concerns[position.concern];
    return position.child ? concern.before_age : concern.name;
}

Because because_of(const CompiledMap& map, const Dictionary& dictionary,
                   std::span<const Fact> facts, const ConcernPosition& position,
                   std::span<const ManualSetting> manual) {
    Because because;
    const bool by_rule = position.rule != no_rule &&
                         (position.phase == Phase::Evidence || position.phase == Phase::InSpan ||
                          position.phase == Phase::Settled);
    because.rule =
        by_rule ? map.map().rules[position.rule].name : std::string(phase_rule(position.phase));
    because.text = Sentence(map, dictionary, facts, position).write();
    if (position.phase == Phase::Manual) {
        for (const ManualSetting& setting : manual) {
            if (setting.concern == map.map().concerns[position.concern].name) {
                because.text = fmt::format("Set by {} on {}: {}.", setting.by, day(setting.set_at),
                                           setting.reason);
            }
        }
    }
    if (position.fact < facts.size()) {
        because.evidence.push_back(facts[position.fact].key);
    }
    return because;
}

std::vector<Position> positions_in_words(const CompiledMap& map, const Dictionary& dictionary,
                                         std::span<const Fact> facts,
                                         const PatientPositions& answer,
                                         std::span<const ManualSetting> manual) {
    std::vector<Position> out;
    for (const ConcernPosition& in : answer.positions) {
        Position position;
        position.concern = concern_name(map, in);
        position.stage = in.stage;
        position.since = in.since;
        position.open = in.open;
        position.overdue = in.overdue;
        position.lost = in.lost;
        if (in.expected != no_time) {
            position.expected = in.expected;
        }
        position.because = because_of(map, dictionary, facts, in, manual);
        out.push_back(std::move(position));
    }
    return out;
}

std::vector<TimelineRow> timeline_rows(const CompiledMap& map, const Dictionary& dictionary,
                                       std::span<const Fact> facts, const PatientPositions& answer,
                                       Instant as_of, std::size_t count_max) {
    std::vector<TimelineRow> rows;
    const std::vector<std::uint16_t> rules = rules_of(map, facts, as_of);
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const Fact& fact = facts[i];
        if (!fact.seen_at(as_of) || map.rules_of(fact.type).empty()) {
            continue;
        }
        TimelineRow row;
        row.at = fact.start != no_time ? fact.start : fact.occurred;
        row.end = fact.end <= as_of ? fact.end : no_time;
        row.what = fhir::resource_type_name(fact.type);
        if (const auto text = text_of(dictionary, fact); !text.empty()) {
            row.what += ": " + text;
        }
        row.says = words_of(map, fact, rules[i]);
        row.type = fact.type;
        row.key = fact.key;
        row.deciding = std::ranges::any_of(
            answer.positions, [i](const ConcernPosition& position) { return position.fact == i; });
        if (row.says.empty() && !row.deciding) {
            continue;
        }
        rows.push_back(std::move(row));
    }
    std::ranges::sort(rows, [](const TimelineRow& a, const TimelineRow& b) {
        return a.at != b.at ? a.at > b.at : (a.what != b.what ? a.what < b.what : a.key < b.key);
    });
    std::size_t kept = 0;
    std::erase_if(rows, [&](const TimelineRow& row) {
        kept += row.deciding ? 0U : 1U;
        return !row.deciding && kept > count_max;
    });
    return rows;
}

}  // namespace parcours::position

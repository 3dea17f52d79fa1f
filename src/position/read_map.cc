#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "position/journey_map.h"
#include "position/map_fields.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::position {
namespace {

using practice::Node;

template <class T, std::size_t N>
using Names = std::array<std::pair<std::string_view, T>, N>;

constexpr Names<ConcernKind, 4> kinds = {{{"chronic", ConcernKind::Chronic},
                                          {"acute", ConcernKind::Acute},
                                          {"episode", ConcernKind::Episode},
                                          {"standing", ConcernKind::Standing}}};
constexpr Names<About, 5> abouts = {{{"code", About::Code},
                                     {"medicine", About::Medicine},
                                     {"reason", About::Reason},
                                     {"links", About::Links},
                                     {"encounter", About::Encounter}}};
constexpr Names<SpanKind, 3> spans = {
    {{"stay", SpanKind::Stay}, {"pregnancy", SpanKind::Pregnancy}, {"plan", SpanKind::Plan}}};
constexpr Names<Afterwards, 3> endings = {
    {{"keep", Afterwards::Keep}, {"settle", Afterwards::Settle}, {"close", Afterwards::Close}}};
constexpr Names<Mark, 14> marks = {{{"follow-up", Mark::FollowUp},
                                    {"follow-up-of-all", Mark::FollowUpAll},
                                    {"joins", Mark::Joins},
                                    {"ends-pregnancy", Mark::Ends},
                                    {"palliative", Mark::Palliative},
                                    {"suspected-death", Mark::SuspectedDeath},
                                    {"appointment", Mark::Appointment},
                                    {"missed", Mark::Missed},
                                    {"procedure", Mark::Procedure},
                                    {"emergency", Mark::Emergency},
                                    {"background", Mark::Background},
                                    {"diagnosis", Mark::Diagnosis},
                                    {"medicine", Mark::Medicine},
                                    {"contact", Mark::Contact}}};

/// The value a word of the file stands for; a mistake names the nearest one known.
template <class T, std::size_t N>
std::optional<T> read_word(const MapFields& fields, const Node& node, std::string_view word,
                           const Names<T, N>& names, std::string_view what) {
    std::vector<std::string> known;
    for (const auto& [name, value] : names) {
        if (name == word) {
            return value;
        }
        known.emplace_back(name);
    }
    fields.refuse(node, fmt::format("“{}” is no {}{}", word, what, practice::suggest(word, known)));
    return std::nullopt;
}

std::optional<Stage> read_stage(const MapFields& fields, std::string_view key) {
    const Node* const node = fields.find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto stage = find_stage(node->text());
    if (!stage) {
        fields.refuse(*node, fmt::format("“{}” is no stage; stages are awareness, help, care, "
                                         "treatment, lifestyle, ongoing",
                                         node->text()));
    }
    return stage;
}

std::optional<bool> read_maybe(const MapFields& fields, std::string_view key) {
    const Node* const node = fields.find(key);
    return node == nullptr ? std::nullopt : std::optional(fields.take(read_bool(*node, key)));
}

std::uint64_t read_statuses(const MapFields& fields, std::string_view key) {
    std::uint64_t bits = 0;
    for (const std::string& code : fields.texts(key)) {
        const fhir::Status status = code == "none" ? fhir::Status::None : fhir::find_status(code);
        if (status == fhir::Status::Other) {
            fields.refuse(*fields.find(key), fmt::format("“{}” is no status of FHIR R4", code));
        }
        bits |= std::uint64_t{1} << static_cast<unsigned>(status);
    }
    return bits;
}

std::vector<fhir::ResourceType> read_types(const MapFields& fields) {
    std::vector<fhir::ResourceType> types;
    for (const std::string& name : fields.texts("type")) {
        const auto type = fhir::find_resource_type(name);
        if (!type) {
            fields.refuse(*fields.find("type"),
                          fmt::format("“{}” is no resource type of FHIR R4; did you mean “{}”?",
                                      name, fhir::nearest_resource_type(name)));
            continue;
        }
        types.push_back(*type);
    }
    return types;
}

void read_when(const Node& node, Rule& rule, std::vector<Error>& errors) {
    const MapFields fields(node, errors);
    const auto unknown = practice::unknown_keys(
        node,
        {"type", "status", "not-status", "code", "not-code", "category", "not-category", "holds",
         "reason", "concern", "has-end", "from-patient", "new-medicine", "known", "in-care",
         "placed", "longer-than", "shorter-than"},
        "the conditions of a rule");
    errors.insert(errors.end(), unknown.begin(), unknown.end());
    rule.types = read_types(fields);
    if (rule.types.empty()) {
        fields.refuse(node, "a rule needs a type: `type: Encounter`");
    }
    rule.statuses = read_statuses(fields, "status");
    rule.not_statuses = read_statuses(fields, "not-status");
    rule.code = fields.texts("code");
    rule.not_code = fields.texts("not-code");
    rule.reason = fields.texts("reason");
    rule.category = fields.texts("category");
    rule.not_category = fields.texts("not-category");
    rule.holds = fields.texts("holds");
    rule.concerns = fields.texts("concern");
    rule.has_end = read_maybe(fields, "has-end");
    rule.from_patient = read_maybe(fields, "from-patient");
    rule.new_medicine = read_maybe(fields, "new-medicine");
    rule.known = read_maybe(fields, "known");
    rule.in_care = read_maybe(fields, "in-care");
    rule.placed = read_maybe(fields, "placed");
    rule.longer_than = fields.duration("longer-than");
    rule.shorter_than = fields.duration("shorter-than");
}

void read_about(const MapFields& fields, const JourneyMap& map, Rule& rule) {
    const Node* const node = fields.find("about");
    if (node == nullptr) {
        rule.about = {About::Code, About::Reason, About::Links, About::Encounter};
        return;
    }
    if (node->is_scalar()) {
        rule.about_concern = node->text();
        if (!map.find_concern(rule.about_concern)) {
            fields.refuse(*node, fmt::format("this map has no concern “{}”", rule.about_concern));
        }
        return;
    }
    for (const Node& item : node->items()) {
        if (const auto about = read_word(fields, item, item.text(), abouts, "place to look")) {
            rule.about.push_back(*about);
        }
    }
}

void read_then(const MapFields& fields, Rule& rule) {
    rule.stage = read_stage(fields, "stage");
    rule.stage_when_stable = read_stage(fields, "when-stable");
    if (const Node* const weight = fields.find("weight")) {
        rule.weight =
            static_cast<int>(fields.take(practice::read_integer(*weight, "weight", 0, 255)));
    }
    if (const Node* const span = fields.find("span")) {
        rule.span = read_word(fields, *span, span->text(), spans, "span").value_or(SpanKind::None);
    }
    if (const Node* const then = fields.find("then")) {
        rule.afterwards =
            read_word(fields, *then, then->text(), endings, "ending").value_or(Afterwards::Keep);
    }
    rule.lasts = fields.duration("lasts");
    rule.overdue_after = fields.duration("overdue-after");
    for (const std::string& name : fields.texts("marks")) {
        if (const auto mark = read_word(fields, *fields.find("marks"), name, marks, "mark")) {
            rule.marks |= static_cast<std::uint32_t>(*mark);
        }
    }
}

Rule read_rule(const Node& node, const JourneyMap& map, std::vector<Error>& errors) {
    const MapFields fields(node, errors);
    Rule rule;
    rule.where = node.where();
    const auto unknown =
        practice::unknown_keys(node,
                               {"rule", "says", "when", "about", "stage", "when-stable", "weight",
                                "span", "lasts", "then", "overdue-after", "marks", "note"},
                               "a rule");
    errors.insert(errors.end(), unknown.begin(), unknown.end());
    rule.name = fields.text("rule");
    rule.says = fields.text("says");
    if (rule.name.empty()) {
        fields.refuse(node, "a rule needs a name: `rule: new-diagnosis`");
    }
    if (const Node* const when = fields.find("when")) {
        read_when(*when, rule, errors);
    } else {
        fields.refuse(node, "a rule needs conditions: `when: { type: Condition }`");
    }
    for (const std::string& concern : rule.concerns) {
        if (!map.find_concern(concern)) {
            fields.refuse(node, fmt::format("this map has no concern “{}”", concern));
        }
    }
    read_about(fields, map, rule);
    read_then(fields, rule);
    return rule;
}

Concern read_concern(const Node::Entry& entry, std::vector<Error>& errors) {
    const Node& node = entry.value;
    const MapFields fields(node, errors);
    Concern concern;
    concern.name = entry.key;
    concern.where = entry.where;
    const auto unknown = practice::unknown_keys(
        node,
        {"title", "kind", "codes", "medicines", "monitoring", "words", "not-words", "closes-after",
         "overdue-after", "lost-after", "prevention", "least", "surveillance", "always-first",
         "closed-by", "before-age"},
        "a concern");
    errors.insert(errors.end(), unknown.begin(), unknown.end());
    if (const Node* const title = fields.find("title")) {
        concern.title = fields.take(practice::read_titles(*title, "title"));
    }
    if (const Node* const kind = fields.find("kind")) {
        concern.kind =
            read_word(fields, *kind, kind->text(), kinds, "kind").value_or(ConcernKind::Chronic);
    } else {
        fields.refuse(node, "a concern needs a kind: chronic, acute, episode or standing");
    }
    concern.codes = fields.text("codes");
    concern.medicines = fields.text("medicines");
    concern.monitoring = fields.text("monitoring");
    concern.words = fields.texts("words");
    concern.not_words = fields.texts("not-words");
    concern.closes_after = fields.duration("closes-after");
    concern.overdue_after = fields.duration("overdue-after");
    concern.lost_after = fields.duration("lost-after");
    concern.prevention = fields.flag("prevention");
    concern.least = fields.flag("least");
    concern.surveillance = fields.flag("surveillance");
    concern.always_first = fields.flag("always-first");
    concern.closed_by = fields.text("closed-by");
    concern.before_age = fields.text("before-age");
    return concern;
}

void read_sets_and_times(const MapFields& fields, JourneyMap& map) {
    map.history = fields.text("history");
    map.serious_chronic = fields.text("serious-chronic");
    map.serious_acute = fields.text("serious-acute");
    map.chronic = fields.text("chronic");
    map.stay_max = fields.duration("stay-at-most");
    map.pregnancy_max = fields.duration("pregnancy-at-most");
    map.after_discharge = fields.duration("after-discharge");
    map.aftercare = fields.duration("aftercare");
    map.unstable_for = fields.duration("unstable-for");
    map.settles_after = fields.duration("settles-after");
    map.plan_max = fields.duration("plan-at-most");
    map.plan_runs_for = fields.duration("plan-runs-for");
    map.surveillance_for = fields.duration("surveillance-for");
    map.refill_grace = fields.duration("refill-grace");
    map.same_medicine_within = fields.duration("same-medicine-within");
    if (const Node* const words = fields.find("words")) {
        for (const Node::Entry& entry : words->entries()) {
            map.words.emplace_back(
                entry.key, fields.take(practice::read_texts(entry.value, "words of a value set")));
        }
    }
}

void check_concerns(const MapFields& fields, const Node& root, const JourneyMap& map) {
    std::size_t standing = 0;
    for (const Concern& concern : map.concerns) {
        standing += concern.kind == ConcernKind::Standing ? 1U : 0U;
        if (!concern.closed_by.empty() && !map.find_concern(concern.closed_by)) {
            fields.errors().push_back({ErrorCode::InvalidInput,
                                       fmt::format("“{}” is closed by “{}”, which is no concern of "
                                                   "this map",
                                                   concern.name, concern.closed_by),
                                       concern.where});
        }
    }
    if (standing != 1) {
        fields.refuse(root,
                      "a map needs exactly one concern of kind standing: it takes what is "
                      "about no other concern");
    }
}

}  // namespace

std::optional<std::size_t> JourneyMap::find_concern(std::string_view concern) const {
    for (std::size_t i = 0; i < concerns.size(); ++i) {
        if (concerns[i].name == concern) {
            return i;
        }
    }
    return std::nullopt;
}

std::string MapFields::text(std::string_view key) const {
    const Node* const node = node_.find(key);
    return node == nullptr ? std::string{} : take(practice::read_text(*node, key));
}

std::vector<std::string> MapFields::texts(std::string_view key) const {
    const Node* const node = node_.find(key);
    return node == nullptr ? std::vector<std::string>{} : take(practice::read_texts(*node, key));
}

Duration MapFields::duration(std::string_view key) const {
    const Node* const node = node_.find(key);
    return node == nullptr ? Duration{0} : take(practice::read_duration(*node, key));
}

bool MapFields::flag(std::string_view key) const {
    const Node* const node = node_.find(key);
    return node != nullptr && take(practice::read_bool(*node, key));
}

JourneyMap read_journey_map(const Node& root, std::vector<Error>& errors) {
    const MapFields fields(root, errors);
    JourneyMap map;
    const auto unknown = practice::unknown_keys(root,
                                                {"map",
                                                 "title",
                                                 "history",
                                                 "serious-chronic",
                                                 "serious-acute",
                                                 "chronic",
                                                 "words",
                                                 "stay-at-most",
                                                 "pregnancy-at-most",
                                                 "plan-at-most",
                                                 "after-discharge",
                                                 "aftercare",
                                                 "unstable-for",
                                                 "settles-after",
                                                 "plan-runs-for",
                                                 "surveillance-for",
                                                 "refill-grace",
                                                 "same-medicine-within",
                                                 "concerns",
                                                 "evidence"},
                                                "a journey map");
    errors.insert(errors.end(), unknown.begin(), unknown.end());
    map.name = fields.text("map");
    if (const Node* const title = fields.find("title")) {
        map.title = fields.take(practice::read_titles(*title, "title"));
    }
    read_sets_and_times(fields, map);
    const Node* const concerns = fields.find("concerns");
    const Node* const evidence = fields.find("evidence");
    if (concerns == nullptr || !concerns->is_map() || evidence == nullptr ||
        !evidence->is_sequence()) {
        fields.refuse(root, "a journey map needs `concerns:` (a map) and `evidence:` (a list)");
        return map;
    }
    for (const Node::Entry& entry : concerns->entries()) {
        map.concerns.push_back(read_concern(entry, errors));
    }
    check_concerns(fields, root, map);
    for (const Node& rule : evidence->items()) {
        map.rules.push_back(read_rule(rule, map, errors));
    }
    return map;
}

}  // namespace parcours::position

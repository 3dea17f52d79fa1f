#include "position/compiled_map.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "position/journey_map.h"
#include "position/medicine.h"
#include "practice/nearest.h"
#include "practice/value_set.h"
#include "record/dictionary.h"

namespace parcours::position {
namespace {

/// A text in small letters, as it stands and as bare words between spaces.
class Words {
  public:
    explicit Words(std::string_view text) : text_(to_lower_ascii(text)), bare_(" " + text_ + " ") {
        std::ranges::replace_if(
            bare_, [](unsigned char c) { return c < 0x80 && std::isalnum(c) == 0; }, ' ');
    }

    /// Words that begin or end with a space are looked for as whole words: " flu ".
    [[nodiscard]] bool has_any(const std::vector<std::string>& words) const {
        return std::ranges::any_of(words, [this](const std::string& word) {
            const bool whole = word.starts_with(' ') || word.ends_with(' ');
            return (whole ? bare_ : text_).find(word) != std::string::npos;
        });
    }

  private:
    std::string text_;
    std::string bare_;
};

constexpr ConcernMask bit(std::size_t concern) {
    return ConcernMask{1} << concern;
}

}  // namespace

Result<> CompiledMap::check_set(const practice::ValueSets& sets, const std::string& name,
                                const Location& where) const {
    if (name.empty() || sets.find_value_set(name)) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                fmt::format("the map names the value set “{}”, which this practice does not have{}",
                            name, practice::suggest(name, sets.value_set_names())),
                where);
}

Result<SetMask> CompiledMap::set_mask(const practice::ValueSets& sets,
                                      const std::vector<std::string>& names,
                                      const Location& where) {
    SetMask mask = 0;
    for (const std::string& name : names) {
        if (auto found = check_set(sets, name, where); !found) {
            return pass_on(found);
        }
        const auto at = std::ranges::find(set_names_, name);
        const auto index = static_cast<std::size_t>(at - set_names_.begin());
        if (at == set_names_.end()) {
            set_names_.push_back(name);
        }
        if (index >= rule_set_count_max) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("the rules of a map may name at most {} value sets",
                                    rule_set_count_max),
                        where);
        }
        mask |= SetMask{1} << index;
    }
    return mask;
}

Result<> CompiledMap::resolve(const practice::ValueSets& sets) {
    if (map_.concerns.size() > concern_count_max) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("a map may have at most {} concerns", concern_count_max));
    }
    for (std::size_t i = 0; i < map_.concerns.size(); ++i) {
        const Concern& concern = map_.concerns[i];
        kinds_.at(static_cast<std::size_t>(concern.kind)) |= bit(i);
        general_ = concern.kind == ConcernKind::Standing ? i : general_;
        for (const std::string& name : {concern.codes, concern.medicines, concern.monitoring}) {
            if (auto found = check_set(sets, name, concern.where); !found) {
                return found;
            }
        }
    }
    for (const std::string& name :
         {map_.history, map_.serious_chronic, map_.serious_acute, map_.chronic}) {
        if (auto found = check_set(sets, name, {}); !found) {
            return found;
        }
    }
    for (const auto& [name, words] : map_.words) {
        if (auto found = check_set(sets, name, {}); !found) {
            return found;
        }
    }
    for (std::size_t i = 0; i < map_.rules.size(); ++i) {
        const Rule& rule = map_.rules[i];
        CompiledRule compiled;
        for (const auto& [names, mask] :
             {std::pair{&rule.code, &compiled.code}, std::pair{&rule.not_code, &compiled.not_code},
              std::pair{&rule.reason, &compiled.reason},
              std::pair{&rule.category, &compiled.category},
              std::pair{&rule.not_category, &compiled.not_category},
              std::pair{&rule.holds, &compiled.holds}}) {
            auto bits = set_mask(sets, *names, rule.where);
            if (!bits) {
                return pass_on(bits);
            }
            *mask = *bits;
        }
        for (const std::string& concern : rule.concerns) {
            compiled.concerns |= bit(map_.find_concern(concern).value_or(general_));
        }
        if (!rule.about_concern.empty()) {
            compiled.about = bit(map_.find_concern(rule.about_concern).value_or(general_));
        }
        rules_.push_back(compiled);
        for (const fhir::ResourceType type : rule.types) {
            by_type_.at(static_cast<std::size_t>(type)).push_back(static_cast<std::uint16_t>(i));
            if (rule.has(Mark::Palliative) || rule.has(Mark::SuspectedDeath)) {
                care_codes_.at(static_cast<std::size_t>(type)) |=
                    compiled.code == 0 ? any_code : compiled.code;
            }
        }
    }
    return {};
}

Result<CompiledMap> CompiledMap::compile(JourneyMap map, const practice::ValueSets& sets,
                                         const Dictionary& dictionary) {
    CompiledMap compiled;
    compiled.map_ = std::move(map);
    if (auto resolved = compiled.resolve(sets); !resolved) {
        return pass_on(resolved);
    }
    compiled.unknown_.vague = true;
    compiled.update(sets, dictionary);
    return compiled;
}

void CompiledMap::update(const practice::ValueSets& sets, const Dictionary& dictionary) {
    for (std::size_t id = concepts_.size(); id < dictionary.concept_count(); ++id) {
        concepts_.push_back(decide(sets, dictionary, static_cast<ConceptId>(id)));
    }
}

void CompiledMap::add_code(const practice::ValueSets& sets, const CodeName& code,
                           ConceptInfo& info) const {
    const auto in = [&](const std::string& name) {
        return !name.empty() && sets.contains(std::string_view(name), code.system, code.code);
    };
    for (std::size_t i = 0; i < set_names_.size(); ++i) {
        info.sets |= in(set_names_[i]) ? SetMask{1} << i : 0;
    }
    for (std::size_t i = 0; i < map_.concerns.size(); ++i) {
        const Concern& concern = map_.concerns[i];
        info.concerns |= in(concern.codes) ? bit(i) : 0;
        info.medicines |= in(concern.medicines) ? bit(i) : 0;
        info.monitors |= in(concern.monitoring) ? bit(i) : 0;
    }
    info.history = info.history || in(map_.history);
    info.serious_chronic = info.serious_chronic || in(map_.serious_chronic);
    info.serious_acute = info.serious_acute || in(map_.serious_acute);
    info.chronic = info.chronic || in(map_.chronic);
}

void CompiledMap::add_words(std::string_view text, ConceptInfo& info) const {
    const Words found(text);
    for (const auto& [name, words] : map_.words) {
        if (!found.has_any(words)) {
            continue;
        }
        const auto at = std::ranges::find(set_names_, name);
        if (at != set_names_.end()) {
            info.sets |= SetMask{1} << static_cast<std::size_t>(at - set_names_.begin());
        }
        info.history = info.history || name == map_.history;
        info.serious_chronic = info.serious_chronic || name == map_.serious_chronic;
        info.serious_acute = info.serious_acute || name == map_.serious_acute;
        info.chronic = info.chronic || name == map_.chronic;
        for (std::size_t i = 0; i < map_.concerns.size(); ++i) {
            info.medicines |= name == map_.concerns[i].medicines ? bit(i) : 0;
            info.monitors |= name == map_.concerns[i].monitoring ? bit(i) : 0;
        }
    }
    for (std::size_t i = 0; i < map_.concerns.size(); ++i) {
        const Concern& concern = map_.concerns[i];
        if (found.has_any(concern.words) && !found.has_any(concern.not_words)) {
            info.concerns |= bit(i);
            return;  // The first concern whose words fit: the order of the map decides.
        }
    }
}

ConceptInfo CompiledMap::decide(const practice::ValueSets& sets, const Dictionary& dictionary,
                                ConceptId id) const {
    ConceptInfo info;
    const auto codes = dictionary.concept_codes(id);
    info.vague = id == 0;
    for (const CodeId code : codes) {
        add_code(sets, dictionary.code(code), info);
    }
    const std::string_view text = dictionary.concept_text(id);
    const bool unknown = info.sets == 0 && info.concerns == 0 && info.medicines == 0 &&
                         info.monitors == 0 && !info.history && !info.serious_chronic &&
                         !info.serious_acute && !info.chronic;
    if (unknown && id != 0) {
        // Words are a fallback for codes that no value set lists, and for free text.
        add_words(text, info);
    }
    if (info.history) {
        info.concerns = 0;
    }
    const std::string ingredient = ingredient_of(text);
    info.ingredient = ingredient.empty() ? 0 : static_cast<std::uint32_t>(fast_hash(ingredient));
    return info;
}

}  // namespace parcours::position

#include "record/dictionary.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/summary.h"

namespace parcours {
namespace {

constexpr std::size_t unit_count_max = 65'535;

/// What tells a concept from others; puts its codes in order, each once.
std::string concept_key(std::vector<CodeId>& codes, std::string_view text) {
    std::ranges::sort(codes);
    const auto duplicates = std::ranges::unique(codes);
    codes.erase(duplicates.begin(), duplicates.end());
    std::string key(reinterpret_cast<const char*>(codes.data()), codes.size() * sizeof(CodeId));
    key += text;
    return key;
}

}  // namespace

Dictionary::Dictionary() {
    codes_.emplace_back();
    concepts_.emplace_back();
    units_.emplace_back();
}

CodeId Dictionary::add_code(std::string_view system, std::string_view code,
                            std::string_view display) {
    scratch_.assign(system);
    scratch_ += '|';
    scratch_ += code;
    const auto found = code_ids_.find(scratch_);
    if (found != code_ids_.end()) {
        return found->second;
    }
    const auto id = static_cast<CodeId>(codes_.size());
    codes_.push_back({std::string(system), std::string(code), std::string(display)});
    code_ids_.emplace(scratch_, id);
    return id;
}

ConceptId Dictionary::add_concept(const fhir::Codings& codings) {
    if (codings.empty()) {
        return 0;
    }
    std::vector<CodeId> codes;
    codes.reserve(codings.codings.size());
    for (const auto& coding : codings.codings) {
        codes.push_back(add_code(coding.system, coding.code, coding.display));
    }
    return add_concept(std::move(codes), codings.text);
}

ConceptId Dictionary::add_concept(std::vector<CodeId> codes, std::string_view text) {
    std::string key = concept_key(codes, text);
    const auto [slot, added] = concept_ids_.try_emplace(std::move(key), 0);
    if (added) {
        slot->second = static_cast<ConceptId>(concepts_.size());
        concepts_.push_back({std::move(codes), std::string(text)});
    }
    return slot->second;
}

UnitId Dictionary::add_unit(std::string_view unit) {
    if (unit.empty()) {
        return 0;
    }
    const auto [slot, added] = unit_ids_.try_emplace(std::string(unit), UnitId{0});
    if (added && units_.size() < unit_count_max) {
        slot->second = static_cast<UnitId>(units_.size());
        units_.emplace_back(unit);
    }
    return slot->second;
}

std::optional<ConceptId> Dictionary::find_concept(const fhir::Codings& codings) const {
    if (codings.empty()) {
        return 0;
    }
    std::vector<CodeId> codes;
    for (const auto& coding : codings.codings) {
        const CodeId code = find_code(coding.system, coding.code);
        if (code == 0) {
            return std::nullopt;
        }
        codes.push_back(code);
    }
    const auto found = concept_ids_.find(concept_key(codes, codings.text));
    return found == concept_ids_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<UnitId> Dictionary::find_unit(std::string_view unit) const {
    if (unit.empty()) {
        return 0;
    }
    const auto found = unit_ids_.find(std::string(unit));
    return found == unit_ids_.end() ? std::nullopt : std::optional(found->second);
}

CodeId Dictionary::find_code(std::string_view system, std::string_view code) const {
    std::string key(system);
    key += '|';
    key += code;
    const auto found = code_ids_.find(key);
    return found == code_ids_.end() ? 0 : found->second;
}

std::string_view Dictionary::concept_text(ConceptId id) const {
    const Concept& found = concepts_[id];
    if (!found.text.empty() || found.codes.empty()) {
        return found.text;
    }
    const CodeName& first = codes_[found.codes.front()];
    return first.display.empty() ? first.code : first.display;
}

}  // namespace parcours

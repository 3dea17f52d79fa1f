#include "population/part_rows.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "fhir/summary.h"

namespace parcours::population {
namespace {

/// Texts are for showing; what is longer than this is a narrative, and stays in the resource.
constexpr std::size_t text_length_max = 240;

std::string_view shortened(std::string_view text) {
    if (text.size() <= text_length_max) {
        return text;
    }
    std::size_t end = text_length_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end);
}

Key hash_of(const fhir::Codings& codings, std::string_view text) {
    std::uint64_t hash = fast_hash(text, codings.codings.size() + 1);
    for (const fhir::Coding& coding : codings.codings) {
        hash = fast_hash(coding.system, hash);
        hash = fast_hash(coding.code, hash);
        hash = fast_hash(coding.display, hash);
    }
    return hash == 0 ? 1 : hash;
}

}  // namespace

WordingId WordingPool::add(const fhir::Codings& codings) {
    if (codings.empty()) {
        return 0;
    }
    const std::string_view text = shortened(codings.text);
    const Key hash = hash_of(codings, text);
    const auto [id, added] = known_.add(hash, static_cast<std::uint32_t>(wordings_.size()));
    if (added) {
        Wording& wording = wordings_.emplace_back();
        wording.hash = hash;
        wording.text = text;
        for (const fhir::Coding& coding : codings.codings) {
            wording.codings.push_back({std::string(coding.system), std::string(coding.code),
                                       std::string(coding.display)});
        }
    }
    return id;
}

WordingId WordingPool::add_unit(std::string_view unit) {
    if (unit.empty()) {
        return 0;
    }
    const std::string_view text = shortened(unit);
    const Key hash = hash_of({}, text);
    const auto [id, added] = known_.add(hash, static_cast<std::uint32_t>(wordings_.size()));
    if (added) {
        wordings_.push_back({hash, {}, std::string(text)});
    }
    return id;
}

void WordingPool::clear() {
    wordings_.resize(1);
    known_.clear();
}

bool VersionMark::newer_than(const VersionMark& other) const {
    if (last_updated != no_time && other.last_updated != no_time &&
        last_updated != other.last_updated) {
        return last_updated > other.last_updated;
    }
    if (number != 0 && other.number != 0 && number != other.number) {
        return number > other.number;
    }
    return position > other.position;
}

}  // namespace parcours::population

#include "population/index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "population/patients.h"
#include "population/table.h"
#include "record/fact.h"

namespace parcours::population {

std::pair<std::uint32_t, std::uint32_t> Table::rows_of(PatientNumber number) const {
    return {offsets[number], offsets[number + 1]};
}

ColumnSlice<std::uint32_t> Table::rows_with(ConceptId wanted) const {
    const auto concepts = posting_concepts.plain();
    const auto found = std::ranges::lower_bound(concepts, wanted);
    if (found == concepts.end() || *found != wanted) {
        return {};
    }
    const auto at = static_cast<std::size_t>(found - concepts.begin());
    const std::uint32_t begin = posting_offsets[at];
    return {posting_rows, begin, posting_offsets[at + 1] - begin};
}

std::span<const Key> Table::links_of(std::uint32_t row) const {
    const std::uint32_t first = row == 0 ? 0 : link_end[row - 1];
    const std::uint32_t last = link_end[row];
    return first == last ? std::span<const Key>() : links.plain().subspan(first, last - first);
}

Fact Table::fact(std::uint32_t row) const {
    Fact fact;
    fact.type = type;
    fact.status = status[row];
    fact.verification = verification[row];
    fact.precision = precision[row];
    fact.marks = marks[row];
    fact.key = key[row];
    fact.position = position[row];
    fact.code = code[row];
    fact.category = category[row];
    fact.reason = reason[row];
    fact.value = value[row];
    fact.interpretation = interpretation[row];
    fact.unit = unit[row];
    fact.quantity = quantity[row];
    fact.occurred = occurred[row];
    fact.recorded = recorded[row];
    fact.start = start[row];
    fact.end = end[row];
    fact.encounter = encounter[row];
    fact.updated = last_updated[row];
    fact.links = links_of(row);
    return fact;
}

PatientFact Patients::fact(PatientNumber number) const {
    PatientFact fact;
    fact.key = key[number];
    fact.position = position[number];
    fact.birth = birth[number];
    fact.deceased = deceased[number];
    fact.deceased_flag = (flags[number] & flag_deceased) != 0;
    fact.active = (flags[number] & flag_inactive) == 0;
    fact.gender = gender(number);
    fact.replaced_by = replaced_by[number];
    fact.recorded = recorded[number];
    return fact;
}

std::string_view Patients::id(PatientNumber number) const {
    const std::uint32_t begin = id_offset[number];
    const auto bytes = ids.plain().subspan(begin, id_offset[number + 1] - begin);
    return {bytes.data(), bytes.size()};
}

std::optional<PatientNumber> Patients::find(Key patient) const {
    std::size_t low = 0;
    std::size_t high = count;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (key[middle] < patient) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && key[low] == patient ? std::optional(static_cast<PatientNumber>(low))
                                              : std::nullopt;
}

Index::Index(IndexContent content) : content_(std::move(content)) {
    for (const Table& table : content_.tables) {
        by_type_[static_cast<std::size_t>(table.type)] = &table;
    }
    for (PatientNumber number = 0; number < content_.patients.count; ++number) {
        person_count_ += content_.patients.counts(number) ? 1U : 0U;
    }
}

std::size_t Index::fact_count() const {
    std::size_t count = 0;
    for (const Table& table : content_.tables) {
        count += table.row_count;
    }
    return count;
}

std::vector<PatientNumber> Index::find_patients(std::string_view id) const {
    std::vector<PatientNumber> found;
    for (const std::string& source : content_.patients.sources) {
        if (const auto number = find_patient(patient_key(source, id))) {
            found.push_back(*number);
        }
        if (id.size() > source.size() && id.starts_with(source) && id[source.size()] == '/') {
            const auto number = find_patient(patient_key(source, id.substr(source.size() + 1)));
            if (number) {
                found.push_back(*number);
            }
        }
    }
    return found;
}

void Index::facts_of(PatientNumber patient, std::vector<Fact>& out) const {
    out.clear();
    for (const Table& table : content_.tables) {
        const auto [begin, end] = table.rows_of(patient);
        for (std::uint32_t row = begin; row < end; ++row) {
            out.push_back(table.fact(row));
        }
    }
    std::ranges::sort(out, [](const Fact& left, const Fact& right) {
        return std::tie(left.occurred, left.start, left.key) <
               std::tie(right.occurred, right.start, right.key);
    });
}

std::size_t Index::column_bytes() const {
    std::size_t bytes = 0;
    const void* last = nullptr;
    const auto count = [&bytes, &last](std::string_view, const auto& column) {
        const void* const at = column.code_bytes().data();
        bytes += at == last ? 0 : column.bytes();
        last = at;
    };
    Patients::each_column(content_.patients, count);
    for (const Table& table : content_.tables) {
        Table::each_column(table, count);
    }
    return bytes;
}

}  // namespace parcours::population

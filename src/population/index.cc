#include "population/index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "population/find_by_id.h"
#include "population/key_map.h"
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

namespace {

/// Calls `fill(column, member)` for each member of a fact that a column holds.
template <class Fill>
void each_member(const Table& table, Fill fill) {
    fill(table.status, &Fact::status);
    fill(table.verification, &Fact::verification);
    fill(table.precision, &Fact::precision);
    fill(table.marks, &Fact::marks);
    fill(table.key, &Fact::key);
    fill(table.position, &Fact::position);
    fill(table.code, &Fact::code);
    fill(table.category, &Fact::category);
    fill(table.reason, &Fact::reason);
    fill(table.value, &Fact::value);
    fill(table.interpretation, &Fact::interpretation);
    fill(table.unit, &Fact::unit);
    fill(table.quantity, &Fact::quantity);
    fill(table.occurred, &Fact::occurred);
    fill(table.recorded, &Fact::recorded);
    fill(table.start, &Fact::start);
    fill(table.end, &Fact::end);
    fill(table.encounter, &Fact::encounter);
    fill(table.last_updated, &Fact::updated);
}

}  // namespace

Fact Table::fact(std::uint32_t row) const {
    Fact fact;
    each_member(*this,
                [&](const auto& column, auto Fact::* member) { fact.*member = column[row]; });
    fact.type = type;
    fact.links = links_of(row);
    return fact;
}

void Table::add_facts(std::uint32_t first, std::uint32_t past, std::vector<Fact>& out) const {
    if (first == past) {
        return;
    }
    const std::size_t count = past - first;
    out.resize(out.size() + count);
    Fact* const facts = &out[out.size() - count];
    each_member(*this, [&](const auto& column, auto Fact::* member) {
        column.each_run(first, count,
                        [&](std::size_t i, const auto& value) { facts[i].*member = value; });
    });
    for (std::size_t i = 0; i < count; ++i) {
        facts[i].type = type;
        facts[i].links = links_of(static_cast<std::uint32_t>(first + i));
    }
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

/// Keys are hashes, spread evenly: each probe tells about how far away the sought one is. Wherever
/// they are not, the halving that follows finds it all the same.
std::optional<PatientNumber> Patients::find(Key patient) const {
    if (count == 0) {
        return std::nullopt;
    }
    const auto places_in = [this](Key distance) {
        return static_cast<std::size_t>((distance >> 32U) * count >> 32U);
    };
    std::size_t low = 0;
    std::size_t high = count;  // it is in [low, high)
    std::size_t probe = places_in(patient);
    for (std::size_t reach = 64; high - low > reach;) {
        const Key found = key[probe];
        if (found == patient) {
            return static_cast<PatientNumber>(probe);
        }
        // A little beyond the guess, so that the next probe closes the other side.
        if (found < patient) {
            low = probe + 1;
            probe = std::min(high - 1, low + places_in(patient - found) + reach / 2);
        } else {
            high = probe;
            const std::size_t back = places_in(found - patient) + reach / 2;
            probe = high - low > back ? high - back : low;
        }
        reach *= 2;
    }
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

namespace {

/// Whether a run of keys holds this one: without a branch for each, so that several are compared
/// at once.
bool holds(std::span<const Key> keys, Key key) {
    bool any = false;
    for (const Key one : keys) {
        any |= one == key;
    }
    return any;
}

/// Calls `use(key, row)` for each row whose key is sought.
template <class Use>
void find_keys(const Column<Key>& column, std::span<const Key> sought, Use use) {
    const std::span<const Key> all = column.plain();
    constexpr std::size_t few = 4;
    constexpr std::size_t run = 1024;
    if (sought.size() <= few && !all.empty()) {
        for (std::size_t from = 0; from < all.size(); from += run) {
            const auto keys = all.subspan(from, std::min(run, all.size() - from));
            for (const Key key : sought) {
                if (holds(keys, key)) {
                    const auto at = std::ranges::find(keys, key) - keys.begin();
                    use(key, static_cast<std::uint32_t>(from + static_cast<std::size_t>(at)));
                }
            }
        }
        return;
    }
    KeyMap wanted(sought.size());
    for (const Key key : sought) {
        wanted.add(key, 0);
    }
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (const Key key = column[row]; wanted.find(key) != KeyMap::nothing_found) {
            use(key, static_cast<std::uint32_t>(row));
        }
    }
}

}  // namespace

Index::Index(IndexContent content) : content_(std::move(content)) {
    for (const Table& table : content_.tables) {
        by_type_[static_cast<std::size_t>(table.type)] = &table;
    }
    const Patients& patients = content_.patients;
    for (PatientNumber number = 0; number < patients.count; ++number) {
        person_count_ += patients.counts(number) ? 1U : 0U;
        if (patients.survivor[number] != number) {
            merged_.push_back(number);
        }
        if (const Key by = patients.replaced_by[number]; by != 0) {
            replaced_.emplace_back(by, number);
        }
    }
    std::ranges::sort(replaced_);
}

std::vector<PatientNumber> Index::replaced_by(Key patient) const {
    std::vector<PatientNumber> found;
    for (auto at = std::ranges::lower_bound(replaced_, std::pair(patient, PatientNumber{0}));
         at != replaced_.end() && at->first == patient; ++at) {
        found.push_back(at->second);
    }
    return found;
}

std::vector<std::optional<std::uint32_t>> Index::find_rows(fhir::ResourceType type,
                                                           std::span<const Key> keys) const {
    std::vector<std::optional<std::uint32_t>> found(keys.size());
    const Table* const table = find_table(type);
    if (table == nullptr) {
        return found;
    }
    std::vector<Key> sought;
    const std::scoped_lock lock(found_mutex_);
    for (const Key key : keys) {
        if (!found_.contains(key)) {
            sought.push_back(key);
        }
    }
    constexpr std::size_t remembered_max = 100'000;
    if (found_.size() + sought.size() > remembered_max) {
        found_.clear();
        sought.assign(keys.begin(), keys.end());
    }
    if (!sought.empty()) {
        for (const Key key : sought) {
            found_.emplace(key, std::nullopt);
        }
        find_keys(table->key, sought, [this](Key key, std::uint32_t row) { found_[key] = row; });
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        found[i] = found_[keys[i]];
    }
    return found;
}

std::size_t Index::fact_count() const {
    std::size_t count = 0;
    for (const Table& table : content_.tables) {
        count += table.row_count;
    }
    return count;
}

std::vector<PatientNumber> Index::find_patients(std::string_view id) const {
    return find_by_id(content_.patients.sources, id, [this](Key key) { return find_patient(key); });
}

void Index::facts_of(PatientNumber patient, std::vector<Fact>& out) const {
    out.clear();
    for (const Table& table : content_.tables) {
        const auto [begin, end] = table.rows_of(patient);
        table.add_facts(begin, end, out);
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

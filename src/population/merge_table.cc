#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "fhir/status.h"
#include "population/arena.h"
#include "population/key_map.h"
#include "population/merge_steps.h"
#include "population/part_rows.h"
#include "population/table.h"
#include "record/fact.h"

namespace parcours::population {
namespace {

/// A row of the merged table: one of the previous table, or one of the parts (of `fresh_`).
struct Source {
    static constexpr std::uint32_t none = UINT32_MAX;
    std::uint32_t previous = none;
    std::uint32_t fresh = none;
};

/// A row of the parts, copied in the order of the table so that columns are filled by reading
/// memory in order, its codes those of the merged dictionary.
struct FreshRow {
    PartRow row;
    PatientNumber owner = no_patient;
    std::uint32_t part = 0;
};

/// The order of a table.
using SortKey = std::tuple<PatientNumber, Instant, Instant, Key>;

VersionMark version_of(const Table& table, std::uint32_t row) {
    return {table.last_updated[row], table.version[row], table.position[row]};
}

bool may_name_medication(fhir::ResourceType type) {
    using enum fhir::ResourceType;
    return type == MedicationAdministration || type == MedicationDispense ||
           type == MedicationRequest || type == MedicationStatement;
}

/// Builds one table; lives for one `merge_table`.
class TableBuilder {
  public:
    TableBuilder(fhir::ResourceType type, std::vector<NewRow> rows, const Table* previous,
                 const TableMerge& merge, Arena& arena)
        : rows_(std::move(rows)), previous_(previous), merge_(merge), arena_(arena) {
        out_.type = type;
    }

    Result<Table> build();

  private:
    void sort_versions();
    void choose_versions();
    void fold_group(std::size_t begin, std::size_t end, std::uint32_t previous_row,
                    std::vector<NewRow>& winners);
    void sort_rows();
    void fill_identity();
    void fill_codes();
    void fill_medications();
    void fill_dates();
    Result<> fill_links();
    void fill_offsets();

    void copy_fresh(const std::vector<std::pair<SortKey, std::uint32_t>>& order);

    [[nodiscard]] PatientNumber owner_of(const NewRow& row) const;
    [[nodiscard]] PatientNumber owner_of(const Source& source) const;
    /// Whose row it is. What was entered in error is nobody's: it stays as the newest version of
    /// its resource, and no column, posting list or bitmap of a patient holds it.
    [[nodiscard]] PatientNumber patient_of(PatientNumber owner, bool retracted) const {
        return owner == no_patient || retracted ? no_patient : merge_.patients.survivor[owner];
    }
    [[nodiscard]] bool is_retracted(const Source& source) const;
    [[nodiscard]] SortKey previous_key(std::uint32_t row) const;

    /// A column on its way, and what a fresh row has in it.
    template <class T, class Get>
    struct Filling {
        Column<T> Table::* column;
        Get get;
        std::unique_ptr<T[]> values;
    };
    template <class T, class Get>
    static Filling<T, Get> from(Column<T> Table::* column, Get get) {
        return {column, get, nullptr};
    }
    /// Several at once, so that each row is fetched once.
    template <class... Fillings>
    void fill(Fillings... fillings) {
        (prepare(fillings), ...);
        for (std::size_t i = 0; i < order_.size(); ++i) {
            const Source source = order_[i];
            if (source.fresh == Source::none) {
                ((fillings.values[i] = (previous_->*fillings.column)[source.previous]), ...);
            } else {
                const PartRow& row = fresh_[source.fresh].row;
                ((fillings.values[i] = fillings.get(row)), ...);
            }
        }
        (finish(fillings), ...);
    }
    template <class T, class Get>
    void prepare(Filling<T, Get>& filling) const {
        filling.values = std::make_unique_for_overwrite<T[]>(order_.size());
    }
    template <class T, class Get>
    void finish(Filling<T, Get>& filling) {
        out_.*filling.column =
            arena_.column(std::span<const T>(filling.values.get(), order_.size()));
        filling.values.reset();
    }

    std::vector<NewRow> rows_;
    const Table* previous_;
    const TableMerge& merge_;
    Arena& arena_;
    std::vector<bool> replaced_;  ///< rows of the previous table that a newer version replaces
    std::vector<FreshRow> fresh_;
    std::vector<Source> order_;
    Table out_;
};

/// Lets the versions rows_[begin, end) of one resource, in the order of the log, replace one
/// another and the previous table's.
void TableBuilder::fold_group(std::size_t begin, std::size_t end, std::uint32_t previous_row,
                              std::vector<NewRow>& winners) {
    const bool known = previous_row != KeyMap::nothing_found;
    VersionMark current = known ? version_of(*previous_, previous_row) : VersionMark{};
    const NewRow* winner = nullptr;
    for (std::size_t i = begin; i < end; ++i) {
        const VersionMark& version = rows_[i].row->version;
        if (current.position == 0 || version.newer_than(current)) {
            current = version;
            winner = &rows_[i];
        }
    }
    if (winner != nullptr) {
        winners.push_back(*winner);
        if (known) {
            replaced_[previous_row] = true;
        }
    }
}

/// By key, then in the order of the log. Keys are copied out first: the rows lie all over memory.
void TableBuilder::sort_versions() {
    using Keyed = std::tuple<Key, LogPosition, std::uint32_t>;
    std::vector<Keyed> order(rows_.size());
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
        order[i] = {rows_[i].row->fact.key, rows_[i].row->fact.position, i};
    }
    std::ranges::sort(order);
    std::vector<NewRow> sorted(rows_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        sorted[i] = rows_[std::get<2>(order[i])];
    }
    rows_ = std::move(sorted);
}

void TableBuilder::choose_versions() {
    sort_versions();
    KeyMap previous_rows(rows_.size());
    if (previous_ != nullptr) {
        replaced_.assign(previous_->row_count, false);
        KeyMap wanted(rows_.size());
        for (const NewRow& row : rows_) {
            wanted.add(row.row->fact.key, 0);
        }
        for (std::uint32_t row = 0; row < previous_->row_count; ++row) {
            const Key key = previous_->key[row];
            if (wanted.find(key) != KeyMap::nothing_found) {
                previous_rows.add(key, row);
            }
        }
    }
    std::vector<NewRow> winners;
    winners.reserve(rows_.size());
    for (std::size_t begin = 0; begin < rows_.size();) {
        const Key key = rows_[begin].row->fact.key;
        std::size_t end = begin + 1;
        while (end < rows_.size() && rows_[end].row->fact.key == key) {
            ++end;
        }
        fold_group(begin, end, previous_rows.find(key), winners);
        begin = end;
    }
    rows_ = std::move(winners);
}

PatientNumber TableBuilder::owner_of(const NewRow& row) const {
    return row.row->owner == 0 ? no_patient : merge_.numbers.find(row.row->owner);
}

PatientNumber TableBuilder::owner_of(const Source& source) const {
    if (source.fresh != Source::none) {
        return fresh_[source.fresh].owner;
    }
    const PatientNumber old = previous_->owner[source.previous];
    return old == no_patient ? no_patient : merge_.renumbered[old];
}

bool TableBuilder::is_retracted(const Source& source) const {
    if (source.fresh != Source::none) {
        const Fact& fact = fresh_[source.fresh].row.fact;
        return fhir::is_retracted(fact.status, fact.verification);
    }
    return fhir::is_retracted(previous_->status[source.previous],
                              previous_->verification[source.previous]);
}

SortKey TableBuilder::previous_key(std::uint32_t row) const {
    const Source source{row, Source::none};
    const PatientNumber patient = patient_of(owner_of(source), is_retracted(source));
    return {patient, previous_->occurred[row], previous_->start[row], previous_->key[row]};
}

void TableBuilder::copy_fresh(const std::vector<std::pair<SortKey, std::uint32_t>>& order) {
    fresh_.reserve(order.size());
    for (const auto& [key, number] : order) {
        const NewRow& from = rows_[number];
        FreshRow& to = fresh_.emplace_back(*from.row, owner_of(from), from.part);
        const Translation& translation = merge_.translations[from.part];
        Fact& fact = to.row.fact;
        for (ConceptId Fact::* role :
             {&Fact::code, &Fact::category, &Fact::reason, &Fact::value, &Fact::interpretation}) {
            fact.*role = translation.concepts[fact.*role];
        }
        fact.unit = translation.units[to.row.unit];
    }
}

void TableBuilder::sort_rows() {
    std::vector<std::pair<SortKey, std::uint32_t>> fresh(rows_.size());
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
        const Fact& fact = rows_[i].row->fact;
        const bool retracted = fhir::is_retracted(fact.status, fact.verification);
        const PatientNumber patient = patient_of(owner_of(rows_[i]), retracted);
        fresh[i] = {{patient, fact.occurred, fact.start, fact.key}, i};
    }
    std::ranges::sort(fresh);
    copy_fresh(fresh);
    std::vector<std::uint32_t> kept;
    for (std::uint32_t row = 0; row < replaced_.size(); ++row) {
        if (!replaced_[row]) {
            kept.push_back(row);
        }
    }
    const auto key = [this](std::uint32_t row) { return previous_key(row); };
    // Only where patients were merged or parted since has the old order changed.
    if (!std::ranges::is_sorted(kept, {}, key)) {
        std::ranges::sort(kept, {}, key);
    }
    order_.reserve(kept.size() + fresh.size());
    std::uint32_t next = 0;
    for (const std::uint32_t row : kept) {
        if (next < fresh.size()) {
            const SortKey limit = previous_key(row);
            for (; next < fresh.size() && fresh[next].first < limit; ++next) {
                order_.push_back({Source::none, next});
            }
        }
        order_.push_back({row, Source::none});
    }
    for (; next < fresh.size(); ++next) {
        order_.push_back({Source::none, next});
    }
}

void TableBuilder::fill_identity() {
    out_.owner = arena_.column<PatientNumber>(
        order_.size(), [this](std::size_t i) { return owner_of(order_[i]); });
    const auto patient_at = [this](std::size_t i) {
        return patient_of(out_.owner[i], is_retracted(order_[i]));
    };
    bool differs = false;
    for (std::size_t i = 0; i < order_.size() && !differs; ++i) {
        differs = patient_at(i) != out_.owner[i];
    }
    // Where nobody was merged, who owns a row is whose row it is: one column serves both.
    out_.patient = differs ? arena_.column<PatientNumber>(order_.size(), patient_at) : out_.owner;
    using R = PartRow;
    fill(from(&Table::key, [](const R& r) { return r.fact.key; }),
         from(&Table::position, [](const R& r) { return r.fact.position; }),
         from(&Table::status, [](const R& r) { return r.fact.status; }),
         from(&Table::verification, [](const R& r) { return r.fact.verification; }),
         from(&Table::marks, [](const R& r) { return r.fact.marks; }),
         from(&Table::shape, [](const R& r) { return r.shape; }),
         from(&Table::encounter, [](const R& r) { return r.fact.encounter; }),
         from(&Table::last_updated, [](const R& r) { return r.version.last_updated; }),
         from(&Table::version, [](const R& r) { return r.version.number; }));
}

void TableBuilder::fill_codes() {
    using R = PartRow;
    fill(from(&Table::code, [](const R& r) { return r.fact.code; }),
         from(&Table::category, [](const R& r) { return r.fact.category; }),
         from(&Table::reason, [](const R& r) { return r.fact.reason; }),
         from(&Table::value, [](const R& r) { return r.fact.value; }),
         from(&Table::interpretation, [](const R& r) { return r.fact.interpretation; }),
         from(&Table::unit, [](const R& r) { return r.fact.unit; }),
         from(&Table::quantity, [](const R& r) { return r.fact.quantity; }));
}

/// A prescription that names its Medication by reference has that one's code.
void TableBuilder::fill_medications() {
    const auto from_medication = [this](std::size_t row) {
        return (out_.shape[row] & RowShape::code_from_medication) != 0 || out_.code[row] == 0;
    };
    bool any = false;
    std::vector<ConceptId> codes(order_.size());
    std::vector<std::uint8_t> shapes(order_.size());
    for (std::uint32_t row = 0; row < order_.size(); ++row) {
        codes[row] = out_.code[row];
        shapes[row] = out_.shape[row];
        if (!from_medication(row)) {
            continue;
        }
        // What is not found keeps the code it had: a Medication never goes away.
        for (const Key link : out_.links_of(row)) {
            const std::uint32_t code = merge_.medications.find(link);
            if (code != KeyMap::nothing_found) {
                codes[row] = code;
                shapes[row] |= RowShape::code_from_medication;
                any = true;
            }
        }
    }
    if (any) {
        out_.code =
            arena_.column<ConceptId>(order_.size(), [&codes](std::size_t i) { return codes[i]; });
        out_.shape = arena_.column<std::uint8_t>(order_.size(),
                                                 [&shapes](std::size_t i) { return shapes[i]; });
    }
}

void TableBuilder::fill_dates() {
    using R = PartRow;
    fill(from(&Table::start, [](const R& r) { return r.fact.start; }),
         from(&Table::occurred, [](const R& r) { return r.fact.occurred; }),
         from(&Table::recorded, [](const R& r) { return r.fact.recorded; }),
         from(&Table::end, [](const R& r) { return r.fact.end; }),
         from(&Table::precision, [](const R& r) { return r.fact.precision; }),
         from(&Table::end_precision, [](const R& r) { return r.end_precision; }),
         from(&Table::start_offset, [](const R& r) { return r.start_offset; }),
         from(&Table::end_offset, [](const R& r) { return r.end_offset; }));
    // Mostly all three are one and the same date: then one column serves them.
    for (Column<Instant> Table::* column : {&Table::occurred, &Table::recorded}) {
        std::size_t same = 0;
        while (same < order_.size() && (out_.*column)[same] == out_.start[same]) {
            ++same;
        }
        if (same == order_.size()) {
            out_.*column = out_.start;
        }
    }
}

Result<> TableBuilder::fill_links() {
    std::uint64_t total = 0;
    const auto links_of = [this](const Source& source) -> std::span<const Key> {
        if (source.fresh == Source::none) {
            return previous_->links_of(source.previous);
        }
        const FreshRow& fresh = fresh_[source.fresh];
        return std::span(merge_.parts[fresh.part]->links)
            .subspan(fresh.row.link_begin, fresh.row.link_count);
    };
    out_.link_end = arena_.column<std::uint32_t>(order_.size(), [&](std::size_t i) {
        total += links_of(order_[i]).size();
        return static_cast<std::uint32_t>(total);
    });
    if (total > std::numeric_limits<std::uint32_t>::max()) {
        return fail(ErrorCode::Limit,
                    "more than 4 billion references between resources of one "
                    "type; import fewer into one data folder");
    }
    if (total > 0) {
        std::vector<Key> links(total);
        auto at = links.begin();
        for (const Source& source : order_) {
            at = std::ranges::copy(links_of(source), at).out;
        }
        out_.links = arena_.plain(std::span<const Key>(links));
        if (out_.link_end.is_constant()) {  // columns of equal ends hold links of the first row
            const std::vector<std::uint32_t> ends(order_.size(), out_.link_end.constant());
            out_.link_end = arena_.plain(std::span<const std::uint32_t>(ends));
        }
    }
    return {};
}

void TableBuilder::fill_offsets() {
    const std::size_t count = merge_.patients.count;
    std::size_t row = 0;
    out_.offsets = arena_.column<std::uint32_t>(count + 2, [&](std::size_t number) {
        const PatientNumber first =
            number == count ? no_patient : static_cast<PatientNumber>(number);
        while (row < order_.size() && (number > count || out_.patient[row] < first)) {
            ++row;
        }
        return static_cast<std::uint32_t>(row);
    });
}

Result<Table> TableBuilder::build() {
    for (const auto step : {&TableBuilder::choose_versions, &TableBuilder::sort_rows}) {
        if (const auto on = merge_.go_on(); !on) {
            return pass_on(on);
        }
        (this->*step)();
    }
    if (order_.size() >= Source::none) {
        return fail(ErrorCode::Limit,
                    "more than 4 billion resources of one type; import fewer "
                    "into one data folder");
    }
    out_.row_count = static_cast<std::uint32_t>(order_.size());
    for (const auto step :
         {&TableBuilder::fill_identity, &TableBuilder::fill_codes, &TableBuilder::fill_dates}) {
        if (const auto on = merge_.go_on(); !on) {
            return pass_on(on);
        }
        (this->*step)();
    }
    if (auto linked = fill_links(); !linked) {
        return pass_on(linked);
    }
    if (may_name_medication(out_.type) && merge_.medications.size() > 0) {
        fill_medications();
    }
    if (const auto on = merge_.go_on(); !on) {
        return pass_on(on);
    }
    fill_offsets();
    fill_postings(out_, merge_, arena_);
    return std::move(out_);
}

}  // namespace

Result<Table> merge_table(fhir::ResourceType type, std::vector<NewRow> rows, const Table* previous,
                          const TableMerge& merge, Arena& arena) {
    return TableBuilder(type, std::move(rows), previous, merge, arena).build();
}

}  // namespace parcours::population

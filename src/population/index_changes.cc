#include "population/index_changes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "fhir/resource_type.h"
#include "population/table.h"

namespace parcours::population {
namespace {

class ChangeFinder {
  public:
    ChangeFinder(const Index& earlier, const Index& later) : earlier_(earlier), later_(later) {}

    IndexChanges find() {
        number_patients();
        find_patients();
        for (std::size_t type = 0; type < fhir::resource_type_count; ++type) {
            find_rows(static_cast<fhir::ResourceType>(type));
        }
        std::ranges::sort(out_.rows, {}, [](const RowChange& one) {
            return std::tuple(one.patient, one.type, one.row, one.later);
        });
        return std::move(out_);
    }

  private:
    static constexpr PatientNumber not_before = UINT32_MAX;

    /// Both are in the order of keys.
    void number_patients() {
        const Patients& old = earlier_.patients();
        const Patients& now = later_.patients();
        before_.assign(now.count, not_before);
        std::vector<PatientNumber> renumbered(old.count);
        PatientNumber at = 0;
        for (PatientNumber number = 0; number < now.count; ++number) {
            if (at < old.count && old.key[at] == now.key[number]) {
                before_[number] = at;
                renumbered[at++] = number;
            }
        }
        if (old.count != now.count) {
            out_.renumbered = std::move(renumbered);
        }
    }

    [[nodiscard]] PatientNumber after(PatientNumber old) const {
        return out_.renumbered.empty() || old == no_patient ? old : out_.renumbered[old];
    }

    /// Whether merges put the same patients' rows under it.
    void find_patients() {
        const Patients& old = earlier_.patients();
        const Patients& now = later_.patients();
        moved_.assign(now.count, false);
        for (PatientNumber number = 0; number < now.count; ++number) {
            if (before_[number] == not_before) {
                continue;
            }
            const PatientNumber survivor = after(old.survivor[before_[number]]);
            if (survivor != now.survivor[number]) {
                moved_[number] = moved_[survivor] = moved_[now.survivor[number]] = true;
            }
        }
        for (PatientNumber number = 0; number < now.count; ++number) {
            const PatientNumber before = before_[number];
            const bool fresh = before == not_before || moved_[number];
            if (fresh || now.position[number] != old.position[before]) {
                const bool counts = fresh || now.counts(number) != old.counts(before) ||
                                    now.birth[number] != old.birth[before];
                out_.patients.push_back({number, counts});
            }
        }
    }

    /// Rows of a type: of whom any may have changed.
    void find_rows(fhir::ResourceType type) {
        const Table* const old = earlier_.find_table(type);
        const Table* const now = later_.find_table(type);
        if (old == nullptr && now == nullptr) {
            return;
        }
        std::vector<bool> touched = moved_;
        if (now != nullptr) {
            mark_new(*now, touched);
        }
        for (PatientNumber number = 0; number < later_.patient_count(); ++number) {
            const auto [first, last] = rows_of(now, number);
            const auto [old_first, old_last] = rows_of(old, before_[number]);
            if (touched[number] || last - first != old_last - old_first ||
                has_other_codes(now, first, last, old, old_first)) {
                compare(type, number, now, {first, last}, old, {old_first, old_last});
            }
        }
    }

    using Rows = std::pair<std::uint32_t, std::uint32_t>;

    static Rows rows_of(const Table* table, PatientNumber number) {
        return table == nullptr || number == not_before ? Rows{0, 0} : table->rows_of(number);
    }

    void mark_new(const Table& now, std::vector<bool>& touched) const {
        for (std::uint32_t row = 0; row < now.row_count; ++row) {
            if (now.position[row] > earlier_.covers() && now.patient[row] != no_patient) {
                touched[now.patient[row]] = true;
            }
        }
    }

    /// A Medication that came later gives codes to rows that stay.
    static bool has_other_codes(const Table* now, std::uint32_t first, std::uint32_t last,
                                const Table* old, std::uint32_t old_first) {
        using enum fhir::ResourceType;
        if (now == nullptr ||
            (now->type != MedicationAdministration && now->type != MedicationDispense &&
             now->type != MedicationRequest && now->type != MedicationStatement)) {
            return false;
        }
        for (std::uint32_t row = first; row < last; ++row) {
            if (now->code[row] != old->code[old_first + (row - first)]) {
                return true;
            }
        }
        return false;
    }

    /// One patient's rows, those alike struck out.
    void compare(fhir::ResourceType type, PatientNumber patient, const Table* now, Rows rows,
                 const Table* old, Rows old_rows) {
        struct Said {
            Key key;
            LogPosition position;
            ConceptId code;
            bool later;
            std::uint32_t row;
            auto operator<=>(const Said&) const = default;
        };
        std::vector<Said> all;
        const auto add = [&all](const Table* table, Rows from, bool later) {
            for (std::uint32_t row = from.first; row < from.second; ++row) {
                all.push_back(
                    {table->key[row], table->position[row], table->code[row], later, row});
            }
        };
        add(old, old_rows, false);
        add(now, rows, true);
        std::ranges::sort(all);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool alike = i + 1 < all.size() &&
                               std::tie(all[i].key, all[i].position, all[i].code) ==
                                   std::tie(all[i + 1].key, all[i + 1].position, all[i + 1].code);
            if (alike) {
                ++i;
            } else {
                out_.rows.push_back({patient, all[i].later, type, all[i].row});
            }
        }
    }

    const Index& earlier_;
    const Index& later_;
    IndexChanges out_;
    std::vector<PatientNumber> before_;  ///< by later number
    std::vector<bool> moved_;            ///< whose rows were merged with others', or parted
};

}  // namespace

IndexChanges find_changes(const Index& earlier, const Index& later) {
    return ChangeFinder(earlier, later).find();
}

}  // namespace parcours::population

#include "population/index_changes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "fhir/resource_type.h"
#include "population/table.h"

namespace parcours::population {
namespace {

class ChangeFinder {
  public:
    ChangeFinder(const LiveIndex& earlier, const LiveIndex& later)
        : earlier_(earlier), later_(later) {}

    IndexChanges find() {
        moved_.assign(later_.patient_count(), false);
        const auto folded = later_.folded_from();
        if (earlier_.base() == later_.base()) {
            find_candidates();
        } else {
            number_patients();
            if (std::ranges::find(folded, earlier_.base()) != folded.end()) {
                find_unfolded(folded);
            } else {
                candidates_.resize(later_.patient_count());
                std::iota(candidates_.begin(), candidates_.end(), PatientNumber{0});
            }
        }
        sort_candidates();
        find_patients();
        for (const PatientNumber number : candidates_) {
            find_rows(number);
        }
        std::ranges::sort(out_.rows, {}, [](const RowChange& one) {
            return std::tuple(one.patient, one.table->type, one.row, one.later);
        });
        return std::move(out_);
    }

  private:
    static constexpr PatientNumber not_before = UINT32_MAX;

    /// The first layer is the same, so numbers are: who may have changed is in another layer.
    void find_candidates() {
        for (const IndexLayer& layer : earlier_.layers()) {
            if (!has_layer(later_, layer)) {
                take(layer);
            }
        }
        for (const IndexLayer& layer : later_.layers()) {
            if (!has_layer(earlier_, layer)) {
                take(layer);
            }
        }
    }

    /// The first layer says what these layers said: who may have changed is in another.
    void find_unfolded(const std::vector<std::shared_ptr<const Index>>& folded) {
        for (const IndexLayer& layer : earlier_.layers()) {
            if (std::ranges::find(folded, layer.index) == folded.end()) {
                for (const PatientNumber old : layer.numbers) {
                    candidates_.push_back(after(old));
                }
            }
        }
        for (const IndexLayer& layer : later_.layers().subspan(1)) {
            take(layer);
        }
    }

    static bool has_layer(const LiveIndex& index, const IndexLayer& layer) {
        return std::ranges::find(index.layers(), layer.index, &IndexLayer::index) !=
               index.layers().end();
    }
    void take(const IndexLayer& layer) {
        candidates_.insert(candidates_.end(), layer.numbers.begin(), layer.numbers.end());
    }
    void sort_candidates() {
        std::ranges::sort(candidates_);
        const auto doubles = std::ranges::unique(candidates_);
        candidates_.erase(doubles.begin(), doubles.end());
    }

    /// First layers are in the order of keys.
    void number_patients() {
        before_.assign(later_.patient_count(), not_before);
        std::vector<PatientNumber> renumbered(earlier_.patient_count(), not_before);
        const auto note = [&](PatientNumber old, PatientNumber now) {
            before_[now] = old;
            renumbered[old] = now;
        };
        const Patients& old = earlier_.base()->patients();
        const Patients& now = later_.base()->patients();
        PatientNumber at = 0;
        for (PatientNumber number = 0; number < now.count; ++number) {
            const Key key = now.key[number];
            while (at < old.count && old.key[at] < key) {
                ++at;
            }
            if (at < old.count && old.key[at] == key) {
                note(at, number);
            }
        }
        for (PatientNumber number = 0; number < earlier_.patient_count(); ++number) {
            if (renumbered[number] == not_before) {
                note(number, later_.find_patient(earlier_.patients().key[number]).value());
            }
        }
        bool differs = false;
        for (PatientNumber number = 0; number < later_.patient_count(); ++number) {
            differs |= before_[number] != not_before && before_[number] != number;
        }
        if (differs) {
            out_.renumbered = std::move(renumbered);
        }
    }

    [[nodiscard]] PatientNumber before(PatientNumber number) const {
        if (!before_.empty()) {
            return before_[number];
        }
        return number < earlier_.patient_count() ? number : not_before;
    }
    [[nodiscard]] PatientNumber after(PatientNumber old) const {
        return out_.renumbered.empty() || old == no_patient ? old : out_.renumbered[old];
    }

    /// Whether merges put the same patients' rows under it.
    void find_patients() {
        const LivePatients& old = earlier_.patients();
        const LivePatients& now = later_.patients();
        for (const PatientNumber number : candidates_) {
            if (before(number) == not_before) {
                continue;
            }
            const PatientNumber survivor = after(old.survivor[before(number)]);
            const PatientNumber present = now.survivor[number];
            if (survivor != present) {
                moved_[number] = moved_[survivor] = moved_[present] = true;
            }
        }
        for (const PatientNumber number : candidates_) {
            const PatientNumber old_number = before(number);
            const bool fresh = old_number == not_before || moved_[number];
            if (fresh || now.position[number] != old.position[old_number]) {
                const bool counts = fresh || now.counts(number) != old.counts(old_number) ||
                                    now.birth[number] != old.birth[old_number];
                out_.patients.push_back({number, counts});
            }
        }
    }

    /// A patient's rows of one type.
    struct Rows {
        const Table* table = nullptr;
        std::uint32_t from = 0;
        std::uint32_t to = 0;
    };

    static Rows rows_of(const LiveIndex& index, PatientNumber number, fhir::ResourceType type) {
        if (number == not_before) {
            return {};
        }
        const PatientPlace place = index.place_of(number);
        const Table* const table = place.index().find_table(type);
        if (table == nullptr) {
            return {};
        }
        const auto [from, to] = table->rows_of(place.own);
        return {table, from, to};
    }

    void find_rows(PatientNumber number) {
        for (std::size_t i = 0; i < fhir::resource_type_count; ++i) {
            const auto type = static_cast<fhir::ResourceType>(i);
            const Rows now = rows_of(later_, number, type);
            const Rows old = rows_of(earlier_, before(number), type);
            if (moved_[number] || now.to - now.from != old.to - old.from || has_new(now) ||
                has_other_codes(now, old)) {
                compare(number, now, old);
            }
        }
    }

    [[nodiscard]] bool has_new(const Rows& now) const {
        for (std::uint32_t row = now.from; row < now.to; ++row) {
            if (now.table->position[row] > earlier_.covers()) {
                return true;
            }
        }
        return false;
    }

    /// A Medication that came later gives codes to rows that stay.
    static bool has_other_codes(const Rows& now, const Rows& old) {
        using enum fhir::ResourceType;
        if (now.table == nullptr ||
            (now.table->type != MedicationAdministration &&
             now.table->type != MedicationDispense && now.table->type != MedicationRequest &&
             now.table->type != MedicationStatement)) {
            return false;
        }
        for (std::uint32_t row = now.from; row < now.to; ++row) {
            if (now.table->code[row] != old.table->code[old.from + (row - now.from)]) {
                return true;
            }
        }
        return false;
    }

    /// One patient's rows, those alike struck out.
    void compare(PatientNumber patient, const Rows& now, const Rows& old) {
        struct Said {
            Key key;
            LogPosition position;
            ConceptId code;
            bool later;
            std::uint32_t row;
            auto operator<=>(const Said&) const = default;
        };
        std::vector<Said> all;
        const auto add = [&all](const Rows& from, bool later) {
            for (std::uint32_t row = from.from; row < from.to; ++row) {
                all.push_back({from.table->key[row], from.table->position[row],
                               from.table->code[row], later, row});
            }
        };
        add(old, false);
        add(now, true);
        std::ranges::sort(all);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool alike = i + 1 < all.size() &&
                               std::tie(all[i].key, all[i].position, all[i].code) ==
                                   std::tie(all[i + 1].key, all[i + 1].position, all[i + 1].code);
            if (alike) {
                ++i;
            } else {
                const Table* const table = all[i].later ? now.table : old.table;
                out_.rows.push_back({patient, all[i].later, table, all[i].row});
            }
        }
    }

    const LiveIndex& earlier_;
    const LiveIndex& later_;
    IndexChanges out_;
    std::vector<PatientNumber> candidates_;  ///< who may have changed, ascending
    std::vector<PatientNumber> before_;      ///< by later number, where numbers are others
    std::vector<bool> moved_;                ///< whose rows were merged with others', or parted
};

}  // namespace

IndexChanges find_changes(const LiveIndex& earlier, const LiveIndex& later) {
    return ChangeFinder(earlier, later).find();
}

}  // namespace parcours::population

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "population/column.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {

/// All patients that a resource is or refers to, in the order of their keys. Immutable.
struct Patients {
    std::uint32_t count = 0;
    std::vector<std::string> sources;  ///< names of feeds, sorted

    Column<Key> key;
    Column<LogPosition> position;  ///< 0: only referred to so far
    Column<Instant> birth;
    Column<Precision> birth_precision;
    Column<Instant> deceased;
    Column<Precision> deceased_precision;
    Column<std::int16_t> deceased_offset;  ///< Table::no_offset where none was given
    Column<std::uint8_t> flags;
    Column<Key> replaced_by;
    Column<Instant> recorded;
    Column<Instant> last_updated;
    Column<std::uint64_t> version;
    Column<PatientNumber> survivor;   ///< itself, or the patient it was merged into
    Column<std::uint16_t> source;     ///< place in `sources`
    Column<std::uint32_t> id_offset;  ///< count + 1, into `ids`
    Column<char> ids;

    static constexpr std::uint8_t flag_deceased = 1;
    static constexpr std::uint8_t flag_inactive = 2;
    static constexpr std::uint8_t gender_shift = 2;
    static constexpr std::uint8_t gender_mask = 3;
    /// Columns say all that the resource says of birth date, gender, death and `active`; the three
    /// marks below tell apart what a column alone does not.
    static constexpr std::uint8_t flag_exact = 16;
    static constexpr std::uint8_t flag_said_alive = 32;    ///< deceasedBoolean: false
    static constexpr std::uint8_t flag_said_unknown = 64;  ///< gender: "unknown"
    static constexpr std::uint8_t flag_said_active = 128;  ///< active: true or false was given

    [[nodiscard]] PatientFact fact(PatientNumber number) const;
    [[nodiscard]] std::string_view id(PatientNumber number) const;
    [[nodiscard]] std::string_view source_name(PatientNumber number) const {
        return sources[source[number]];
    }
    [[nodiscard]] std::uint8_t gender(PatientNumber number) const {
        return (flags[number] >> gender_shift) & gender_mask;
    }
    [[nodiscard]] bool flagged(PatientNumber number, std::uint8_t flag) const {
        return (flags[number] & flag) != 0;
    }
    /// Whether it is a person to count: its Patient resource is here and not merged into another's.
    [[nodiscard]] bool counts(PatientNumber number) const {
        return position[number] != 0 && survivor[number] == number;
    }
    [[nodiscard]] std::optional<PatientNumber> find(Key patient) const;

    /// Calls `use(name, column)` for every column, in a fixed order.
    template <class Self, class Use>
    static void each_column(Self& self, Use use) {
        each_row_column(self, use);
        use("id-offset", self.id_offset);
        use("ids", self.ids);
    }

    /// The same for those with one value per patient.
    template <class Self, class Use>
    static void each_row_column(Self& self, Use use) {
        use("key", self.key);
        use("position", self.position);
        use("birth", self.birth);
        use("birth-precision", self.birth_precision);
        use("deceased", self.deceased);
        use("deceased-precision", self.deceased_precision);
        use("deceased-offset", self.deceased_offset);
        use("flags", self.flags);
        use("replaced-by", self.replaced_by);
        use("recorded", self.recorded);
        use("last-updated", self.last_updated);
        use("version", self.version);
        use("survivor", self.survivor);
        use("source", self.source);
    }
};

}  // namespace parcours::population

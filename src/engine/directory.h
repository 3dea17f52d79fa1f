#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "engine/data_folder.h"
#include "population/index.h"
#include "record/log.h"

namespace parcours::engine {

/// Finds patients by what staff know of them: names, phone numbers, identifiers, e-mail. Made of
/// the current Patient resources. Immutable, so any number of threads may read it.
class Directory {
  public:
    /// Reads the Patient resources that `before` (null: none) does not know yet, in parts handed to
    /// `executor`; `before` itself where nothing is new. What cannot be read is found by its id
    /// alone.
    static std::shared_ptr<const Directory> make(const DataFolder& folder,
                                                 const population::Index& index,
                                                 std::shared_ptr<const Directory> before,
                                                 Executor& executor);

    /// The persons that match every word of `query`, by number. A word of digits, also with the
    /// signs of a phone number, is looked for in phone numbers and identifiers; other words are
    /// parts of names, e-mail addresses and identifiers, without accents and case. An exact FHIR
    /// id matches too. An empty query matches everybody.
    [[nodiscard]] std::vector<population::PatientNumber> search(const population::Index& index,
                                                                std::string_view query) const;

    /// Before whom a patient comes in a list by name, 0 first.
    [[nodiscard]] std::uint32_t name_rank(population::PatientNumber number) const {
        return ranks_[number];
    }

    /// As bytes of a blob, and back. Errors: Damaged, NewerFormat.
    [[nodiscard]] std::string to_bytes() const;
    static Result<std::shared_ptr<const Directory>> from_bytes(std::string_view bytes);

  private:
    [[nodiscard]] bool is_of(const population::Index& index) const;
    void rank_names();
    [[nodiscard]] std::string_view text(std::size_t place) const {
        return std::string_view(texts_).substr(starts_[place], starts_[place + 1] - starts_[place]);
    }
    [[nodiscard]] std::string_view sort_name(std::size_t place) const;

    // By PatientNumber, which is the order of the keys.
    std::vector<Key> keys_;
    std::vector<LogPosition> positions_;
    std::vector<std::uint64_t> starts_ = {0};  ///< one more than there are patients
    std::string texts_;                        ///< sort name, line feed, search text, NUL
    std::vector<std::uint32_t> ranks_;
};

}  // namespace parcours::engine

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "engine/data_folder.h"
#include "population/live_index.h"
#include "record/log.h"

namespace parcours::engine {

/// Finds patients by what staff know of them: names, phone numbers, identifiers, e-mail. Made of
/// the current Patient resources. Immutable, so any number of threads may read it.
class Directory {
  public:
    /// Reads the Patient resources that `before` (null: none) does not know yet, in parts handed to
    /// `executor`; `before` itself where nothing is new. What cannot be read is found by its id
    /// alone. Where the index stands on the same first layer as that of `before`, only patients of
    /// later layers are looked at.
    static std::shared_ptr<const Directory> make(const DataFolder& folder,
                                                 const population::LiveIndex& index,
                                                 std::shared_ptr<const Directory> before,
                                                 Executor& executor);

    /// The persons that match every word of `query`, by number. A word of digits, also with the
    /// signs of a phone number, is looked for in phone numbers and identifiers; other words are
    /// parts of names, e-mail addresses and identifiers, without accents and case. An exact FHIR
    /// id matches too. An empty query matches everybody.
    [[nodiscard]] std::vector<population::PatientNumber> search(const population::LiveIndex& index,
                                                                std::string_view query) const;

    /// Before whom a patient comes in a list by name, the lowest first.
    [[nodiscard]] std::int64_t name_rank(population::PatientNumber number) const;

    /// As bytes of a blob, and back. Errors: Damaged, NewerFormat.
    [[nodiscard]] std::string to_bytes() const;
    static Result<std::shared_ptr<const Directory>> from_bytes(std::string_view bytes);

  private:
    struct Names;
    /// A patient whose resource is not the one that `names_` was made of.
    struct Change {
        Key key = 0;
        LogPosition position = 0;
        std::string text;
        std::int64_t rank = 0;
    };

    [[nodiscard]] static std::shared_ptr<const Directory> make_anew(
        const DataFolder& folder, const population::LiveIndex& index, const Directory* before,
        Executor& executor);
    [[nodiscard]] bool is_of(const population::LiveIndex& index) const;
    [[nodiscard]] std::vector<population::PatientNumber> find_changed(
        const population::LiveIndex& index) const;
    void rank_changes();

    std::shared_ptr<const Names> names_;
    std::weak_ptr<const population::Index> base_;  ///< of the index whose numbers it has
    std::map<population::PatientNumber, Change> changes_;
};

}  // namespace parcours::engine

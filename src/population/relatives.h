#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/data_source.h"
#include "population/live_index.h"
#include "population/source.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {

/// Finds whom a related context of CQL means, by numbers and layers of a live index. For any
/// thread; the index and `read_body` must outlive it.
class Relatives {
  public:
    /// What Patients say of RelatedPersons, up to a position of the log. Immutable.
    struct Links {
        std::unordered_multimap<Key, Key> patients;  ///< by RelatedPerson
        LogPosition read_until = 0;
    };

    /// `known`, of an earlier index of the same log, spares reading again what has not changed; may
    /// be null.
    Relatives(const LiveIndex& index, const BodyReader& read_body,
              std::shared_ptr<const Links> known = nullptr)
        : index_(index), read_body_(read_body), known_(std::move(known)) {}

    /// Whom a related context names, in the numbers of the live index.
    struct Named {
        std::vector<PatientNumber> patients;
        std::vector<Key> relatives;               ///< RelatedPersons
        std::span<const std::string> references;  ///< to either
        /// Whose record names them: references are of its source. Nothing: of any source.
        std::optional<PatientNumber> asker;
    };
    /// The patients that are meant: each once, ascending, survivors for those that were merged. The
    /// first question about a RelatedPerson reads every Patient resource, for their links. Errors:
    /// Limit (more than `IndexSource::everybody_rows_max` of them), those of `read_body`.
    [[nodiscard]] Result<std::vector<PatientNumber>> find(const Named& who) const;
    /// Read when it is first asked for. Errors: as `find`.
    [[nodiscard]] const Result<std::shared_ptr<const Links>>& links() const;
    /// The same where they have been read; null where nobody asked yet.
    [[nodiscard]] std::shared_ptr<const Links> links_read() const {
        return links_ ? *links_ : nullptr;
    }

  private:
    [[nodiscard]] Result<std::shared_ptr<const Links>> read_links() const;
    Result<> read_link(PatientNumber patient, LogPosition position, Links& out) const;

    const LiveIndex& index_;
    const BodyReader& read_body_;
    std::shared_ptr<const Links> known_;
    mutable std::once_flag read_;
    mutable Result<std::shared_ptr<const Links>> links_;
};

}  // namespace parcours::population

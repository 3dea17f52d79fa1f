#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "cql/data_source.h"
#include "population/index.h"
#include "population/source.h"

namespace parcours::population {

/// Finds whom a related context of CQL means, in one index that holds everybody. For any thread;
/// the index and `read_body` must outlive it.
class Relatives {
  public:
    Relatives(const Index& index, const BodyReader& read_body)
        : index_(index), read_body_(read_body) {}

    /// The patients that `who` names from the record of `asker`, whose source its references are
    /// of: each once, ascending, survivors for those that were merged. The first question about a
    /// RelatedPerson reads every Patient resource, for their links. Errors: Limit (more than
    /// `IndexSource::everybody_rows_max` of them), those of `read_body`.
    [[nodiscard]] Result<std::vector<PatientNumber>> find(const cql::RelatedContext& who,
                                                          PatientNumber asker) const;

  private:
    using Linked = std::unordered_multimap<Key, PatientNumber>;  ///< by RelatedPerson

    [[nodiscard]] const Result<Linked>& linked() const;
    [[nodiscard]] Result<Linked> read_links() const;

    const Index& index_;
    const BodyReader& read_body_;
    mutable std::once_flag read_;
    mutable Result<Linked> linked_;
};

}  // namespace parcours::population

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cql/cql.h"
#include "cql/data_source.h"
#include "population/exact_columns.h"
#include "population/index.h"
#include "population/table.h"
#include "record/dictionary.h"

namespace parcours::population {

/// How the rows of a retrieve are found.
struct RetrieveAccess {
    enum class Way : std::uint8_t {
        Nothing,   ///< no resource of that type is in the index
        All,       ///< not filtered
        Concepts,  ///< by a column of concepts
        Bodies     ///< every resource must be read
    };

    Way way = Way::Nothing;
    Way sought = Way::All;  ///< how they are found where there are any
    const Table* table = nullptr;
    ConceptColumn column = nullptr;
    std::vector<bool> matches;        ///< by ConceptId
    std::vector<ConceptId> concepts;  ///< those that match, ascending

    /// Whether a row passes, for every way but `Bodies`.
    [[nodiscard]] bool passes(std::uint32_t row) const {
        return way == Way::All || (way == Way::Concepts && matches[(table->*column)[row]]);
    }
};

/// The table that rows of a type stand in: that of Communications for a Contact; null for a type of
/// engagement, and where there is none.
[[nodiscard]] const Table* find_stored_table(const Index& index, cql::model::TypeId type);

/// The retrieves of an expression, resolved against one index: value sets become sets of concepts,
/// once for all patients. Immutable; the expression and the index must outlive it.
class PreparedRetrieves {
  public:
    PreparedRetrieves(const cql::Expression& expression, const Index& index);
    /// The same against another index whose codes have the same numbers: nothing is looked up anew.
    PreparedRetrieves(const PreparedRetrieves& like, const Index& index);
    /// Where `dictionary` goes on from that of the index.
    PreparedRetrieves(const cql::Expression& expression, const Index& index,
                      const Dictionary& dictionary);

    [[nodiscard]] const RetrieveAccess& access(const cql::Retrieve& what) const {
        return accesses_[what.number];
    }
    [[nodiscard]] std::span<const RetrieveAccess> accesses() const { return accesses_; }
    [[nodiscard]] const Index& index() const { return index_; }
    [[nodiscard]] const cql::Expression& expression() const { return expression_; }

  private:
    const cql::Expression& expression_;
    const Index& index_;
    std::vector<RetrieveAccess> accesses_;
};

/// The concepts that hold a code of one of the value sets, or one of the codes.
[[nodiscard]] std::vector<bool> find_concepts(const Dictionary& dictionary,
                                              const cql::Terminology* terminology,
                                              std::span<const cql::ValueSetId> value_sets,
                                              std::span<const cql::Code> codes);

}  // namespace parcours::population

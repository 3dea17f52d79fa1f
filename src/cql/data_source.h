#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "cql/model/model.h"
#include "cql/terminology.h"
#include "cql/value.h"

namespace parcours::cql {

/// What a retrieve asks for: rows of a type whose coded element matches any of `value_sets` or
/// `codes` (all rows where both are empty). An expression lists its retrieves
/// (`Expression::retrieves`), so that an index resolves value sets to its own codes once.
struct Retrieve {
    std::uint32_t number = 0;  ///< its place in `Expression::retrieves`
    model::TypeId type{};
    model::PropertyPath code_path;  ///< which element is compared; meaningless without a filter
    std::vector<ValueSetId> value_sets;
    std::vector<std::string> value_set_names;  ///< as written, one per value set
    std::vector<Code> codes;                   ///< equivalence: system and code
    bool everybody = false;                    ///< in context Unfiltered: rows of all patients
    bool related = false;                      ///< rows of patients that are told when it is asked

    [[nodiscard]] bool filtered() const { return !value_sets.empty() || !codes.empty(); }
};

/// Whose records a related context means (`["Mother" -> Condition]`).
struct RelatedContext {
    std::vector<Row> rows;                ///< Patients and RelatedPersons, of the same source
    std::vector<std::string> references;  ///< "Patient/x", "RelatedPerson/y", or an absolute one
};

/// The record of one patient at one moment: everything an evaluation sees. It shows only facts
/// whose clinical date is at or before that moment, and hides later deaths and abatements. What was
/// entered in error is never shown. Implementations: `JsonSource` (naive, the reference) and the
/// population index.
class DataSource {
  public:
    virtual ~DataSource() = default;

    /// Appends the rows that match, in any stable order.
    virtual void retrieve(const Retrieve& what, std::vector<Row>& out) const = 0;
    /// The same of all patients, for context Unfiltered. Errors: that this source knows one patient
    /// only; Limit: too many.
    virtual Result<> retrieve_everybody(const Retrieve& what, std::vector<Row>& out) const {
        static_cast<void>(what);
        static_cast<void>(out);
        return fail(ErrorCode::InvalidInput,
                    "the records of everybody are not at hand here, where one patient's record is "
                    "seen alone; context Unfiltered needs them");
    }
    /// The same of other patients, each once. A RelatedPerson means the patients whose `link` names
    /// it; whoever is not known has no rows. Errors: that this source knows one patient only.
    virtual Result<> retrieve_related(const Retrieve& what, const RelatedContext& who,
                                      std::vector<Row>& out) const {
        static_cast<void>(what);
        static_cast<void>(who);
        static_cast<void>(out);
        return fail(
            ErrorCode::InvalidInput,
            "the records of other patients are not at hand here, where one patient's record "
            "is seen alone; a related context needs them");
    }
    /// The value of a path of a row, of type `path.type` (an alternative of it where that is a
    /// choice; a list where it is many); null where absent.
    [[nodiscard]] virtual Value property(Row row, const model::PropertyPath& path) const = 0;
    /// The same of the patient.
    [[nodiscard]] virtual Value patient_property(const model::PropertyPath& path) const = 0;
    /// The patient as a row, for an expression that gives `Patient` itself.
    [[nodiscard]] virtual Row patient() const = 0;
};

}  // namespace parcours::cql

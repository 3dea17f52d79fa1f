#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "practice/value_set.h"
#include "record/dictionary.h"
#include "record/fact.h"

namespace parcours::position {

/// The built-in value sets and default map, read from the source tree.
const practice::ValueSets& built_in_sets();
JourneyMap built_in_map();

/// A clinic of few patients, for tests: facts made from FHIR JSON or from short calls.
class Clinic {
  public:
    struct Patient {
        std::string id;
        PatientFact fact;
        std::vector<Fact> facts;
    };

    /// Adds a resource in FHIR JSON, as the engine would.
    void add(std::string_view json);
    /// Adds every resource of an NDJSON file; false where it cannot be read.
    bool add_file(const std::string& path);
    /// Compiles the map for everything added so far. Call before `fold`.
    void open();

    [[nodiscard]] const Patient& patient(std::string_view id_prefix) const;
    [[nodiscard]] const std::map<std::string, Patient>& patients() const { return patients_; }
    [[nodiscard]] const CompiledMap& map() const { return *map_; }
    [[nodiscard]] const Dictionary& dictionary() const { return dictionary_; }
    [[nodiscard]] PatientPositions fold(std::string_view id_prefix, std::string_view as_of) const;
    /// Active, with no fact that may tell of a death or of palliative care.
    [[nodiscard]] bool is_plain(std::string_view id_prefix) const;
    /// "heart treatment | diabetes ongoing overdue | (injury treatment)": closed in brackets.
    [[nodiscard]] std::string stand(std::string_view id_prefix, std::string_view as_of) const;
    /// The same with reasons, a line each.
    [[nodiscard]] std::string why(std::string_view id_prefix, std::string_view as_of) const;
    /// The position of one concern; fails the test where there is none.
    [[nodiscard]] ConcernPosition at(std::string_view id_prefix, std::string_view concern,
                                     std::string_view as_of) const;

  private:
    Dictionary dictionary_;
    std::map<std::string, Patient> patients_;
    std::deque<std::vector<Key>> links_;
    std::unique_ptr<CompiledMap> map_;
};

}  // namespace parcours::position

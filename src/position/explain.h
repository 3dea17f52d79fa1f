#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fhir/resource_type.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "record/dictionary.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::position {

/// The name of the concern of a position: "child" for a child's general health.
[[nodiscard]] const std::string& concern_name(const CompiledMap& map,
                                              const ConcernPosition& position);

/// Why a position is what it is: one plain English sentence with the rule, what happened and when.
[[nodiscard]] Because because_of(const CompiledMap& map, const Dictionary& dictionary,
                                 std::span<const Fact> facts, const ConcernPosition& position,
                                 std::span<const ManualSetting> manual = {});

/// Positions in words, in the order of the answer: the headline first.
[[nodiscard]] std::vector<Position> positions_in_words(const CompiledMap& map,
                                                       const Dictionary& dictionary,
                                                       std::span<const Fact> facts,
                                                       const PatientPositions& answer,
                                                       std::span<const ManualSetting> manual = {});

/// One line of the timeline behind the positions.
struct TimelineRow {
    Instant at = no_time;
    Instant end = no_time;  ///< as far as it is known at the moment
    fhir::ResourceType type = fhir::ResourceType::Basic;
    std::string what;  ///< "Condition: Diabetes mellitus type 2"
    std::string says;  ///< what the first fitting rule makes of such an event; may be empty
    Key key = 0;
    bool deciding = false;  ///< a position rests on it
};

/// What is known of a patient at `as_of`, newest first, without billing and without what says
/// nothing to any rule; at most `count_max` rows, the deciding ones always among them.
[[nodiscard]] std::vector<TimelineRow> timeline_rows(const CompiledMap& map,
                                                     const Dictionary& dictionary,
                                                     std::span<const Fact> facts,
                                                     const PatientPositions& answer, Instant as_of,
                                                     std::size_t count_max);

}  // namespace parcours::position

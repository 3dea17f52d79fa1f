#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "quality/measure.h"
#include "quality/program.h"

namespace parcours::quality {

/// The populations of a group as CQL, each within those it lies in: true or false for a patient,
/// or a list.
struct Memberships {
    bool lists = false;  ///< the criteria give lists
    /// By population of the group; each may name those before it. Of a measure-observation: empty.
    std::vector<Program::Define> defines;
    /// By population: the places in `defines` of what each needs, itself the last.
    std::vector<std::vector<std::size_t>> needs;

    /// What is compiled for the population at a place.
    [[nodiscard]] std::vector<Program::Define> program_of(std::size_t population) const;
};

/// Errors: those of compiling; InvalidInput, criteria that give neither, or not all the same.
Result<Memberships> make_memberships(const Group& group, const Program& program);

}  // namespace parcours::quality

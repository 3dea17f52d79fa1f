#pragma once

#include <string>

#include "engine/clinic.h"
#include "engine/rehearsal_report.h"

namespace parcours::app {

/// The report for people, as tables.
void print_rehearsal(const engine::RehearsalReport& report, const engine::Clinic& clinic,
                     double seconds);
/// Two reports of the same time and population beside each other, each with its name.
void print_comparison(const engine::RehearsalReport& one, const std::string& one_name,
                      const engine::RehearsalReport& other, const std::string& other_name);

/// The report as JSON. Days are those of the clinic.
[[nodiscard]] std::string rehearsal_json(const engine::RehearsalReport& report,
                                         const engine::Clinic& clinic, double seconds);

}  // namespace parcours::app

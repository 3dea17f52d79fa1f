#pragma once

namespace parcours::synth {

/// How much has to be documented for `density` resources a patient on average: read off a table
/// that was measured, and a test holds it to 15 %.
[[nodiscard]] double volume_for(double density);

}  // namespace parcours::synth

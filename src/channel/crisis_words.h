#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parcours::channel {

/// What words of distress are about.
enum class Crisis : std::uint8_t { SelfHarm, Violence, Chest, Stroke, Breathing, Bleeding, Other };
[[nodiscard]] std::string_view crisis_name(Crisis crisis);

/// Looks for words of a crisis in what somebody wrote, in English, French and Chinese, whatever the
/// language of the conversation; `more` are the clinic's own. Case, accents and punctuation do not
/// matter. "No chest pain" is one all the same: a person reads it, no program weighs it. Words are
/// found at the beginning of others ("suicidal"), Chinese ones anywhere.
[[nodiscard]] std::optional<Crisis> find_crisis(std::string_view text,
                                                std::span<const std::string> more = {});

}  // namespace parcours::channel

#pragma once

#include <string_view>

namespace parcours::engine {

// Queues of tasks that no campaign opens.

/// Enrolments that could not go on, channels that rest.
inline constexpr std::string_view problems_queue = "problems";
/// Replies that a person reads.
inline constexpr std::string_view inbox_queue = "inbox";
/// What whoever sits at the front desk can find out.
inline constexpr std::string_view front_desk_queue = "front-desk";
/// Replies and answers that speak of an emergency.
inline constexpr std::string_view urgent_queue = "urgent";

}  // namespace parcours::engine

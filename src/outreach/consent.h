#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "record/engagement.h"

namespace parcours::outreach {

/// What the choices of a patient say about one channel and topic.
struct ConsentAnswer {
    enum class State : std::uint8_t {
        NotAsked,  ///< no choice concerns them
        Allowed,
        Refused
    };
    State state = State::NotAsked;
    const ContactChoice* because = nullptr;  ///< the deciding choice; lives with the choices
};

/// Folds the choices: a refusal holds until a newer permission of the same or a narrower scope;
/// at one and the same moment the refusal wins. So a STOP to everything ends what was permitted
/// before, a later permission for appointments opens these alone, and a START does not revive a
/// topic that was refused by name. A permission from the future does not count yet, a refusal does.
[[nodiscard]] ConsentAnswer ask_consent(std::span<const ContactChoice> choices,
                                        std::string_view channel, std::string_view topic,
                                        Instant now);

/// Whether the purpose may be pursued: with no choice recorded direct care and operations may,
/// marketing may not.
[[nodiscard]] bool permits(const ConsentAnswer& answer, Purpose purpose);

}  // namespace parcours::outreach

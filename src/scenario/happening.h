#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "record/identity.h"

namespace parcours::scenario {

/// Something that the engine wrote down, as a sentence. What a scenario must say of it to be
/// complete stands in its own fields.
struct Happening {
    enum class Kind : std::uint8_t {
        Note,        ///< need not be said
        Sent,        ///< a provider took a message
        Unanswered,  ///< a provider was handed a message and no clear answer came
        TaskOpened,
        Told  ///< another system was told, by a webhook
    };
    Kind kind = Kind::Note;
    Instant at;
    Key patient = 0;
    std::string line;
    std::string channel;
    std::string what;  ///< the content, the kind of a task, the webhook
    std::string to;    ///< the address, or the queue of a task
    std::string text;  ///< the words, or the reason of a task
    std::string subject;
    std::string language;
    std::string step;      ///< of a task
    std::string campaign;  ///< of a task
};

/// Everything that happened, in the order of the log. `name_of` gives how the scenario calls a
/// patient.
Result<std::vector<Happening>> read_happenings(const engine::DataFolder& folder,
                                               const std::function<std::string(Key)>& name_of);

}  // namespace parcours::scenario

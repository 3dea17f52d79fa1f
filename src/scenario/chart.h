#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "scenario/words.h"

namespace parcours::scenario {

/// A resource of a scenario, of which later sentences may change something.
struct Entry {
    std::string type;  ///< "Appointment"
    std::string id;
    std::string patient;
    std::string status;
    std::string system;  ///< of its code
    std::string code;
    Instant at;  ///< when it is or was
    std::optional<Instant> until;
    std::optional<Instant> recorded;  ///< when it was written down, where that was later
    std::string value;                ///< a number
    std::string unit;
    std::string interpretation;
    std::string channel;  ///< of a Consent
    std::string topic;
    bool permits = false;

    /// As the EHR sends it.
    [[nodiscard]] std::string resource() const;
};

/// The resources of a scenario, by their ids.
class Chart {
  public:
    Entry& add(Entry entry);
    /// Null where there is none.
    [[nodiscard]] Entry* find(std::string_view id);

  private:
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace parcours::scenario

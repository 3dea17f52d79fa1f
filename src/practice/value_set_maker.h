#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/value_set.h"

namespace parcours::practice {

/// Brings value sets together: names, what they include, and the filters of their selections.
class ValueSets::Maker {
  public:
    Maker(ValueSets& all, std::vector<Error>& errors) : all_(all), errors_(errors) {}

    void add(ValueSet set);
    /// Once all are added.
    void link();

  private:
    using Number = std::uint32_t;
    enum class Visit : std::uint8_t { New, Open, Done };

    void refuse(Number set, ErrorCode code, std::string message);
    bool add_name(Number set, const std::string& name);
    std::optional<Number> find_part(Number set, const std::string& name);
    void link_selections(Number set, const std::vector<CodeSelection>& from,
                         std::vector<Selected>& to);
    std::optional<Selected> work_out(Number set, const CodeSelection& selection);
    bool apply_filters(Number set, const CodeSelection& selection, Selected& out);
    /// Removes what closes a circle, so that asking always ends.
    void cut_circles(Number set);
    bool closes_circle(Number set, Number next);
    /// What uses an unusable set is unusable too.
    void spread_flaws();
    [[nodiscard]] std::optional<Number> find_flawed_part(Number set) const;

    ValueSets& all_;
    std::vector<Error>& errors_;
    std::vector<Visit> visits_;
};

}  // namespace parcours::practice

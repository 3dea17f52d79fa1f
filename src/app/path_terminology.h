#pragma once

#include <optional>
#include <string_view>

#include "cql/terminology.h"
#include "fhirpath/fhirpath.h"

namespace parcours::app {

/// The value sets and code systems of a practice as FHIRPath asks for them. Borrows them.
class PathTerminology final : public fhirpath::Terminology {
  public:
    explicit PathTerminology(const cql::Terminology& all) : all_(all) {}

    [[nodiscard]] std::optional<bool> is_member(std::string_view value_set, std::string_view system,
                                                std::string_view code) const override {
        const auto set = all_.find_value_set(value_set);
        if (!set) {
            return std::nullopt;
        }
        return system.empty() ? all_.contains_code(*set, code) : all_.contains(*set, system, code);
    }

    [[nodiscard]] std::optional<bool> subsumes(std::string_view system, std::string_view general,
                                               std::string_view special) const override {
        const auto found = all_.subsumes(system, general, special);
        return found ? std::optional(*found) : std::nullopt;
    }

  private:
    const cql::Terminology& all_;
};

}  // namespace parcours::app

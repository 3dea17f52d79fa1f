#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "cql/terminology.h"
#include "fhir/status.h"
#include "fhir/summary.h"
#include "population/cohort.h"
#include "population/tests/records.h"

namespace parcours::population {

/// Value sets given in the test.
class TestTerminology final : public cql::Terminology {
  public:
    void add(const std::string& name, std::set<std::pair<std::string, std::string>> codes) {
        names_.push_back(name);
        sets_.push_back(std::move(codes));
    }
    [[nodiscard]] std::optional<cql::ValueSetId> find_value_set(
        std::string_view name) const override {
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (names_[i] == name) {
                return cql::ValueSetId{static_cast<std::uint32_t>(i)};
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] bool contains(cql::ValueSetId set, std::string_view system,
                                std::string_view code) const override {
        return !system.empty() && sets_[static_cast<std::size_t>(set)].contains(
                                      {std::string(system), std::string(code)});
    }
    [[nodiscard]] std::vector<std::string> value_set_names() const override { return names_; }
    [[nodiscard]] std::optional<std::string> find_code_system(
        std::string_view name) const override {
        if (name == "clinical" || name == "verification") {
            return std::string(name == "clinical" ? fhir::clinical_status_system
                                                  : fhir::verification_status_system);
        }
        return name == "S" ? std::optional<std::string>("s") : std::nullopt;
    }

  private:
    std::vector<std::string> names_;
    std::vector<std::set<std::pair<std::string, std::string>>> sets_;
};

/// A log, its index, and the same records patient by patient for the naive evaluation. A merged
/// patient's records are handed in under `id_of_survivor`.
class Population {
  public:
    explicit Population(std::vector<LoggedBody> log,
                        const std::map<std::string, std::string>& survivors = {});

    [[nodiscard]] const Index& index() const { return *index_; }
    [[nodiscard]] BodyReader reader() const {
        return
            [this](LogPosition position) -> Result<std::string> { return log_[position - 1].json; };
    }

    /// Ids of the patients for whom the naive evaluation is true; nothing where it ends in a
    /// run-time error of CQL for one of them.
    [[nodiscard]] std::optional<std::set<std::string>> naive(const cql::Expression& expression,
                                                             Instant as_of) const;

    /// The same by the index; `singly`, where given, gets how many were evaluated one by one.
    [[nodiscard]] std::set<std::string> indexed(const cql::Expression& expression, Instant as_of,
                                                std::size_t* singly = nullptr) const;

  private:
    /// Nothing where there is no Patient resource.
    static std::optional<bool> is_born(const std::vector<JsonView>& record, Instant as_of);

    using Sources = std::map<std::string, cql::JsonSource>;

    /// The records of everyone born, cut at a moment, each with the others' where contexts are
    /// related; made once for each moment.
    const Sources& sources_at(Instant as_of, const cql::Terminology* sets, bool related) const;
    [[nodiscard]] std::vector<JsonView> others_than(const std::string& who) const;

    /// In the order of the index: of two records of one date, `First` takes the same.
    [[nodiscard]] std::vector<JsonView> in_order(const std::string& who,
                                                 const std::vector<JsonView>& record) const;

    std::vector<LoggedBody> log_;
    std::vector<std::uint32_t> places_;                        ///< in its table, by log position
    std::map<std::string, std::vector<std::size_t>> numbers_;  ///< in the log, as `records_`
    mutable std::map<std::tuple<Instant, const cql::Terminology*, bool>, Sources> sources_;
    std::shared_ptr<const Index> index_;
    std::vector<JsonDocument> documents_;
    std::map<std::string, std::vector<JsonView>> records_;
    std::map<std::pair<int, std::string>, std::pair<std::string, std::size_t>> newest_;
};

/// The value sets of `random_expressions`.
inline TestTerminology random_sets() {
    TestTerminology sets;
    sets.add("ab", {{"s", "a"}, {"s", "b"}});
    sets.add("z", {{"t", "z"}});
    sets.add("none", {});
    sets.add("over", {{std::string(fhir::clinical_status_system), "resolved"},
                      {std::string(fhir::clinical_status_system), "remission"},
                      {std::string(fhir::verification_status_system), "refuted"},
                      {std::string(fhir::verification_status_system), "provisional"}});
    return sets;
}

inline std::shared_ptr<const cql::Expression> compile_cohort(const std::string& text,
                                                             const cql::Terminology& terminology) {
    cql::CompileContext context;
    context.terminology = &terminology;
    const auto compiled = cql::compile(text, context);
    EXPECT_TRUE(compiled) << text << ": " << compiled.error().to_text();
    return compiled ? *compiled : nullptr;
}

}  // namespace parcours::population

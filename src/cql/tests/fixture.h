#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "cql/terminology.h"

namespace parcours::cql::test {

/// Value sets of a small practice: name → "system|code".
class FakeTerminology final : public Terminology {
  public:
    FakeTerminology() {
        sets_ = {
            {"diabetes", {"http://snomed.info/sct|44054006", "http://snomed.info/sct|46635009"}},
            {"HbA1c", {"http://loinc.org|4548-4"}},
            {"vital-signs",
             {"http://terminology.hl7.org/CodeSystem/observation-category|vital-signs"}},
            {"inpatient", {"http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP"}}};
        for (const auto& [name, codes] : sets_) {
            names_.push_back(name);
        }
    }

    [[nodiscard]] std::optional<ValueSetId> find_value_set(std::string_view name) const override {
        for (std::uint32_t i = 0; i < names_.size(); ++i) {
            if (names_[i] == name || "http://example.org/vs/" + names_[i] == name) {
                return ValueSetId{i};
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] bool contains(ValueSetId set, std::string_view system,
                                std::string_view code) const override {
        return sets_.at(names_.at(static_cast<std::size_t>(set)))
            .contains(std::string(system) + "|" + std::string(code));
    }
    [[nodiscard]] std::vector<std::string> value_set_names() const override { return names_; }
    [[nodiscard]] std::optional<std::string> find_code_system(
        std::string_view name) const override {
        return name == "SNOMED" ? std::optional<std::string>("http://snomed.info/sct")
                                : std::nullopt;
    }

  private:
    std::map<std::string, std::set<std::string>> sets_;
    std::vector<std::string> names_;
};

inline const FakeTerminology& terminology() {
    static const FakeTerminology all;
    return all;
}

/// Libraries in memory: name → text.
class FakeLibraries final : public LibrarySource {
  public:
    explicit FakeLibraries(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}

    [[nodiscard]] std::optional<std::string> find_library(std::string_view name,
                                                          std::string_view version) const override {
        const auto found = texts_.find(std::string(name));
        const bool fits =
            found != texts_.end() &&
            (version.empty() ||
             found->second.find("version '" + std::string(version) + "'") != std::string::npos);
        return fits ? std::optional(found->second) : std::nullopt;
    }
    [[nodiscard]] std::vector<std::string> library_names() const override {
        std::vector<std::string> out;
        for (const auto& [name, text] : texts_) {
            out.push_back(name);
        }
        return out;
    }

  private:
    std::map<std::string, std::string> texts_;
};

inline CompileContext compile_context() {
    CompileContext context;
    context.terminology = &terminology();
    context.parameters = {{"enrolled", Type(Type::Kind::DateTime)}};
    return context;
}

/// One patient's record as lines of JSON.
class Record {
  public:
    explicit Record(const std::vector<std::string>& resources) {
        for (const std::string& text : resources) {
            documents_.push_back(std::make_unique<JsonDocument>());
            const auto parsed = documents_.back()->parse(text);
            check(parsed.has_value(), "the test's JSON is broken");
            views_.push_back(*parsed);
        }
    }
    [[nodiscard]] JsonSource source(std::string_view as_of, const Terminology& sets = terminology(),
                                    const std::vector<JsonView>& others = {}) const {
        return {views_, *parse_instant(as_of), &sets, others};
    }
    [[nodiscard]] const std::vector<JsonView>& views() const { return views_; }

  private:
    std::vector<std::unique_ptr<JsonDocument>> documents_;
    std::vector<JsonView> views_;
};

/// The answer as a literal, or "error: …" as compiling or evaluating said it.
inline std::string answer(std::string_view expression, const Record& record,
                          std::string_view as_of = "2019-06-01",
                          std::uint64_t steps_max = steps_max_default,
                          const LibrarySource* libraries = nullptr) {
    CompileContext against = compile_context();
    against.libraries = libraries;
    const auto compiled = compile(expression, against);
    if (!compiled) {
        return "error: " + compiled.error().to_text();
    }
    const std::vector<Value> parameters{
        Value(values::from_instant(*parse_instant("2019-03-01T09:00:00Z")))};
    EvaluationContext context;
    context.now = *parse_instant(as_of);
    context.parameters = parameters;
    context.steps_max = steps_max;
    const auto value = evaluate(**compiled, record.source(as_of), context);
    return value ? value->to_text() : "error: " + value.error().to_text();
}

inline std::string answer(std::string_view expression) {
    static const Record nobody({});
    return answer(expression, nobody);
}

}  // namespace parcours::cql::test

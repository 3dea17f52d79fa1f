#include "quality/memberships.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "cql/type.h"
#include "quality/measure.h"
#include "quality/program.h"

namespace parcours::quality {
namespace {

using Kind = PopulationKind;

std::string name_of(std::size_t place) {
    return fmt::format("parcours {}", place);
}

/// What a population lies within, and what it lies outside of.
struct Around {
    std::vector<Kind> inside;
    std::vector<Kind> outside;
};

Around around_of(Kind kind, Scoring scoring) {
    const Kind base = scoring == Scoring::Ratio ? Kind::Initial : Kind::Denominator;
    switch (kind) {
        case Kind::Denominator:
        case Kind::MeasurePopulation:
            return {{Kind::Initial}, {}};
        case Kind::DenominatorExclusion:
            return {{Kind::Denominator}, {}};
        case Kind::Numerator:
            return {{base},
                    scoring == Scoring::Ratio ? std::vector<Kind>()
                                              : std::vector{Kind::DenominatorExclusion}};
        case Kind::NumeratorExclusion:
            return {{Kind::Numerator}, {}};
        case Kind::DenominatorException:
            return {{Kind::Denominator}, {Kind::DenominatorExclusion, Kind::Numerator}};
        case Kind::MeasurePopulationExclusion:
            return {{Kind::MeasurePopulation}, {}};
        default:
            return {};
    }
}

class Maker {
  public:
    Maker(const Group& group, const Program& program) : group_(group), program_(program) {}

    Result<Memberships> make() {
        if (const auto typed = find_basis(); !typed) {
            return pass_on(typed);
        }
        out_.defines.resize(group_.populations.size());
        out_.needs.resize(group_.populations.size());
        for (std::size_t i = 0; i < group_.populations.size(); ++i) {
            add(i);
        }
        return std::move(out_);
    }

  private:
    /// The first says whether they are lists; all must agree.
    Result<> find_basis() {
        std::optional<bool> lists;
        for (const Population& population : group_.populations) {
            if (population.kind == Kind::MeasureObservation) {
                continue;
            }
            const std::vector<Program::Define> alone{
                {"asked", program_.text_of(population.criteria)}};
            const auto compiled = program_.compile(alone, population.criteria.where);
            if (!compiled) {
                return pass_on(compiled);
            }
            const cql::Type& type = (*compiled)->type();
            const bool is_list = type.is(cql::Type::Kind::List);
            if (!is_list && !type.is(cql::Type::Kind::Boolean) && !type.is(cql::Type::Kind::Any)) {
                return fail(ErrorCode::InvalidInput,
                            fmt::format("{}: a population is true or false, or a list; this one "
                                        "gives {}",
                                        population.criteria.where, type.to_text()));
            }
            if (lists && *lists != is_list) {
                return fail(ErrorCode::InvalidInput,
                            fmt::format("{}: populations of one group are all true or false, or "
                                        "all lists; this one gives {}",
                                        population.criteria.where, type.to_text()));
            }
            lists = is_list;
        }
        out_.lists = lists.value_or(false);
        return {};
    }

    [[nodiscard]] std::vector<std::size_t> places_of(Kind kind) const {
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < group_.populations.size(); ++i) {
            if (group_.populations[i].kind == kind) {
                places.push_back(i);
            }
        }
        return places;
    }

    /// What a population lies within, each as places of which it lies in any: the one that it
    /// refers to instead of all of that kind.
    [[nodiscard]] std::vector<std::vector<std::size_t>> inside_of(const Population& population,
                                                                  const Around& around) const {
        std::vector<std::vector<std::size_t>> out;
        bool referred = !population.refers_to;
        for (const Kind kind : around.inside) {
            if (!referred && group_.populations[*population.refers_to].kind == kind) {
                out.push_back({*population.refers_to});
                referred = true;
            } else {
                out.push_back(places_of(kind));
            }
        }
        if (!referred) {
            out.push_back({*population.refers_to});
        }
        return out;
    }

    /// Those around it are made first, whatever their order in the measure.
    void add(std::size_t place) {
        const Population& population = group_.populations[place];
        if (population.kind == Kind::MeasureObservation || !out_.needs[place].empty()) {
            return;
        }
        const Around around = around_of(population.kind, group_.scoring);
        std::vector<std::size_t> needs;
        const std::string own = program_.text_of(population.criteria);
        std::string text = out_.lists ? own : own + " is true";
        for (const Kind kind : around.outside) {
            text = join(add_all(places_of(kind), needs), text, false);
        }
        for (const auto& any : inside_of(population, around)) {
            text = join(add_all(any, needs), text, true);
        }
        sort_unique(needs);  // a define may name one that stands behind it
        needs.push_back(place);
        out_.needs[place] = std::move(needs);
        out_.defines[place] = {name_of(place), std::move(text)};
    }

    /// CQL for any of these, which are made where they are not yet; empty for none.
    std::string add_all(const std::vector<std::size_t>& places, std::vector<std::size_t>& needs) {
        std::string text;
        for (const std::size_t place : places) {
            add(place);
            needs.insert(needs.end(), out_.needs[place].begin(), out_.needs[place].end());
            text += fmt::format("{}\"{}\"",
                                text.empty() ? ""
                                : out_.lists ? " union "
                                             : " or ",
                                name_of(place));
        }
        return places.size() > 1 ? "(" + text + ")" : text;
    }

    /// The cheap test first: who is not around it is not asked for it.
    [[nodiscard]] std::string join(const std::string& around, const std::string& text,
                                   bool inside) const {
        if (around.empty()) {
            return text;
        }
        if (out_.lists) {
            return inside ? fmt::format("({}) intersect ({})", around, text)
                          : fmt::format("({}) except ({})", text, around);
        }
        return inside ? fmt::format("{} and ({})", around, text)
                      : fmt::format("(not {}) and ({})", around, text);
    }

    const Group& group_;
    const Program& program_;
    Memberships out_;
};

}  // namespace

std::vector<Program::Define> Memberships::program_of(std::size_t population) const {
    std::vector<Program::Define> out;
    for (const std::size_t need : needs[population]) {
        out.push_back(defines[need]);
    }
    return out;
}

Result<Memberships> make_memberships(const Group& group, const Program& program) {
    return Maker(group, program).make();
}

}  // namespace parcours::quality

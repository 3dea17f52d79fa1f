#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/outline.h"
#include "practice/vocabulary.h"
#include "quality/evaluate.h"
#include "quality/measure.h"

namespace parcours::quality {

using Compiled = std::shared_ptr<const cql::Expression>;

/// The libraries of a measure, as texts are compiled that name what they define.
class Program {
  public:
    /// Errors: NotFound, a library that is not there; InvalidInput, one that does not parse.
    static Result<Program> make(const practice::Vocabulary& vocabulary,
                                const std::vector<LibraryName>& libraries,
                                const std::vector<Parameter>& parameters);

    /// CQL for criteria: the name of a define as one, else their own text.
    [[nodiscard]] std::string text_of(const Criteria& criteria) const;
    /// CQL that calls what criteria name with an argument: a function of a library, or a text in
    /// which the argument has no place. An empty argument is none.
    [[nodiscard]] std::string call_of(const Criteria& criteria, std::string_view argument) const;

    /// One define of a text to be compiled.
    struct Define {
        std::string name;
        std::string text;
    };
    /// Compiles defines, the last of which is what is asked for. An error in the text itself is one
    /// of `where`. Errors: InvalidInput, Limit.
    [[nodiscard]] Result<Compiled> compile(std::span<const Define> defines,
                                           std::string_view where) const;

    /// In the order of the parameters that were given.
    [[nodiscard]] std::span<const cql::Value> values() const { return values_; }

  private:
    struct Library {
        std::string alias;
        cql::LibraryOutline outline;
    };

    [[nodiscard]] const Library* find_define(std::string_view name) const;
    [[nodiscard]] const Library* find_function(std::string_view name) const;

    cql::CompileContext context_;
    std::string prelude_;
    std::vector<Library> libraries_;
    std::vector<cql::Value> values_;
};

}  // namespace parcours::quality

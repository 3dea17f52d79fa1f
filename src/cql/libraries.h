#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/document.h"
#include "cql/scope.h"
#include "cql/value.h"

namespace parcours::cql {

/// The text being compiled and the libraries it includes: what each declares, and their codes.
/// Errors name the file of the library they stand in.
class Libraries {
  public:
    explicit Libraries(const CompileContext& context) : context_(context) {}

    /// Declares everything of the text, and of what it includes.
    Result<LibraryScope*> add(Document document);

    /// A code or concept that the library declares; null where it declares none of that name.
    Result<const Value*> code(LibraryScope& scope, std::string_view name);
    /// The URL of a code system by its name; an error where there is none.
    Result<std::string> code_system(LibraryScope& scope, const QualifiedName& name,
                                    Place place) const;
    /// The library that is called so here, for a name such as `Common.LOINC`.
    Result<LibraryScope*> find(LibraryScope& scope, const QualifiedName& name, Place place) const;

    /// The error as one of that library, if it is none of another yet.
    [[nodiscard]] static Error within(Error error, const LibraryScope& scope);

    /// Names that a library shows to those that include it.
    [[nodiscard]] static std::vector<std::string> public_names(const LibraryScope& scope);

  private:
    Result<> declare(LibraryScope& scope);
    Result<> declare_line(LibraryScope& scope, const Declaration& line, bool unfiltered);
    Result<> include(LibraryScope& scope, const Declaration& line);
    Result<LibraryScope*> load(const Declaration& line);
    Result<Value> read_code(LibraryScope& scope, const Declaration& line);
    Result<Value> read_concept(LibraryScope& scope, const Declaration& line);

    const CompileContext& context_;
    std::vector<std::unique_ptr<LibraryScope>> all_;
    std::vector<std::string> loading_;  ///< libraries that include each other in a circle
};

}  // namespace parcours::cql

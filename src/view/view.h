#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "fhirpath/fhirpath.h"

namespace parcours::view {

/// A column of the table that a view makes.
struct Column {
    std::string name;
    std::string type;  ///< as the view says: "string", "boolean"; empty where it does not
};

/// A cell as JSON; empty: null.
using Cell = std::string;
using Row = std::span<const Cell>;

struct Select;

/// A ViewDefinition of SQL on FHIR 2.0, ready to run: what a table's rows are made of. Immutable;
/// shared by threads.
class View {
  public:
    /// Errors, InvalidInput: what is wrong and where in the view ("select[0].column[1].path: …").
    static Result<std::shared_ptr<const View>> read(const JsonView& definition);
    ~View();
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    /// The type of resource it is for.
    [[nodiscard]] const std::string& resource() const { return resource_; }
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }

    /// Calls `emit` for each row that the resource gives, in order; resources of another type give
    /// none. Errors, InvalidInput: a path that cannot be evaluated, or gives several values where
    /// the column takes one; Limit: more than `rows_max` rows of one resource.
    Result<> run(const JsonView& resource, Instant now, const std::function<void(Row)>& emit) const;

    static constexpr std::size_t rows_max = 1'000'000;

  private:
    friend class ViewReader;
    View();

    std::string resource_;
    std::vector<Column> columns_;
    std::vector<std::shared_ptr<const fhirpath::Expression>> where_;
    std::vector<std::string> where_paths_;
    std::unique_ptr<Select> root_;
    JsonDocument constants_;
    std::vector<fhirpath::Variable> variables_;
};

}  // namespace parcours::view

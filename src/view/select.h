#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fhir/model.h"
#include "fhirpath/fhirpath.h"
#include "view/view.h"

namespace parcours::view {

/// A FHIRPath of a view, and where in the view it stands.
struct Path {
    std::shared_ptr<const fhirpath::Expression> expression;
    std::string where;  ///< "select[0].column[1].path"
};

struct ColumnPath {
    Column column;
    fhir::TypeId type = 0;  ///< what its items must be; 0: anything
    bool is_collection = false;
    Path path;
};

/// One `select`: what it goes over, and the columns of each of its rows.
struct Select {
    enum class Over : std::uint8_t { Itself, Each, EachOrNull, Repeat };

    Over over = Over::Itself;
    std::vector<Path> paths;  ///< of Each and EachOrNull one, of Repeat one or more
    std::vector<ColumnPath> columns;
    std::vector<Select> selects;
    std::vector<Select> unions;
};

/// The names and types of its columns, in order.
[[nodiscard]] std::vector<Column> columns_of(const Select& select);

}  // namespace parcours::view

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "fhirpath/collection.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "view/column_type.h"
#include "view/select.h"
#include "view/view.h"

namespace parcours::view {
namespace {

using fhirpath::Collection;
using fhirpath::Item;
using Rows = std::vector<std::vector<Cell>>;

/// What a select is evaluated on: an item or nothing, and its number in what it goes over.
struct Place {
    std::span<const Item> focus;
    std::int64_t index = 0;
};

/// The rows of one resource.
class Run {
  public:
    Run(std::span<const Item> resource, std::span<const fhirpath::Variable> constants, Instant now)
        : variables_(constants.begin(), constants.end()) {
        variables_.push_back({"rowIndex", {}});
        environment_.now = now;
        environment_.resource = resource;
        environment_.join_of_nothing_is_empty_text = true;
    }

    Result<bool> holds(const fhirpath::Expression& where, const std::string& path,
                       std::span<const Item> focus) {
        auto answer = evaluate({&where, nullptr}, path, {focus, 0});
        if (!answer) {
            return pass_on(answer);
        }
        const auto truth =
            answer->items.size() == 1 ? fhirpath::to_system(answer->items[0]) : std::nullopt;
        if (answer->items.size() > 1 || (truth && truth->kind != fhirpath::Kind::Boolean)) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("{}: a where gives one Boolean or nothing", path));
        }
        return truth && truth->truth();
    }

    Result<> rows(const Select& select, const Place& place, Rows& out) {
        if (select.over == Select::Over::Itself) {
            return rows_at(select, place, out);
        }
        if (select.over == Select::Over::Repeat) {
            std::int64_t number = 0;
            return repeat(select, place, number, 0, out);
        }
        const auto found = evaluate(handle(select.paths[0]), select.paths[0].where, place);
        if (!found) {
            return pass_on(found);
        }
        std::int64_t number = 0;
        for (const Item& item : found->items) {
            if (auto done = rows_at(select, {{&item, 1}, number++}, out); !done) {
                return done;
            }
        }
        const bool null_row = found->items.empty() && select.over == Select::Over::EachOrNull;
        return null_row ? rows_at(select, {{}, 0}, out) : Result<>();
    }

  private:
    struct Handle {
        const fhirpath::Expression* expression;
        const Path* path;
    };
    static Handle handle(const Path& path) { return {path.expression.get(), &path}; }

    Result<fhirpath::Answer> evaluate(Handle path, const std::string& where, const Place& place) {
        variables_.back().value.clear();
        variables_.back().value.push(Item::of_integer(place.index));
        environment_.variables = variables_;
        auto answer = fhirpath::evaluate(*path.expression, place.focus, environment_);
        if (!answer) {
            Error error = std::move(answer.error().error);
            error.message = fmt::format("{}: {}", where, error.message);
            error.where = {};
            return std::unexpected(std::move(error));
        }
        return std::move(*answer);
    }

    // Each item that a path finds, and what the paths find below it.
    Result<> repeat(const Select& select, const Place& place, std::int64_t& number,
                    std::size_t depth, Rows& out) {
        if (depth > JsonDocument::depth_max) {
            return fail(ErrorCode::Limit, "repeat goes deeper than any document");
        }
        for (const Path& path : select.paths) {
            const auto found = evaluate(handle(path), path.where, place);
            if (!found) {
                return pass_on(found);
            }
            for (const Item& item : found->items) {
                const Place at{{&item, 1}, number++};
                if (auto done = rows_at(select, at, out); !done) {
                    return done;
                }
                if (auto done = repeat(select, at, number, depth + 1, out); !done) {
                    return done;
                }
            }
        }
        return {};
    }

    // The columns' cells, times the rows of each inner select, times those of the union.
    Result<> rows_at(const Select& select, const Place& place, Rows& out) {
        Rows product(1);
        for (const ColumnPath& column : select.columns) {
            auto cell = read_cell(column, place);
            if (!cell) {
                return pass_on(cell);
            }
            product[0].push_back(std::move(*cell));
        }
        for (const Select& inner : select.selects) {
            Rows factor;
            if (auto done = rows(inner, place, factor); !done) {
                return done;
            }
            if (auto done = multiply(product, factor); !done) {
                return done;
            }
        }
        if (!select.unions.empty()) {
            Rows factor;
            for (const Select& part : select.unions) {
                if (auto done = rows(part, place, factor); !done) {
                    return done;
                }
            }
            if (auto done = multiply(product, factor); !done) {
                return done;
            }
        }
        if (out.size() + product.size() > View::rows_max) {
            return too_many();
        }
        for (auto& row : product) {
            out.push_back(std::move(row));
        }
        return {};
    }

    static Result<> too_many() {
        return fail(ErrorCode::Limit,
                    fmt::format("one resource gives more than {} rows", View::rows_max));
    }

    static Result<> multiply(Rows& product, const Rows& factor) {
        if (product.size() * factor.size() > View::rows_max) {
            return too_many();
        }
        Rows next;
        next.reserve(product.size() * factor.size());
        for (const auto& left : product) {
            for (const auto& right : factor) {
                next.push_back(left);
                next.back().insert(next.back().end(), right.begin(), right.end());
            }
        }
        product = std::move(next);
        return {};
    }

    Result<Cell> read_cell(const ColumnPath& column, const Place& place) {
        const auto answer = evaluate(handle(column.path), column.path.where, place);
        if (!answer) {
            return pass_on(answer);
        }
        const Collection& items = answer->items;
        for (const Item& item : items) {
            if (const auto mistake = wrong_type(column.type, item)) {
                return fail(ErrorCode::InvalidInput,
                            fmt::format("column \"{}\" ({}): {}", column.column.name,
                                        column.path.where, *mistake));
            }
        }
        if (column.is_collection) {
            return fhirpath::to_json(items.items());
        }
        if (items.size() > 1) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("{}: {} values for one cell; take first(), or say "
                                    "\"collection\": true",
                                    column.path.where, items.size()));
        }
        return items.empty() ? Cell() : fhirpath::to_json(items[0]);
    }

    std::vector<fhirpath::Variable> variables_;
    fhirpath::Environment environment_;
};

}  // namespace

Result<> View::run(const JsonView& resource, Instant now,
                   const std::function<void(Row)>& emit) const {
    if (resource["resourceType"].text() != resource_) {
        return {};
    }
    const Item item = fhirpath::item_of(resource);
    const std::span<const Item> focus{&item, 1};
    Run run(focus, variables_, now);
    for (std::size_t i = 0; i < where_.size(); ++i) {
        const auto holds = run.holds(*where_[i], where_paths_[i], focus);
        if (!holds || !*holds) {
            return holds ? Result<>() : pass_on(holds);
        }
    }
    Rows rows;
    if (auto done = run.rows(*root_, {focus, 0}, rows); !done) {
        return done;
    }
    for (const auto& row : rows) {
        emit(row);
    }
    return {};
}

}  // namespace parcours::view

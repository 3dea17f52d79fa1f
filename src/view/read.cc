#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "fhir/model.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "values/text.h"
#include "view/column_type.h"
#include "view/select.h"
#include "view/view.h"

namespace parcours::view {
namespace {

constexpr std::size_t nesting_max = 32;

std::unexpected<Error> wrong(const std::string& where, std::string message) {
    return fail(ErrorCode::InvalidInput, fmt::format("{}: {}", where, message));
}

bool is_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && letter(name.front()) && std::ranges::all_of(name, [&](char c) {
        return letter(c) || c == '_' || (c >= '0' && c <= '9');
    });
}

Result<Path> read_path(const JsonView& json, const std::string& where) {
    if (!json.is_string() || json.text().empty()) {
        return wrong(where, "a FHIRPath is missing here");
    }
    auto compiled = fhirpath::compile(json.text());
    if (!compiled) {
        return wrong(where, fmt::format("{} (column {} of {})", compiled.error().error.message,
                                        compiled.error().error.where.column,
                                        values::quote(json.text(), '\'')));
    }
    return Path{std::move(*compiled), where};
}

std::vector<JsonView> list_of(const JsonView& json) {
    return json.elements();
}

}  // namespace

std::vector<Column> columns_of(const Select& select) {
    std::vector<Column> all;
    for (const ColumnPath& one : select.columns) {
        all.push_back(one.column);
    }
    for (const Select& inner : select.selects) {
        std::ranges::move(columns_of(inner), std::back_inserter(all));
    }
    if (!select.unions.empty()) {
        std::ranges::move(columns_of(select.unions.front()), std::back_inserter(all));
    }
    return all;
}

/// Reads a ViewDefinition and checks it.
class ViewReader {
  public:
    explicit ViewReader(View& view) : view_(view) {}

    Result<> read(const JsonView& definition) {
        if (!definition.is_object()) {
            return fail(ErrorCode::InvalidInput, "a view is a JSON object, a ViewDefinition");
        }
        if (auto done = read_resource(definition); !done) {
            return done;
        }
        if (auto done = read_constants(definition["constant"]); !done) {
            return done;
        }
        if (auto done = read_where(definition["where"]); !done) {
            return done;
        }
        const auto selects = list_of(definition["select"]);
        if (selects.empty()) {
            return wrong("select", "a view has at least one select");
        }
        view_.root_ = std::make_unique<Select>();
        for (std::size_t i = 0; i < selects.size(); ++i) {
            auto select = read_select(selects[i], fmt::format("select[{}]", i), 0);
            if (!select) {
                return pass_on(select);
            }
            view_.root_->selects.push_back(std::move(*select));
        }
        return finish();
    }

  private:
    Result<> read_resource(const JsonView& definition) {
        const std::string_view name = definition["resource"].text();
        if (name.empty()) {
            return wrong("resource", "the type of resource is missing, such as \"Patient\"");
        }
        const fhir::Model& model = fhir::Model::r4();
        const fhir::TypeId type = model.find_type(name);
        if (type == 0 || !model.is_resource(type)) {
            return wrong("resource", fmt::format("there is no resource type \"{}\"", name));
        }
        view_.resource_ = name;
        return {};
    }

    Result<> read_constants(const JsonView& list) {
        // The values are kept by the view: the definition may go.
        auto kept = view_.constants_.parse(list.exists() ? list.to_json() : "[]",
                                           JsonDocument::Numbers::AsWritten);
        if (!kept) {
            return pass_on(kept);
        }
        const auto constants = list_of(*kept);
        for (std::size_t i = 0; i < constants.size(); ++i) {
            const std::string where = fmt::format("constant[{}]", i);
            const std::string_view name = constants[i]["name"].text();
            if (!is_name(name)) {
                return wrong(where + ".name",
                             "a constant's name is a letter, then letters, digits "
                             "and _");
            }
            if (std::ranges::find(view_.variables_, name, &fhirpath::Variable::name) !=
                view_.variables_.end()) {
                return wrong(where + ".name", fmt::format("there are two constants \"{}\"", name));
            }
            // Extension has the same value[x], so that its members tell the types.
            const auto type = fhir::Model::r4().find_type("Extension");
            const fhirpath::Item holder = fhirpath::Item::of_node(constants[i], {}, type);
            fhirpath::Variable variable{std::string(name), {}};
            fhirpath::append_member(holder, "value", fhir::Model::r4().find_name("value"),
                                    variable.value);
            if (variable.value.size() != 1) {
                return wrong(where, fmt::format("the constant \"{}\" has one value[x], such as "
                                                "valueString",
                                                name));
            }
            view_.variables_.push_back(std::move(variable));
        }
        return {};
    }

    Result<> read_where(const JsonView& list) {
        const auto parts = list_of(list);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto path = read_path(parts[i]["path"], fmt::format("where[{}].path", i));
            if (!path) {
                return pass_on(path);
            }
            view_.where_.push_back(std::move(path->expression));
            view_.where_paths_.push_back(std::move(path->where));
        }
        return {};
    }

    Result<Select> read_select(const JsonView& json, const std::string& where, std::size_t depth) {
        if (!json.is_object()) {
            return wrong(where, "a select is an object");
        }
        if (depth > nesting_max) {
            return wrong(where, fmt::format("nested deeper than {} selects", nesting_max));
        }
        Select select;
        if (auto done = read_over(json, where, select); !done) {
            return pass_on(done);
        }
        const auto columns = list_of(json["column"]);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            auto column = read_column(columns[i], fmt::format("{}.column[{}]", where, i));
            if (!column) {
                return pass_on(column);
            }
            select.columns.push_back(std::move(*column));
        }
        if (auto done = read_inner(json["select"], where + ".select", depth, select.selects);
            !done) {
            return pass_on(done);
        }
        if (auto done = read_inner(json["unionAll"], where + ".unionAll", depth, select.unions);
            !done) {
            return pass_on(done);
        }
        if (columns_of(select).empty()) {
            return wrong(where, "it has no column, select or unionAll");
        }
        if (auto done = check_unions(select, where); !done) {
            return pass_on(done);
        }
        return select;
    }

    Result<> read_inner(const JsonView& list, const std::string& where, std::size_t depth,
                        std::vector<Select>& out) {
        const auto inner = list_of(list);
        for (std::size_t i = 0; i < inner.size(); ++i) {
            auto select = read_select(inner[i], fmt::format("{}[{}]", where, i), depth + 1);
            if (!select) {
                return pass_on(select);
            }
            out.push_back(std::move(*select));
        }
        return {};
    }

    static Result<> read_over(const JsonView& json, const std::string& where, Select& select) {
        constexpr auto keys = std::to_array<std::pair<std::string_view, Select::Over>>(
            {{"forEach", Select::Over::Each},
             {"forEachOrNull", Select::Over::EachOrNull},
             {"repeat", Select::Over::Repeat}});
        for (const auto& [key, over] : keys) {
            const JsonView value = json[key];
            if (!value.exists()) {
                continue;
            }
            if (select.over != Select::Over::Itself) {
                return wrong(where, "it has one of forEach, forEachOrNull and repeat");
            }
            select.over = over;
            const auto paths =
                over == Select::Over::Repeat ? list_of(value) : std::vector<JsonView>{value};
            if (paths.empty()) {
                return wrong(where + ".repeat", "repeat is a list of FHIRPaths");
            }
            for (const JsonView& one : paths) {
                auto path = read_path(one, fmt::format("{}.{}", where, key));
                if (!path) {
                    return pass_on(path);
                }
                select.paths.push_back(std::move(*path));
            }
        }
        return {};
    }

    static Result<ColumnPath> read_column(const JsonView& json, const std::string& where) {
        ColumnPath column;
        column.column.name = json["name"].text();
        column.column.type = json["type"].text();
        column.is_collection = json["collection"].boolean().value_or(false);
        if (!is_name(column.column.name)) {
            return wrong(where + ".name",
                         "a column's name is a letter, then letters, digits and _");
        }
        const auto type = read_column_type(column.column.type);
        if (!type) {
            return wrong(where + ".type", type.error().message);
        }
        column.type = *type;
        auto path = read_path(json["path"], where + ".path");
        if (!path) {
            return pass_on(path);
        }
        column.path = std::move(*path);
        return column;
    }

    static Result<> check_unions(const Select& select, const std::string& where) {
        for (std::size_t i = 1; i < select.unions.size(); ++i) {
            const auto first = columns_of(select.unions[0]);
            const auto other = columns_of(select.unions[i]);
            if (!std::ranges::equal(first, other, {}, &Column::name, &Column::name)) {
                return wrong(fmt::format("{}.unionAll[{}]", where, i),
                             "all parts of a unionAll have the same columns in the same order");
            }
        }
        return {};
    }

    Result<> finish() {
        view_.columns_ = columns_of(*view_.root_);
        std::set<std::string_view> names;
        for (const Column& column : view_.columns_) {
            if (!names.insert(column.name).second) {
                return wrong("select", fmt::format("there are two columns \"{}\"", column.name));
            }
        }
        return {};
    }

    View& view_;
};

View::View() = default;
View::~View() = default;

Result<std::shared_ptr<const View>> View::read(const JsonView& definition) {
    const std::shared_ptr<View> view(new View());
    if (auto done = ViewReader(*view).read(definition); !done) {
        return pass_on(done);
    }
    return std::shared_ptr<const View>(view);
}

}  // namespace parcours::view

#include "cql/type.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/model/model.h"
#include "cql/model/type_id.h"

namespace parcours::cql {

Type Type::interval(Type point) {
    Type out(Kind::Interval);
    out.arguments.push_back(std::move(point));
    return out;
}

Type Type::list(Type element) {
    Type out(Kind::List);
    out.arguments.push_back(std::move(element));
    return out;
}

Type Type::of_resource(model::TypeId id) {
    Type out(Kind::Resource);
    out.resource = id;
    return out;
}

Type Type::choice(std::vector<Type> alternatives) {
    Type out(Kind::Choice);
    const auto add = [&out](const Type& type) {
        if (std::ranges::find(out.arguments, type) == out.arguments.end()) {
            out.arguments.push_back(type);
        }
    };
    for (const Type& type : alternatives) {
        if (type.is(Kind::Choice)) {
            std::ranges::for_each(type.arguments, add);
        } else {
            add(type);
        }
    }
    if (out.arguments.empty()) {
        return {};
    }
    return out.arguments.size() == 1 ? Type(out.arguments.front()) : out;
}

std::string Type::to_text() const {
    static constexpr auto kind_names = std::to_array<std::string_view>(
        {"Any",      "Boolean", "Integer",  "Long",     "Decimal", "String",  "Date",
         "DateTime", "Time",    "Quantity", "Ratio",    "Code",    "Concept", "CodeSystem",
         "ValueSet", "Element", "Resource", "Interval", "List",    "Tuple",   "Choice"});
    if (kind == Kind::Resource) {
        return model::get_type(resource).name;
    }
    if (kind == Kind::Element && !names.empty()) {
        return names.front();
    }
    std::string out(kind_names[static_cast<std::size_t>(kind)]);
    if (arguments.empty()) {
        return out;
    }
    out += kind == Kind::Tuple ? " { " : "<";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        out += i == 0 ? "" : ", ";
        out += kind == Kind::Tuple ? this->names[i] + " " : std::string();
        out += arguments[i].to_text();
    }
    return out + (kind == Kind::Tuple ? " }" : ">");
}

}  // namespace parcours::cql

#include "http/fhir/query.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <expected>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "fhir/resource_type.h"
#include "http/fhir/parameters.h"
#include "http/fhir/values.h"
#include "http/head_rules.h"
#include "http/message.h"

namespace parcours::http::facade {
namespace {

std::unexpected<Error> refuse(std::string message) {
    return fail(ErrorCode::Usage, std::move(message));
}

bool is_silent(std::string_view name) {
    return name == "_format" || name == "_pretty" || name == "why";
}

Result<> read_count(std::string_view text, Query& query) {
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc::result_out_of_range) {
        count = page_entries_max;
    } else if (error != std::errc{} || end != text.data() + text.size()) {
        return refuse("\"_count\" must be a whole number");
    }
    query.only_count = query.only_count || count == 0;
    query.count = std::clamp<std::size_t>(count, 1, page_entries_max);
    return {};
}

/// `lets`: what the query's own names for dates are.
Result<> read_sort(std::string_view text, Query& query) {
    query.down = text.starts_with('-');
    const std::string_view by = query.down ? text.substr(1) : text;
    const Parameter* const dating = dating_parameter(query.type);
    if (by == "_lastUpdated") {
        query.sort = SortBy::LastUpdated;
    } else if (dating != nullptr && by == dating->name) {
        query.sort = SortBy::Date;
    } else if (query.type == fhir::ResourceType::Patient && (by == "name" || by == "family")) {
        query.sort = SortBy::Name;
    } else {
        return refuse(fmt::format(
            "\"_sort\" must be one of _lastUpdated{}{}{}, with - before it for the other way",
            dating != nullptr ? ", " : "", dating != nullptr ? dating->name : "",
            query.type == fhir::ResourceType::Patient ? ", name, family" : ""));
    }
    return {};
}

Result<> read_include(std::string_view text, Query& query) {
    const std::string type(fhir::resource_type_name(query.type));
    const bool about_patient = text == type + ":patient" || text == type + ":subject" ||
                               text == type + ":patient:Patient" ||
                               text == type + ":subject:Patient";
    if (!about_patient || !has_patient(query.type)) {
        return refuse("\"_include\" can only bring in whom a resource is about: " + type +
                      ":patient, for types that have one");
    }
    query.include_patient = true;
    return {};
}

Result<> read_cursor(std::string_view text, Query& query) {
    Cursor cursor;
    const std::size_t dot = text.find('.');
    const char* const end = text.data() + text.size();
    if (dot != std::string_view::npos) {
        const auto order = std::from_chars(text.data(), text.data() + dot, cursor.order);
        const auto key = std::from_chars(text.data() + dot + 1, end, cursor.key, 16);
        if (order.ec == std::errc{} && order.ptr == text.data() + dot && key.ec == std::errc{} &&
            key.ptr == end) {
            query.cursor = cursor;
            return {};
        }
    }
    return refuse("\"_cursor\" is not one of ours; follow the Bundle's link \"next\"");
}

Result<> read_summary(std::string_view text, Query& query) {
    if (text != "count" && text != "false") {
        return refuse("\"_summary\" can be count or false");
    }
    query.only_count = query.only_count || text == "count";
    return {};
}

bool is_text(Matching matching) {
    return parameter_type(matching) == "string";
}

/// The modifier of a parameter; one that is not known would change what is meant.
Result<> read_modifier(std::string_view modifier, Criterion& criterion) {
    const Matching matching = criterion.parameter->matching;
    const bool fits = modifier.empty() ||
                      (is_text(matching) && (modifier == "exact" || modifier == "contains")) ||
                      (matching == Matching::Patient && modifier == "Patient");
    if (!fits) {
        return refuse(fmt::format("the modifier \":{}\" of \"{}\" is not known{}", modifier,
                                  criterion.parameter->name,
                                  is_text(matching) ? "; right are :exact and :contains" : ""));
    }
    criterion.modifier = matching == Matching::Patient ? std::string_view() : modifier;
    return {};
}

Result<> read_criterion(std::string_view name, std::string_view value, Query& query) {
    const std::size_t colon = name.find(':');
    const std::string_view plain = name.substr(0, colon);
    Criterion criterion;
    criterion.parameter = find_parameter(query.type, plain);
    if (criterion.parameter == nullptr) {
        const std::string_view head = plain.substr(0, plain.find('.'));
        if (head != plain && find_parameter(query.type, head) != nullptr) {
            return refuse(fmt::format("\"{}\": searching through a reference is not known", name));
        }
        query.ignored.emplace_back(name);
        return {};
    }
    const std::string_view modifier =
        colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
    if (const auto read = read_modifier(modifier, criterion); !read) {
        return read;
    }
    criterion.values = split_values(value);
    if (!criterion.values.empty()) {
        query.criteria.push_back(std::move(criterion));
    }
    return {};
}

Result<> read_pair(std::string_view name, std::string_view value, Query& query) {
    if (is_silent(name) || value.empty()) {
        return {};
    }
    if (name == "_cursor") {
        return read_cursor(value, query);
    }
    if (name == "_count") {
        return read_count(value, query);
    }
    if (name == "_sort") {
        return read_sort(value, query);
    }
    if (name == "_summary") {
        return read_summary(value, query);
    }
    if (name == "_total") {
        return {};  // the total is always exact
    }
    if (name == "_include") {
        return read_include(value, query);
    }
    return read_criterion(name, value, query);
}

bool is_strict(const Request& request) {
    const auto prefer = request.headers.find("Prefer");
    return prefer && prefer->find("handling=strict") != std::string_view::npos;
}

}  // namespace

const Criterion* Query::find(Matching matching) const {
    const auto found = std::ranges::find_if(
        criteria, [matching](const Criterion& one) { return one.parameter->matching == matching; });
    return found == criteria.end() ? nullptr : &*found;
}

Result<Query> read_query(fhir::ResourceType type, const Request& request) {
    Query query;
    query.type = type;
    Pairs pairs = request.query;
    if (request.method == Method::Post && !request.body.empty()) {
        if (request.media_type() != "application/x-www-form-urlencoded") {
            return fail(ErrorCode::InvalidInput,
                        "_search takes application/x-www-form-urlencoded, as FHIR says");
        }
        const auto form = http::read_query(request.body);
        if (!form) {
            return fail(ErrorCode::InvalidInput, "the form of this search cannot be decoded");
        }
        pairs.insert(pairs.end(), form->begin(), form->end());
    }
    for (const auto& [name, value] : pairs) {
        if (const auto read = read_pair(name, value, query); !read) {
            return pass_on(read);
        }
        if (name != "_cursor" && name != "why") {
            query.given.emplace_back(name, value);
        }
    }
    if (!query.ignored.empty() && is_strict(request)) {
        return refuse(
            fmt::format("the parameter \"{}\" is not known for {}; /fhir/metadata lists "
                        "those that are",
                        query.ignored.front(), fhir::resource_type_name(type)));
    }
    return query;
}

std::string page_target(const Query& query, const std::optional<Cursor>& cursor) {
    constexpr std::string_view signs = ":,";  // of modifiers and alternatives
    std::string target(fhir::resource_type_name(query.type));
    char sign = '?';
    for (const auto& [name, value] : query.given) {
        target += sign + percent_encode(name, signs) + '=' + percent_encode(value, signs);
        sign = '&';
    }
    if (cursor) {
        target += fmt::format("{}_cursor={}.{:x}", sign, cursor->order, cursor->key);
    }
    return target;
}

}  // namespace parcours::http::facade

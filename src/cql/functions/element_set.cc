#include "cql/functions/element_set.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "base/error.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

using Kind = Value::Kind;

template <class T>
std::string bytes_of(char kind, const T& value) {
    std::string out(1, kind);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
    return out;
}

// Equal values have equal keys; empty for those that only `=` can compare.
std::string key_of(const Value& value) {
    switch (value.kind()) {
        case Kind::Boolean:
            return value.boolean() ? "t" : "f";
        case Kind::Integer:
        case Kind::Long:
        case Kind::Decimal:
            return bytes_of('n', number_of(value).raw());
        case Kind::String:
            return "s" + value.text();
        case Kind::Row:
            return bytes_of('r', (std::uint64_t{value.row().table} << 32U) | value.row().index);
        default:
            return {};
    }
}

}  // namespace

bool compares_too_much(std::uint64_t comparisons, CallContext& context) {
    if (comparisons > comparisons_max) {
        context.fail_with(fmt::format("this compares values more than {} times; use shorter lists",
                                      comparisons_max),
                          ErrorCode::Limit);
    }
    return comparisons > comparisons_max;
}

bool is_too_long(std::size_t text_size, CallContext& context) {
    if (text_size > text_size_max) {
        context.fail_with(fmt::format("a text grows beyond {} bytes", text_size_max),
                          ErrorCode::Limit);
    }
    return text_size > text_size_max;
}

bool has_too_many(std::size_t list_size, CallContext& context) {
    if (list_size > list_size_max) {
        context.fail_with(fmt::format("a list grows beyond {} elements", list_size_max),
                          ErrorCode::Limit);
    }
    return list_size > list_size_max;
}

bool ElementSet::contains(const Value& value) {
    if (value.is_null()) {
        return has_null_;
    }
    const std::string key = key_of(value);
    if (!key.empty() && keys_.contains(key)) {
        return true;
    }
    if (value.kind() == Kind::Quantity) {  // equals a number, where its unit is 1
        comparisons_ += values_.size();
        return std::ranges::any_of(
            values_, [&value](const Value& other) { return equal(other, value) == Truth(true); });
    }
    comparisons_ += slow_.size();
    return std::ranges::any_of(
        slow_, [&](std::size_t place) { return equal(values_[place], value) == Truth(true); });
}

bool ElementSet::insert(const Value& value) {
    if (contains(value)) {
        return false;
    }
    if (value.is_null()) {
        has_null_ = true;
    } else if (std::string key = key_of(value); !key.empty()) {
        keys_.insert(std::move(key));
    } else {
        slow_.push_back(values_.size());
    }
    values_.push_back(value);
    return true;
}

}  // namespace parcours::cql

#pragma once

#include <concepts>
#include <type_traits>

namespace parcours::engine {

// Values as bytes and back, for snapshots: the same code names the fields for both. A struct takes
// part by a static function `fields(archive, value)` of its own, or by one beside it
// (ledger_fields.h), that calls `archive(field…)`.

/// A struct, changeable or not: the same function names its fields for both directions.
template <class Value, class Of>
concept Like = std::same_as<std::remove_const_t<Value>, Of>;

template <class Archive, class Value>
concept HasOwnFields = requires(Archive& archive, Value& value) {
    std::remove_const_t<Value>::fields(archive, value);
};

template <class Archive, class Value>
void visit_fields(Archive& archive, Value& value) {
    if constexpr (HasOwnFields<Archive, Value>) {
        std::remove_const_t<Value>::fields(archive, value);
    } else {
        fields(archive, value);
    }
}

}  // namespace parcours::engine

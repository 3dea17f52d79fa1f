#pragma once

#include <cstring>
#include <simdjson.h>

#include "base/json.h"

namespace parcours {

/// The parsed element behind a `JsonView`, for the few readers whose speed is a budget. Only the
/// folders that wrap simdjson include this.
struct JsonAccess {
    static simdjson::dom::element get(const JsonView& view) {
        simdjson::dom::element element;
        std::memcpy(&element, view.element_.data(), sizeof element);
        return element;
    }

    static JsonView make(const simdjson::dom::element& element) {
        JsonView view;
        std::memcpy(view.element_.data(), &element, sizeof element);
        view.exists_ = true;
        return view;
    }
};

}  // namespace parcours

#include "base/json.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json_access.h"

namespace parcours {

namespace dom = simdjson::dom;

static_assert(sizeof(dom::element) == sizeof(std::array<std::byte, 16>));
static_assert(std::is_trivially_copyable_v<dom::element>);

struct JsonDocument::Parser {
    dom::parser parser;
};

JsonDocument::JsonDocument() : parser_(std::make_unique<Parser>()) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

Result<JsonView> JsonDocument::parse(std::string_view text) {
    dom::parser& parser = parser_->parser;
    if (parser.max_depth() != depth_max || parser.capacity() < text.size()) {
        if (parser.allocate(std::max<std::size_t>(text.size(), 4096), depth_max) !=
            simdjson::SUCCESS) {
            return fail(ErrorCode::Limit, "the document is too large to be parsed in memory");
        }
    }
    dom::element root;
    const auto error = parser.parse(text.data(), text.size()).get(root);
    if (error == simdjson::DEPTH_ERROR) {
        return fail(ErrorCode::Limit, "nested deeper than 200 levels");
    }
    if (error == simdjson::MEMALLOC || error == simdjson::CAPACITY) {
        return fail(ErrorCode::Limit, "the document is too large to be parsed in memory");
    }
    if (error != simdjson::SUCCESS) {
        return fail(ErrorCode::InvalidInput,
                    std::string("not valid JSON: ") + simdjson::error_message(error));
    }
    return JsonAccess::make(root);
}

std::string find_member(std::string_view text, std::string_view name) {
    const simdjson::padded_string padded(text);
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    std::string_view raw;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document[name].raw_json_token().get(raw) != simdjson::SUCCESS) {
        return {};
    }
    JsonDocument checked;
    const auto value = checked.parse(raw);
    return value ? value->to_json() : std::string();
}

bool is_utf8(std::string_view bytes) {
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

bool JsonView::is_object() const {
    return exists_ && JsonAccess::get(*this).is_object();
}
bool JsonView::is_array() const {
    return exists_ && JsonAccess::get(*this).is_array();
}
bool JsonView::is_string() const {
    return exists_ && JsonAccess::get(*this).is_string();
}
bool JsonView::is_number() const {
    return exists_ && JsonAccess::get(*this).is_number();
}
bool JsonView::is_bool() const {
    return exists_ && JsonAccess::get(*this).is_bool();
}
bool JsonView::is_null() const {
    return exists_ && JsonAccess::get(*this).is_null();
}

JsonView JsonView::operator[](std::string_view name) const {
    dom::element found;
    if (is_object() && JsonAccess::get(*this).at_key(name).get(found) == simdjson::SUCCESS) {
        return JsonAccess::make(found);
    }
    return {};
}

std::string_view JsonView::text(std::string_view otherwise) const {
    std::string_view found;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return otherwise;
}

std::optional<std::int64_t> JsonView::integer() const {
    std::int64_t found = 0;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> JsonView::natural() const {
    std::uint64_t found = 0;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::optional<double> JsonView::number() const {
    double found = 0;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::optional<bool> JsonView::boolean() const {
    bool found = false;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::vector<JsonView> JsonView::elements() const {
    std::vector<JsonView> all;
    dom::array array;
    if (exists_ && JsonAccess::get(*this).get(array) == simdjson::SUCCESS) {
        for (const dom::element element : array) {
            all.push_back(JsonAccess::make(element));
        }
    }
    return all;
}

std::vector<std::pair<std::string_view, JsonView>> JsonView::members() const {
    std::vector<std::pair<std::string_view, JsonView>> all;
    dom::object object;
    if (exists_ && JsonAccess::get(*this).get(object) == simdjson::SUCCESS) {
        for (const auto field : object) {
            all.emplace_back(field.key, JsonAccess::make(field.value));
        }
    }
    return all;
}

std::string JsonView::to_json() const {
    return exists_ ? simdjson::to_string(JsonAccess::get(*this)) : "null";
}

}  // namespace parcours

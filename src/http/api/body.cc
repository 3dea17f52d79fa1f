#include "http/api/body.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "http/message.h"

namespace parcours::http::api {
namespace {

std::string_view kind_name(BodyKind kind) {
    return kind == BodyKind::Text      ? "a text"
           : kind == BodyKind::Boolean ? "true or false"
           : kind == BodyKind::Words   ? "an object of texts, whole numbers and truth values"
                                       : "a list of texts";
}

std::optional<std::vector<std::string>> read_texts(const JsonView& value) {
    std::vector<std::string> texts;
    if (!value.is_array()) {
        return std::nullopt;
    }
    for (const JsonView element : value.elements()) {
        if (!element.is_string()) {
            return std::nullopt;
        }
        texts.emplace_back(element.text());
    }
    return texts;
}

std::optional<BodyFields::Words> read_words(const JsonView& value) {
    BodyFields::Words words;
    if (!value.is_object()) {
        return std::nullopt;
    }
    for (const auto& [name, member] : value.members()) {
        std::string text;
        if (member.is_string()) {
            text = member.text();
        } else if (const auto truth = member.boolean()) {
            text = *truth ? "true" : "false";
        } else if (const auto number = member.integer()) {
            text = std::to_string(*number);
        } else {
            return std::nullopt;
        }
        words.emplace_back(name, std::move(text));
    }
    return words;
}

std::optional<BodyFields::Value> read_value(const JsonView& value, BodyKind kind) {
    if (kind == BodyKind::Text && value.is_string()) {
        return BodyFields::Value(std::string(value.text()));
    }
    if (kind == BodyKind::Boolean && value.is_bool()) {
        return BodyFields::Value(*value.boolean());
    }
    if (kind == BodyKind::Words) {
        if (auto words = read_words(value)) {
            return BodyFields::Value(std::move(*words));
        }
    }
    if (kind == BodyKind::Texts) {
        if (auto texts = read_texts(value)) {
            return BodyFields::Value(std::move(*texts));
        }
    }
    return std::nullopt;
}

std::string in_quotes(std::string_view name) {
    return '"' + std::string(name) + '"';
}

Result<> read_member(std::string_view name, const JsonView& value,
                     std::initializer_list<BodyField> fields, BodyFields& body) {
    const auto* const field = std::ranges::find(fields, name, &BodyField::name);
    if (field == fields.end()) {
        std::string known;
        for (const BodyField& each : fields) {
            known += (known.empty() ? "" : ", ") + in_quotes(each.name);
        }
        return fail(ErrorCode::InvalidInput, "the body has a member " + in_quotes(name) +
                                                 " that is not known here; known: " + known);
    }
    if (body.has(name)) {
        return fail(ErrorCode::InvalidInput, "the body has " + in_quotes(name) + " twice");
    }
    auto read = read_value(value, field->kind);
    if (!read) {
        return fail(ErrorCode::InvalidInput,
                    in_quotes(name) + " must be " + std::string(kind_name(field->kind)));
    }
    const auto* const text = std::get_if<std::string>(&*read);
    if (text != nullptr && text->size() > field->length_max) {
        return fail(ErrorCode::InvalidInput, in_quotes(name) + " is longer than " +
                                                 std::to_string(field->length_max) + " bytes");
    }
    body.set(name, std::move(*read));
    return {};
}

}  // namespace

std::string BodyFields::text(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : std::get<std::string>(found->second);
}

bool BodyFields::boolean(std::string_view name) const {
    const auto found = values_.find(name);
    return found != values_.end() && std::get<bool>(found->second);
}

std::vector<std::string> BodyFields::texts(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::vector<std::string>()
                                  : std::get<std::vector<std::string>>(found->second);
}

BodyFields::Words BodyFields::words(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? Words() : std::get<Words>(found->second);
}

Result<BodyFields> read_body(const Request& request, std::initializer_list<BodyField> fields) {
    if (request.media_type() != "application/json") {
        return fail(ErrorCode::InvalidInput,
                    "the body must be JSON, said by Content-Type: application/json");
    }
    JsonDocument document;
    const auto parsed = document.parse(request.body);
    if (!parsed) {
        return pass_on(parsed);
    }
    if (!parsed->is_object()) {
        return fail(ErrorCode::InvalidInput, "the body must be a JSON object");
    }
    BodyFields body;
    for (const auto& [name, value] : parsed->members()) {
        if (const auto read = read_member(name, value, fields, body); !read) {
            return pass_on(read);
        }
    }
    for (const BodyField& field : fields) {
        if (field.required && !body.has(field.name)) {
            return fail(ErrorCode::InvalidInput, "the body must have " + in_quotes(field.name));
        }
    }
    return body;
}

}  // namespace parcours::http::api

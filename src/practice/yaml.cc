#include "practice/yaml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/error.h"
#include "base/json_writer.h"
#include "practice/nearest.h"
#include "practice/node_builder.h"
#include "practice/utf8.h"

namespace parcours::practice {
namespace {

struct Cure {
    std::string_view found;  ///< begins the parser's own words
    std::string_view message;
};

constexpr std::array<Cure, 9> cures = {{
    {"illegal map value",
     "an unquoted text holds a colon, or a key is indented differently from its neighbours; put "
     "the text in quotes or align the keys"},
    {"end of map not found",
     "this line fits neither the map above it nor a new one; check its indentation and that each "
     "key is followed by a colon and a space"},
    {"end of map flow not found", "a { is not closed; add the missing } or a comma before this"},
    {"end of sequence flow not found",
     "a [ is not closed; add the missing ] or a comma before this"},
    {"end of sequence not found",
     "this line does not fit the list above it; begin it with \"- \" or correct its indentation"},
    {"illegal EOF in scalar", "a quoted text is never closed; add the missing quote"},
    {"the referenced anchor is not defined",
     "this alias (*) names an anchor (&) that is not defined above"},
    {"unknown escape character",
     "a backslash in double quotes begins an escape; use single quotes, or double the backslash"},
    {"illegal block entry", "a list item (\"- \") cannot stand here; put it on a line of its own"},
}};

std::string explain(std::string_view parser_words) {
    const auto* const found = std::ranges::find_if(
        cures, [&](const Cure& cure) { return parser_words.starts_with(cure.found); });
    if (found != cures.end()) {
        return std::string(found->message);
    }
    return "this is not YAML: " + std::string(parser_words) +
           "; check indentation, quotes and brackets here";
}

Result<> check_text(std::string_view text, const std::string& file) {
    if (text.size() > yaml_size_max) {
        return fail(ErrorCode::Limit,
                    "the file has " + std::to_string(text.size()) + " bytes; at most " +
                        std::to_string(yaml_size_max) + " are read: split it",
                    {file, 0, 0});
    }
    const auto line_of = [&](std::size_t at) {
        return static_cast<std::uint64_t>(std::ranges::count(text.substr(0, at), '\n')) + 1;
    };
    if (const auto at = find_invalid_utf8(text)) {
        return fail(ErrorCode::InvalidInput, "this line is not UTF-8; save the file as UTF-8",
                    {file, line_of(*at), 0});
    }
    if (const auto at = text.find('\0'); at != std::string_view::npos) {
        return fail(ErrorCode::InvalidInput, "this line holds a zero byte; remove it",
                    {file, line_of(at), 0});
    }
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view line = text.substr(start, end - start);
        const std::size_t content = line.find_first_not_of(" \t\r");
        const std::size_t tab = line.find('\t');
        if (content != std::string_view::npos && tab < content) {
            return fail(ErrorCode::InvalidInput,
                        "a tab stands in the indentation; indent with spaces",
                        {file, line_of(start), tab + 1});
        }
        start = end + 1;
    }
    return {};
}

std::string kind_text(const Node& node) {
    switch (node.kind()) {
        case Node::Kind::Null:
            return "nothing";
        case Node::Kind::Scalar:
            return "\"" + node.text() + "\"";
        case Node::Kind::Sequence:
            return "a list";
        case Node::Kind::Map:
            return "a map";
    }
    return "";
}

std::string expected(std::string_view what, std::string_view right, const Node& node) {
    return std::string(what) + " must be " + std::string(right) + ", not " + kind_text(node);
}

void write_node(JsonWriter& json, const Node& node) {
    switch (node.kind()) {
        case Node::Kind::Null:
            json.null();
            return;
        case Node::Kind::Scalar:
            json.value(node.text());
            return;
        case Node::Kind::Sequence:
            json.begin_array();
            for (const Node& item : node.items()) {
                write_node(json, item);
            }
            json.end_array();
            return;
        case Node::Kind::Map:
            json.begin_object();
            for (const Node::Entry& entry : node.entries()) {
                json.key(entry.key);
                write_node(json, entry.value);
            }
            json.end_object();
            return;
    }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    const auto found =
        std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.key == key; });
    return found == entries_.end() ? nullptr : &found->value;
}

Node Node::with_words(const std::map<std::string, std::string, std::less<>>& words) const {
    Node copy = *this;
    if (kind_ == Kind::Scalar && text_.starts_with('$')) {
        const auto found = words.find(std::string_view(text_).substr(1));
        copy.text_ = found == words.end() ? text_ : found->second;
    }
    for (Node& item : copy.items_) {
        item = item.with_words(words);
    }
    for (Entry& entry : copy.entries_) {
        entry.value = entry.value.with_words(words);
    }
    return copy;
}

Location Node::where() const {
    return {file_ == nullptr ? std::string() : *file_, line_, column_};
}

Location Node::text_where() const {
    return {file_ == nullptr ? std::string() : *file_, text_line_, text_column_};
}

Result<Node> parse_yaml(std::string_view text, std::string file) {
    if (const auto checked = check_text(text, file); !checked) {
        return pass_on(checked);
    }
    const auto shared_file = std::make_shared<const std::string>(std::move(file));
    NodeBuilder builder(text, shared_file);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const RefusedYaml& refused) {
        return std::unexpected(refused.error);
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::InvalidInput, explain(error.msg), builder.place(error.mark));
    }
    return builder.take();
}

Error error_at(const Node& node, std::string message) {
    return {ErrorCode::InvalidInput, std::move(message), node.where()};
}

std::unexpected<Error> refuse(const Node& node, std::string message) {
    return std::unexpected(error_at(node, std::move(message)));
}

std::vector<Error> unknown_keys(const Node& map, std::span<const std::string_view> known,
                                std::string_view what) {
    std::vector<Error> errors;
    for (const Node::Entry& entry : map.entries()) {
        if (std::ranges::find(known, entry.key) == known.end()) {
            errors.push_back({ErrorCode::InvalidInput,
                              std::string(what) + " has no key \"" + entry.key + "\"" +
                                  suggest(entry.key, known),
                              entry.where});
        }
    }
    return errors;
}

std::vector<Error> unknown_keys(const Node& map, std::initializer_list<std::string_view> known,
                                std::string_view what) {
    return unknown_keys(map, std::span(known.begin(), known.size()), what);
}

Result<std::string> read_text(const Node& node, std::string_view what) {
    if (!node.is_scalar() || node.text().empty()) {
        return refuse(node, expected(what, "a text", node));
    }
    return node.text();
}

Result<std::int64_t> read_integer(const Node& node, std::string_view what, std::int64_t least,
                                  std::int64_t most) {
    std::int64_t number = 0;
    const std::string& text = node.text();
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!node.is_scalar() || code != std::errc{} || end != text.data() + text.size() ||
        number < least || number > most) {
        return refuse(node, expected(what,
                                     "a whole number from " + std::to_string(least) + " to " +
                                         std::to_string(most),
                                     node));
    }
    return number;
}

Result<double> read_number(const Node& node, std::string_view what) {
    double number = 0;
    const std::string& text = node.text();
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!node.is_scalar() || code != std::errc{} || end != text.data() + text.size() ||
        !std::isfinite(number)) {
        return refuse(node, expected(what, "a number", node));
    }
    return number;
}

Result<bool> read_bool(const Node& node, std::string_view what) {
    if (node.is_scalar() && (node.text() == "true" || node.text() == "yes")) {
        return true;
    }
    if (node.is_scalar() && (node.text() == "false" || node.text() == "no")) {
        return false;
    }
    return refuse(node, expected(what, "yes or no", node));
}

Result<std::vector<std::string>> read_texts(const Node& node, std::string_view what) {
    std::vector<std::string> texts;
    if (node.is_scalar()) {
        texts.push_back(node.text());
        return texts;
    }
    if (!node.is_sequence()) {
        return refuse(node, expected(what, "a text or a list of texts", node));
    }
    for (const Node& item : node.items()) {
        auto text = read_text(item, "each of " + std::string(what));
        if (!text) {
            return pass_on(text);
        }
        texts.push_back(*std::move(text));
    }
    return texts;
}

std::string canonical_text(const Node& node) {
    std::string text;
    JsonWriter json(text);
    write_node(json, node);
    return text;
}

}  // namespace parcours::practice

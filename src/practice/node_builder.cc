#include "practice/node_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/mark.h>

#include "base/error.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

/// Of all texts of a document, after aliases are followed.
constexpr std::size_t text_bytes_max = std::size_t{64} * 1024 * 1024;

[[noreturn]] void refuse_yaml(ErrorCode code, std::string message, Location where) {
    throw RefusedYaml{Error{code, std::move(message), std::move(where)}};
}

bool is_continuation(char byte) {
    return (static_cast<std::uint8_t>(byte) & 0xC0U) == 0x80U;
}

/// Whether a text that begins with a quote closes it: the parser takes the end of the file for it.
bool closes_quote(std::string_view written) {
    const char quote = written.front();
    for (std::size_t i = 1; i < written.size(); ++i) {
        if (quote == '"' && written[i] == '\\') {
            ++i;
        } else if (written[i] == quote) {
            if (quote == '"' || i + 1 >= written.size() || written[i + 1] != quote) {
                return true;
            }
            ++i;
        }
    }
    return false;
}

}  // namespace

PlaceFinder::PlaceFinder(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            starts_.push_back(i + 1);
        }
    }
}

PlaceFinder::Place PlaceFinder::find(std::size_t line, std::size_t byte) {
    if (line >= starts_.size()) {
        return {static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(byte + 1)};
    }
    if (line != last_line_ || byte < last_byte_) {
        last_line_ = line;
        last_byte_ = 0;
        last_column_ = 1;
    }
    for (; last_byte_ < byte; ++last_byte_) {
        const std::size_t next = starts_[line] + last_byte_ + 1;
        if (next >= text_.size() || !is_continuation(text_[next])) {
            ++last_column_;
        }
    }
    return {static_cast<std::uint32_t>(line + 1), last_column_};
}

std::string_view PlaceFinder::rest_of_line(std::size_t line, std::size_t byte) const {
    if (line >= starts_.size()) {
        return {};
    }
    const std::size_t end = line + 1 < starts_.size() ? starts_[line + 1] - 1 : text_.size();
    const std::size_t start = std::min(starts_[line] + byte, end);
    return text_.substr(start, end - start);
}

std::string_view PlaceFinder::rest_of_text(std::size_t line, std::size_t byte) const {
    return line < starts_.size() ? text_.substr(std::min(starts_[line] + byte, text_.size()))
                                 : std::string_view{};
}

NodeBuilder::NodeBuilder(std::string_view text, std::shared_ptr<const std::string> file)
    : places_(text), file_(std::move(file)) {}

Location NodeBuilder::place(const YAML::Mark& mark) {
    if (mark.is_null()) {
        return {*file_, 0, 0};
    }
    const auto at = places_.find(static_cast<std::size_t>(std::max(mark.line, 0)),
                                 static_cast<std::size_t>(std::max(mark.column, 0)));
    return {*file_, at.line, at.column};
}

void NodeBuilder::OnDocumentStart(const YAML::Mark& mark) {
    if (++documents_ > 1) {
        refuse_yaml(ErrorCode::InvalidInput,
                    "a second document begins here; a file holds one: remove the \"---\" or make "
                    "two files",
                    place(mark));
    }
}

Node NodeBuilder::start(const YAML::Mark& mark, Node::Kind kind) {
    const Location where = place(mark);
    Node node;
    node.kind_ = kind;
    node.file_ = file_;
    node.line_ = static_cast<std::uint32_t>(where.line);
    node.column_ = static_cast<std::uint32_t>(where.column);
    node.text_line_ = node.line_;
    node.text_column_ = node.column_;
    return node;
}

void NodeBuilder::find_text_place(const YAML::Mark& mark, Node& node) {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    const std::string_view written =
        places_.rest_of_line(line, static_cast<std::size_t>(std::max(mark.column, 0)));
    if (written.starts_with('"') || written.starts_with('\'')) {
        ++node.text_column_;
        if (!closes_quote(
                places_.rest_of_text(line, static_cast<std::size_t>(std::max(mark.column, 0))))) {
            refuse_yaml(ErrorCode::InvalidInput,
                        "the quoted text that begins here is never closed; add the missing quote",
                        node.where());
        }
        return;
    }
    if (!written.starts_with('|') && !written.starts_with('>')) {
        return;
    }
    for (std::size_t next = line + 1; next < places_.line_count(); ++next) {
        const std::string_view content = places_.rest_of_line(next, 0);
        const std::size_t indent = content.find_first_not_of(" \r");
        if (indent != std::string_view::npos) {
            node.text_line_ = static_cast<std::uint32_t>(next + 1);
            node.text_column_ = static_cast<std::uint32_t>(indent + 1);
            return;
        }
    }
}

void NodeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    add(start(mark, Node::Kind::Null), anchor, {1, 0, 1});
}

void NodeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    if (!tag.empty() && tag != "?" && tag != "!" && tag != "tag:yaml.org,2002:str") {
        refuse_yaml(ErrorCode::InvalidInput,
                    "the tag \"" + tag + "\" means nothing here; leave it out", place(mark));
    }
    Node node = start(mark, Node::Kind::Scalar);
    node.quoted_ = tag == "!";
    node.text_ = value;
    find_text_place(mark, node);
    add(std::move(node), anchor, {1, value.size(), 1});
}

void NodeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
        refuse_yaml(ErrorCode::InvalidInput,
                    "this alias refers to the value it stands in; write the value out",
                    place(mark));
    }
    count(place(mark), found->second.weight);
    total_.nodes -= found->second.weight.nodes;  // `add` counts it
    total_.bytes -= found->second.weight.bytes;
    add(found->second.node, 0, found->second.weight);
}

void NodeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
    push(mark, tag, anchor, Node::Kind::Sequence);
}

void NodeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
    push(mark, tag, anchor, Node::Kind::Map);
}

void NodeBuilder::push(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       Node::Kind kind) {
    if (!tag.empty() && tag != "?") {
        refuse_yaml(ErrorCode::InvalidInput,
                    "the tag \"" + tag + "\" means nothing here; leave it out", place(mark));
    }
    if (stack_.size() >= yaml_depth_max) {
        refuse_yaml(ErrorCode::Limit,
                    "values are nested deeper than " + std::to_string(yaml_depth_max) +
                        " levels; make the definition flatter",
                    place(mark));
    }
    Frame frame;
    frame.node = start(mark, kind);
    frame.anchor = anchor;
    frame.before = total_;
    stack_.push_back(std::move(frame));
}

void NodeBuilder::finish() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    const Weight weight{total_.nodes - frame.before.nodes + 1, total_.bytes - frame.before.bytes,
                        frame.height + 1};
    total_ = frame.before;  // `add` counts it with its content
    add(std::move(frame.node), frame.anchor, weight);
}

void NodeBuilder::count(const Location& where, const Weight& weight) {
    total_.nodes += weight.nodes;
    total_.bytes += weight.bytes;
    if (total_.nodes > yaml_node_count_max || total_.bytes > text_bytes_max ||
        stack_.size() + weight.height > yaml_depth_max + 1) {
        refuse_yaml(ErrorCode::Limit,
                    "with this value the document grows beyond its bounds (" +
                        std::to_string(yaml_node_count_max) + " values, " +
                        std::to_string(yaml_depth_max) + " levels); split it, or use fewer aliases",
                    where);
    }
}

void NodeBuilder::add(Node node, YAML::anchor_t anchor, Weight weight) {
    count(node.where(), weight);
    if (anchor != 0) {
        anchors_[anchor] = {node, weight};
    }
    if (stack_.empty()) {
        root_ = std::move(node);
        return;
    }
    Frame& frame = stack_.back();
    frame.height = std::max(frame.height, weight.height);
    if (frame.node.kind_ == Node::Kind::Sequence) {
        frame.node.items_.push_back(std::move(node));
        return;
    }
    if (!frame.has_key) {
        take_key(node);
        return;
    }
    frame.node.entries_.push_back({std::move(frame.key), frame.key_where, std::move(node)});
    frame.has_key = false;
}

void NodeBuilder::take_key(const Node& node) {
    Frame& frame = stack_.back();
    if (!node.is_scalar()) {
        refuse_yaml(ErrorCode::InvalidInput, "a key must be a plain text", node.where());
    }
    if (node.text() == "<<" && !node.quoted()) {
        refuse_yaml(ErrorCode::InvalidInput,
                    "merge keys (<<) are not supported; write the entries out", node.where());
    }
    const auto [first, is_new] = frame.keys.emplace(node.text(), node.where());
    if (!is_new) {
        refuse_yaml(ErrorCode::InvalidInput,
                    "the key \"" + node.text() + "\" stands twice: first at line " +
                        std::to_string(first->second.line) + ", column " +
                        std::to_string(first->second.column) + "; keep one of the two",
                    node.where());
    }
    frame.has_key = true;
    frame.key = node.text();
    frame.key_where = node.where();
}

}  // namespace parcours::practice

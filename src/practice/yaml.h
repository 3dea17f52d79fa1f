#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace parcours::practice {

/// A value of a YAML document with its place. Immutable and copyable; owns its content.
class Node {
  public:
    enum class Kind : std::uint8_t { Null, Scalar, Sequence, Map };
    struct Entry;

    Node() = default;
    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is_null() const { return kind_ == Kind::Null; }
    [[nodiscard]] bool is_scalar() const { return kind_ == Kind::Scalar; }
    [[nodiscard]] bool is_sequence() const { return kind_ == Kind::Sequence; }
    [[nodiscard]] bool is_map() const { return kind_ == Kind::Map; }
    /// The text of a scalar as written (never turned into another type); empty for the others.
    [[nodiscard]] const std::string& text() const { return text_; }
    /// Whether the scalar stood in quotes or in a block.
    [[nodiscard]] bool quoted() const { return quoted_; }
    /// The elements of a sequence; empty for the others.
    [[nodiscard]] const std::vector<Node>& items() const { return items_; }
    /// The entries of a map in their order; empty for the others.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    /// The value of a key of a map; null where there is none.
    [[nodiscard]] const Node* find(std::string_view key) const;

    /// The same, but each scalar that is "$NAME" is what `words` has for NAME. Places stay.
    [[nodiscard]] Node with_words(
        const std::map<std::string, std::string, std::less<>>& words) const;

    /// Where it begins: file, line and column, 1-based.
    [[nodiscard]] Location where() const;
    /// Where the text of a scalar begins: after the quote, or on the first line of a block. Errors
    /// inside the text (an expression) count from here.
    [[nodiscard]] Location text_where() const;

  private:
    friend class NodeBuilder;
    Kind kind_ = Kind::Null;
    bool quoted_ = false;
    std::uint32_t line_ = 0;
    std::uint32_t column_ = 0;
    std::uint32_t text_line_ = 0;
    std::uint32_t text_column_ = 0;
    std::shared_ptr<const std::string> file_;
    std::string text_;
    std::vector<Node> items_;
    std::vector<Entry> entries_;
};

/// A key of a map with its place, and its value.
struct Node::Entry {
    std::string key;
    Location where;
    Node value;
};

inline constexpr std::size_t yaml_size_max = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t yaml_depth_max = 64;
/// Of all nodes of a document, after aliases are followed.
inline constexpr std::size_t yaml_node_count_max = 1'000'000;

/// Reads one YAML document; an empty one is a null node. Errors, InvalidInput, at line and column:
/// bad syntax, tabs as indentation, duplicate keys (both places are named), keys that are not plain
/// texts, unknown tags, a second document, text that is not UTF-8; Limit: beyond the bounds above.
Result<Node> parse_yaml(std::string_view text, std::string file);

/// An error at the place of a node.
[[nodiscard]] Error error_at(const Node& node, std::string message);
/// The same, ready to be returned.
[[nodiscard]] std::unexpected<Error> refuse(const Node& node, std::string message);

/// One error per key of the map that is not in `known`, each naming the nearest known one.
/// `what` names the map in the message: "a campaign".
std::vector<Error> unknown_keys(const Node& map, std::span<const std::string_view> known,
                                std::string_view what);
std::vector<Error> unknown_keys(const Node& map, std::initializer_list<std::string_view> known,
                                std::string_view what);

/// Typed readings. `what` names the value in the message: "priority". Errors, InvalidInput: where
/// the node is of another kind, what was found and what would be right.
Result<std::string> read_text(const Node& node, std::string_view what);
Result<std::int64_t> read_integer(const Node& node, std::string_view what, std::int64_t least,
                                  std::int64_t most);
Result<double> read_number(const Node& node, std::string_view what);
/// `true`, `yes`, `false` or `no`.
Result<bool> read_bool(const Node& node, std::string_view what);
/// A sequence of texts, or a single text.
Result<std::vector<std::string>> read_texts(const Node& node, std::string_view what);

/// The document as one line of JSON with the order of keys kept: what comments, quotes, white
/// space and anchors leave unchanged. The input of release hashes.
[[nodiscard]] std::string canonical_text(const Node& node);

}  // namespace parcours::practice

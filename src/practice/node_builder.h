#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>
#include <yaml-cpp/eventhandler.h>

#include "practice/yaml.h"

namespace YAML {
struct Mark;
}

namespace parcours::practice {

/// Finds lines and columns of a text. Columns count characters; asked in rising order, each
/// question costs what lies between.
class PlaceFinder {
  public:
    explicit PlaceFinder(std::string_view text);

    struct Place {
        std::uint32_t line = 1;
        std::uint32_t column = 1;
    };
    /// The place of a byte, by its line and its byte in the line, both 0-based.
    Place find(std::size_t line, std::size_t byte);
    /// The bytes of a line from `byte` on, without its end.
    [[nodiscard]] std::string_view rest_of_line(std::size_t line, std::size_t byte) const;
    /// Everything from there on.
    [[nodiscard]] std::string_view rest_of_text(std::size_t line, std::size_t byte) const;
    [[nodiscard]] std::size_t line_count() const { return starts_.size(); }

  private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
    std::size_t last_line_ = 0;
    std::size_t last_byte_ = 0;
    std::uint32_t last_column_ = 1;
};

/// Thrown inside this folder only, from the parser's call-backs to `parse_yaml`.
struct RefusedYaml {
    Error error;
};

/// Builds nodes from the parser's events, within the bounds of practice/yaml.h.
class NodeBuilder final : public YAML::EventHandler {
  public:
    NodeBuilder(std::string_view text, std::shared_ptr<const std::string> file);
    ~NodeBuilder() override = default;

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { finish(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { finish(); }

    [[nodiscard]] Node take() { return std::move(root_); }
    [[nodiscard]] Location place(const YAML::Mark& mark);

  private:
    /// What a finished or growing node weighs.
    struct Weight {
        std::size_t nodes = 0;
        std::size_t bytes = 0;
        std::size_t height = 1;
    };
    struct Frame {
        Node node;
        YAML::anchor_t anchor = 0;
        Weight before;
        std::size_t height = 1;
        bool has_key = false;
        std::string key;
        Location key_where;
        std::unordered_map<std::string, Location> keys;
    };
    struct Anchored {
        Node node;
        Weight weight;
    };

    Node start(const YAML::Mark& mark, Node::Kind kind);
    void find_text_place(const YAML::Mark& mark, Node& node);
    void push(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              Node::Kind kind);
    void finish();
    void add(Node node, YAML::anchor_t anchor, Weight weight);
    void take_key(const Node& node);
    void count(const Location& where, const Weight& weight);

    PlaceFinder places_;
    std::shared_ptr<const std::string> file_;
    Node root_;
    std::vector<Frame> stack_;
    std::unordered_map<YAML::anchor_t, Anchored> anchors_;
    Weight total_;
    std::size_t documents_ = 0;
};

}  // namespace parcours::practice

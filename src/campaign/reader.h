#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "practice/yaml.h"

namespace parcours::campaign {

/// Reads values of a campaign file and keeps every mistake; used by `read.cc` and
/// `read_steps.cc` only. After a mistake a default stands, so that reading goes on.
class Reader {
  public:
    explicit Reader(std::vector<Error>& errors) : errors_(errors) {}

    void mistake(const practice::Node& where, std::string message);
    /// The node must be a map with no keys but those of the group.
    bool check_map(const practice::Node& node, std::string_view group);

    /// The value, or a default and a mistake. `what` names the value.
    [[nodiscard]] std::string text(const practice::Node& node, std::string_view what);
    /// A text that must be one of `known`.
    [[nodiscard]] std::string one_of(const practice::Node& node, std::string_view what,
                                     std::span<const std::string_view> known);
    [[nodiscard]] std::string name(const practice::Node& node, std::string_view what);
    [[nodiscard]] bool truth(const practice::Node& node, std::string_view what);
    [[nodiscard]] Condition condition(const practice::Node& node, std::string_view what);
    [[nodiscard]] Target target(const practice::Node& node, std::string_view what);
    [[nodiscard]] Span span(const practice::Node& node, std::string_view what);
    [[nodiscard]] Moment moment(const practice::Node& node, std::string_view what);

    // The same of a member of a map; what is not there stays as it is.
    template <class Value, class Method>
    void member(const practice::Node& map, std::string_view key, Value& into, Method method) {
        if (const practice::Node* found = map.find(key)) {
            into = (this->*method)(*found, key);
        }
    }

    /// A step's content, by the key that names its kind.
    [[nodiscard]] Step step(const practice::Node::Entry& entry);

  private:
    /// Takes the value of a result, or keeps its error at the node.
    template <class T>
    T take(const practice::Node& node, Result<T> result) {
        if (result) {
            return std::move(*result);
        }
        Error error = std::move(result.error());
        if (error.where.line == 0) {
            error.where = node.where();
        }
        errors_.push_back(std::move(error));
        return T{};
    }

    [[nodiscard]] SendStep send(const practice::Node& node);
    [[nodiscard]] WaitStep wait(const practice::Node& node);
    [[nodiscard]] WaitForStep wait_for(const practice::Node& node);
    [[nodiscard]] BranchStep branch(const practice::Node& node);
    [[nodiscard]] TaskStep task(const practice::Node& node);
    [[nodiscard]] EndStep end(const practice::Node& node);

    std::vector<Error>& errors_;
};

}  // namespace parcours::campaign

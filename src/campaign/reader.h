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

/// Reads values of a campaign file and keeps every mistake; used by the files that read campaigns
/// only. After a mistake a default stands, so that reading goes on.
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
    void too_short(const practice::Node& node, std::string_view what);
    /// "10 %" as a share in [0, 1]; more than `most` percent is a mistake, which `cure` ends.
    [[nodiscard]] double share(const practice::Node& node, int most, std::string_view cure);
    /// A text or several.
    [[nodiscard]] std::vector<std::string> texts(const practice::Node& node, std::string_view what);

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

    // The same of a member of a map; what is not there stays as it is.
    template <class Value, class Method>
    void member(const practice::Node& map, std::string_view key, Value& into, Method method) {
        if (const practice::Node* found = map.find(key)) {
            into = (this->*method)(*found, key);
        }
    }

    /// The kind of step that a map is: the one key of `step_groups` it has. A mistake and nothing
    /// where it has none or several.
    [[nodiscard]] std::string_view step_kind(const practice::Node::Entry& entry);
    /// A step's content. Of a kind that is no sequence of others.
    [[nodiscard]] Step step(const practice::Node::Entry& entry, std::string_view kind);
    [[nodiscard]] SendStep send(const practice::Node& node);
    /// How long a step that may wait for ever does wait, and where it leads then.
    void bounds(const practice::Node& node, Moment& at_most, Target& otherwise);

  private:
    [[nodiscard]] WaitStep wait(const practice::Node& node);
    [[nodiscard]] WaitForStep wait_for(const practice::Node& node);
    [[nodiscard]] BranchStep branch(const practice::Node& node);
    [[nodiscard]] TaskStep task(const practice::Node& node);
    [[nodiscard]] EndStep end(const practice::Node& node);
    [[nodiscard]] SplitStep split(const practice::Node& node);
    [[nodiscard]] UpdateStep update(const practice::Node& node);
    [[nodiscard]] StartStep start(const practice::Node& node);
    [[nodiscard]] WebhookStep webhook(const practice::Node& node);
    void event(WaitForStep& step, const practice::Node& what);
    void choices(WaitForStep& step, const practice::Node& node);

    std::vector<Error>& errors_;
};

}  // namespace parcours::campaign

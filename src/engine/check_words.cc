#include "engine/check_words.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/model/type_id.h"
#include "cql/tree.h"
#include "engine/cql_nodes.h"
#include "position/journey_map.h"
#include "practice/nearest.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

using cql::Node;
using cql::NodeKind;

class WordChecker {
  public:
    WordChecker(const position::JourneyMap& map, Location origin)
        : map_(map), origin_(std::move(origin)) {}

    void see(const Node& node) {
        if (node.kind == NodeKind::Call && node.function != nullptr && node.children.size() == 2) {
            const std::string_view name = node.function->name;
            if (name == "Equal" || name == "NotEqual" || name == "Equivalent" || name == "In") {
                compare(*node.children[0], *node.children[1]);
                compare(*node.children[1], *node.children[0]);
            }
        }
    }

    std::vector<Error> take() && { return std::move(errors_); }

  private:
    void compare(const Node& property, const Node& other) {
        if (property.kind != NodeKind::Property || property.path.steps.size() != 1) {
            return;
        }
        const std::vector<std::string> known = words_of(property.path);
        if (known.empty()) {
            return;
        }
        if (other.kind == NodeKind::List) {
            for (const auto& element : other.children) {
                check_word(property, *element, known);
            }
        } else {
            check_word(property, other, known);
        }
    }

    void check_word(const Node& property, const Node& word, const std::vector<std::string>& known) {
        if (word.kind != NodeKind::Literal || !word.type.is(cql::Type::Kind::String) ||
            word.value.is_null()) {
            return;
        }
        const std::string text(word.value.text());
        if (std::ranges::find(known, text) == known.end()) {
            errors_.push_back({ErrorCode::InvalidInput,
                               property.path.to_text() + " is never '" + text + "'" +
                                   practice::suggest(text, known),
                               place_of(word, origin_)});
        }
    }

    /// All that a property can be; empty where that is open.
    [[nodiscard]] std::vector<std::string> words_of(const cql::model::PropertyPath& path) const {
        const std::string& name = path.steps.front();
        std::vector<std::string> words;
        if (path.of == cql::model::position && name == "concern") {
            for (const position::Concern& concern : map_.concerns) {
                words.push_back(concern.name);
                if (!concern.before_age.empty()) {
                    words.push_back(concern.before_age);
                }
            }
        } else if (path.of == cql::model::position && name == "stage") {
            for (int stage = 0; stage < stage_count; ++stage) {
                words.emplace_back(stage_name(static_cast<Stage>(stage)));
            }
        } else if (path.of == cql::model::message && name == "status") {
            words = {"waiting", "attempting", "sent", "not-sent", "unknown", "withdrawn"};
        }
        return words;
    }

    const position::JourneyMap& map_;
    Location origin_;
    std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> check_words(const cql::Expression& expression, const position::JourneyMap& map,
                               const Location& origin) {
    WordChecker checker(map, origin);
    for (const cql::Definition& definition : expression.defines) {
        each_node(definition.root.get(), [&checker](const Node& node) { checker.see(node); });
    }
    return std::move(checker).take();
}

}  // namespace parcours::engine

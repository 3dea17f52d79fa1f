#include "fhirpath/fhirpath.h"

#include <expected>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/failure.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "fhirpath/parser.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

Expression::Expression(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Expression::~Expression() = default;

Outcome<std::shared_ptr<const Expression>> compile(std::string_view text) {
    auto root = parse(text);
    if (!root) {
        return std::unexpected(std::move(root.error()));
    }
    return std::make_shared<const Expression>(std::move(*root));
}

Item item_of(const JsonView& json) {
    return json.is_object() ? object_item(json) : Item::of_node(json, {}, 0);
}

Collection collection_of(const JsonView& json) {
    Collection items;
    if (json.is_array()) {
        for (const JsonView& element : json.elements()) {
            if (!element.is_null()) {
                items.push(item_of(element));
            }
        }
    } else if (json.exists() && !json.is_null()) {
        items.push(item_of(json));
    }
    return items;
}

Outcome<Answer> evaluate(const Expression& expression, std::span<const Item> input,
                         const Environment& environment) {
    Answer answer;
    Evaluator evaluator(environment, input, answer.arena);
    Frame frame{input, -1, nullptr, nullptr};
    if (!evaluator.evaluate(expression.root(), frame, answer.items)) {
        return std::unexpected(evaluator.take_failure());
    }
    return answer;
}

}  // namespace parcours::fhirpath

#include "engine/check_questions.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/steps.h"
#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/model/type_id.h"
#include "cql/tree.h"
#include "engine/clinic.h"
#include "engine/cql_nodes.h"
#include "engine/discreet.h"
#include "practice/forms.h"
#include "practice/nearest.h"

namespace parcours::engine {
namespace {

using cql::Node;
using cql::NodeKind;

/// A property of answers, set beside a text.
struct Comparison {
    std::string_view property;
    const Node* text = nullptr;
};

/// Nothing where it is another comparison.
Comparison compared(const Node& property, const Node& text) {
    const bool is_answer = property.kind == NodeKind::Property &&
                           property.path.of == cql::model::answer &&
                           property.path.steps.size() == 1;
    const bool is_text = text.kind == NodeKind::Literal && text.type.is(cql::Type::Kind::String) &&
                         !text.value.is_null();
    return is_answer && is_text ? Comparison{property.path.steps.front(), &text} : Comparison{};
}

/// Text may be turned into what a value can be.
const Node& inner(const Node& node) {
    return (node.kind == NodeKind::Property || node.kind == NodeKind::Literal ||
            node.children.size() != 1)
               ? node
               : inner(*node.children.front());
}

/// What all must hold at once, of comparisons.
void gather(const Node& node, std::vector<Comparison>& out) {
    if (node.kind == NodeKind::And) {
        for (const auto& child : node.children) {
            gather(*child, out);
        }
    } else if (node.kind == NodeKind::Call && node.function != nullptr &&
               (node.function->name == "Equal" || node.function->name == "Equivalent") &&
               node.children.size() == 2) {
        const Node& one = inner(*node.children[0]);
        const Node& other = inner(*node.children[1]);
        for (const Comparison& found : {compared(one, other), compared(other, one)}) {
            if (found.text != nullptr) {
                out.push_back(found);
            }
        }
    }
}

class QuestionChecker {
  public:
    QuestionChecker(const KnownQuestions& known, const Location& origin)
        : known_(known), origin_(origin) {
        for (const auto& [name, question] : known) {
            names_.push_back(name);
        }
    }

    void see(const Node& node) {
        if (!node.query) {
            return;
        }
        check(node.query->where.get());
        for (const auto& relationship : node.query->relationships) {
            check(relationship.condition.get());
        }
    }

    std::vector<Error> take() && { return std::move(errors_); }

  private:
    void check(const Node* condition) {
        if (condition == nullptr) {
            return;
        }
        std::vector<Comparison> all;
        gather(*condition, all);
        const auto name = std::ranges::find(all, "name", &Comparison::property);
        if (name == all.end()) {
            return;
        }
        const std::string question(name->text->value.text());
        const auto found = known_.find(question);
        if (found == known_.end()) {
            note(*name->text, "no form asks \"" + question + "\" and no campaign writes it down" +
                                  practice::suggest(question, names_) +
                                  "; only who types it in could answer it");
            return;
        }
        const auto value = std::ranges::find(all, "value", &Comparison::property);
        if (value != all.end() && found->second != nullptr) {
            check_value(*found->second, *value->text);
        }
    }

    void check_value(const practice::Question& question, const Node& value) {
        const std::string text(value.value.text());
        if (question.kind == practice::Question::Kind::Choice &&
            std::ranges::find(question.choices, text) == question.choices.end()) {
            note(value, "nobody can answer \"" + question.name + "\" with \"" + text + "\"" +
                            practice::suggest(text, question.choices));
        }
    }

    void note(const Node& at, std::string message) {
        errors_.push_back({ErrorCode::InvalidInput, std::move(message), place_of(at, origin_)});
    }

    const KnownQuestions& known_;
    const Location& origin_;
    std::vector<std::string> names_;
    std::vector<Error> errors_;
};

}  // namespace

KnownQuestions known_questions(const Clinic& clinic) {
    KnownQuestions known;
    for (const std::string_view name :
         {safe_contact_question, safe_from_question, safe_until_question,
          std::string_view("preferred-channel")}) {
        known.emplace(name, nullptr);
    }
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        for (const campaign::Step& step : campaign.definition.steps) {
            if (const auto* const update = std::get_if<campaign::UpdateStep>(&step.what)) {
                known.emplace(update->name, nullptr);
            } else if (const auto* const wait = std::get_if<campaign::WaitForStep>(&step.what);
                       wait != nullptr && wait->event == "answer") {
                known.emplace(wait->about, nullptr);
            }
        }
    }
    for (const practice::Form& form : clinic.folder.forms) {
        for (const practice::Question& question : form.questions) {
            known.insert_or_assign(question.name, &question);
        }
    }
    return known;
}

std::vector<Error> check_questions(const cql::Expression& expression, const KnownQuestions& known,
                                   const Location& origin) {
    QuestionChecker checker(known, origin);
    for (const cql::Definition& definition : expression.defines) {
        each_node(definition.root.get(), [&checker](const Node& node) { checker.see(node); });
    }
    return std::move(checker).take();
}

}  // namespace parcours::engine

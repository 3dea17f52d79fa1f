#include "practice/confidentiality.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/nearest.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr int age_max = 25;
constexpr std::array<std::pair<std::string_view, MinorRule::To>, 3> receivers{
    {{"guardian", MinorRule::To::Guardian},
     {"patient", MinorRule::To::Patient},
     {"nobody", MinorRule::To::Nobody}}};

void note(const Node& node, std::string message, std::vector<Error>& errors) {
    errors.push_back({ErrorCode::InvalidInput, std::move(message), node.where()});
}

void read_receiver(const Node& node, MinorRule& rule, std::vector<Error>& errors) {
    const std::string word = node.is_scalar() ? node.text() : "";
    const auto* const found =
        std::ranges::find(receivers, word, &std::pair<std::string_view, MinorRule::To>::first);
    if (found == receivers.end()) {
        note(node,
             "messages about a topic go to guardian, patient or nobody, not to \"" + word + "\"",
             errors);
        rule.to = MinorRule::To::Nobody;
        return;
    }
    rule.to = found->second;
}

void read_age(const Node& node, MinorRule& rule, std::vector<Error>& errors) {
    const std::string text = node.is_scalar() ? node.text() : "";
    int age = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), age);
    if (text.empty() || problem != std::errc() || end != text.data() + text.size() || age < 0 ||
        age > age_max) {
        note(node, "from must be an age from 0 to 25, not \"" + text + "\"", errors);
        return;
    }
    rule.from = age;
}

MinorRule read_rule(const Node& node, std::vector<Error>& errors) {
    MinorRule rule;
    if (node.is_scalar()) {
        read_receiver(node, rule, errors);
        return rule;
    }
    const Node* const to = node.is_map() ? node.find("to") : nullptr;
    if (to == nullptr) {
        note(node, "a topic of minors must say to whom: { to: patient, from: 14 }", errors);
        rule.to = MinorRule::To::Nobody;
        return rule;
    }
    for (const Node::Entry& entry : node.entries()) {
        if (entry.key != "to" && entry.key != "from") {
            constexpr std::array<std::string_view, 2> known{"to", "from"};
            errors.push_back(
                {ErrorCode::InvalidInput,
                 "a topic of minors has no key \"" + entry.key + "\"" + suggest(entry.key, known),
                 entry.where});
        }
    }
    read_receiver(*to, rule, errors);
    if (const Node* const from = node.find("from")) {
        read_age(*from, rule, errors);
        if (rule.to != MinorRule::To::Patient) {
            note(*from, "an age goes with \"to: patient\" alone; take \"from\" out", errors);
        }
    }
    return rule;
}

}  // namespace

bool Confidentiality::is_sensitive(std::string_view concern) const {
    return std::ranges::find(sensitive, concern) != sensitive.end();
}

Confidentiality read_confidentiality(const Node& document, std::vector<Error>& errors) {
    Confidentiality out;
    if (const Node* const minors = document.find("minors")) {
        if (!minors->is_map()) {
            note(*minors,
                 "minors must be a map of topics: { sexual-health: { to: patient, from: 14 } }",
                 errors);
        } else {
            for (const Node::Entry& entry : minors->entries()) {
                out.minors.insert_or_assign(entry.key, read_rule(entry.value, errors));
            }
        }
    }
    if (const Node* const concerns = document.find("sensitive-concerns")) {
        auto names = read_texts(*concerns, "sensitive-concerns");
        if (names) {
            out.sensitive = *std::move(names);
        } else {
            errors.push_back(names.error());
        }
    }
    return out;
}

Confidentiality confidentiality_of(const Folder& folder) {
    std::vector<Error> told;
    const auto file = folder.files.find("practice.yaml");
    const auto document = file == folder.files.end() ? Result<Node>(Node())
                                                     : parse_yaml(file->second, "practice.yaml");
    return document && document->is_map() ? read_confidentiality(*document, told)
                                          : Confidentiality{};
}

}  // namespace parcours::practice

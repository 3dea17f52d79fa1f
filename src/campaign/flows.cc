#include "campaign/flows.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/grammar.h"
#include "campaign/reader.h"
#include "campaign/steps.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

using practice::Node;

/// Where the last step of a flow leads until it is known; no step can be called so.
constexpr std::string_view out_of_flow = "(out)";

/// Reads a list of steps, itself where one of them is a list of others.
class StepsReader {
  public:
    StepsReader(Reader& reader, const Flows& flows) : reader_(reader), flows_(flows) {}

    std::vector<Step> read(const Node& node) {
        std::vector<Step> steps;
        if (!node.is_map() || node.entries().empty()) {
            reader_.mistake(
                node, "steps are a map of names and steps; write \"done: { end: completed }\"");
            return steps;
        }
        const auto& entries = node.entries();
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (!practice::is_name(entries[i].key)) {
                reader_.mistake(entries[i].value,
                                fmt::format("\"{}\" cannot be the name of a step; write "
                                            "lower-case letters, digits and hyphens",
                                            entries[i].key));
            }
            next_ = i + 1 == entries.size() ? std::string() : entries[i + 1].key;
            read_entry(entries[i], steps);
        }
        return steps;
    }

  private:
    void read_entry(const Node::Entry& entry, std::vector<Step>& steps) {
        const std::string_view kind = reader_.step_kind(entry);
        if (kind.empty() || !reader_.check_map(entry.value, kind)) {
            steps.push_back({entry.key, entry.where, EndStep{"stopped"}, false});
            return;
        }
        const Node* reach = entry.value.find("reach");
        if (kind == "flow") {
            read_flow(entry, steps);
        } else if (kind == "form") {
            read_form(entry, steps);
        } else if (kind == "send" && reach != nullptr && reach->text() == "until-reply") {
            read_until_reply(entry, steps);
        } else {
            if (const Node* within = entry.value.find("within");
                within != nullptr && kind == "send") {
                reader_.mistake(*within, "\"within\" is for \"reach: until-reply\"");
            }
            steps.push_back(reader_.step(entry, kind));
        }
    }

    /// Where a step leads that says nothing.
    [[nodiscard]] Target next_target(const Node::Entry& entry) const {
        return next_.empty() ? Target{} : Target{next_, true, entry.where};
    }

    void read_form(const Node::Entry& entry, std::vector<Step>& steps) {
        const Node& node = entry.value;
        WaitForStep wait;
        wait.event = "form";
        wait.about = reader_.name(*node.find("form"), "form");
        wait.event_where = node.find("form")->where();
        wait.then = next_target(entry);
        reader_.member(node, "then", wait.then, &Reader::target);
        reader_.bounds(node, wait.at_most, wait.otherwise);
        if (node.find("send") == nullptr) {
            reader_.mistake(node, "say by which content the patient is asked: \"send: CONTENT\"");
            steps.push_back({entry.key, entry.where, std::move(wait), false});
            return;
        }
        SendStep ask = reader_.send(node);
        const std::string answers = entry.key + ".answers";
        ask.then = {answers, true, entry.where};
        ask.otherwise = wait.otherwise;
        steps.push_back({entry.key, entry.where, std::move(ask), false});
        steps.push_back({answers, entry.where, std::move(wait), false});
    }

    void read_until_reply(const Node::Entry& entry, std::vector<Step>& steps) {
        const Node& node = entry.value;
        const SendStep asked = reader_.send(node);
        Moment within;
        if (const Node* found = node.find("within")) {
            within.span = reader_.span(*found, "within");
        } else {
            reader_.mistake(node,
                            "say how long each channel waits for the reply: \"within: 2 days\"");
        }
        if (std::ranges::find(asked.ladder, "preferred") != asked.ladder.end()) {
            const Node* by = node.find("by");
            reader_.mistake(by == nullptr ? node : *by,
                            "\"reach: until-reply\" names its channels, so that it can be read who "
                            "is reached when; write \"by: [sms, email]\"");
        }
        const Target replied = asked.then.written ? asked.then : next_target(entry);
        const Target nobody = asked.otherwise.written ? asked.otherwise : replied;
        for (std::size_t i = 0; i < asked.ladder.size(); ++i) {
            const bool last = i + 1 == asked.ladder.size();
            const std::string name = i == 0 ? entry.key : entry.key + "." + asked.ladder[i];
            const Target further =
                last ? nobody : Target{entry.key + "." + asked.ladder[i + 1], true, entry.where};
            SendStep send = asked;
            send.ladder = {asked.ladder[i]};
            send.ladder_where = {asked.ladder_where[i]};
            send.then = {fmt::format("{}.reply-{}", entry.key, i + 1), true, entry.where};
            send.otherwise = further;
            WaitForStep wait;
            wait.event = "reply";
            wait.at_most = within;
            wait.then = replied;
            wait.otherwise = further;
            const std::string reply = send.then.step;
            steps.push_back({name, entry.where, std::move(send), false});
            steps.push_back({reply, entry.where, std::move(wait), false});
        }
    }

    void read_flow(const Node::Entry& entry, std::vector<Step>& steps) {
        const Node& node = entry.value;
        const Node& flow = *node.find("flow");
        const std::string name = reader_.name(flow, "flow");
        const Node* inner_steps = flows_.find(name);
        if (inner_steps == nullptr) {
            reader_.mistake(flow, fmt::format("there is no flow \"{0}\"; write it in "
                                              "flows/{0}.yaml, or under \"flows\" in this file{1}",
                                              name, practice::suggest(name, flows_.names())));
            steps.push_back({entry.key, entry.where, EndStep{"stopped"}, false});
            return;
        }
        if (!open_.insert(name).second) {
            reader_.mistake(flow, fmt::format("the flow \"{}\" walks through itself without end; "
                                              "take it out here",
                                              name));
            steps.push_back({entry.key, entry.where, EndStep{"stopped"}, false});
            return;
        }
        Target then = next_target(entry);
        reader_.member(node, "then", then, &Reader::target);
        const std::string next = next_;
        std::vector<Step> inner = read(inner_steps->with_words(words_of(node)));
        next_ = next;
        open_.erase(name);
        put_in_place(entry, std::move(inner), then, steps);
    }

    std::map<std::string, std::string, std::less<>> words_of(const Node& node) {
        std::map<std::string, std::string, std::less<>> words;
        if (const Node* with = node.find("with")) {
            if (!with->is_map()) {
                reader_.mistake(*with,
                                "\"with\" is a map of names and words: \"{ letter: hello }\"");
            }
            for (const Node::Entry& word : with->entries()) {
                words[word.key] = reader_.text(word.value, word.key);
            }
        }
        return words;
    }

    /// Where the ends of a flow lead: by their results, else as `then`.
    std::map<std::string, Target> read_outcomes(const Node::Entry& entry,
                                                const std::vector<Step>& inner) {
        std::map<std::string, Target> outcomes;
        const Node* node = entry.value.find("outcomes");
        if (node == nullptr) {
            return outcomes;
        }
        if (!node->is_map() || node->entries().empty()) {
            reader_.mistake(*node, "outcomes lead to steps; write \"{ unanswered: STEP }\"");
        }
        std::vector<std::string> results;
        for (const Step& step : inner) {
            if (const auto* end = std::get_if<EndStep>(&step.what)) {
                results.push_back(end->result);
            }
        }
        for (const Node::Entry& outcome : node->entries()) {
            if (std::ranges::find(results, outcome.key) == results.end()) {
                reader_.mistake(outcome.value,
                                fmt::format("the flow never ends as \"{}\"{}", outcome.key,
                                            practice::suggest(outcome.key, results)));
            }
            outcomes[outcome.key] = reader_.target(outcome.value, outcome.key);
        }
        return outcomes;
    }

    /// Appends the steps of a flow under their names here, without its ends.
    void put_in_place(const Node::Entry& entry, std::vector<Step> inner, const Target& then,
                      std::vector<Step>& steps) {
        const std::map<std::string, Target> outcomes = read_outcomes(entry, inner);
        if (inner.empty() || std::holds_alternative<EndStep>(inner.front().what)) {
            if (!inner.empty()) {
                reader_.mistake(entry.value, "this flow does nothing: its first step ends it");
            }
            steps.push_back({entry.key, entry.where, EndStep{"stopped"}, false});
            return;
        }
        std::map<std::string, Target> places{{std::string(out_of_flow), then}};
        for (std::size_t i = 0; i < inner.size(); ++i) {
            const bool last = i + 1 == inner.size();
            fill_targets(inner[i], last ? std::string(out_of_flow) : inner[i + 1].name);
            Target& place = places[inner[i].name];
            place = {i == 0 ? entry.key : entry.key + "." + inner[i].name, true, inner[i].where};
            if (const auto* end = std::get_if<EndStep>(&inner[i].what)) {
                const auto found = outcomes.find(end->result);
                place = found == outcomes.end() ? then : found->second;
            }
        }
        for (Step& step : inner) {
            if (std::holds_alternative<EndStep>(step.what)) {
                continue;
            }
            rename(step, places);
            steps.push_back(std::move(step));
        }
    }

    static void rename(Step& step, const std::map<std::string, Target>& places) {
        for (Target* target : targets_of(step)) {
            const auto found = places.find(target->step);
            if (found == places.end()) {
                continue;  // it leads nowhere, or to a step that does not exist: `check` says so
            }
            const Location where = target->written ? target->where : step.where;
            *target = found->second;
            target->where = where;
            target->written = target->written || !target->step.empty();
        }
        step.name = places.at(step.name).step;
    }

    Reader& reader_;
    const Flows& flows_;
    std::string next_;            ///< the name of the step after the present one
    std::set<std::string> open_;  ///< flows that are being put in place
};

void find_used(const Node& steps, const Flows& flows, std::set<std::string>& used) {
    for (const Node::Entry& entry : steps.entries()) {
        const Node* flow = entry.value.find("flow");
        const Node* inner = flow == nullptr ? nullptr : flows.find(flow->text());
        if (inner != nullptr && used.insert(flow->text()).second) {
            find_used(*inner, flows, used);
        }
    }
}

}  // namespace

Flows Flows::of_files(const std::vector<const Node*>& documents, std::vector<Error>& errors) {
    Flows flows;
    Reader reader(errors);
    for (const Node* document : documents) {
        const Node* name = document->find("flow");
        const Node* steps = document->find("steps");
        if (!reader.check_map(*document, "flow-file")) {
            continue;
        }
        if (name == nullptr || steps == nullptr) {
            reader.mistake(*document, "a flow has a name and steps: \"flow: NAME\" and \"steps:\"");
            continue;
        }
        std::string text = reader.name(*name, "flow");
        if (!flows.steps_.try_emplace(text, *steps).second) {
            reader.mistake(*name, fmt::format("the flow \"{}\" exists already; give one of them "
                                              "another name",
                                              text));
        }
    }
    return flows;
}

void Flows::add_own(Reader& reader, const Node& flows) {
    if (!flows.is_map()) {
        reader.mistake(flows, "flows are a map of names: \"flows: { chase: { steps: … } }\"");
    }
    for (const Node::Entry& entry : flows.entries()) {
        const Node* steps = entry.value.find("steps");
        if (steps == nullptr) {
            reader.mistake(entry.value, fmt::format("the flow \"{}\" has no steps", entry.key));
        } else {
            steps_[entry.key] = *steps;
        }
    }
}

const Node* Flows::find(std::string_view name) const {
    const auto found = steps_.find(name);
    return found == steps_.end() ? nullptr : &found->second;
}

std::vector<std::string> Flows::names() const {
    std::vector<std::string> names;
    for (const auto& [name, steps] : steps_) {
        names.push_back(name);
    }
    return names;
}

std::vector<Step> read_steps(Reader& reader, const Node& steps, const Flows& flows) {
    return StepsReader(reader, flows).read(steps);
}

std::vector<std::string> flows_used(const Node& steps, const Flows& flows) {
    std::set<std::string> used;
    find_used(steps, flows, used);
    return {used.begin(), used.end()};
}

}  // namespace parcours::campaign

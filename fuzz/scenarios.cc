// What a coordinator writes: scenarios.

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "fuzz/target.h"
#include "scenario/person.h"
#include "scenario/saying.h"
#include "scenario/scenario.h"
#include "scenario/words.h"

namespace parcours::fuzz {
namespace {

/// A mistake says where it is: inside of what was written.
void must_have_place(const Error& error) {
    check(error.where.line > 0 && error.where.column > 0, "a mistake has its place");
    check(!error.message.empty(), "a mistake says what is wrong");
}

void read_line(std::string_view line) {
    const auto words = scenario::split_words(line, {"a.scenario", 1, 1});
    if (!words) {
        must_have_place(words.error());
        return;
    }
    const auto again = scenario::split_words(scenario::join_words(*words), {"a.scenario", 1, 1});
    check(again && again->size() == words->size(), "words that are written are read again");
    for (std::size_t i = 0; i < words->size(); ++i) {
        check((*again)[i].text == (*words)[i].text && (*again)[i].quoted == (*words)[i].quoted,
              "words that are written are read as they were");
    }
    scenario::Person person;
    if (const auto described = scenario::describe(person, *words); !described) {
        must_have_place(described.error());
    }
}

}  // namespace

void feed_scenarios(std::string_view bytes) {
    read_line(bytes.substr(0, bytes.find('\n')));
    const auto scenarios = scenario::read_scenarios(bytes, "a.scenario");
    if (!scenarios) {
        check(!scenarios.error().message.empty(), "a mistake says what is wrong");
        return;
    }
    for (const scenario::Scenario& one : *scenarios) {
        for (const scenario::Scene& scene : one.scenes) {
            for (const scenario::Sentence& sentence : scene.sentences) {
                auto said = scenario::understand(sentence.words);
                if (said) {
                    said->slots.keep_raw(sentence.text);
                } else {
                    must_have_place(said.error());
                }
            }
        }
    }
}

}  // namespace parcours::fuzz

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/folder.h"
#include "scenario/words.h"

namespace parcours::scenario {

/// One sentence of a timeline.
struct Sentence {
    Words words;
    std::string text;  ///< as written, without what is blank at both ends
};

/// Sentences of one moment, in their order.
struct Scene {
    Words moment;
    std::vector<Sentence> sentences;
};

/// A text that stands in a scenario, indented, and where its lines came from.
struct Block {
    std::string text;
    Location where;  ///< of its first letter
};

/// A file that a scenario lays over the practice.
struct PracticeFile {
    std::string path;
    std::string version;  ///< of the practice; empty: the first
    Block block;
};

/// What stands before the timeline; what stands before the first scenario of a file is for all.
struct Setting {
    std::string practice;  ///< a folder beside the file; empty: none
    std::string zone;      ///< of moments without one; empty: the clinic's
    /// `campaigns:`, in so many words. Where it was not said: those that the scenario brings, else
    /// all of the practice.
    enum class Campaigns : std::uint8_t { NotSaid, All, Listed };
    Campaigns choice = Campaigns::NotSaid;
    std::vector<std::string> campaigns;  ///< where they are listed: the others are taken out
    std::vector<PracticeFile> files;
    std::vector<Block> clinic;  ///< keys laid over those of practice.yaml
    Location zone_where;
    Location campaigns_where;
};

/// A test that a coordinator can write (docs/scenarios.md): who the patients are, what happens
/// when, and what must be sent and what must not.
struct Scenario {
    std::string title;
    Location where;
    std::vector<std::string> covers;  ///< what it is there to test
    /// Words of a mistake that the practice must be refused for, instead of a timeline; or empty.
    std::string mistake;
    Location mistake_where;
    Setting setting;
    std::vector<Scene> scenes;
};

/// Reads the scenarios of a file. Errors, InvalidInput: the first mistake of the form, with line
/// and column. What sentences say is checked by `Stage::make`.
Result<std::vector<Scenario>> read_scenarios(std::string_view text, const std::string& file);

}  // namespace parcours::scenario

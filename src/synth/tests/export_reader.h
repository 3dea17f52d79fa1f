#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/json.h"
#include "synth/synth.h"
#include "synth/tests/scratch.h"  // IWYU pragma: export

namespace parcours::synth::testing {

/// The files of a folder by name, with their bytes.
inline std::map<std::string, std::string> read_folder(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files[entry.path().filename().string()] = read_file(entry.path());
    }
    return files;
}

/// Writes a population into a scratch folder and gives its files.
inline std::map<std::string, std::string> population(const Options& wanted) {
    const Scratch scratch;
    Options options = wanted;
    options.out = scratch.path("out");
    const auto done = write_population(options, {});
    EXPECT_TRUE(done) << (done ? "" : done.error().to_text());
    return read_folder(options.out);
}

/// A parsed resource of an export, kept with its document.
struct Resource {
    std::string type;
    JsonDocument document;
    JsonView json;

    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(json[name].text());
    }
    /// The id after the slash of a reference.
    static std::string id_of(std::string_view reference) {
        return std::string(reference.substr(reference.find('/') + 1));
    }
    /// The patient it is about.
    [[nodiscard]] std::string patient() const {
        for (const char* name : {"subject", "patient"}) {
            if (json[name]) {
                return id_of(json[name]["reference"].text());
            }
        }
        for (const JsonView& one : json["participant"].elements()) {
            const std::string_view actor = one["actor"]["reference"].text();
            if (actor.starts_with("Patient/")) {
                return id_of(actor);
            }
        }
        return {};
    }
    /// The first code of a CodeableConcept, or of the first of several.
    [[nodiscard]] std::string code(std::string_view name) const {
        JsonView about = json[name];
        if (about.is_array()) {
            const auto all = about.elements();
            about = all.empty() ? JsonView() : all.front();
        }
        const auto codings = about["coding"].elements();
        return codings.empty() ? std::string() : std::string(codings.front()["code"].text());
    }
    [[nodiscard]] bool has_code(std::string_view name, std::string_view wanted) const {
        for (const JsonView& coding : json[name]["coding"].elements()) {
            if (coding["code"].text() == wanted) {
                return true;
            }
        }
        return false;
    }
    /// When it happened, as text; empty where the resource tells no time.
    [[nodiscard]] std::string when() const {
        for (const char* name : {"onsetDateTime", "effectiveDateTime", "authoredOn",
                                 "occurrenceDateTime", "sent", "authored", "dateTime", "start"}) {
            if (json[name]) {
                return text(name);
            }
        }
        for (const char* name : {"period", "performedPeriod"}) {
            if (json[name]) {
                return std::string(json[name]["start"].text());
            }
        }
        return {};
    }
};

/// All resources of an export by type.
class Export {
  public:
    explicit Export(const std::map<std::string, std::string>& files) {
        for (const auto& [name, bytes] : files) {
            std::istringstream lines(bytes);
            const std::string type = name.substr(0, name.find('.'));
            for (std::string line; std::getline(lines, line);) {
                read(type, line);
            }
        }
    }

    [[nodiscard]] const std::vector<Resource>& of(const std::string& type) const {
        static const std::vector<Resource> none;
        const auto found = resources_.find(type);
        return found == resources_.end() ? none : found->second;
    }
    [[nodiscard]] const std::map<std::string, std::vector<Resource>>& all() const {
        return resources_;
    }
    [[nodiscard]] const Resource* find(const std::string& type, const std::string& id) const {
        for (const Resource& one : of(type)) {
            if (one.json["id"].text() == id) {
                return &one;
            }
        }
        return nullptr;
    }

  private:
    void read(const std::string& type, const std::string& line) {
        Resource made;
        made.type = type;
        const auto parsed = made.document.parse(line);
        ASSERT_TRUE(parsed) << type << ": " << parsed.error().to_text() << "\n" << line;
        made.json = *parsed;
        resources_[type].push_back(std::move(made));
    }

    std::map<std::string, std::vector<Resource>> resources_;
};

}  // namespace parcours::synth::testing

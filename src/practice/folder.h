#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/cohorts.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/forms.h"
#include "practice/libraries.h"
#include "practice/value_set.h"
#include "practice/vocabulary.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// Text files by their path inside the practice folder ("campaigns/recall.yaml").
using FileMap = std::map<std::string, std::string, std::less<>>;

/// A definition that a higher module reads: a journey map, a campaign or a flow.
struct Document {
    std::string path;
    std::string text;
    Node root;
};

/// A definition in JSON that a higher module reads: a FHIR Measure.
struct JsonFile {
    std::string path;
    std::string text;
};

/// A clinic's definitions. Immutable; shared by threads. Maps and campaigns are read further by
/// the modules that own them.
struct Folder {
    FileMap files;  ///< all of them, the clinic's own instead of the built-in ones they replace
    /// FHIR ValueSets and CodeSystems that came with records; null: none. They are no files of the
    /// practice, and what the practice defines goes before them.
    std::shared_ptr<const FileMap> imported;
    std::vector<Error> imported_flaws;  ///< of those: why nobody can use them
    Config config;
    ValueSets value_sets;
    std::vector<Cohort> cohorts;
    Libraries libraries;
    ContentLibrary content;
    std::vector<Document> maps;
    std::vector<Document> campaigns;
    std::vector<Document> flows;
    std::vector<Form> forms;
    std::vector<JsonFile> measures;

    /// What its CQL is compiled against. The folder stays where it is.
    [[nodiscard]] Vocabulary vocabulary() const { return {&value_sets, &libraries}; }
    [[nodiscard]] const Cohort* find_cohort(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> cohort_names() const;
    [[nodiscard]] const Form* find_form(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> form_names() const;
    /// By file name without its folder and ending; null where there is none.
    [[nodiscard]] const Document* find_map(std::string_view name) const;
    [[nodiscard]] const Document* find_campaign(std::string_view name) const;
};

/// Reads all files, appending every mistake to `errors`: for `parcours check`.
Folder read_folder(FileMap files, std::vector<Error>& errors,
                   std::shared_ptr<const FileMap> imported = nullptr);

/// Reads all files. Errors: the first mistake.
Result<Folder> open_folder(FileMap files);

/// `over` laid over `under`: the same path replaces.
[[nodiscard]] FileMap overlay(const FileMap& under, const FileMap& over);

/// The practice folder built into the program.
[[nodiscard]] const FileMap& built_in_files();

/// Reads a practice folder from disk: the text files that a practice folder may hold; hidden files
/// and backups are passed over. Errors: NotFound, Unavailable (cannot be read), Limit (a file over
/// 8 MB or more than 10,000 files).
Result<FileMap> read_practice_folder(const std::string& path);

}  // namespace parcours::practice

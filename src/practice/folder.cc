#include "practice/folder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/chosen.h"
#include "practice/code_system.h"
#include "practice/cohorts.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/forms.h"
#include "practice/nearest.h"
#include "practice/value_set.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr std::string_view config_path = "practice.yaml";
constexpr std::array<std::string_view, 9> folders = {"maps",      "valuesets", "cohorts",
                                                     "campaigns", "content",   "libraries",
                                                     "measures",  "flows",     "forms"};

bool is_yaml(std::string_view path) {
    return path.ends_with(".yaml") || path.ends_with(".yml");
}

/// "maps/default.yaml" → "default".
std::string_view stem(std::string_view path) {
    const std::string_view file = path.substr(path.rfind('/') + 1);
    return file.substr(0, file.rfind('.'));
}

const Document* find_document(const std::vector<Document>& documents, std::string_view name) {
    const auto found = std::ranges::find_if(
        documents, [&](const Document& document) { return stem(document.path) == name; });
    return found == documents.end() ? nullptr : &*found;
}

/// Sorts the files of a folder into what they define.
class FolderReader {
  public:
    FolderReader(FileMap files, std::shared_ptr<const FileMap> imported, std::vector<Error>& errors)
        : errors_(&errors) {
        folder_.files = std::move(files);
        folder_.imported = std::move(imported);
    }

    Folder read() {
        read_config_file();
        for (const auto& [path, text] : folder_.files) {
            read_file(path, text);
        }
        if (practice_) {
            keep_chosen(*practice_, folder_.files, folder_.campaigns, *errors_);
        }
        read_imported();
        folder_.value_sets =
            ValueSets::make(std::move(value_sets_), *errors_, std::move(code_systems_));
        note_flaws();
        check_cohort_names();
        check_subjects();
        return std::move(folder_);
    }

  private:
    void read_config_file() {
        const auto found = folder_.files.find(config_path);
        if (found == folder_.files.end()) {
            errors_->push_back({ErrorCode::NotFound,
                                "the practice folder has no practice.yaml; add one with at least "
                                "name: NAME OF THE CLINIC",
                                {}});
            folder_.config = read_config(Node(), ignored_);
            return;
        }
        auto node = parse(found->first, found->second);
        folder_.config = node ? read_config(*node, *errors_) : read_config(Node(), ignored_);
        if (node) {
            practice_ = *std::move(node);
        }
    }

    Result<Node> parse(const std::string& path, const std::string& text) {
        auto node = parse_yaml(text, path);
        if (!node) {
            errors_->push_back(node.error());
        } else if (node->is_null()) {
            node =
                fail(ErrorCode::InvalidInput,
                     "the file is empty; write the definition, or delete the file", {path, 1, 1});
            errors_->push_back(node.error());
        }
        return node;
    }

    void read_file(const std::string& path, const std::string& text) {
        const std::size_t slash = path.find('/');
        if (slash == std::string::npos) {
            check_root_file(path);
            return;
        }
        const std::string_view folder = std::string_view(path).substr(0, slash);
        if (std::ranges::find(folders, folder) == folders.end()) {
            if (const auto nearest =
                    nearest_name(folder, std::span<const std::string_view>(folders))) {
                note(path, "there is no folder \"" + std::string(folder) + "\"; did you mean \"" +
                               *nearest + "\"?");
            }
            return;
        }
        if (folder == "content") {
            if (path.ends_with(".md")) {
                folder_.content.add(path, text, *errors_);
            } else {
                note(path, "content is written in files that end in .md");
            }
            return;
        }
        if (folder == "libraries") {
            if (path.ends_with(".cql")) {
                folder_.libraries.add(path, text, *errors_);
            } else {
                note(path, "libraries are written in files that end in .cql");
            }
            return;
        }
        if (folder == "measures") {
            if (path.ends_with(".json")) {
                folder_.measures.push_back({path, text});
            } else {
                note(path, "measures are FHIR Measure resources in files that end in .json");
            }
            return;
        }
        read_definition(folder, path, text);
    }

    void read_definition(std::string_view folder, const std::string& path,
                         const std::string& text) {
        if (folder == "valuesets" && path.ends_with(".json")) {
            read_terminology(path, text);
            return;
        }
        if (!is_yaml(path)) {
            note(path, "definitions here are written in files that end in .yaml");
            return;
        }
        auto node = parse(path, text);
        if (!node) {
            return;
        }
        if (folder == "valuesets") {
            value_sets_.push_back(read_value_set(*node, *errors_));
        } else if (folder == "cohorts") {
            std::ranges::move(read_cohorts(*node, *errors_), std::back_inserter(folder_.cohorts));
        } else if (folder == "maps") {
            folder_.maps.push_back({path, text, *std::move(node)});
        } else if (folder == "flows") {
            folder_.flows.push_back({path, text, *std::move(node)});
        } else if (folder == "forms") {
            add_form(*node);
        } else {
            folder_.campaigns.push_back({path, text, *std::move(node)});
        }
    }

    void add_form(const Node& node) {
        auto form = read_form(node, folder_.config.languages, *errors_);
        if (!form) {
            return;
        }
        if (const Form* const twin = folder_.find_form(form->name)) {
            errors_->push_back({ErrorCode::InvalidInput,
                                "the form \"" + form->name + "\" exists already in " +
                                    twin->where.file + "; give one of them another name",
                                form->where});
            return;
        }
        folder_.forms.push_back(*std::move(form));
    }

    void read_terminology(const std::string& path, const std::string& text) {
        if (is_code_system(text)) {
            auto system = CodeSystem::read(text, path);
            if (system) {
                std::string url = system->url();
                code_systems_.insert_or_assign(std::move(url), *std::move(system));
            } else {
                errors_->push_back(system.error());
            }
            return;
        }
        auto set = read_fhir_value_set(text, path);
        if (set) {
            value_sets_.push_back(*std::move(set));
        } else {
            errors_->push_back(set.error());
        }
    }

    /// What came with records makes no mistakes of the practice: it says what is wrong to whoever
    /// uses it.
    void read_imported() {
        if (folder_.imported == nullptr) {
            return;
        }
        for (const auto& [path, text] : *folder_.imported) {
            if (is_code_system(text)) {
                auto system = CodeSystem::read(text, path);
                if (system) {
                    std::string url = system->url();
                    code_systems_.try_emplace(std::move(url), *std::move(system));
                } else {
                    folder_.imported_flaws.push_back(system.error());
                }
                continue;
            }
            value_sets_.push_back(read_imported_value_set(text, path));
        }
    }

    void note_flaws() {
        for (std::size_t i = 0; i < folder_.value_sets.size(); ++i) {
            const ValueSet& set = folder_.value_sets.get(static_cast<cql::ValueSetId>(i));
            if (set.imported && !set.flaw.empty()) {
                folder_.imported_flaws.push_back({ErrorCode::InvalidInput, set.flaw, set.where});
            }
        }
    }

    void check_root_file(const std::string& path) {
        if (path == "practice.yml" || (is_yaml(path) && path != config_path)) {
            note(path,
                 "the clinic is described in practice.yaml; other definitions stand in "
                 "maps/, valuesets/, cohorts/ and campaigns/");
        }
    }

    void check_cohort_names() {
        for (auto cohort = folder_.cohorts.begin(); cohort != folder_.cohorts.end();) {
            const auto first = std::ranges::find(folder_.cohorts, cohort->name, &Cohort::name);
            if (first == cohort) {
                ++cohort;
                continue;
            }
            errors_->push_back({ErrorCode::InvalidInput,
                                "the cohort \"" + cohort->name + "\" is defined twice: first in " +
                                    first->where.file + ":" + std::to_string(first->where.line) +
                                    "; rename or remove one",
                                cohort->where});
            cohort = folder_.cohorts.erase(cohort);
        }
    }

    /// An e-mail without a subject is not sent: say so before anybody waits for it.
    void check_subjects() {
        for (const auto& [name, content] : folder_.content.all()) {
            if (std::ranges::find(content.channels, "email") == content.channels.end()) {
                continue;
            }
            for (const Wording& wording : content.wordings) {
                const Wording* used = content.find(wording.language, "email");
                if (used == &wording && wording.subject.empty()) {
                    errors_->push_back({ErrorCode::InvalidInput,
                                        "\"" + name +
                                            "\" goes out by e-mail and needs a subject "
                                            "in \"" +
                                            wording.language + "\": add subject: …",
                                        wording.where});
                }
            }
        }
    }

    void note(const std::string& path, std::string message) {
        errors_->push_back({ErrorCode::InvalidInput, std::move(message), {path, 0, 0}});
    }

    Folder folder_;
    std::vector<ValueSet> value_sets_;
    CodeSystems code_systems_;
    std::optional<Node> practice_;
    std::vector<Error>* errors_;
    std::vector<Error> ignored_;
};

}  // namespace

const Cohort* Folder::find_cohort(std::string_view name) const {
    const auto found = std::ranges::find(cohorts, name, &Cohort::name);
    return found == cohorts.end() ? nullptr : &*found;
}

std::vector<std::string> Folder::cohort_names() const {
    std::vector<std::string> names;
    names.reserve(cohorts.size());
    std::ranges::transform(cohorts, std::back_inserter(names), &Cohort::name);
    return names;
}

const Form* Folder::find_form(std::string_view name) const {
    const auto found = std::ranges::find(forms, name, &Form::name);
    return found == forms.end() ? nullptr : &*found;
}

std::vector<std::string> Folder::form_names() const {
    std::vector<std::string> names;
    names.reserve(forms.size());
    std::ranges::transform(forms, std::back_inserter(names), &Form::name);
    return names;
}

const Document* Folder::find_map(std::string_view name) const {
    return find_document(maps, name);
}

const Document* Folder::find_campaign(std::string_view name) const {
    return find_document(campaigns, name);
}

Folder read_folder(FileMap files, std::vector<Error>& errors,
                   std::shared_ptr<const FileMap> imported) {
    return FolderReader(std::move(files), std::move(imported), errors).read();
}

Result<Folder> open_folder(FileMap files) {
    std::vector<Error> errors;
    Folder folder = read_folder(std::move(files), errors);
    if (!errors.empty()) {
        return std::unexpected(std::move(errors.front()));
    }
    return folder;
}

FileMap overlay(const FileMap& under, const FileMap& over) {
    FileMap files = under;
    for (const auto& [path, text] : over) {
        files.insert_or_assign(path, text);
    }
    return files;
}

}  // namespace parcours::practice

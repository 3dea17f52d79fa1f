#include "campaign/release.h"

#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/conditions.h"
#include "campaign/definition.h"
#include "campaign/flows.h"
#include "campaign/reader.h"
#include "campaign/steps.h"
#include "cql/library_source.h"
#include "cql/terminology.h"
#include "practice/cohorts.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "practice/release.h"
#include "practice/vocabulary.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

/// Notes which value sets expressions ask for while they are compiled.
class RecordingTerminology final : public cql::Terminology {
  public:
    explicit RecordingTerminology(const cql::Terminology& real) : real_(real) {}

    std::optional<cql::ValueSetId> find_value_set(std::string_view name) const override {
        auto found = real_.find_value_set(name);
        if (found) {
            asked_.emplace(name);
        }
        return found;
    }
    bool contains(cql::ValueSetId set, std::string_view system,
                  std::string_view code) const override {
        return real_.contains(set, system, code);
    }
    std::vector<std::string> value_set_names() const override { return real_.value_set_names(); }
    std::optional<std::string> find_code_system(std::string_view name) const override {
        return real_.find_code_system(name);
    }
    [[nodiscard]] const std::set<std::string>& asked() const { return asked_; }

  private:
    const cql::Terminology& real_;
    mutable std::set<std::string> asked_;
};

/// Notes which libraries they include, themselves or through others.
class RecordingLibraries final : public cql::LibrarySource {
  public:
    explicit RecordingLibraries(const cql::LibrarySource& real) : real_(real) {}

    std::optional<std::string> find_library(std::string_view name,
                                            std::string_view version) const override {
        auto found = real_.find_library(name, version);
        if (found) {
            asked_.emplace(name);
        }
        return found;
    }
    std::vector<std::string> library_names() const override { return real_.library_names(); }
    std::string library_file(std::string_view name) const override {
        return real_.library_file(name);
    }
    [[nodiscard]] const std::set<std::string>& asked() const { return asked_; }

  private:
    const cql::LibrarySource& real_;
    mutable std::set<std::string> asked_;
};

/// The content and scripts the steps name.
std::set<std::string> contents_of(const Campaign& campaign) {
    std::set<std::string> names;
    for (const Step& step : campaign.steps) {
        if (const auto* send = std::get_if<SendStep>(&step.what)) {
            names.insert(send->content);
        } else if (const auto* task = std::get_if<TaskStep>(&step.what);
                   task != nullptr && !task->script.empty()) {
            names.insert(task->script);
        }
    }
    return names;
}

/// Gathers what a campaign names until something is missing.
class Gatherer {
  public:
    Gatherer(const Campaign& campaign, const practice::Folder& folder)
        : campaign_(campaign),
          folder_(folder),
          terminology_(folder.value_sets),
          libraries_(folder.libraries),
          builder_(folder) {}

    Result<practice::Release> gather() {
        Result<> gathered = add_document();
        gathered = gathered ? add_conditions() : gathered;
        gathered = gathered ? add_cohorts_and_contents() : gathered;
        for (const std::string& name : terminology_.asked()) {
            if (gathered) {
                gathered = builder_.add_value_set(name);
            }
        }
        for (const std::string& name : libraries_.asked()) {
            if (gathered) {
                gathered = builder_.add_library(name);
            }
        }
        if (!gathered) {
            return pass_on(gathered);
        }
        return builder_.build();
    }

  private:
    Result<> add_document() {
        for (const practice::Document& document : folder_.campaigns) {
            const practice::Node* name = document.root.find("campaign");
            if (name != nullptr && name->text() == campaign_.name) {
                builder_.add_document("campaign", campaign_.name, document.root);
                add_flows(document.root);
                return {};
            }
        }
        return fail(ErrorCode::NotFound, fmt::format("the practice folder has no campaign \"{}\"; "
                                                     "write it in campaigns/{}.yaml",
                                                     campaign_.name, campaign_.name));
    }

    void add_flows(const practice::Node& campaign) {
        std::vector<Error> told_elsewhere;
        Flows flows = flows_of(folder_, told_elsewhere);
        if (const practice::Node* own = campaign.find("flows")) {
            Reader reader(told_elsewhere);
            flows.add_own(reader, *own);
        }
        const practice::Node* steps = campaign.find("steps");
        for (const std::string& name :
             steps == nullptr ? std::vector<std::string>() : flows_used(*steps, flows)) {
            builder_.add_document("flow", name, *flows.find(name));
        }
    }

    Result<> add_conditions() {
        for (const Condition* condition : conditions_of(campaign_)) {
            if (auto compiled = compile_condition(campaign_, *condition, vocabulary_); !compiled) {
                return pass_on(compiled);
            }
        }
        for (const auto& [name, definition] : campaign_.dates) {
            if (auto compiled = compile_date(campaign_, definition, vocabulary_); !compiled) {
                return pass_on(compiled);
            }
        }
        return {};
    }

    Result<> add_cohort(const std::string& name) {
        if (Result<> added = builder_.add_cohort(name); !added) {
            return added;
        }
        const practice::Cohort* cohort = folder_.find_cohort(name);
        return compile(cohort->cql, cohort->cql_where);
    }

    Result<> compile(const std::string& text, const Location& where) {
        auto compiled = compile_text(text, where, vocabulary_, {}, std::nullopt);
        return compiled ? Result<>{} : pass_on(compiled);
    }

    /// What a content is not for: cohorts by name, or expressions.
    Result<> add_content(const std::string& name) {
        Result<> added = builder_.add_content(name);
        const practice::Content* content = folder_.content.find(name);
        for (std::size_t i = 0; added && i < content->not_for.size(); ++i) {
            const practice::Condition& condition = content->not_for[i];
            added = folder_.find_cohort(condition.text) != nullptr
                        ? add_cohort(condition.text)
                        : compile(condition.text, condition.where);
        }
        // The frame in which several such are said together is a part of what is said.
        if (added && folder_.content.find(content->joins.text) != nullptr) {
            added = builder_.add_content(content->joins.text);
        }
        return added;
    }

    Result<> add_cohorts_and_contents() {
        Result<> added;
        if (campaign_.enter.by == Enter::By::Cohort || campaign_.enter.by == Enter::By::Schedule) {
            added = add_cohort(campaign_.enter.name);
        }
        for (const Step& step : campaign_.steps) {
            const auto* wait = std::get_if<WaitForStep>(&step.what);
            if (added && wait != nullptr && wait->event == "form") {
                added = builder_.add_form(wait->about);
            }
        }
        for (const std::string& name : contents_of(campaign_)) {
            if (added) {
                added = add_content(name);
            }
        }
        return added;
    }

    const Campaign& campaign_;
    const practice::Folder& folder_;
    RecordingTerminology terminology_;
    RecordingLibraries libraries_;
    practice::Vocabulary vocabulary_{&terminology_, &libraries_};
    practice::ReleaseBuilder builder_;
};

}  // namespace

Result<practice::Release> make_release(const Campaign& campaign, const practice::Folder& folder) {
    return Gatherer(campaign, folder).gather();
}

}  // namespace parcours::campaign

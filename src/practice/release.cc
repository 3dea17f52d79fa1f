#include "practice/release.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "practice/code_group.h"
#include "practice/cohorts.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "practice/forms.h"
#include "practice/libraries.h"
#include "practice/nearest.h"
#include "practice/value_set.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::practice {
namespace {

void write_groups(JsonWriter& json, const std::vector<CodeGroup>& groups) {
    std::vector<const CodeGroup*> sorted;
    sorted.reserve(groups.size());
    for (const CodeGroup& group : groups) {
        sorted.push_back(&group);
    }
    std::ranges::sort(sorted, {}, &CodeGroup::system);
    json.begin_array();
    for (const CodeGroup* group : sorted) {
        std::vector<std::string> texts(group->codes.begin(), group->codes.end());
        for (const CodeRange& range : group->ranges) {
            texts.push_back(range.first + "-" + range.last + "*");
        }
        std::ranges::sort(texts);
        json.begin_object().key(group->system).begin_array();
        for (const std::string& text : texts) {
            json.value(text);
        }
        json.end_array().end_object();
    }
    json.end_array();
}

void write_selections(JsonWriter& json, const std::vector<CodeSelection>& selections) {
    json.begin_array();
    for (const CodeSelection& one : selections) {
        json.begin_object().member("system", one.system).key("codes").begin_array();
        std::vector<std::string> codes(one.codes.begin(), one.codes.end());
        std::ranges::sort(codes);
        for (const std::string& code : codes) {
            json.value(code);
        }
        json.end_array().key("filters").begin_array();
        for (const CodeFilter& filter : one.filters) {
            json.value(filter.property + " " + filter.op + " " + filter.value);
        }
        json.end_array().key("value-sets").begin_array();
        for (const std::string& name : one.value_sets) {
            json.value(name);
        }
        json.end_array().end_object();
    }
    json.end_array();
}

std::string canonical(const ValueSet& set) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().key("codes");
    write_groups(json, set.codes);
    json.key("excluded");
    write_groups(json, set.excluded);
    std::vector<std::string> includes = set.includes;
    std::ranges::sort(includes);
    json.key("includes").begin_array();
    for (const std::string& name : includes) {
        json.value(name);
    }
    json.end_array();
    if (!set.selections.empty() || !set.excluded_selections.empty()) {
        json.key("selections");
        write_selections(json, set.selections);
        json.key("excluded-selections");
        write_selections(json, set.excluded_selections);
    }
    json.end_object();
    return text;
}

void write_wording(JsonWriter& json, const Wording& wording) {
    json.begin_object();
    json.member("language", wording.language).member("channel", wording.channel);
    json.member("subject", wording.subject).member("body", wording.body);
    if (!wording.line.empty()) {
        json.member("line", wording.line);
    }
    json.end_object();
}

std::string canonical(const Content& content) {
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    json.member("purpose", content.purpose ? purpose_name(*content.purpose) : "");
    json.member("topic", content.topic);
    json.key("channels").begin_array();
    for (const std::string& channel : content.channels) {
        json.value(channel);
    }
    json.end_array().key("not-for").begin_array();
    for (const Condition& condition : content.not_for) {
        json.value(condition.text);
    }
    json.end_array().key("wordings").begin_array();
    std::vector<const Wording*> wordings;
    wordings.reserve(content.wordings.size());
    for (const Wording& wording : content.wordings) {
        wordings.push_back(&wording);
    }
    std::ranges::sort(wordings, {}, [](const Wording* wording) {
        return std::tie(wording->language, wording->channel);
    });
    for (const Wording* wording : wordings) {
        write_wording(json, *wording);
    }
    json.end_array();
    if (!content.joins.text.empty()) {
        json.member("joins", content.joins.text);
    }
    if (content.calls.rate > 0) {
        json.member("calls", content.calls.rate).member("calls-to", content.calls.queue);
    }
    json.end_object();
    return text;
}

}  // namespace

bool ReleaseBuilder::add(std::string_view kind, std::string_view name,
                         std::string_view canonical_form) {
    const bool known = std::ranges::any_of(
        parts_, [&](const ReleasePart& part) { return part.kind == kind && part.name == name; });
    if (!known) {
        parts_.push_back({std::string(kind), std::string(name), content_hash(canonical_form)});
    }
    return !known;
}

void ReleaseBuilder::add_document(std::string_view kind, std::string_view name, const Node& root) {
    add(kind, name, canonical_text(root));
}

Result<> ReleaseBuilder::add_cohort(std::string_view name) {
    const Cohort* cohort = folder_->find_cohort(name);
    if (cohort == nullptr) {
        return fail(ErrorCode::NotFound, "there is no cohort \"" + std::string(name) + "\"" +
                                             suggest(name, folder_->cohort_names()));
    }
    add("cohort", name, cohort->cql);
    return {};
}

Result<> ReleaseBuilder::add_value_set(std::string_view name) {
    const auto id = folder_->value_sets.find_value_set(name);
    if (!id) {
        return fail(ErrorCode::NotFound, "there is no value set \"" + std::string(name) + "\"" +
                                             suggest(name, folder_->value_sets.value_set_names()));
    }
    const ValueSet& set = folder_->value_sets.get(*id);
    if (!add("value-set", set.name, canonical(set))) {
        return {};
    }
    std::vector<std::string> parts = set.includes;
    for (const auto* selections : {&set.selections, &set.excluded_selections}) {
        for (const CodeSelection& one : *selections) {
            parts.insert(parts.end(), one.value_sets.begin(), one.value_sets.end());
        }
    }
    for (const std::string& included : parts) {
        if (auto added = add_value_set(included); !added) {
            return added;
        }
    }
    return {};
}

Result<> ReleaseBuilder::add_library(std::string_view name) {
    const Library* library = folder_->libraries.find(name);
    if (library == nullptr) {
        return fail(ErrorCode::NotFound, "there is no library \"" + std::string(name) + "\"" +
                                             suggest(name, folder_->libraries.library_names()));
    }
    add("library", name, library->text);
    return {};
}

Result<> ReleaseBuilder::add_form(std::string_view name) {
    const Form* form = folder_->find_form(name);
    if (form == nullptr) {
        return fail(ErrorCode::NotFound, "there is no form \"" + std::string(name) + "\"" +
                                             suggest(name, folder_->form_names()));
    }
    add("form", name, form->canonical);
    return {};
}

Result<> ReleaseBuilder::add_content(std::string_view name) {
    const Content* content = folder_->content.find(name);
    if (content == nullptr) {
        return fail(ErrorCode::NotFound, "there is no content \"" + std::string(name) + "\"" +
                                             suggest(name, folder_->content.names()));
    }
    if (!add("content", name, canonical(*content))) {
        return {};
    }
    for (const Condition& condition : content->not_for) {
        if (folder_->find_cohort(condition.text) != nullptr) {
            if (auto added = add_cohort(condition.text); !added) {
                return added;
            }
        }
    }
    return {};
}

Release ReleaseBuilder::build() const {
    Release release;
    release.parts = parts_;
    std::ranges::sort(release.parts, {},
                      [](const ReleasePart& part) { return std::tie(part.kind, part.name); });
    std::string text;
    for (const ReleasePart& part : release.parts) {
        text += part.kind + '\n' + part.name + '\n' + part.digest.to_hex() + '\n';
    }
    release.id = named_hash("release", {text});
    return release;
}

}  // namespace parcours::practice

#include "practice/content.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "practice/config.h"
#include "practice/front_matter.h"
#include "practice/nearest.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::practice {
namespace {

/// What the front matter of one file says.
struct Front {
    std::optional<Purpose> purpose;
    std::string topic;
    std::vector<std::string> channels;
    std::vector<Condition> not_for;
    Condition joins;
    CausedCalls calls;
    std::string evidence;
    std::string subject;
    std::string line;
    std::string neutral;
    bool sensitive = false;
    std::optional<Approval> approved;
    std::map<std::string, std::string, std::less<>> variables;
};

Result<Purpose> read_purpose(const Node& node) {
    const auto purpose = find_purpose(node.text());
    if (!purpose) {
        return refuse(node, "purpose must be direct-care, operations or marketing, not \"" +
                                node.text() + "\"");
    }
    return *purpose;
}

Result<std::vector<std::string>> read_channels(const Node& node) {
    auto channels = read_texts(node, "channels");
    if (!channels) {
        return channels;
    }
    const auto known = channel_names();
    for (const std::string& channel : *channels) {
        if (std::ranges::find(known, channel) == known.end()) {
            return refuse(node,
                          "there is no channel \"" + channel + "\"" + suggest(channel, known));
        }
    }
    return channels;
}

Result<std::vector<Condition>> read_conditions(const Node& node) {
    std::vector<Condition> conditions;
    if (node.is_scalar()) {
        conditions.push_back({node.text(), node.text_where()});
        return conditions;
    }
    for (const Node& item : node.items()) {
        if (!item.is_scalar()) {
            return refuse(item, "each of not-for must be the name of a cohort or an expression");
        }
        conditions.push_back({item.text(), item.text_where()});
    }
    if (conditions.empty()) {
        return refuse(node, "not-for must be a list of cohort names or expressions");
    }
    return conditions;
}

Result<Condition> read_joins(const Node& node) {
    const auto text = read_text(node, "joins");
    if (!text) {
        return pass_on(text);
    }
    return Condition{*text, node.where()};
}

Result<CausedCalls> read_calls(const Node& node) {
    const Node* const rate = node.find("rate");
    const Node* const queue = node.find("queue");
    if (rate == nullptr || queue == nullptr || queue->text().empty()) {
        return refuse(node,
                      "calls must say how many calls a message causes and who takes them: "
                      "{ rate: 0.2, queue: front-desk }");
    }
    double value = 0;
    const std::string& text = rate->text();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value > 0) || value > 1) {
        return refuse(
            *rate,
            "the rate of calls must be above 0 and at most 1, such as 0.2, not \"" + text + "\"");
    }
    return CausedCalls{value, queue->text(), node.where()};
}

Result<bool> read_truth(const Node& node) {
    if (node.text() != "yes" && node.text() != "no") {
        return refuse(node, "write yes or no, not \"" + node.text() + "\"");
    }
    return node.text() == "yes";
}

Result<Approval> read_approval(const Node& node) {
    const Node* on = node.find("on") != nullptr ? node.find("on") : node.find("date");
    const Node* by = node.find("by");
    if (on == nullptr || by == nullptr || by->text().empty()) {
        return refuse(node, "approved must say when and by whom: { on: 2026-01-15, by: NAME }");
    }
    const auto date = parse_date_time(on->text());
    if (!date || date->precision != Precision::Day) {
        return refuse(*on, "\"" + on->text() + "\" is not a date such as 2026-01-15");
    }
    return Approval{utc_date(date->start), by->text()};
}

Result<std::map<std::string, std::string, std::less<>>> read_variables(const Node& node) {
    std::map<std::string, std::string, std::less<>> variables;
    for (const Node::Entry& entry : node.entries()) {
        const std::string& type = entry.value.text();
        if (type != "text" && type != "date" && type != "number") {
            return refuse(entry.value, "the type of \"" + entry.key +
                                           "\" must be text, date or number, not \"" + type + "\"");
        }
        variables.emplace(entry.key, type);
    }
    if (variables.empty()) {
        return refuse(node, "variables must be a map: { given_name: text }");
    }
    return variables;
}

template <class T, class Parse>
void read_member(const Node& map, std::string_view key, T& field, std::vector<Error>& errors,
                 Parse parse) {
    const Node* node = map.find(key);
    if (node == nullptr) {
        return;
    }
    auto value = parse(*node);
    if (value) {
        field = *std::move(value);
    } else {
        errors.push_back(value.error());
    }
}

Front read_front(const Node& node, std::vector<Error>& errors) {
    Front front;
    if (!node.is_map()) {
        if (!node.is_null()) {
            errors.push_back(error_at(node, "the front matter must be a map: purpose: operations"));
        }
        return front;
    }
    std::ranges::move(unknown_keys(node,
                                   {"purpose", "topic", "channels", "subject", "not-for",
                                    "evidence", "approved", "variables", "title", "note", "joins",
                                    "line", "calls", "neutral", "sensitive"},
                                   "the front matter"),
                      std::back_inserter(errors));
    const auto text_of = [](std::string_view what) {
        return [what](const Node& value) { return read_text(value, what); };
    };
    read_member(node, "purpose", front.purpose, errors, read_purpose);
    read_member(node, "topic", front.topic, errors, text_of("topic"));
    read_member(node, "channels", front.channels, errors, read_channels);
    read_member(node, "subject", front.subject, errors, text_of("subject"));
    read_member(node, "not-for", front.not_for, errors, read_conditions);
    read_member(node, "joins", front.joins, errors, read_joins);
    read_member(node, "line", front.line, errors, text_of("line"));
    read_member(node, "calls", front.calls, errors, read_calls);
    read_member(node, "neutral", front.neutral, errors, text_of("neutral"));
    read_member(node, "sensitive", front.sensitive, errors, read_truth);
    read_member(node, "evidence", front.evidence, errors, text_of("evidence"));
    read_member(node, "approved", front.approved, errors, read_approval);
    read_member(node, "variables", front.variables, errors, read_variables);
    return front;
}

/// Takes what concerns all languages from one file: the first that says it, and no other may say
/// something else.
class Merge {
  public:
    Merge(Content& content, const Node& front, std::vector<Error>& errors)
        : content_(&content), front_(&front), errors_(&errors) {}

    template <class T>
    void take(std::string_view key, T& field, T value) {
        if (front_->find(key) == nullptr) {
            return;
        }
        if (field != T{} && field != value) {
            errors_->push_back(
                error_at(*front_->find(key), "\"" + std::string(key) + "\" differs from what " +
                                                 content_->where.file +
                                                 " says; it concerns all languages "
                                                 "of \"" +
                                                 content_->name + "\": say it once"));
            return;
        }
        field = std::move(value);
    }

  private:
    Content* content_;
    const Node* front_;
    std::vector<Error>* errors_;
};

/// Whether a wording of `spoken` serves a person who prefers `wanted`: 2 the same, 1 the same
/// language of another region or script, 0 no.
int language_fit(std::string_view spoken, std::string_view wanted) {
    if (spoken == wanted) {
        return 2;
    }
    const auto base = [](std::string_view tag) { return tag.substr(0, tag.find('-')); };
    return spoken == base(wanted) ? 1 : 0;
}

void add_wordings(Content& content, const ContentFile& file, const Front& front,
                  std::string_view path, std::vector<Error>& errors) {
    auto sections = split_body(path, file.body, file.body_line);
    if (!sections) {
        errors.push_back(sections.error());
        return;
    }
    if (sections->empty()) {
        errors.push_back({ErrorCode::InvalidInput,
                          "the file says nothing; write the message below "
                          "the front matter",
                          {std::string(path), file.body_line, 1}});
    }
    for (BodySection& section : *sections) {
        const Location place{std::string(path), section.line, 1};
        if (section.channel.empty()) {
            section.channel = file.channel;
        }
        const auto twice = std::ranges::find_if(content.wordings, [&](const Wording& wording) {
            return wording.language == file.language && wording.channel == section.channel;
        });
        if (twice != content.wordings.end()) {
            errors.push_back({ErrorCode::InvalidInput,
                              "\"" + content.name + "\" has this wording twice: also in " +
                                  twice->body_where.file + ":" +
                                  std::to_string(twice->body_where.line) +
                                  "; remove one of the two",
                              place});
            continue;
        }
        content.wordings.push_back({file.language,
                                    std::move(section.channel),
                                    front.subject,
                                    std::move(section.text),
                                    front.line,
                                    front.neutral,
                                    front.approved,
                                    {std::string(path), 1, 1},
                                    place});
    }
}

}  // namespace

const Wording* Content::find(std::string_view language, std::string_view channel) const {
    if (!allows(channel)) {
        return nullptr;
    }
    const Wording* best = nullptr;
    int best_fit = 0;
    for (const Wording& wording : wordings) {
        const int language_rank = language_fit(wording.language, language);
        if (language_rank == 0 || (!wording.channel.empty() && wording.channel != channel)) {
            continue;
        }
        const int fit = 2 * language_rank + (wording.channel.empty() ? 0 : 1);
        if (fit > best_fit) {
            best = &wording;
            best_fit = fit;
        }
    }
    return best;
}

bool Content::allows(std::string_view channel) const {
    return channels.empty() || std::ranges::find(channels, channel) != channels.end();
}

std::vector<std::string> Content::missing_languages(
    const std::vector<std::string>& languages) const {
    std::vector<std::string> missing;
    std::ranges::copy_if(languages, std::back_inserter(missing), [&](const std::string& language) {
        return std::ranges::none_of(wordings, [&](const Wording& wording) {
            return language_fit(wording.language, language) > 0;
        });
    });
    return missing;
}

void ContentLibrary::add(std::string_view path, std::string_view text, std::vector<Error>& errors) {
    const auto file = split_content_file(path, text);
    if (!file) {
        errors.push_back(file.error());
        return;
    }
    Content& content = contents_[file->name];
    if (content.name.empty()) {
        content.name = file->name;
        content.where = {std::string(path), 1, 1};
    }
    Front front;
    if (const auto& node = file->front) {
        front = read_front(*node, errors);
        Merge merge(content, *node, errors);
        merge.take("purpose", content.purpose, front.purpose);
        merge.take("topic", content.topic, front.topic);
        merge.take("channels", content.channels, front.channels);
        merge.take("not-for", content.not_for, front.not_for);
        merge.take("joins", content.joins, front.joins);
        merge.take("calls", content.calls, front.calls);
        merge.take("sensitive", content.sensitive, front.sensitive);
        merge.take("evidence", content.evidence, front.evidence);
        merge.take("variables", content.variables, front.variables);
    }
    add_wordings(content, *file, front, path, errors);
}

const Content* ContentLibrary::find(std::string_view name) const {
    const auto found = contents_.find(name);
    return found == contents_.end() ? nullptr : &found->second;
}

std::vector<std::string> ContentLibrary::names() const {
    std::vector<std::string> names;
    names.reserve(contents_.size());
    for (const auto& [name, content] : contents_) {
        names.push_back(name);
    }
    return names;
}

}  // namespace parcours::practice

#include "campaign/compare.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/describe.h"
#include "campaign/release.h"
#include "campaign/steps.h"
#include "practice/content.h"
#include "practice/release.h"

namespace parcours::campaign {
namespace {

using What = Difference::What;

/// What each thing of a kind says, by its name, in an order that readers know.
struct Said {
    std::vector<std::string> names;
    std::map<std::string, std::string, std::less<>> texts;

    void add(std::string name, std::string text) {
        names.push_back(name);
        texts.emplace(std::move(name), std::move(text));
    }
};

/// The order is that of `after`; what was taken away stands where it stood.
void compare_said(std::string_view kind, const Said& before, const Said& after,
                  std::vector<Difference>& out) {
    std::set<std::string, std::less<>> told;
    const auto tell_removed_until = [&](std::string_view next) {
        for (const std::string& name : before.names) {
            if (name == next) {
                return;
            }
            if (!after.texts.contains(name) && told.insert(name).second) {
                out.push_back({What::Removed, std::string(kind), name, before.texts.at(name), {}});
            }
        }
    };
    for (const std::string& name : after.names) {
        const auto earlier = before.texts.find(name);
        if (earlier == before.texts.end()) {
            out.push_back({What::Added, std::string(kind), name, {}, after.texts.at(name)});
            continue;
        }
        tell_removed_until(name);
        if (earlier->second != after.texts.at(name)) {
            out.push_back(
                {What::Changed, std::string(kind), name, earlier->second, after.texts.at(name)});
        }
    }
    tell_removed_until({});
}

Said head_of(const Campaign& campaign) {
    Said said;
    for (HeadLine& line : describe_head(campaign)) {
        said.add(std::string(line.about), std::move(line.text));
    }
    if (!campaign.salt.empty()) {
        said.add("salt", campaign.salt);
    }
    for (const auto& [name, date] : campaign.dates) {
        said.add("date " + name, date.text);
    }
    return said;
}

Said steps_of(const Campaign& campaign) {
    Said said;
    for (const Step& step : campaign.steps) {
        std::string text = describe_step(campaign, step);
        if (const auto* const split = std::get_if<SplitStep>(&step.what);
            split != nullptr && !split->salt.empty()) {
            text += " Salt \"" + split->salt + "\".";
        }
        said.add(step.name, std::move(text));
    }
    return said;
}

/// A wording as who gets it by its channel will read it.
std::string text_of(const practice::Wording& wording) {
    std::string text;
    const auto line = [&text](std::string_view what, const std::string& said) {
        text += said.empty() ? "" : std::string(what) + ": " + said + "\n";
    };
    // A mail has one; sections of other channels were given it as they were read.
    line("subject", wording.channel.empty() || wording.channel == "email" ? wording.subject : "");
    line("line", wording.line);
    line("neutral", wording.neutral);
    return text + wording.body;
}

/// What holds for a content in all its languages.
std::string rules_of(const practice::Content& content) {
    std::string text;
    const auto add = [&text](std::string_view what, const std::string& said) {
        text += said.empty() ? "" : std::string(what) + ": " + said + "\n";
    };
    add("purpose", content.purpose ? std::string(purpose_name(*content.purpose)) : "");
    add("topic", content.topic);
    for (const std::string& channel : content.channels) {
        add("channel", channel);
    }
    for (const practice::Condition& condition : content.not_for) {
        add("not-for", condition.text);
    }
    add("joins", content.joins.text);
    add("calls", content.calls.queue.empty()
                     ? ""
                     : std::to_string(content.calls.rate) + " to " + content.calls.queue);
    add("sensitive", content.sensitive ? "yes" : "");
    return text;
}

std::vector<std::string> contents_of(const Campaign& campaign) {
    std::vector<std::string> names;
    for (const Step& step : campaign.steps) {
        const auto* const send = std::get_if<SendStep>(&step.what);
        const auto* const task = std::get_if<TaskStep>(&step.what);
        const std::string name = send != nullptr   ? send->content
                                 : task != nullptr ? task->script
                                                   : "";
        if (!name.empty() && std::ranges::find(names, name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

Said words_of(const ReleaseView& release) {
    Said said;
    for (const std::string& name : contents_of(release.campaign)) {
        const practice::Content* const content = release.folder.content.find(name);
        if (content == nullptr) {
            continue;
        }
        if (std::string rules = rules_of(*content); !rules.empty()) {
            said.add(name, std::move(rules));
        }
        for (const practice::Wording& wording : content->wordings) {
            said.add(name + "." + wording.language +
                         (wording.channel.empty() ? "" : "." + wording.channel),
                     text_of(wording));
        }
    }
    return said;
}

/// Cohorts, value sets, libraries and forms, by what they say together.
Said others_of(const practice::Release& release, std::string_view kind) {
    Said said;
    for (const practice::ReleasePart& part : release.parts) {
        if (part.kind == kind) {
            said.add(part.name, part.digest.to_hex());
        }
    }
    return said;
}

}  // namespace

std::string_view difference_name(Difference::What what) {
    switch (what) {
        case What::Added:
            return "added";
        case What::Removed:
            return "removed";
        case What::Changed:
            return "changed";
    }
    return "";
}

Result<std::vector<Difference>> compare(const ReleaseView& before, const ReleaseView& after) {
    const auto earlier = make_release(before.campaign, before.folder);
    const auto later = make_release(after.campaign, after.folder);
    if (!earlier || !later) {
        return earlier ? pass_on(later) : pass_on(earlier);
    }
    std::vector<Difference> out;
    compare_said("campaign", head_of(before.campaign), head_of(after.campaign), out);
    compare_said("step", steps_of(before.campaign), steps_of(after.campaign), out);
    compare_said("words", words_of(before), words_of(after), out);
    for (const std::string_view kind : {"cohort", "value-set", "library", "form"}) {
        const std::size_t first = out.size();
        compare_said(kind, others_of(*earlier, kind), others_of(*later, kind), out);
        for (std::size_t i = first; i < out.size(); ++i) {
            out[i].before.clear();  // a hash tells readers nothing
            out[i].after.clear();
        }
    }
    return out;
}

}  // namespace parcours::campaign

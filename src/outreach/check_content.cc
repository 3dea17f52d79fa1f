#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "outreach/markdown.h"
#include "outreach/render.h"
#include "practice/content.h"
#include "practice/nearest.h"

namespace parcours::outreach {
namespace {

std::string_view type_name(VariableType type) {
    switch (type) {
        case VariableType::Text:
            return "text";
        case VariableType::Date:
            return "date";
        case VariableType::Number:
            return "number";
    }
    return "";
}

/// The type that a use asks for; nothing where any will do.
std::optional<VariableType> wanted_type(VariableUse::Kind kind) {
    switch (kind) {
        case VariableUse::Kind::Text:
            return std::nullopt;
        case VariableUse::Kind::Number:
        case VariableUse::Kind::Plural:
            return VariableType::Number;
        case VariableUse::Kind::Date:
        case VariableUse::Kind::Time:
            return VariableType::Date;
        case VariableUse::Kind::Select:
            return VariableType::Text;
    }
    return std::nullopt;
}

class ContentCheck {
  public:
    ContentCheck(const practice::Content& content, const KnownVariables& known)
        : content_(content), known_(known) {
        for (const auto& [name, type] : known) {
            names_.push_back(name);
        }
    }

    std::vector<Error> run(const std::vector<std::string>& languages) {
        for (const practice::Wording& wording : content_.wordings) {
            check_wording(wording);
        }
        check_declared();
        check_languages(languages);
        return std::move(errors_);
    }

  private:
    void note(std::string message, const Location& where) {
        errors_.push_back({ErrorCode::InvalidInput, std::move(message), where});
    }

    void check_wording(const practice::Wording& wording) {
        if (const auto line = find_raw_html(wording.body)) {
            Location where = wording.body_where;
            where.line += static_cast<std::uint64_t>(*line) - 1;
            note("HTML would be left out; write Markdown, and \\< for a plain sign", where);
        }
        const auto uses = list_variables(wording);
        if (!uses) {
            errors_.push_back(uses.error());
            return;
        }
        for (const VariableUse& use : *uses) {
            check_use(use, wording);
        }
        check_neutral(wording);
    }

    /// Others read it: it tells who should ask whom, and nothing of the record.
    void check_neutral(const practice::Wording& wording) {
        if (wording.neutral.empty()) {
            if (content_.sensitive) {
                note(
                    "a sensitive content needs words that reveal nothing, for where others may "
                    "read them; add \"neutral: Please call {clinic_name}: {clinic_phone}\"",
                    wording.where);
            }
            return;
        }
        practice::Wording alone;
        alone.body = wording.neutral;
        alone.where = alone.body_where = wording.where;
        const auto uses = list_variables(alone);
        for (const VariableUse& use : uses.value_or(std::vector<VariableUse>{})) {
            if (use.name != "given_name" && !use.name.starts_with("clinic_")) {
                note("\"" + use.name +
                         "\" would reveal something in the neutral words; right are given_name, "
                         "clinic_name, clinic_phone and clinic_address",
                     wording.where);
            }
        }
    }

    void check_use(const VariableUse& use, const practice::Wording& wording) {
        used_.insert(use.name);
        const auto found = known_.find(use.name);
        if (found == known_.end()) {
            note("there is no variable \"" + use.name + "\"" + practice::suggest(use.name, names_),
                 wording.body_where);
            return;
        }
        const auto wanted = wanted_type(use.kind);
        if (wanted && *wanted != found->second) {
            note("\"" + use.name + "\" is a " + std::string(type_name(found->second)) +
                     ", but is used as a " + std::string(type_name(*wanted)),
                 wording.body_where);
        }
        if (!content_.variables.empty() && !content_.variables.contains(use.name)) {
            note("\"" + use.name + "\" is used but not declared; add it to variables:",
                 wording.body_where);
        }
    }

    void check_declared() {
        for (const auto& [name, type] : content_.variables) {
            const auto found = known_.find(name);
            if (found != known_.end() && type_name(found->second) != type) {
                note(fmt::format("\"{}\" is a {}, but is declared as {}", name,
                                 type_name(found->second), type),
                     content_.where);
            }
            if (!used_.contains(name)) {
                note(fmt::format("\"{}\" is declared but never used; remove it from variables:",
                                 name),
                     content_.where);
            }
        }
    }

    void check_languages(const std::vector<std::string>& languages) {
        const auto missing = content_.missing_languages(languages);
        for (const std::string& language : missing) {
            note(fmt::format("\"{0}\" says nothing in \"{1}\"; add content/{0}.{1}.md",
                             content_.name, language),
                 content_.where);
        }
        for (const std::string& channel : content_.channels) {
            for (const std::string& language : languages) {
                if (std::ranges::find(missing, language) == missing.end() &&
                    content_.find(language, channel) == nullptr) {
                    note(fmt::format("\"{}\" says nothing in \"{}\" for {}; add a wording or "
                                     "remove the channel",
                                     content_.name, language, channel),
                         content_.where);
                }
            }
        }
    }

    const practice::Content& content_;
    const KnownVariables& known_;
    std::vector<std::string> names_;
    std::set<std::string, std::less<>> used_;
    std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> check_content(const practice::Content& content, const KnownVariables& known,
                                 const std::vector<std::string>& languages) {
    return ContentCheck(content, known).run(languages);
}

}  // namespace parcours::outreach

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/engagement.h"

namespace parcours::practice {

/// A text of the front matter with its place: a cohort's name or CQL.
struct Condition {
    std::string text;
    Location where;

    /// Whether it says the same, wherever it stands.
    bool operator==(const Condition& other) const { return text == other.text; }
};

/// Who let a wording go out, and when.
struct Approval {
    CivilDate on;
    std::string by;
};

/// The wording in one language, for one channel or (empty) for every one without its own.
struct Wording {
    std::string language;
    std::string channel;
    std::string subject;  ///< e-mail; ICU MessageFormat
    std::string body;     ///< Markdown with ICU MessageFormat
    std::string line;     ///< the same in one line, for where it is joined; ICU MessageFormat
    /// What others may read, where they may; ICU MessageFormat. Empty: nothing is said so.
    std::string neutral;
    std::optional<Approval> approved;
    Location where;       ///< of the file
    Location body_where;  ///< where the body begins
};

/// Calls that one message is expected to cause, and who takes them.
struct CausedCalls {
    double rate = 0;    ///< 0.2: one call for five messages
    std::string queue;  ///< of practice.yaml
    Location where;

    bool operator==(const CausedCalls& other) const {
        return rate == other.rate && queue == other.queue;
    }
};

/// What is said: one entry of the content library, in all its languages.
struct Content {
    std::string name;
    std::optional<Purpose> purpose;  ///< scripts may have none
    std::string topic;
    std::vector<std::string> channels;  ///< empty: all
    std::vector<Condition> not_for;
    Condition joins;  ///< the content that says several such in one message; empty: none does
    CausedCalls calls;
    bool sensitive = false;  ///< its subject, and whatever others may see, must reveal nothing
    std::string evidence;
    std::map<std::string, std::string, std::less<>> variables;  ///< declared: name → type
    std::vector<Wording> wordings;
    Location where;  ///< of its first file

    /// The wording for a patient's language and a channel: the language itself, else what differs
    /// only by region or script ("fr-CA" → "fr"); of these the channel's own before the general
    /// one. Null where none exists or the channel is not allowed: never another language.
    [[nodiscard]] const Wording* find(std::string_view language, std::string_view channel) const;
    [[nodiscard]] bool allows(std::string_view channel) const;
    /// Those of `languages` in which nothing is said.
    [[nodiscard]] std::vector<std::string> missing_languages(
        const std::vector<std::string>& languages) const;
};

/// All content by name. Immutable; shared by threads.
class ContentLibrary {
  public:
    /// Reads one file `content/NAME.LANG[.CHANNEL].md`; mistakes are appended to `errors`.
    void add(std::string_view path, std::string_view text, std::vector<Error>& errors);

    [[nodiscard]] const Content* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] const std::map<std::string, Content, std::less<>>& all() const {
        return contents_;
    }

  private:
    std::map<std::string, Content, std::less<>> contents_;
};

}  // namespace parcours::practice

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"
#include "record/identity.h"

namespace parcours {

/// What was written down about a patient beside the record.
enum class AnswerKind : std::uint8_t {
    Answer,  ///< the answer to a question
    Flag,    ///< a mark that is on or off
    Concern  ///< what it is about: a health topic
};
[[nodiscard]] std::string_view answer_kind_name(AnswerKind kind);
[[nodiscard]] std::optional<AnswerKind> find_answer_kind(std::string_view name);

/// The words of an answer, and how they are read.
struct AnswerValue {
    enum class Type : std::uint8_t { Text, Boolean, Integer };
    Type type = Type::Text;
    std::string text;  ///< "true" or "false"; digits
    bool operator==(const AnswerValue&) const = default;
};

/// `true`, `false` and whole numbers are what they look like, everything else is a text.
[[nodiscard]] AnswerValue guess_answer_value(std::string text);

/// One answer, flag or concern as it was set at a moment; the newest of a name counts. Its id is a
/// hash of what made it, so that a repetition is none.
struct Answer {
    Digest id;
    Key patient = 0;
    AnswerKind kind = AnswerKind::Answer;
    std::string name;  ///< of the question, the flag, the concern
    AnswerValue value;
    std::string form;    ///< which it was given with; empty: none
    std::string source;  ///< "campaign NAME", "staff NAME", "program NAME"
    Instant at;
};

}  // namespace parcours

#pragma once

#include <cstdint>
#include <string_view>

namespace parcours::channel {

/// What a reply commands, if it is a command.
enum class Keyword : std::uint8_t {
    None,      ///< an ordinary reply
    Stop,      ///< no more messages
    Start,     ///< messages again, after a STOP
    Help,      ///< who is writing, and how to stop
    Ambiguous  ///< a STOP word among other words, or several commands: a person decides
};

/// Recognises commands in English, French and Chinese, whatever the language of the conversation.
/// Case, accents, punctuation, emoji, full-width forms and doubled letters do not matter; polite
/// and plain additions ("please", "all messages", "merci", "请") do not either. Any other word
/// beside a STOP word makes the reply Ambiguous ("please don't stop", "I'll stop by tomorrow?"):
/// a wish to stop must never be missed, and none may be invented. A lone word one slip away from
/// a STOP word ("SOTP") is Ambiguous too. START and HELP count only when they stand alone.
///
/// A lone "T" or "TD" is the customary Chinese STOP; "YES" is not a START, since it answers
/// questions. Text that is not UTF-8 is read with its broken bytes as spaces.
[[nodiscard]] Keyword recognise_keyword(std::string_view text);

}  // namespace parcours::channel

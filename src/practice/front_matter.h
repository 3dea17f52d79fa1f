#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/content.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// A content file taken apart.
struct ContentFile {
    std::string name;
    std::string language;
    std::string channel;        ///< of the file name; empty: none
    std::optional<Node> front;  ///< its front matter
    std::string_view body;      ///< the text after it
    std::size_t body_line = 1;
};

/// A part of a body: the wording for one channel, or (empty) for the others.
struct BodySection {
    std::string channel;
    std::string text;
    std::size_t line = 1;  ///< of its first line in the file
};

/// Takes a file apart; views point into `text`. Errors: InvalidInput at its place.
Result<ContentFile> split_content_file(std::string_view path, std::string_view text);

/// Splits a body at lines of the form "=== sms ===". Blank lines at both ends of a section fall.
Result<std::vector<BodySection>> split_body(std::string_view path, std::string_view body,
                                            std::size_t first_line);

}  // namespace parcours::practice

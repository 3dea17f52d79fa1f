#include "practice/front_matter.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "practice/config.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "practice/utf8.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr std::string_view fence = "---";
constexpr std::string_view section_mark = "===";

Result<> check_channel(std::string_view channel, Location where) {
    const auto names = channel_names();
    if (std::ranges::find(names, channel) != names.end()) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                "there is no channel \"" + std::string(channel) + "\"" + suggest(channel, names),
                std::move(where));
}

/// "content/crc-primer.fr.sms.md" → name, language, channel.
Result<ContentFile> split_path(std::string_view path) {
    const std::string_view file = path.substr(path.rfind('/') + 1);
    std::vector<std::string_view> parts;
    for (std::size_t start = 0; start <= file.size();) {
        const std::size_t end = std::min(file.find('.', start), file.size());
        parts.push_back(file.substr(start, end - start));
        start = end + 1;
    }
    const Location where{std::string(path), 0, 0};
    if (parts.size() < 3 || parts.size() > 4 || parts.back() != "md" || !is_name(parts[0]) ||
        !is_language_tag(parts[1])) {
        return fail(ErrorCode::InvalidInput,
                    "the name of a content file says what and in which language: NAME.LANG.md or "
                    "NAME.LANG.CHANNEL.md, such as welcome.fr.md",
                    where);
    }
    ContentFile split;
    split.name = parts[0];
    split.language = parts[1];
    if (parts.size() == 4) {
        split.channel = parts[2];
        if (auto known = check_channel(split.channel, where); !known) {
            return pass_on(known);
        }
    }
    return split;
}

std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

}  // namespace

Result<ContentFile> split_content_file(std::string_view path, std::string_view text) {
    auto file = split_path(path);
    if (!file) {
        return file;
    }
    if (find_invalid_utf8(text)) {
        return fail(ErrorCode::InvalidInput, "the file is not UTF-8; save it as UTF-8",
                    {std::string(path), 0, 0});
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    std::string_view rest = text;
    if (take_line(rest) != fence) {
        file->body = text;
        return file;
    }
    // The blank first line keeps the line numbers of the file.
    std::string front = "\n";
    std::size_t line_number = 1;
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        ++line_number;
        if (line == fence) {
            auto node = parse_yaml(front, std::string(path));
            if (!node) {
                return pass_on(node);
            }
            file->front = *std::move(node);
            file->body = rest;
            file->body_line = line_number + 1;
            return file;
        }
        front += line;
        front += '\n';
    }
    return fail(ErrorCode::InvalidInput,
                "the front matter that begins here is never closed; end it with a line \"---\"",
                {std::string(path), 1, 1});
}

Result<std::vector<BodySection>> split_body(std::string_view path, std::string_view body,
                                            std::size_t first_line) {
    std::vector<BodySection> sections;
    BodySection current{"", "", first_line};
    const auto finish = [&] {
        const std::string_view text = current.text;
        const std::size_t start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
        const auto blank = std::ranges::count(text.substr(0, start), '\n');
        const std::string_view kept = trim(text);
        if (!kept.empty()) {
            sections.push_back({current.channel, std::string(kept),
                                current.line + static_cast<std::size_t>(blank)});
        }
    };
    std::size_t line_number = first_line;
    for (std::string_view rest = body; !rest.empty(); ++line_number) {
        const std::string_view line = take_line(rest);
        const std::string_view bare = trim(line);
        const std::size_t marks = 2 * section_mark.size();
        if (bare.size() > marks && bare.starts_with("=== ") && bare.ends_with(" ===")) {
            finish();
            const std::string_view channel =
                trim(bare.substr(section_mark.size(), bare.size() - marks));
            const Location where{std::string(path), line_number, 1};
            if (auto known = check_channel(channel, where); !known) {
                return pass_on(known);
            }
            current = {std::string(channel), "", line_number + 1};
            continue;
        }
        current.text += line;
        current.text += '\n';
    }
    finish();
    return sections;
}

}  // namespace parcours::practice

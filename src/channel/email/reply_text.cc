#include "channel/email/reply_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "channel/encoding.h"

namespace parcours::channel {
namespace {

bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool ends_with_any(std::string_view line, std::initializer_list<std::string_view> ends) {
    return std::ranges::any_of(ends, [line](std::string_view end) { return line.ends_with(end); });
}

/// "On 3 May 2026, Clinic <a@b> wrote:" and its like.
bool is_attribution(std::string_view line) {
    const std::string lowered = to_lower_ascii(trim(line));
    const bool english = lowered.starts_with("on ") && lowered.ends_with("wrote:");
    const bool french = lowered.starts_with("le ") &&
                        ends_with_any(lowered, {"a écrit :", "a écrit:", "a écrit\u00A0:"});
    const bool chinese = ends_with_any(lowered, {"写道：", "写道:", "寫道：", "寫道:"});
    return english || french || chinese;
}

bool is_original_mark(std::string_view line) {
    const std::string lowered = to_lower_ascii(trim(line));
    const bool dashed = lowered.starts_with("-----") || lowered.starts_with("_____");
    const bool named = holds(lowered, "original message") || holds(lowered, "message d'origine") ||
                       holds(lowered, "message original") || holds(lowered, "原始邮件") ||
                       holds(lowered, "原始郵件");
    return (dashed && named) || lowered.starts_with("________________________________");
}

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool starts_block(std::string_view lowered_html, std::string_view tag) {
    if (!lowered_html.starts_with(tag)) {
        return false;
    }
    const char after = lowered_html.size() > tag.size() ? lowered_html[tag.size()] : '>';
    return after == '>' || after == ' ' || after == '/' || after == '\n';
}

/// How much to skip at an opening tag whose whole content is dropped; 0 for other tags.
std::size_t dropped_length(std::string_view lowered_html) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> dropped{{
        {"<script", "</script>"},
        {"<style", "</style>"},
        {"<head", "</head>"},
        {"<blockquote", "</blockquote>"},
    }};
    for (const auto& [open, close] : dropped) {
        if (starts_block(lowered_html, open)) {
            const std::size_t end = lowered_html.find(close);
            return end == std::string_view::npos ? lowered_html.size() : end + close.size();
        }
    }
    return 0;
}

std::pair<std::string_view, std::size_t> read_entity(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> entities{{
        {"&amp;", "&"},
        {"&lt;", "<"},
        {"&gt;", ">"},
        {"&quot;", "\""},
        {"&#39;", "'"},
        {"&nbsp;", " "},
        {"&rsquo;", "’"},
    }};
    for (const auto& [name, value] : entities) {
        if (text.starts_with(name)) {
            return {value, name.size()};
        }
    }
    return {text.substr(0, 1), 1};
}

bool is_line_tag(std::string_view lowered_html) {
    return starts_block(lowered_html, "<br") || starts_block(lowered_html, "<p") ||
           starts_block(lowered_html, "</p") || starts_block(lowered_html, "<div") ||
           starts_block(lowered_html, "</div") || starts_block(lowered_html, "</tr") ||
           starts_block(lowered_html, "<li");
}

}  // namespace

std::string strip_quoted(std::string_view text) {
    std::string kept;
    const std::vector<std::string_view> lines = split_lines(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view line = lines[i];
        const std::string pair =
            i + 1 < lines.size() ? std::string(line) + ' ' + std::string(lines[i + 1]) : "";
        if (is_original_mark(line) || is_attribution(line) || is_attribution(pair) ||
            line == "-- " || line == "--") {
            break;
        }
        if (!trim(line).starts_with('>')) {
            kept += line;
            kept += '\n';
        }
    }
    return std::string(trim(kept));
}

std::string html_to_text(std::string_view html) {
    const std::string lowered = to_lower_ascii(html);
    const std::string_view tags(lowered);
    std::string text;
    for (std::size_t at = 0; at < html.size();) {
        const std::string_view rest = tags.substr(at);
        if (rest.front() == '&') {
            const auto [value, length] = read_entity(rest);
            text += value;
            at += length;
        } else if (rest.front() != '<') {
            text += html[at] == '\n' || html[at] == '\r' ? ' ' : html[at];
            ++at;
        } else if (const std::size_t dropped = dropped_length(rest); dropped > 0) {
            at += dropped;
        } else {
            text += is_line_tag(rest) ? "\n" : "";
            const std::size_t end = rest.find('>');
            at = end == std::string_view::npos ? html.size() : at + end + 1;
        }
    }
    return text;
}

}  // namespace parcours::channel

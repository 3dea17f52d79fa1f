// The only file that knows cmark-gfm.
#include "outreach/markdown.h"

#include <algorithm>
#include <cmark-gfm.h>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parcours::outreach {
namespace {

using Document = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;
using Iterator = std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)>;

constexpr int options = CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8;

std::string_view literal(cmark_node* node) {
    const char* text = cmark_node_get_literal(node);
    return text == nullptr ? std::string_view{} : std::string_view(text);
}

/// Whether a sequence of UTF-8 is a character written without spaces: CJK ideographs, kana and
/// their punctuation (U+3000–U+9FFF, U+FF00–U+FFEF): lead bytes E3–E9 and EF BC–BF.
bool is_cjk(std::string_view character) {
    if (character.size() < 3) {
        return false;
    }
    const auto lead = static_cast<std::uint8_t>(character[0]);
    const auto second = static_cast<std::uint8_t>(character[1]);
    return (lead >= 0xE3U && lead <= 0xE9U) || (lead == 0xEFU && second >= 0xBCU);
}

bool ends_with_cjk(std::string_view text) {
    return text.size() >= 3 && is_cjk(text.substr(text.size() - 3));
}

bool begins_with_cjk(std::string_view text) {
    return is_cjk(text.substr(0, 3));
}

/// Line ends between Chinese characters say nothing; as spaces they would show.
void drop_breaks_between_cjk(cmark_node* root) {
    std::vector<cmark_node*> dropped;
    const Iterator iterator(cmark_iter_new(root), cmark_iter_free);
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get())) {
        cmark_node* node = cmark_iter_get_node(iterator.get());
        if (event != CMARK_EVENT_ENTER || cmark_node_get_type(node) != CMARK_NODE_SOFTBREAK) {
            continue;
        }
        cmark_node* before = cmark_node_previous(node);
        cmark_node* after = cmark_node_next(node);
        if (before != nullptr && after != nullptr && ends_with_cjk(literal(before)) &&
            begins_with_cjk(literal(after))) {
            dropped.push_back(node);
        }
    }
    for (cmark_node* node : dropped) {
        cmark_node_free(node);
    }
}

Document parse(std::string_view markdown) {
    Document root(cmark_parse_document(markdown.data(), markdown.size(), options), cmark_node_free);
    cmark_consolidate_text_nodes(root.get());
    drop_breaks_between_cjk(root.get());
    return root;
}

/// Writes plain text as the nodes come by.
class TextWriter {
  public:
    void visit(cmark_node* node, bool entering) {
        switch (cmark_node_get_type(node)) {
            case CMARK_NODE_TEXT:
            case CMARK_NODE_CODE:
                out_ += literal(node);
                return;
            case CMARK_NODE_CODE_BLOCK:
                begin_block();
                out_ += literal(node);
                trim_end();
                return;
            case CMARK_NODE_SOFTBREAK:
                out_ += ' ';
                return;
            case CMARK_NODE_LINEBREAK:
                out_ += '\n';
                return;
            case CMARK_NODE_THEMATIC_BREAK:
                begin_block();
                out_ += "—";
                return;
            case CMARK_NODE_PARAGRAPH:
            case CMARK_NODE_HEADING:
                if (entering) {
                    begin_block();
                }
                return;
            case CMARK_NODE_ITEM:
                if (entering) {
                    begin_item(node);
                }
                return;
            case CMARK_NODE_LINK:
                link(node, entering);
                return;
            default:
                return;
        }
    }

    std::string take() {
        trim_end();
        return std::move(out_);
    }

  private:
    void trim_end() { out_.erase(out_.find_last_not_of(" \n") + 1); }
    void begin_block() {
        if (after_bullet_) {
            after_bullet_ = false;
            return;
        }
        if (!out_.empty()) {
            trim_end();
            out_ += "\n\n";
        }
    }
    void begin_item(cmark_node* item) {
        cmark_node* list = cmark_node_parent(item);
        const bool is_first = cmark_node_previous(item) == nullptr;
        if (!out_.empty()) {
            trim_end();
            out_ += is_first ? "\n\n" : "\n";
        }
        if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
            int number = cmark_node_get_list_start(list);
            for (cmark_node* each = cmark_node_previous(item); each != nullptr;
                 each = cmark_node_previous(each)) {
                ++number;
            }
            out_ += std::to_string(number) + ". ";
        } else {
            out_ += "- ";
        }
        after_bullet_ = true;
    }
    void link(cmark_node* node, bool entering) {
        if (entering) {
            link_starts_.push_back(out_.size());
            return;
        }
        const char* url = cmark_node_get_url(node);
        const std::string_view address = url == nullptr ? "" : url;
        const std::string_view shown = std::string_view(out_).substr(link_starts_.back());
        link_starts_.pop_back();
        const bool says_it = shown == address || "mailto:" + std::string(shown) == address ||
                             address.starts_with("tel:");
        if (!address.empty() && !says_it) {
            out_ += " (" + std::string(address) + ")";
        }
    }

    std::string out_;
    std::vector<std::size_t> link_starts_;
    bool after_bullet_ = false;
};

bool is_sign(char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return (byte >= 0x21U && byte <= 0x2FU) || (byte >= 0x3AU && byte <= 0x40U) ||
           (byte >= 0x5BU && byte <= 0x60U) || (byte >= 0x7BU && byte <= 0x7EU);
}

/// How many bytes the character takes that begins `rest`, which is not empty, where Markdown reads
/// it as itself wherever it stands within a line; 0 where it may not, or where this does not know.
std::size_t plain_character(std::string_view rest) {
    const auto byte = static_cast<std::uint8_t>(rest.front());
    if (byte < 0x80U) {
        const bool means_something = std::string_view("\\`*_[]<>&").contains(rest.front());
        return byte < 0x20U || byte == 0x7FU || means_something ? 0 : 1;
    }
    const auto follows = [rest](std::size_t at) {
        return at < rest.size() && (static_cast<std::uint8_t>(rest[at]) & 0xC0U) == 0x80U;
    };
    if (byte >= 0xC2U && byte <= 0xDFU && follows(1)) {
        return 2;
    }
    return byte == 0xE2U && follows(1) && follows(2) ? 3 : 0;
}

/// Says one line of a paragraph, as `plain_paragraphs`.
bool say_plain_line(std::string_view line, std::string& out) {
    // What begins a heading, an item, a table or a code, and what ends in a break.
    if (std::string_view(" #+-=~").contains(line.front()) ||
        (line.front() >= '0' && line.front() <= '9') || line.back() == ' ') {
        return false;
    }
    while (!line.empty()) {
        if (line.front() == '\\' && line.size() > 1 && is_sign(line[1])) {
            out += line[1];
            line.remove_prefix(2);
            continue;
        }
        const std::size_t size = plain_character(line);
        if (size == 0) {
            return false;
        }
        out += line.substr(0, size);
        line.remove_prefix(size);
    }
    return true;
}

/// The text of Markdown that is nothing but paragraphs of words, as most messages are: a tenth of
/// the time that a whole parser takes. Nothing where there may be more in it.
std::optional<std::string> plain_paragraphs(std::string_view markdown) {
    std::string out;
    out.reserve(markdown.size());
    bool in_paragraph = false;
    while (!markdown.empty()) {
        const std::size_t end = std::min(markdown.find('\n'), markdown.size());
        const std::string_view line = markdown.substr(0, end);
        markdown.remove_prefix(std::min(end + 1, markdown.size()));
        if (line.empty()) {
            in_paragraph = false;
            continue;
        }
        if (!out.empty()) {
            out += in_paragraph ? " " : "\n\n";
        }
        in_paragraph = true;
        if (!say_plain_line(line, out)) {
            return std::nullopt;
        }
    }
    return out;
}

}  // namespace

std::string escape_markdown(std::string_view value) {
    std::string text;
    text.reserve(value.size() + 8);
    // Four spaces at the beginning of a line would make it code.
    const std::size_t start = value.find_first_not_of(" \t\r\n");
    const std::size_t end = value.find_last_not_of(" \t\r\n");
    const std::string_view kept =
        start == std::string_view::npos ? "" : value.substr(start, end - start + 1);
    for (const char c : kept) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x20U || byte == 0x7FU) {
            text += ' ';
            continue;
        }
        if (is_sign(c)) {
            text += '\\';
        }
        text += c;
    }
    return text;
}

std::string markdown_to_text(std::string_view markdown) {
    if (auto plain = plain_paragraphs(markdown)) {
        return *std::move(plain);
    }
    const Document root = parse(markdown);
    TextWriter writer;
    const Iterator iterator(cmark_iter_new(root.get()), cmark_iter_free);
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get())) {
        writer.visit(cmark_iter_get_node(iterator.get()), event == CMARK_EVENT_ENTER);
    }
    return writer.take();
}

std::string markdown_to_html(std::string_view markdown) {
    const Document root = parse(markdown);
    const std::unique_ptr<char, decltype(&std::free)> html(
        cmark_render_html(root.get(), options, nullptr), std::free);
    return html == nullptr ? std::string() : std::string(html.get());
}

std::optional<int> find_raw_html(std::string_view markdown) {
    const Document root(cmark_parse_document(markdown.data(), markdown.size(), options),
                        cmark_node_free);
    const Iterator iterator(cmark_iter_new(root.get()), cmark_iter_free);
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get())) {
        cmark_node* node = cmark_iter_get_node(iterator.get());
        const auto type = cmark_node_get_type(node);
        if (type != CMARK_NODE_HTML_BLOCK && type != CMARK_NODE_HTML_INLINE) {
            continue;
        }
        while (node != nullptr && cmark_node_get_start_line(node) == 0) {
            node = cmark_node_parent(node);
        }
        return node == nullptr ? 1 : cmark_node_get_start_line(node);
    }
    return std::nullopt;
}

}  // namespace parcours::outreach

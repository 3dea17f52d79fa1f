// The only file that knows cmark-gfm.
#include "outreach/markdown.h"

#include <algorithm>
#include <array>
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

/// Of each byte: whether it is an ASCII character that Markdown reads as itself wherever it stands
/// within a line.
constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> plain{};
    std::fill(plain.begin() + 0x20, plain.begin() + 0x7F, true);
    for (const char c : std::string_view("\\`*_[]<>&")) {
        plain[static_cast<std::uint8_t>(c)] = false;
    }
    return plain;
}();

/// How many bytes of `rest`, which is not empty, Markdown reads as themselves wherever they stand
/// within a line: those of ASCII characters or of one other; 0 where it may not, or where this does
/// not know.
std::size_t count_plain(std::string_view rest) {
    std::size_t count = 0;
    while (count < rest.size() && plain_bytes[static_cast<std::uint8_t>(rest[count])]) {
        ++count;
    }
    const auto byte = static_cast<std::uint8_t>(rest.front());
    if (count > 0 || byte < 0x80U) {
        return count;
    }
    const auto follows = [rest](std::size_t at) {
        return at < rest.size() && (static_cast<std::uint8_t>(rest[at]) & 0xC0U) == 0x80U;
    };
    if (byte >= 0xC2U && byte <= 0xDFU && follows(1)) {
        return 2;
    }
    return byte == 0xE2U && follows(1) && follows(2) ? 3 : 0;
}

/// Reads Markdown that is nothing but paragraphs and lists of words, some of them strong, as most
/// messages are: a tenth of the time that a whole parser takes.
class PlainMarkdown {
  public:
    /// The text; nothing where there may be more in it.
    std::optional<std::string> read(std::string_view markdown) {
        out_.reserve(markdown.size());
        while (!markdown.empty()) {
            const std::size_t end = std::min(markdown.find('\n'), markdown.size());
            if (!say_line(markdown.substr(0, end))) {
                return std::nullopt;
            }
            markdown.remove_prefix(std::min(end + 1, markdown.size()));
        }
        return strong_ ? std::nullopt : std::optional(std::move(out_));
    }

  private:
    enum class Block : std::uint8_t { None, Paragraph, Item };

    bool say_line(std::string_view line) {
        constexpr std::string_view bullet = "- ";
        if (line.empty()) {
            open_ = false;
            return !strong_;
        }
        if (line.starts_with(bullet) && line.size() > bullet.size()) {
            out_ += out_.empty() ? "" : last_ == Block::Item ? "\n" : "\n\n";
            out_ += bullet;
            line.remove_prefix(bullet.size());
            last_ = Block::Item;
            open_ = true;
            return !strong_ && say_words(line);
        }
        if (open_ && last_ == Block::Item) {
            return false;  // it goes on in another line
        }
        out_ += out_.empty() ? "" : open_ ? " " : "\n\n";
        last_ = Block::Paragraph;
        open_ = true;
        return say_words(line);
    }

    bool say_words(std::string_view line) {
        // What begins a heading, an item, a table or a code, and what ends in a break.
        if (std::string_view(" #+-=~").contains(line.front()) ||
            (line.front() >= '0' && line.front() <= '9') || line.back() == ' ') {
            return false;
        }
        const std::string_view whole = line;
        while (!line.empty()) {
            if (line.front() == '\\' && line.size() > 1 && is_sign(line[1])) {
                out_ += line[1];
                line.remove_prefix(2);
                continue;
            }
            if (line.starts_with("**")) {
                if (!turn(whole.substr(0, whole.size() - line.size()), line.substr(2))) {
                    return false;
                }
                line.remove_prefix(2);
                continue;
            }
            const std::size_t size = count_plain(line);
            if (size == 0) {
                return false;
            }
            out_ += line.substr(0, size);
            line.remove_prefix(size);
        }
        return true;
    }

    /// Two stars that can do nothing but begin or end strong words, by what stands beside them.
    bool turn(std::string_view before, std::string_view after) {
        const bool begins = (before.empty() || before.back() == ' ') && !after.empty() &&
                            (is_letter(after) || (is_sign(after.front()) && after.front() != '*'));
        const bool may_end = !before.empty() && before.back() != '*';
        const bool ends = after.empty() || after.front() == ' '
                              ? may_end && (ends_with_letter(before) || is_sign(before.back()))
                              : may_end && ends_with_letter(before) && is_sign(after.front()) &&
                                    after.front() != '*';
        if (begins == ends || begins == strong_) {
            return false;
        }
        strong_ = begins;
        return true;
    }

    static bool is_ascii_letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
    /// ASCII, or of the second half of Latin-1, whose sequences begin with C3.
    static bool is_letter(std::string_view at) {
        return is_ascii_letter(at.front()) || at.front() == '\xC3';
    }
    static bool ends_with_letter(std::string_view text) {
        return is_ascii_letter(text.back()) || (text.size() > 1 && text[text.size() - 2] == '\xC3');
    }

    std::string out_;
    Block last_ = Block::None;
    bool open_ = false;  ///< whether the next line may belong to the same block
    bool strong_ = false;
};

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
    if (auto plain = PlainMarkdown().read(markdown)) {
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

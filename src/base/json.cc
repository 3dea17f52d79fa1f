#include "base/json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json_access.h"
#include "base/json_writer.h"

namespace parcours {

namespace dom = simdjson::dom;

static_assert(sizeof(dom::element) == sizeof(std::array<std::byte, 16>));
static_assert(std::is_trivially_copyable_v<dom::element>);

namespace {

/// A number whose text was kept.
struct WrittenNumber {
    std::size_t place = 0;  ///< on the tape
    std::string text;
};

/// Every element is one of such a document: `JsonDocument` makes no others.
struct Document : dom::document {
    std::vector<WrittenNumber> written;  ///< by place
};

/// What an element is made of.
struct TapeReference {
    const dom::document* document = nullptr;
    std::size_t place = 0;
};
static_assert(sizeof(TapeReference) == sizeof(dom::element));

const std::vector<WrittenNumber>& written_in(const TapeReference& reference) {
    return static_cast<const Document*>(reference.document)->written;
}

TapeReference reference_of(const dom::element& element) {
    return std::bit_cast<TapeReference>(element);
}

/// Whether a double does not tell how the number was written.
bool must_be_kept(std::string_view number) {
    const std::size_t point = number.find('.');
    if (number.find_first_of("eE") != std::string_view::npos) {
        return true;
    }
    constexpr std::size_t digits_max = 15;
    const bool zeros = point != std::string_view::npos && number.ends_with('0');
    return point != std::string_view::npos &&
           ((zeros && number.size() - point > 2) || number.size() - 1 > digits_max);
}

/// The end of the text that begins at a quotation mark.
std::size_t end_of_string(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        at += json[at] == '\\' ? 1 : 0;
    }
    return at;
}

/// Numbers to be kept, each with which number of the text it is.
std::vector<WrittenNumber> find_written(std::string_view json) {
    std::vector<WrittenNumber> found;
    std::size_t count = 0;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"') {
            at = end_of_string(json, at);
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            const std::size_t end =
                std::min(json.find_first_not_of("0123456789+-.eE", at), json.size());
            const std::string_view number = json.substr(at, end - at);
            if (must_be_kept(number)) {
                found.push_back({count, std::string(number)});
            }
            ++count;
            at = end - 1;
        }
    }
    return found;
}

/// The tape has the numbers in the order of the text: each as two words, what else has one.
void put_on_tape(std::vector<WrittenNumber>& written, const dom::document& document) {
    constexpr std::uint64_t length_mask = (std::uint64_t{1} << 56U) - 1;
    const std::size_t end = written.empty() ? 0 : document.tape[0] & length_mask;
    std::size_t count = 0;
    auto next = written.begin();
    for (std::size_t at = 1; at < end && next != written.end(); ++at) {
        const auto type = static_cast<char>(document.tape[at] >> 56U);
        if (type != 'd' && type != 'l' && type != 'u') {
            continue;
        }
        if (next->place == count) {
            next->place = at;
            ++next;
        }
        ++count;
        ++at;
    }
}

}  // namespace

struct JsonDocument::Parser {
    dom::parser parser;
    Document document;
};

JsonDocument::JsonDocument() : parser_(std::make_unique<Parser>()) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

Result<JsonView> JsonDocument::parse(std::string_view text, Numbers numbers) {
    dom::parser& parser = parser_->parser;
    Document& document = parser_->document;
    document.written.clear();
    if (parser.max_depth() != depth_max || parser.capacity() < text.size()) {
        if (parser.allocate(std::max<std::size_t>(text.size(), 4096), depth_max) !=
            simdjson::SUCCESS) {
            return fail(ErrorCode::Limit, "the document is too large to be parsed in memory");
        }
    }
    dom::element root;
    const auto error = parser.parse_into_document(document, text.data(), text.size()).get(root);
    if (error == simdjson::DEPTH_ERROR) {
        return fail(ErrorCode::Limit, "nested deeper than 200 levels");
    }
    if (error == simdjson::MEMALLOC || error == simdjson::CAPACITY) {
        return fail(ErrorCode::Limit, "the document is too large to be parsed in memory");
    }
    if (error != simdjson::SUCCESS) {
        return fail(ErrorCode::InvalidInput,
                    std::string("not valid JSON: ") + simdjson::error_message(error));
    }
    if (numbers == Numbers::AsWritten) {
        document.written = find_written(text);
        put_on_tape(document.written, document);
    }
    return JsonAccess::make(root);
}

std::string find_member(std::string_view text, std::string_view name) {
    const simdjson::padded_string padded(text);
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    std::string_view raw;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document[name].raw_json_token().get(raw) != simdjson::SUCCESS) {
        return {};
    }
    JsonDocument checked;
    const auto value = checked.parse(raw);
    return value ? value->to_json() : std::string();
}

bool is_utf8(std::string_view bytes) {
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

bool JsonView::is_object() const {
    return exists_ && JsonAccess::get(*this).is_object();
}
bool JsonView::is_array() const {
    return exists_ && JsonAccess::get(*this).is_array();
}
bool JsonView::is_string() const {
    return exists_ && JsonAccess::get(*this).is_string();
}
bool JsonView::is_number() const {
    return exists_ && JsonAccess::get(*this).is_number();
}
bool JsonView::is_bool() const {
    return exists_ && JsonAccess::get(*this).is_bool();
}
bool JsonView::is_null() const {
    return exists_ && JsonAccess::get(*this).is_null();
}

JsonView JsonView::operator[](std::string_view name) const {
    dom::element found;
    if (is_object() && JsonAccess::get(*this).at_key(name).get(found) == simdjson::SUCCESS) {
        return JsonAccess::make(found);
    }
    return {};
}

std::string_view JsonView::text(std::string_view otherwise) const {
    std::string_view found;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return otherwise;
}

std::optional<std::int64_t> JsonView::integer() const {
    std::int64_t found = 0;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> JsonView::natural() const {
    std::uint64_t found = 0;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::optional<double> JsonView::number() const {
    double found = 0;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::optional<bool> JsonView::boolean() const {
    bool found = false;
    if (exists_ && JsonAccess::get(*this).get(found) == simdjson::SUCCESS) {
        return found;
    }
    return std::nullopt;
}

std::string_view JsonView::written() const {
    if (!exists_) {
        return {};
    }
    const TapeReference reference = reference_of(JsonAccess::get(*this));
    const std::vector<WrittenNumber>& all = written_in(reference);
    const auto found = std::ranges::lower_bound(all, reference.place, {}, &WrittenNumber::place);
    return found != all.end() && found->place == reference.place ? std::string_view(found->text)
                                                                 : std::string_view();
}

std::vector<JsonView> JsonView::elements() const {
    std::vector<JsonView> all;
    dom::array array;
    if (exists_ && JsonAccess::get(*this).get(array) == simdjson::SUCCESS) {
        for (const dom::element element : array) {
            all.push_back(JsonAccess::make(element));
        }
    }
    return all;
}

std::vector<std::pair<std::string_view, JsonView>> JsonView::members() const {
    std::vector<std::pair<std::string_view, JsonView>> all;
    dom::object object;
    if (exists_ && JsonAccess::get(*this).get(object) == simdjson::SUCCESS) {
        for (const auto field : object) {
            all.emplace_back(field.key, JsonAccess::make(field.value));
        }
    }
    return all;
}

namespace {

void write_as_written(const dom::element& element, JsonWriter& out) {
    dom::array array;
    dom::object object;
    if (element.get(array) == simdjson::SUCCESS) {
        out.begin_array();
        for (const dom::element child : array) {
            write_as_written(child, out);
        }
        out.end_array();
    } else if (element.get(object) == simdjson::SUCCESS) {
        out.begin_object();
        for (const auto field : object) {
            out.key(field.key);
            write_as_written(field.value, out);
        }
        out.end_object();
    } else {
        const std::string_view written = JsonAccess::make(element).written();
        out.raw(written.empty() ? simdjson::to_string(element) : std::string(written));
    }
}

}  // namespace

std::string JsonView::to_json() const {
    if (!exists_) {
        return "null";
    }
    const dom::element element = JsonAccess::get(*this);
    if (written_in(reference_of(element)).empty()) {
        return simdjson::to_string(element);
    }
    std::string out;
    JsonWriter writer(out);
    write_as_written(element, writer);
    return out;
}

}  // namespace parcours

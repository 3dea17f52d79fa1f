#include "fhir/documents.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"

namespace parcours::fhir {
namespace {

namespace ondemand = simdjson::ondemand;

/// Accepts every JSON text and keeps nothing: only the parser's place matters.
struct NullHandler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using Code = boost::system::error_code;
    using Text = boost::json::string_view;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(std::size_t, Code&) { return true; }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t, Code&) { return true; }
    bool on_key_part(Text, std::size_t, Code&) { return true; }
    bool on_key(Text, std::size_t, Code&) { return true; }
    bool on_string_part(Text, std::size_t, Code&) { return true; }
    bool on_string(Text, std::size_t, Code&) { return true; }
    bool on_number_part(Text, Code&) { return true; }
    bool on_int64(std::int64_t, Text, Code&) { return true; }
    bool on_uint64(std::uint64_t, Text, Code&) { return true; }
    bool on_double(double, Text, Code&) { return true; }
    bool on_bool(bool, Code&) { return true; }
    bool on_null(Code&) { return true; }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }
};

std::string plain_reason(const boost::system::error_code& code, std::string_view rest) {
    using boost::json::error;
    if (code == make_error_code(error::incomplete)) {
        return "the JSON ends before it is complete";
    }
    if (code == make_error_code(error::too_deep)) {
        return "nested deeper than 200 levels";
    }
    if (code == make_error_code(error::illegal_leading_surrogate) ||
        code == make_error_code(error::illegal_trailing_surrogate)) {
        return "a \\u escape is half of a surrogate pair";
    }
    if (!rest.empty() && static_cast<unsigned char>(rest.front()) >= 0x80) {
        return "these bytes are not valid UTF-8";
    }
    return fmt::format("not valid JSON here ({})", code.message());
}

struct Entry {
    std::string_view resource;
    std::uint64_t offset = 0;
    std::string_view mistake;  // why it cannot be taken
    std::string full_url;
    std::string type;
    std::string id;
    bool has_id = false;
    bool outcome = false;
    bool deletion = false;
};

std::string string_member(ondemand::object& object, std::string_view name) {
    std::string_view text;
    if (object.find_field_unordered(name).get_string().get(text) != simdjson::SUCCESS) {
        return {};
    }
    return std::string(text);
}

void read_request(ondemand::object& entry, Entry& out) {
    ondemand::object request;
    if (entry.find_field_unordered("request").get_object().get(request) == simdjson::SUCCESS) {
        out.deletion = string_member(request, "method") == "DELETE";
    }
    ondemand::object search;
    if (entry.find_field_unordered("search").get_object().get(search) == simdjson::SUCCESS) {
        out.outcome = string_member(search, "mode") == "outcome";
    }
}

simdjson::error_code read_resource(ondemand::value value, const char* text, Entry& out) {
    out.offset = static_cast<std::uint64_t>(value.raw_json_token().data() - text);
    ondemand::json_type kind{};
    if (const auto error = value.type().get(kind); error != simdjson::SUCCESS) {
        return error;
    }
    if (kind != ondemand::json_type::object) {
        out.mistake = "the \"resource\" of this Bundle entry must be an object";
        return simdjson::SUCCESS;
    }
    ondemand::object resource;
    if (const auto error = value.get_object().get(resource); error != simdjson::SUCCESS) {
        return error;
    }
    out.type = string_member(resource, "resourceType");
    out.id = string_member(resource, "id");
    out.has_id = !out.id.empty();
    if (const auto error = resource.reset().error(); error != simdjson::SUCCESS) {
        return error;
    }
    return resource.raw_json().get(out.resource);
}

/// Reads one entry; its resource is a slice of the Bundle's own bytes.
simdjson::error_code read_entry(ondemand::value item, const char* text, Entry& out) {
    out.offset = static_cast<std::uint64_t>(item.raw_json_token().data() - text);
    ondemand::json_type kind{};
    if (const auto error = item.type().get(kind); error != simdjson::SUCCESS) {
        return error;
    }
    if (kind != ondemand::json_type::object) {
        out.mistake = "an entry of a Bundle must be an object with a \"resource\"";
        return simdjson::SUCCESS;
    }
    ondemand::object entry;
    if (const auto error = item.get_object().get(entry); error != simdjson::SUCCESS) {
        return error;
    }
    read_request(entry, out);
    out.full_url = string_member(entry, "fullUrl");
    ondemand::value resource;
    const auto found = entry.find_field_unordered("resource").get(resource);
    if (found != simdjson::SUCCESS) {
        return found == simdjson::NO_SUCH_FIELD ? simdjson::SUCCESS : found;
    }
    return read_resource(resource, text, out);
}

using Names = std::map<std::string, std::string>;

/// Replaces whole string values that are names of entries. Quotes around a value keep longer
/// strings that merely contain a name untouched.
std::string replace_names(std::string_view text, const Names& names) {
    std::string out;
    std::size_t from = 0;
    for (;;) {
        const std::size_t at = text.find("\"urn:", from);
        if (at == std::string_view::npos) {
            break;
        }
        const std::size_t end = text.find('"', at + 1);
        if (end == std::string_view::npos) {
            break;
        }
        const auto found = names.find(std::string(text.substr(at + 1, end - at - 1)));
        out.append(text.substr(from, at - from));
        if (found == names.end()) {
            out.append(text.substr(at, end - at + 1));
        } else {
            out += '"' + found->second + '"';
        }
        from = end + 1;
    }
    out.append(text.substr(from));
    return out;
}

/// The last part of "urn:uuid:…", as an id for a resource that has none.
std::string id_of_url(std::string_view url) {
    const std::size_t at = url.find_last_of(":/");
    const std::string_view tail = at == std::string_view::npos ? url : url.substr(at + 1);
    return std::string(tail);
}

void assign_ids(std::vector<Entry>& entries, Names& names) {
    for (Entry& entry : entries) {
        if (entry.id.empty() && entry.full_url.starts_with("urn:")) {
            entry.id = id_of_url(entry.full_url);
        }
        if (entry.full_url.starts_with("urn:") && !entry.type.empty()) {
            names.emplace(entry.full_url, entry.type + "/" + entry.id);
        }
    }
}

std::string with_id(std::string_view resource, const std::string& id) {
    std::string out = "{";
    JsonWriter(out).key("id").value(id);
    out += ',';
    out.append(resource.substr(1));
    return out;
}

Error entry_error(std::string message) {
    return Error{ErrorCode::InvalidInput, std::move(message), {}};
}

}  // namespace

TextPlace place_of(std::string_view text, std::uint64_t offset) {
    const std::string_view before = text.substr(0, offset);
    TextPlace place;
    place.line = static_cast<std::uint64_t>(std::ranges::count(before, '\n')) + 1;
    const std::size_t newline = before.rfind('\n');
    place.column = newline == std::string_view::npos ? offset + 1 : offset - newline;
    return place;
}

TextPlace PlaceFinder::at(std::uint64_t offset) {
    if (offset < done_) {
        done_ = 0;
        line_begin_ = 0;
        line_ = 1;
    }
    const std::string_view piece = text_.substr(done_, offset - done_);
    line_ += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
    if (const std::size_t newline = piece.rfind('\n'); newline != std::string_view::npos) {
        line_begin_ = done_ + newline + 1;
    }
    done_ = offset;
    return {line_, offset - line_begin_ + 1};
}

Error locate_json_error(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 200;
    boost::json::basic_parser<NullHandler> parser(options);
    boost::system::error_code code;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
    std::size_t at = std::min(read, text.size());
    std::string reason;
    if (code) {
        reason = plain_reason(code, text.substr(at));
    } else if (text.find_first_not_of(" \t\r\n", at) != std::string_view::npos) {
        at = text.find_first_not_of(" \t\r\n", at);
        reason = "something follows after the end of the JSON";
    } else {
        reason = "a number or a name here is not valid JSON";
        at = 0;
    }
    const TextPlace place = place_of(text, at);
    return Error{code == make_error_code(boost::json::error::too_deep) ? ErrorCode::Limit
                                                                       : ErrorCode::InvalidInput,
                 std::move(reason), Location{{}, place.line, place.column}};
}

Result<> split_bundle(std::string_view bundle, const std::function<void(const BundleEntry&)>& take,
                      const std::function<void(std::uint64_t offset, Error)>& refuse) {
    const simdjson::padded_string padded(bundle);
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    auto error = parser.iterate(padded).get(document);
    if (error == simdjson::SUCCESS) {
        error = document.find_field_unordered("entry").get_array().get(list);
        if (error == simdjson::NO_SUCH_FIELD) {
            return {};  // an empty Bundle
        }
    }
    std::vector<Entry> entries;
    if (error == simdjson::SUCCESS) {
        for (auto item : list) {
            ondemand::value value;
            error = item.get(value);
            if (error == simdjson::SUCCESS) {
                error = read_entry(value, padded.data(), entries.emplace_back());
            }
            if (error != simdjson::SUCCESS) {
                break;
            }
        }
    }
    if (error != simdjson::SUCCESS) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("this Bundle cannot be read: {}; its \"entry\" must be a list of "
                                "objects with a \"resource\"",
                                simdjson::error_message(error)));
    }
    Names names;
    assign_ids(entries, names);
    for (const Entry& entry : entries) {
        const std::uint64_t offset = entry.offset;
        if (!entry.mistake.empty()) {
            refuse(offset, entry_error(std::string(entry.mistake)));
        } else if (entry.deletion) {
            refuse(offset, entry_error("a Bundle entry with the method DELETE is not read; send "
                                       "the resource with its final status instead"));
        } else if (entry.type == "Bundle") {
            refuse(offset, entry_error("a Bundle inside a Bundle is not read; send the inner "
                                       "Bundle by itself"));
        } else if (!entry.resource.empty() && !entry.outcome) {
            std::string text =
                names.empty() ? std::string(entry.resource) : replace_names(entry.resource, names);
            if (!entry.has_id && !entry.id.empty()) {
                text = with_id(text, entry.id);
            }
            take({text, offset});
        }
    }
    return {};
}

}  // namespace parcours::fhir

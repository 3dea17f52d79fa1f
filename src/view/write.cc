#include "view/write.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_writer.h"
#include "view/view.h"

namespace parcours::view {
namespace {

void append_quoted(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        out += c;
        out += c == '"' ? "\"" : "";
    }
    out += '"';
}

void append_text(std::string& out, std::string_view text) {
    const bool formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
    append_quoted(out, formula ? "'" + std::string(text) : std::string(text));
}

}  // namespace

void append_ndjson(std::string& out, std::span<const Column> columns, Row row) {
    JsonWriter json(out);
    json.begin_object();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        json.key(columns[i].name).raw(row[i].empty() ? std::string_view("null") : row[i]);
    }
    json.end_object();
    out += '\n';
}

void append_csv_head(std::string& out, std::span<const Column> columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        out += i == 0 ? "" : ",";
        out += columns[i].name;
    }
    out += '\n';
}

void append_csv(std::string& out, Row row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        out += i == 0 ? "" : ",";
        if (!row[i].starts_with('"')) {
            append_quoted(out, row[i]);
            continue;
        }
        JsonDocument document;
        const auto text = document.parse(row[i]);
        append_text(out, text ? text->text() : row[i]);
    }
    out += '\n';
}

}  // namespace parcours::view

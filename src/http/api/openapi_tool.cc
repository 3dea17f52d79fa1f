// Makes a C++ source that holds an OpenAPI file as JSON: openapi_tool IN.yaml OUT.cc

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <yaml-cpp/yaml.h>

#include "base/json_writer.h"

namespace {

bool is_number(const std::string& text) {
    char* end = nullptr;
    static_cast<void>(std::strtod(text.c_str(), &end));
    return !text.empty() && *end == '\0' &&
           text.find_first_not_of("0123456789.-") == std::string::npos;
}

void write_scalar(parcours::JsonWriter& json, const YAML::Node& node) {
    const std::string& text = node.Scalar();
    const bool plain = node.Tag() == "?";
    if (plain && (text == "true" || text == "false" || text == "null" || is_number(text))) {
        json.raw(text);
    } else {
        json.value(text);
    }
}

void write(parcours::JsonWriter& json, const YAML::Node& node) {
    if (node.IsMap()) {
        json.begin_object();
        for (const auto& member : node) {
            json.key(member.first.Scalar());
            write(json, member.second);
        }
        json.end_object();
    } else if (node.IsSequence()) {
        json.begin_array();
        for (const auto& element : node) {
            write(json, element);
        }
        json.end_array();
    } else if (node.IsNull()) {
        json.null();
    } else {
        write_scalar(json, node);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "usage: openapi_tool IN.yaml OUT.cc\n";
        return 2;
    }
    try {
        std::string text;
        parcours::JsonWriter json(text);
        write(json, YAML::LoadFile(arguments[1]));
        std::ofstream out(arguments[2]);
        out << "#include \"http/api/system_routes.h\"\n\nnamespace parcours::http::api {\n\n"
               "std::string_view openapi_json() {\n    return";
        constexpr std::size_t piece = 8'000;  // compilers bound the length of one literal
        for (std::size_t at = 0; at < text.size(); at += piece) {
            out << "\n        R\"~(" << std::string_view(text).substr(at, piece) << ")~\"";
        }
        out << ";\n}\n\n}  // namespace parcours::http::api\n";
        return out ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "openapi_tool: " << error.what() << '\n';
        return 1;
    }
}

// What a clinic writes: files of the practice folder and CQL.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "campaign/read.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "cql/parser.h"
#include "engine/clinic.h"
#include "fuzz/target.h"
#include "position/journey_map.h"
#include "practice/cohorts.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "practice/value_set.h"
#include "practice/yaml.h"

namespace parcours::fuzz {
namespace {

const Instant now = parse_instant("2026-03-02T10:00:00Z").value();
constexpr std::uint64_t steps_max = 20'000;

constexpr auto record = std::to_array<std::string_view>({
    R"({"resourceType":"Patient","id":"p","birthDate":"1960-05-01","gender":"female","name":[{"family":"Test","given":["A","B"]}]})",
    R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]},"onsetDateTime":"2020-03"})",
    R"({"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},"effectiveDateTime":"2025-02-03T04:05:06Z","valueQuantity":{"value":6.5,"unit":"%","code":"%"}})",
});

/// First line: the path in the practice folder; then the file.
std::pair<std::string, std::string_view> split(std::string_view bytes) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    return {std::string(bytes.substr(0, end)), bytes.substr(std::min(end + 1, bytes.size()))};
}

/// A mistake tells its place and says something.
void check_mistakes(const std::vector<Error>& errors) {
    for (const Error& error : errors) {
        check(!error.message.empty(), "a mistake has words");
        check(is_utf8(error.message), "a mistake's words are text");
    }
}

void read_document(std::string_view path, const practice::Node& root) {
    std::vector<Error> errors;
    if (path.starts_with("campaigns/")) {
        std::ignore = campaign::read_campaign(root, errors);
    } else if (path.starts_with("valuesets/")) {
        std::ignore = practice::read_value_set(root, errors);
    } else if (path.starts_with("cohorts/")) {
        std::ignore = practice::read_cohorts(root, errors);
    } else if (path.starts_with("maps/")) {
        std::ignore = position::read_journey_map(root, errors);
    } else {
        std::ignore = practice::read_config(root, errors);
    }
    check_mistakes(errors);
}

/// The record that expressions are evaluated on.
const cql::JsonSource& source() {
    static std::vector<JsonDocument> documents(record.size());
    static const cql::JsonSource made = [] {
        static std::vector<JsonView> views;
        for (std::size_t i = 0; i < record.size(); ++i) {
            views.push_back(documents[i].parse(record[i]).value());
        }
        return cql::JsonSource(views, now, nullptr);
    }();
    return made;
}

}  // namespace

void feed_definitions(std::string_view bytes) {
    const auto [path, text] = split(bytes);
    if (!is_utf8(path)) {
        return;
    }
    if (path.ends_with(".json")) {
        std::ignore = practice::read_fhir_value_set(text, path);
        return;
    }
    if (path.ends_with(".md")) {
        practice::ContentLibrary library;
        std::vector<Error> errors;
        library.add(path, text, errors);
        check_mistakes(errors);
        return;
    }
    const auto root = practice::parse_yaml(text, path);
    if (!root) {
        check_mistakes({root.error()});
        return;
    }
    const std::string canonical = practice::canonical_text(*root);
    check(canonical.find('\n') == std::string::npos, "the canonical text is one line");
    read_document(path, *root);
}

void feed_practice(std::string_view bytes) {
    const auto [path, text] = split(bytes);
    if (!is_utf8(path)) {
        return;
    }
    check_mistakes(engine::check_clinic(
        practice::overlay(practice::built_in_files(), {{path, std::string(text)}})));
}

void feed_cql(std::string_view bytes) {
    if (const auto read = cql::parse(bytes)) {
        const std::string printed = cql::print(*read);
        const auto again = cql::parse(printed);
        // Its parentheses may nest deeper than the bound.
        check(again || again.error().code == ErrorCode::Limit, "what was printed can be parsed");
        check(!again || cql::print(*again) == printed, "CQL comes back");
    } else {
        check_mistakes({read.error()});
    }
    const auto compiled = cql::compile(bytes, {});
    if (!compiled) {
        check_mistakes({compiled.error()});
        return;
    }
    std::ignore =
        cql::evaluate(**compiled, source(), {.now = now, .parameters = {}, .steps_max = steps_max});
}

}  // namespace parcours::fuzz

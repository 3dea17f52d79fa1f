// FHIRPath, and the views that are made of it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "fhirpath/fhirpath.h"
#include "fuzz/target.h"
#include "view/view.h"
#include "view/write.h"

namespace parcours::fuzz {
namespace {

const Instant now = parse_instant("2026-03-02T10:00:00Z").value();
constexpr std::uint64_t steps_max = 20'000;

constexpr std::string_view patient =
    R"({"resourceType":"Patient","id":"p","birthDate":"1960-05-01","_birthDate":{"id":"b","extension":[{"url":"u","valueDateTime":"1960-05-01T10:00:00Z"}]},"active":true,"multipleBirthInteger":2,"name":[{"use":"official","family":"Müller","given":["Zoë",null],"_given":[null,{"id":"g"}]}],"contact":[{"name":{"family":"B"}}],"contained":[{"resourceType":"Observation","id":"o","valueQuantity":{"value":6.50,"system":"http://unitsofmeasure.org","code":"mg"}}]})";

const fhirpath::Item& record() {
    static JsonDocument document;
    static const fhirpath::Item item =
        fhirpath::item_of(document.parse(patient, JsonDocument::Numbers::AsWritten).value());
    return item;
}

/// What came out is a JSON array.
void check_answer(const fhirpath::Answer& answer) {
    JsonDocument document;
    const auto parsed = document.parse(fhirpath::to_json(answer.items.items()));
    check(parsed || parsed.error().code == ErrorCode::Limit, "an answer is JSON");
}

void check_mistake(const Error& error) {
    check(!error.message.empty(), "a mistake has words");
    check(is_utf8(error.message), "a mistake's words are text");
}

}  // namespace

void feed_fhirpath(std::string_view bytes) {
    const auto compiled = fhirpath::compile(bytes);
    if (!compiled) {
        check_mistake(compiled.error().error);
        check(compiled.error().error.where.line > 0 ||
                  compiled.error().error.code == ErrorCode::Limit,
              "a mistake has its place");
        return;
    }
    fhirpath::Environment environment;
    environment.now = now;
    environment.steps_max = steps_max;
    const auto answer = fhirpath::evaluate(**compiled, {&record(), 1}, environment);
    if (answer) {
        check_answer(*answer);
    } else {
        check_mistake(answer.error().error);
    }
}

void feed_views(std::string_view bytes) {
    JsonDocument document;
    const auto parsed = document.parse(bytes, JsonDocument::Numbers::AsWritten);
    if (!parsed) {
        return;
    }
    const auto view = view::View::read(*parsed);
    if (!view) {
        check_mistake(view.error());
        return;
    }
    JsonDocument body;
    std::string out;
    const auto done = (*view)->run(body.parse(patient).value(), now, [&](view::Row row) {
        check(row.size() == (*view)->columns().size(), "every row has all columns");
        view::append_csv(out, row);
    });
    if (!done) {
        check_mistake(done.error());
    }
}

}  // namespace parcours::fuzz

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "fhirpath/fhirpath.h"

namespace parcours::fhirpath::test {

/// The answer as JSON, or "syntax 1:5 …" as the failure says it.
inline std::string evaluated(std::string_view expression, std::string_view json = {},
                             Environment environment = {}) {
    environment.now = *parse_instant("2026-03-02T10:00:00Z");
    JsonDocument document;
    Collection input;
    if (!json.empty()) {
        input = collection_of(document.parse(json, JsonDocument::Numbers::AsWritten).value());
    }
    const auto compiled = compile(expression);
    const auto told = [](const Failure& failure) {
        return std::string(failure_name(failure.kind)) + " " + failure.error.to_text();
    };
    if (!compiled) {
        return told(compiled.error());
    }
    const auto answer = evaluate(**compiled, input.items(), environment);
    return answer ? to_json(answer->items.items()) : told(answer.error());
}

}  // namespace parcours::fhirpath::test

// Prints what is published of the grammar: `campaign_reference schema` (docs/campaign.schema.json)
// and `campaign_reference markdown` (docs/campaign-reference.md).

#include <cstdio>
#include <fmt/core.h>
#include <string>
#include <string_view>

#include "campaign/grammar.h"

int main(int argc, char** argv) {
    const std::string_view what = argc == 2 ? argv[1] : "";
    if (what != "schema" && what != "markdown") {
        fmt::print(stderr, "say what to print: schema or markdown\n");
        return 2;
    }
    const std::string text =
        what == "schema" ? parcours::campaign::schema_text() : parcours::campaign::reference_text();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
}

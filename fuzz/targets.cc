#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ios>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "fuzz/target.h"

namespace parcours::fuzz {
namespace {

constexpr auto table = std::to_array<Target>({
    {"requests", "the bytes of a connection", feed_requests, 4096, true},
    {"targets", "target, query, router, files", feed_targets, 1024},
    {"fields", "cookies, ranges, tags, encodings, languages", feed_fields, 1024},
    {"forms", "callbacks of the SMS gateway, forms, keywords", feed_forms, 4096},
    {"mails", "mails that come in, unsubscribe tokens", feed_mails, 8192, true},
    {"json", "JSON", feed_json, 4096},
    {"import", "lines, documents and Bundles of FHIR", feed_import, 8192},
    {"events", "payloads of the log", feed_events, 4096},
    {"definitions", "files of a practice folder, read one by one", feed_definitions, 4096},
    {"practice", "a file of the practice folder, checked with all others", feed_practice, 4096},
    {"scenarios", "scenarios: lines, words, sentences", feed_scenarios, 4096},
    {"cql", "CQL: parser, printer, types, evaluator", feed_cql, 2048},
    {"fhirpath", "FHIRPath: parser, evaluator", feed_fhirpath, 2048},
    {"views", "ViewDefinitions of SQL on FHIR, run", feed_views, 4096},
    {"snapshot", "snapshots of the index, signed again", feed_snapshot, 256},
    {"audit", "records of the audit, heads that were kept", feed_audit, 4096},
    {"tokens", "ID tokens, key sets, scopes, encodings", feed_tokens, 8192},
    {"routes", "a request to any route, as an administrator", feed_routes, 4096},
    {"callers", "cookies and Authorization at the guard", feed_callers, 1024},
});

constexpr std::string_view divider = "%%\n";

void end_lines_with_crlf(std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c == '\n' ? "\r\n" : std::string(1, c);
    }
    text = std::move(out);
}

}  // namespace

std::span<const Target> targets() {
    return table;
}

const Target* find_target(std::string_view name) {
    const auto* const found = std::ranges::find(table, name, &Target::name);
    return found == table.end() ? nullptr : found;
}

std::vector<std::string> read_seeds(const Target& target) {
    const std::string path = PARCOURS_SOURCE_DIR "/fuzz/seeds/" + std::string(target.name) + ".txt";
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::string> seeds;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find(divider), rest.size());
        std::string seed(rest.substr(0, end));
        if (seed.ends_with('\n') && !target.lines_end_crlf) {
            seed.pop_back();
        }
        if (target.lines_end_crlf) {
            end_lines_with_crlf(seed);
        }
        seeds.push_back(std::move(seed));
        rest.remove_prefix(std::min(end + divider.size(), rest.size()));
    }
    return seeds;
}

std::string mutate(std::string_view seed, std::size_t number) {
    SeededRandom random(number);
    std::string out(seed);
    for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
        const auto at = static_cast<std::size_t>(random.below(out.size() + 1));
        const auto length = static_cast<std::size_t>(random.below(8));
        switch (random.below(4)) {
            case 0:
                out.insert(at, 1, static_cast<char>(random.below(256)));
                break;
            case 1:
                out.erase(at, length);
                break;
            case 2:
                out.insert(at, out.substr(random.below(out.size() + 1), length));
                break;
            default:
                if (at < out.size()) {
                    out[at] = static_cast<char>(random.below(256));
                }
        }
    }
    return out;
}

}  // namespace parcours::fuzz

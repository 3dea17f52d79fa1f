#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::fuzz {

/// One place at which bytes come in from outside.
struct Target {
    std::string_view name;  ///< also of its seeds: seeds/NAME.txt
    std::string_view what;
    /// Takes the bytes in and stops the program where something that is promised does not hold.
    void (*feed)(std::string_view bytes);
    std::size_t bytes_max;
    bool lines_end_crlf = false;  ///< the line ends of its seeds become CR LF
};

/// All of them.
[[nodiscard]] std::span<const Target> targets();
/// Null for an unknown name.
[[nodiscard]] const Target* find_target(std::string_view name);

/// The seeds of a target: the parts of its file between lines "%%".
[[nodiscard]] std::vector<std::string> read_seeds(const Target& target);

/// A seed with a few of its bytes changed, doubled, dropped: the same for the same number.
[[nodiscard]] std::string mutate(std::string_view seed, std::size_t number);

// The targets, by the file that they stand in.
void feed_requests(std::string_view bytes);     // requests.cc
void feed_targets(std::string_view bytes);      // texts.cc
void feed_fields(std::string_view bytes);       // texts.cc
void feed_forms(std::string_view bytes);        // texts.cc
void feed_mails(std::string_view bytes);        // texts.cc
void feed_json(std::string_view bytes);         // documents.cc
void feed_import(std::string_view bytes);       // documents.cc
void feed_events(std::string_view bytes);       // documents.cc
void feed_definitions(std::string_view bytes);  // definitions.cc
void feed_practice(std::string_view bytes);     // definitions.cc
void feed_cql(std::string_view bytes);          // definitions.cc
void feed_scenarios(std::string_view bytes);    // scenarios.cc
void feed_fhirpath(std::string_view bytes);     // paths.cc
void feed_views(std::string_view bytes);        // paths.cc
void feed_snapshot(std::string_view bytes);     // snapshots.cc
void feed_audit(std::string_view bytes);        // secrets.cc
void feed_tokens(std::string_view bytes);       // secrets.cc
void feed_routes(std::string_view bytes);       // routes.cc
void feed_callers(std::string_view bytes);      // routes.cc

}  // namespace parcours::fuzz

// Documents: JSON, what an import takes in, payloads of the log.

#include "fhir/documents.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/flat_set.h"
#include "engine/import_worker.h"
#include "engine/input.h"
#include "fhir/summary.h"
#include "fuzz/target.h"
#include "store/blob.h"

namespace parcours::fuzz {
namespace {

const Instant now = parse_instant("2026-03-02T10:00:00Z").value();

constexpr auto topics = std::to_array<std::string_view>(
    {"launched", "transition", "choice", "suppression", "task-opened", "task", "virtual-run",
     "cohort", "pause", "decision", "attempt", "result", "receipt", "reply"});

/// Each line, or the whole, as an import would take it.
void import(std::string_view text, bool lines) {
    static const engine::BodyTopics body_topics("main");
    static const engine::FlatSet stored;
    static store::BlobCodec codec;
    const engine::WorkerContext context{.source = "main",
                                        .topics = body_topics,
                                        .stored = stored,
                                        .codec = codec,
                                        .now = now,
                                        .wanted = nullptr,
                                        .part_entries_max = 1'000'000};
    engine::ImportWorker worker(0, context);
    const engine::InputFile file{
        .path = "records.ndjson", .bytes = text.size(), .gzip = false, .lines = lines};
    engine::Chunk chunk;
    chunk.file = &file;
    chunk.text = text;
    const auto ready = worker.process(chunk);
    check(!ready.failure, "an import goes on after what it refuses");
    for (const auto& body : ready.bodies) {
        check(body.line >= 1, "a resource has its line");
    }
}

}  // namespace

void feed_json(std::string_view bytes) {
    JsonDocument document;
    const auto parsed = document.parse(bytes);
    if (!parsed) {
        std::ignore = fhir::locate_json_error(bytes);
        return;
    }
    check(is_utf8(bytes), "JSON is UTF-8");
    const std::string written = parsed->to_json();
    JsonDocument again;
    const auto parsed_again = again.parse(written);
    check(parsed_again && parsed_again->to_json() == written, "JSON comes back");
    const auto kept = document.parse(bytes, JsonDocument::Numbers::AsWritten);
    check(kept.has_value(), "what is kept of its numbers changes nothing else");
    const std::string as_written = kept->to_json();
    const auto written_again = again.parse(as_written);
    check(written_again && written_again->to_json() == written, "and they are the same numbers");
}

void feed_import(std::string_view bytes) {
    import(bytes, true);
    import(bytes, false);
    JsonDocument document;
    const auto parsed = document.parse(bytes);
    if (!parsed) {
        return;
    }
    fhir::Summary summary;
    if (fhir::summarise(*parsed, summary)) {
        check(!summary.id.empty() && summary.id.size() <= fhir::id_bytes_max, "an id is bounded");
    }
    std::ignore = fhir::split_bundle(
        bytes,
        [&](const fhir::BundleEntry& entry) {
            check(entry.offset < bytes.size(), "an entry lies in its Bundle");
        },
        [&](std::uint64_t offset, const Error&) {
            check(offset <= bytes.size(), "what is refused lies in the Bundle");
        });
}

void feed_events(std::string_view bytes) {
    for (const std::string_view topic : topics) {
        const auto event = engine::read_event(topic, bytes);
        if (event) {
            const std::string written = engine::write_event(*event);
            const auto again = engine::read_event(topic, written);
            check(again && engine::write_event(*again) == written, "an event comes back");
        }
    }
}

}  // namespace parcours::fuzz

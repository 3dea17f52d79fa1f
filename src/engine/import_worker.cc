#include "engine/import_worker.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/identity_state.h"
#include "engine/input.h"
#include "engine/quarantine.h"
#include "fhir/documents.h"
#include "fhir/resource_type.h"
#include "fhir/summary.h"
#include "population/builder.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Instant or_else(const std::optional<DateTime>& given, Instant otherwise) {
    return given ? given->start : otherwise;
}

Key patient_of(std::string_view source, const fhir::Summary& summary) {
    return summary.type == fhir::ResourceType::Patient
               ? patient_key(source, summary.id)
               : patient_reference_key(source, summary.patient);
}

/// Whether the index orders versions by what this one says of itself (population/builder.h).
bool tells_its_age(const fhir::Summary& summary) {
    const bool numbered = !summary.version.empty() &&
                          summary.version.find_first_not_of("0123456789") == std::string_view::npos;
    return summary.last_updated.has_value() || numbered;
}

}  // namespace

BodyTopics::BodyTopics(std::string_view source) {
    for (std::size_t i = 0; i < topics_.size(); ++i) {
        topics_[i] = source;
        topics_[i] += '/';
        topics_[i] += fhir::resource_type_name(static_cast<fhir::ResourceType>(i));
    }
}

ReadyChunk ImportWorker::process(const Chunk& chunk) {
    ReadyChunk out;
    out.number = chunk.number;
    out.file = chunk.file;
    out.input_bytes = chunk.input_bytes;
    out.text_bytes = chunk.text.size();
    out.worker = number_;
    const Place place{chunk.file, chunk.first_line, 1};
    if (chunk.error) {
        refuse(*chunk.error, {}, place, out);
        out.refused.back().whole_file = chunk.whole_file;
    } else if (chunk.file->lines) {
        take_lines(chunk, out);
    } else if (const std::string_view text = trim(chunk.text); !text.empty()) {
        take_document(text, place, out);
    }
    if (part_->size() >= context_.part_entries_max) {
        out.finished = take_part();
    }
    return out;
}

std::unique_ptr<population::IndexPart> ImportWorker::take_part() {
    return std::exchange(part_, std::make_unique<population::IndexPart>());
}

void ImportWorker::take_lines(const Chunk& chunk, ReadyChunk& out) {
    std::string_view rest = chunk.text;
    std::uint64_t line = chunk.first_line;
    if (line == 1 && rest.starts_with(byte_order_mark)) {
        rest.remove_prefix(byte_order_mark.size());
    }
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (const std::string_view text = trim(rest.substr(0, end)); !text.empty()) {
            take_document(text, {chunk.file, line, 1}, out);
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
        ++line;
    }
}

void ImportWorker::take_document(std::string_view text, const Place& place, ReadyChunk& out) {
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    const auto parsed = document_.parse(text);
    if (!parsed) {
        Error error = fhir::locate_json_error(text);
        if (parsed.error().code == ErrorCode::Limit && error.code != ErrorCode::Limit) {
            // The text may well be JSON: it was memory that did not suffice.
            error = parsed.error();
            error.where = {{}, 1, 1};
        }
        const Place at{place.file, place.line + error.where.line - 1, error.where.column};
        refuse(std::move(error), text, at, out);
    } else if ((*parsed)["resourceType"].text() == "Bundle") {
        take_bundle(text, place, out);
    } else {
        take_resource(*parsed, text, place, out);
    }
}

void ImportWorker::take_bundle(std::string_view text, const Place& place, ReadyChunk& out) {
    fhir::PlaceFinder finder(text);
    const auto at = [&](std::uint64_t offset) {
        const auto inner = finder.at(offset);
        return Place{place.file, place.line + inner.line - 1, inner.column};
    };
    const auto split = fhir::split_bundle(
        text,
        [&](const fhir::BundleEntry& entry) {
            const auto parsed = entry_document_.parse(entry.resource);
            if (parsed) {
                take_resource(*parsed, entry.resource, at(entry.offset), out);
            } else {
                refuse(parsed.error(), entry.resource, at(entry.offset), out);
            }
        },
        [&](std::uint64_t offset, Error error) { refuse(std::move(error), {}, at(offset), out); });
    if (!split) {
        refuse(split.error(), text, place, out);
    }
}

void ImportWorker::take_resource(const JsonView& json, std::string_view text, const Place& place,
                                 ReadyChunk& out) {
    if (const auto done = fhir::summarise(json, summary_); !done) {
        refuse(done.error(), text, place, out);
        return;
    }
    ReadyBody body;
    body.key = resource_key(context_.source, summary_.type, summary_.id);
    body.version = version_hash(body.key, text);
    body.line = place.line;
    body.dated = tells_its_age(summary_);
    if (is_needed(body.version)) {
        LogRecord& record = body.record;
        record.kind = RecordKind::Body;
        record.topic = context_.topics.of(summary_.type);
        record.patient = patient_of(context_.source, summary_);
        record.occurred_at = or_else(summary_.occurred, context_.now);
        record.recorded_at = or_else(summary_.recorded, record.occurred_at);
        record.ingested_at = context_.now;
        body.sealed_from = out.sealed.size();
        if (const auto sealed = context_.codec.seal(record.topic, text, out.sealed); !sealed) {
            out.failure = sealed.error();
            return;
        }
        body.sealed_size = out.sealed.size() - body.sealed_from;
        body.entry = part_->add(context_.source, summary_, json, 0);
    }
    out.bodies.push_back(body);
}

bool ImportWorker::is_needed(std::uint64_t version) const {
    return context_.wanted != nullptr ? context_.wanted->contains(version)
                                      : !context_.stored.contains(version);
}

void ImportWorker::refuse(Error error, std::string_view text, const Place& place,
                          ReadyChunk& out) const {
    QuarantineEntry entry;
    entry.source = context_.source;
    entry.where = {place.file->path, place.line, place.column};
    entry.reason = std::move(error.message);
    entry.code = error.code;
    entry.at = context_.now;
    if (text.size() <= quarantine_content_bytes_max && is_utf8(text)) {
        entry.content = text;
    }
    entry.id = named_hash("quarantine", {entry.source, entry.where.file, std::to_string(place.line),
                                         std::to_string(place.column), text});
    out.refused.push_back(std::move(entry));
}

}  // namespace parcours::engine

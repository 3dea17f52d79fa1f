#include "store/row.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/log.h"
#include "store/blob.h"
#include "store/store.h"

namespace parcours::store {
namespace {

constexpr std::size_t blob_name_bytes_max = 80;

Error at_position(LogPosition position, const Error& error) {
    return {
        error.code, fmt::format("log record {} cannot be read: {}", position, error.message), {}};
}

}  // namespace

Result<Row> make_row(const Append& append, BlobCodec& codec, std::string& scratch) {
    std::string_view sealed = append.sealed;
    if (sealed.empty()) {
        scratch.clear();
        const auto done = codec.seal(append.record.topic, append.record.payload, scratch);
        if (!done) {
            return pass_on(done);
        }
        sealed = scratch;
    }
    const auto parts = split_sealed(sealed);
    if (!parts) {
        return pass_on(parts);
    }
    std::size_t stored_at = 0;
    const auto header = parse_blob_header(parts->blob, stored_at);
    const auto checksum = codec.content_checksum(parts->blob);
    if (!header || !checksum || *checksum != parts->checksum) {
        return fail(ErrorCode::Internal,
                    fmt::format("the content for log record {} was not sealed by the codec of "
                                "this store, or was changed since",
                                append.record.position));
    }
    return Row{.meta = append.record,
               .blob = parts->blob,
               .checksum = record_checksum(append.record, *checksum),
               .dictionary = header->dictionary};
}

Result<LogRecord> open_row(const Row& row, const BlobCodec& codec, std::string& buffer) {
    const auto content = codec.content_checksum(row.blob);
    if (!content) {
        return std::unexpected(at_position(row.meta.position, content.error()));
    }
    if (record_checksum(row.meta, *content) != row.checksum) {
        return fail(ErrorCode::Damaged,
                    fmt::format("log record {} is damaged: its checksum is wrong; it is left out. "
                                "Restore it from a backup, or run `parcours verify --mend` "
                                "and import its source again",
                                row.meta.position));
    }
    const auto opened = codec.open(row.blob, buffer);
    if (!opened) {
        return std::unexpected(at_position(row.meta.position, opened.error()));
    }
    LogRecord record = row.meta;
    record.payload = buffer;
    return record;
}

void move_views_into(LogRecord& record, std::string& buffer) {
    const std::size_t size = record.payload.size();
    buffer += record.topic;
    record.payload = std::string_view(buffer).substr(0, size);
    record.topic = std::string_view(buffer).substr(size);
}

Result<> check_blob_name(std::string_view name) {
    if (name.empty() || name.size() > blob_name_bytes_max) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" cannot name a blob: 1 to {} bytes are right", name,
                                blob_name_bytes_max));
    }
    return {};
}

Error missing_record(LogPosition position) {
    return {ErrorCode::Damaged,
            fmt::format("log record {} is missing although later ones exist: restore it from a "
                        "backup, or run `parcours verify --mend` and import its source again",
                        position),
            {}};
}

Result<> check_positions(std::span<const Append> records, LogPosition end) {
    for (const Append& append : records) {
        if (append.record.position != end) {
            return fail(ErrorCode::Conflict,
                        fmt::format("a record for log position {} cannot be appended where {} is "
                                    "the next",
                                    append.record.position, end));
        }
        ++end;
    }
    return {};
}

Result<> check_epoch(std::uint64_t given, std::uint64_t current) {
    if (given != current || current == 0) {
        return fail(ErrorCode::Conflict,
                    fmt::format("the log is owned under lease epoch {}; epoch {} may not append "
                                "to it any more",
                                current, given));
    }
    return {};
}

}  // namespace parcours::store

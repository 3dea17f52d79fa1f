#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace parcours {

/// A place in the log. Positions grow by one in the order of appending and start at 1; 0 is "none".
/// The owner of the log assigns them.
using LogPosition = std::uint64_t;

/// `shard = fast_hash(patient key) mod shard_count`; the reserved shard holds what has no patient.
inline constexpr std::uint16_t shard_count = 4096;
inline constexpr std::uint16_t shard_without_patient = 4096;

/// What a log record holds.
enum class RecordKind : std::uint8_t {
    Body = 1,        ///< one version of a FHIR resource, byte for byte
    Event = 2,       ///< an engagement event as JSON (record/event.h)
    Quarantine = 3,  ///< input that could not be read, with the reason, as JSON
    Definition = 4   ///< a published definition or release, as JSON
};

/// One record of the log as it is appended and read. Views are valid during the call only.
struct LogRecord {
    LogPosition position = 0;
    RecordKind kind = RecordKind::Event;
    std::uint16_t shard = shard_without_patient;
    /// 64-bit key of the patient (`patient_key` of record/identity.h); 0 where there is none.
    std::uint64_t patient = 0;
    /// The patient's previous record: the chain by which a timeline is read; 0 ends it.
    LogPosition previous = 0;
    /// Bodies: "source/ResourceType"; events: the event's kind, such as "decision".
    std::string_view topic;
    Instant occurred_at;  ///< when it happened
    Instant recorded_at;  ///< when its source knew it
    Instant ingested_at;  ///< when we did
    /// The uncompressed content. Sealing, compression and checksums are the store's business.
    std::string_view payload;
};

}  // namespace parcours

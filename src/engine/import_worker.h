#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/flat_set.h"
#include "engine/input.h"
#include "engine/quarantine.h"
#include "fhir/resource_type.h"
#include "fhir/summary.h"
#include "population/builder.h"
#include "record/identity.h"
#include "store/blob.h"
#include "store/store.h"

namespace parcours::engine {

/// "source/Type" for every resource type: the topics of bodies, with a long life.
class BodyTopics {
  public:
    explicit BodyTopics(std::string_view source);
    [[nodiscard]] std::string_view of(fhir::ResourceType type) const {
        return topics_[static_cast<std::size_t>(type)];
    }

  private:
    std::array<std::string, fhir::resource_type_count> topics_;
};

/// A resource of a chunk, ready to be appended unless it is there already.
struct ReadyBody {
    Key key = 0;
    std::uint64_t version = 0;    ///< `version_hash`
    LogRecord record;             ///< without position, shard and chain
    std::size_t sealed_from = 0;  ///< its bytes in `ReadyChunk::sealed`
    std::size_t sealed_size = 0;  ///< 0: known to be stored already
    std::size_t entry = 0;        ///< its place in the worker's IndexPart of the moment
    std::uint64_t line = 0;       ///< where it begins in its file
    bool dated = false;           ///< meta tells how new it is; else the newest input is the newest
};

/// What became of a chunk.
struct ReadyChunk {
    std::uint64_t number = 0;
    const InputFile* file = nullptr;  ///< of the input that is read
    std::uint64_t input_bytes = 0;
    std::uint64_t text_bytes = 0;
    unsigned worker = 0;
    std::vector<ReadyBody> bodies;
    std::string sealed;
    std::vector<QuarantineEntry> refused;
    std::optional<Error> failure;  ///< the store's codec failed: the import ends
    /// The worker's IndexPart, where it has grown enough: this chunk is the last it is about.
    std::unique_ptr<population::IndexPart> finished;
};

/// What all workers of an import share and do not change while they work.
struct WorkerContext {
    std::string_view source;
    const BodyTopics& topics;
    const FlatSet& stored;  ///< versions stored before this import
    store::BlobCodec& codec;
    Instant now;  ///< `ingested_at` of all records of this import
    /// The second reading of the input: only these former versions are wanted, again.
    const FlatSet* wanted = nullptr;
    std::size_t part_entries_max = 0;  ///< a part that has as many is given away
};

/// Parses, summarises, seals and indexes chunks. One thread each.
class ImportWorker {
  public:
    ImportWorker(unsigned number, const WorkerContext& context)
        : number_(number), context_(context) {}

    ReadyChunk process(const Chunk& chunk);
    /// What it has indexed since it last gave a part away.
    [[nodiscard]] std::unique_ptr<population::IndexPart> take_part();

  private:
    struct Place {
        const InputFile* file;
        std::uint64_t line;
        std::uint64_t column;
    };

    void take_lines(const Chunk& chunk, ReadyChunk& out);
    void take_document(std::string_view text, const Place& place, ReadyChunk& out);
    void take_bundle(std::string_view text, const Place& place, ReadyChunk& out);
    void take_resource(const JsonView& json, std::string_view text, const Place& place,
                       ReadyChunk& out);
    void refuse(Error error, std::string_view text, const Place& place, ReadyChunk& out) const;
    [[nodiscard]] bool is_needed(std::uint64_t version) const;

    unsigned number_;
    const WorkerContext& context_;
    std::unique_ptr<population::IndexPart> part_ = std::make_unique<population::IndexPart>();
    JsonDocument document_;
    JsonDocument entry_document_;
    fhir::Summary summary_;
};

}  // namespace parcours::engine

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/flat_map.h"
#include "engine/flat_set.h"
#include "engine/import.h"
#include "engine/import_worker.h"
#include "engine/quarantine.h"
#include "population/builder.h"
#include "population/live_index.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {

/// Appends what workers have read in the order of the input: each version and each refusal once,
/// many in one transaction. One thread.
class ImportAppender {
  public:
    /// `options` are borrowed and must outlive this.
    ImportAppender(DataFolder& folder, const ImportOptions& options);

    /// Takes the next chunk; counts it in `report`. Errors: the chunk's, and those of `flush`.
    Result<> add(ReadyChunk chunk, ImportReport& report);
    /// After all chunks: the versions of which the input wants that they are current again, because
    /// they are the last it gives of their resource, were stored before and replaced since.
    [[nodiscard]] FlatSet find_returning() const;
    /// Takes a chunk of the second reading, with such versions alone.
    Result<> bring_back(ReadyChunk chunk, ImportReport& report);

    /// Makes durable what was taken so far, in steps of the one that writes. Errors: those of the
    /// store.
    Result<> flush();

    /// Takes a part that its worker has finished; what it is about is durable then, or left out.
    Result<> take_part(unsigned worker, std::unique_ptr<population::IndexPart> part);
    /// The parts taken since the last call, their entries' places in the log known.
    [[nodiscard]] std::vector<std::unique_ptr<population::IndexPart>> give_parts();
    [[nodiscard]] std::size_t part_entries() const { return part_entries_; }

    /// Lets the folder remember what is in the log now; not what a failed flush left behind.
    /// `before` is the index from before the import.
    void keep_versions(const population::LiveIndex& before);

  private:
    struct Place {
        unsigned worker;
        std::size_t entry;
        std::uint64_t version;
    };

    void append(const ReadyChunk& chunk, const ReadyBody& body);
    void note_version(const ReadyBody& body, bool added);
    void note_added(const ReadyBody& body);
    void note_earlier(const population::LiveIndex& before);
    Result<> refuse(ReadyChunk& chunk);
    Result<> end_chunk(ReadyChunk& chunk, bool needed);
    Result<> append_some(std::size_t from, std::size_t to);
    void forget_pending(std::size_t count);
    void add_refusal(const QuarantineEntry& entry);
    [[nodiscard]] bool knows_refusal(std::uint64_t version);

    DataFolder& folder_;
    const ImportOptions& options_;
    FlatMap met_;    // resource → the version that the input gave last
    FlatSet added_;  // versions and refusals of this import
    std::map<fhir::ResourceType, std::vector<Key>> added_keys_;  // of these, while they are few
    std::size_t added_count_ = 0;
    FlatSet returning_;  // former versions that were met while another was the newest
    FlatSet returned_;
    std::vector<store::Append> pending_;
    std::size_t pending_bytes_ = 0;
    std::vector<Place> places_;
    std::deque<ReadyChunk> chunks_;  // own what `pending_` views
    std::deque<std::string> payloads_;
    std::vector<std::vector<LogPosition>> positions_;  // by worker and entry of its part
    std::vector<std::unique_ptr<population::IndexPart>> parts_;
    std::size_t part_entries_ = 0;
};

}  // namespace parcours::engine

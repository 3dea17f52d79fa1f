#include "engine/import_appender.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/flat_set.h"
#include "engine/identity_state.h"
#include "engine/import.h"
#include "engine/import_worker.h"
#include "engine/quarantine.h"
#include "population/builder.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Records that one transaction makes durable together.
constexpr std::size_t batch_records = 8'192;
/// Sealed bodies that one transaction makes durable together, in bytes.
constexpr std::size_t batch_bytes_max = 32U << 20U;
/// Instead of a worker: what is no resource.
constexpr unsigned no_worker = ~0U;

}  // namespace

ImportAppender::ImportAppender(DataFolder& folder, const ImportOptions& options)
    : folder_(folder), keeps_refusals_(options.keeps_refusals), positions_(options.worker_count) {}

Result<> ImportAppender::add(ReadyChunk chunk, ImportReport& report) {
    if (chunk.failure) {
        return std::unexpected(*chunk.failure);
    }
    const ReadyChunk& held = chunks_.emplace_back(std::move(chunk));
    const std::size_t known = met_.size();
    bool needed = false;
    for (const ReadyBody& body : held.bodies) {
        met_.insert(body.key);
        if (body.sealed_size == 0 || !added_.insert(body.version)) {
            ++report.unchanged;
            continue;
        }
        ++report.stored;
        needed = true;
        pending_bytes_ += body.sealed_size;
        pending_.push_back(
            {body.record,
             std::string_view(held.sealed).substr(body.sealed_from, body.sealed_size)});
        places_.push_back({held.worker, body.entry, body.version});
    }
    report.resources += met_.size() - known;
    report.quarantined += held.refused.size();
    for (const QuarantineEntry& entry : held.refused) {
        add_refusal(entry);
    }
    if (!needed) {
        chunks_.pop_back();  // nothing pending views it
    }
    return pending_.size() >= batch_records || pending_bytes_ >= batch_bytes_max ? flush()
                                                                                 : Result<>{};
}

Result<> ImportAppender::flush() {
    if (pending_.empty()) {
        chunks_.clear();
        return {};
    }
    if (const auto appended = folder_.append(pending_); !appended) {
        return appended;
    }
    for (std::size_t i = 0; i < pending_.size(); ++i) {
        const auto& [worker, entry, version] = places_[i];
        if (worker < positions_.size()) {
            auto& positions = positions_[worker];
            positions.resize(std::max(positions.size(), entry + 1));
            positions[entry] = pending_[i].record.position;
        }
    }
    pending_.clear();
    pending_bytes_ = 0;
    places_.clear();
    payloads_.clear();
    chunks_.clear();
    return {};
}

void ImportAppender::set_positions(unsigned worker, population::IndexPart& part) const {
    const auto& positions = positions_[worker];
    for (std::size_t entry = 0; entry < positions.size(); ++entry) {
        part.set_position(entry, positions[entry]);
    }
}

void ImportAppender::keep_versions() {
    FlatSet& versions = folder_.identity().versions;
    if (!places_.empty()) {
        FlatSet lost;
        for (const Place& place : places_) {
            lost.insert(place.version);
        }
        for (const std::uint64_t version : added_.members()) {
            if (!lost.contains(version)) {
                versions.insert(version);
            }
        }
        return;
    }
    if (versions.size() == 0) {
        versions = std::move(added_);
        return;
    }
    for (const std::uint64_t version : added_.members()) {
        versions.insert(version);
    }
}

/// Whether it is open in the quarantine already. One that was resolved and comes back is new.
bool ImportAppender::knows_refusal(std::uint64_t version) {
    IdentityState& identity = folder_.identity();
    if (identity.resolved.erase(version) != 0) {
        added_.insert(version);
        return false;
    }
    return identity.versions.contains(version) || !added_.insert(version);
}

void ImportAppender::add_refusal(const QuarantineEntry& entry) {
    const std::uint64_t version = refusal_hash(entry.id);
    if (!keeps_refusals_ || knows_refusal(version)) {
        return;
    }
    payloads_.push_back(write_quarantine(entry));
    store::Append append;
    append.record.kind = RecordKind::Quarantine;
    append.record.topic = "quarantine";
    append.record.occurred_at = entry.at;
    append.record.recorded_at = entry.at;
    append.record.ingested_at = entry.at;
    append.record.payload = payloads_.back();
    pending_.push_back(append);
    places_.push_back({no_worker, 0, version});
}

}  // namespace parcours::engine

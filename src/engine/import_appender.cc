#include "engine/import_appender.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/flat_map.h"
#include "engine/flat_set.h"
#include "engine/identity_state.h"
#include "engine/import.h"
#include "engine/import_worker.h"
#include "engine/quarantine.h"
#include "fhir/resource_type.h"
#include "population/builder.h"
#include "population/live_index.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Records that one transaction makes durable together.
constexpr std::size_t batch_records = 8'192;
/// Sealed bodies that one transaction makes durable together, in bytes.
constexpr std::size_t batch_bytes_max = 32U << 20U;
/// Resources that are looked up one by one in the index from before; of more it is gone through.
constexpr std::size_t added_keys_max = 5'000;
/// Instead of a worker: what is no resource.
constexpr unsigned no_worker = ~0U;

}  // namespace

ImportAppender::ImportAppender(DataFolder& folder, const ImportOptions& options)
    : folder_(folder), options_(options), positions_(options.worker_count) {}

Result<> ImportAppender::add(ReadyChunk chunk, ImportReport& report) {
    if (chunk.failure) {
        return refuse(chunk);
    }
    ReadyChunk& held = chunks_.emplace_back(std::move(chunk));
    bool needed = false;
    for (const ReadyBody& body : held.bodies) {
        const bool added = body.sealed_size != 0 && added_.insert(body.version);
        note_version(body, added);
        ++(added ? report.stored : report.unchanged);
        if (added) {
            needed = true;
            note_added(body);
            append(held, body);
        }
    }
    report.resources = met_.size();
    report.quarantined += held.refused.size();
    for (const QuarantineEntry& entry : held.refused) {
        add_refusal(entry);
    }
    return end_chunk(held, needed);
}

/// The import ends here; what the worker has read until then stays in the index.
Result<> ImportAppender::refuse(ReadyChunk& chunk) {
    if (chunk.finished != nullptr) {
        if (const auto taken = take_part(chunk.worker, std::move(chunk.finished)); !taken) {
            return taken;
        }
    }
    return std::unexpected(*chunk.failure);
}

/// Forgets a chunk that nothing pending views; writes where enough is pending, or where the
/// worker's part is finished.
Result<> ImportAppender::end_chunk(ReadyChunk& chunk, bool needed) {
    const unsigned worker = chunk.worker;
    auto finished = std::move(chunk.finished);
    if (!needed) {
        chunks_.pop_back();
    }
    if (finished != nullptr) {
        return take_part(worker, std::move(finished));
    }
    const bool full = pending_.size() >= batch_records || pending_bytes_ >= batch_bytes_max;
    return full ? flush() : Result<>{};
}

void ImportAppender::note_added(const ReadyBody& body) {
    if (++added_count_ > added_keys_max) {
        added_keys_.clear();
        return;
    }
    const std::string_view topic = body.record.topic;
    const auto type = fhir::find_resource_type(topic.substr(topic.rfind('/') + 1));
    check(type.has_value(), "the topic of a body ends with its type");
    added_keys_[*type].push_back(body.key);
}

void ImportAppender::append(const ReadyChunk& chunk, const ReadyBody& body) {
    pending_bytes_ += body.sealed_size;
    pending_.push_back(
        {body.record, std::string_view(chunk.sealed).substr(body.sealed_from, body.sealed_size)});
    places_.push_back({chunk.worker, body.entry, body.version});
}

/// Keeps `newest` true for every resource of which two versions are known to be stored. One that
/// got its second in this import, and whose first was not in the input, is known only at its end.
void ImportAppender::note_version(const ReadyBody& body, bool added) {
    FlatMap& newest = folder_.identity().newest;
    const std::uint64_t before = std::exchange(met_[body.key], body.version);
    if (before == body.version) {
        return;
    }
    if (added) {
        if (before != 0 || newest.find(body.key) != nullptr) {
            newest[body.key] = body.version;
        }
        return;
    }
    if (before != 0 && newest.find(body.key) == nullptr) {
        newest[body.key] = before;
    }
    const std::uint64_t* const last = newest.find(body.key);
    if (last != nullptr && *last != body.version && !body.dated) {
        returning_.insert(body.version);
    }
}

FlatSet ImportAppender::find_returning() const {
    FlatSet found;
    if (returning_.size() == 0) {
        return found;
    }
    const FlatMap& newest = folder_.identity().newest;
    met_.each([&](std::uint64_t resource, std::uint64_t version) {
        const std::uint64_t* const last = newest.find(resource);
        if (last != nullptr && *last != version && returning_.contains(version)) {
            found.insert(version);
        }
    });
    return found;
}

Result<> ImportAppender::bring_back(ReadyChunk chunk, ImportReport& report) {
    if (chunk.failure) {
        return refuse(chunk);
    }
    ReadyChunk& held = chunks_.emplace_back(std::move(chunk));
    const std::size_t pending = pending_.size();
    for (const ReadyBody& body : held.bodies) {
        if (body.sealed_size != 0 && returned_.insert(body.version)) {
            append(held, body);
            folder_.identity().newest[body.key] = body.version;
            ++report.stored;
            --report.unchanged;
        }
    }
    return end_chunk(held, pending_.size() != pending);
}

Result<> ImportAppender::flush() {
    std::size_t done = 0;
    Result<> appended;
    while (appended && done < pending_.size()) {
        const std::size_t to = done + std::min(pending_.size() - done, options_.steps.records_max);
        appended = append_some(done, to);
        done = appended ? to : done;
    }
    forget_pending(done);
    return appended;
}

Result<> ImportAppender::append_some(std::size_t from, std::size_t to) {
    const auto records = std::span(pending_).subspan(from, to - from);
    if (const auto appended = options_.steps.carry_out([&] { return folder_.append(records); });
        !appended) {
        return appended;
    }
    for (std::size_t i = from; i < to; ++i) {
        const auto& [worker, entry, version] = places_[i];
        if (worker < positions_.size()) {
            auto& positions = positions_[worker];
            positions.resize(std::max(positions.size(), entry + 1));
            positions[entry] = pending_[i].record.position;
        }
    }
    return {};
}

/// What is durable is pending no more; what a failed step left stays, to be told apart.
void ImportAppender::forget_pending(std::size_t count) {
    const auto end = static_cast<std::ptrdiff_t>(count);
    pending_.erase(pending_.begin(), pending_.begin() + end);
    places_.erase(places_.begin(), places_.begin() + end);
    if (pending_.empty()) {
        pending_bytes_ = 0;
        payloads_.clear();
        chunks_.clear();
    }
}

Result<> ImportAppender::take_part(unsigned worker, std::unique_ptr<population::IndexPart> part) {
    const auto flushed = flush();
    // Also after a failure: what is in the log already belongs into the index.
    auto& positions = positions_[worker];
    for (std::size_t entry = 0; entry < positions.size(); ++entry) {
        part->set_position(entry, positions[entry]);
    }
    positions.clear();
    part_entries_ += part->size();
    parts_.push_back(std::move(part));
    return flushed;
}

std::vector<std::unique_ptr<population::IndexPart>> ImportAppender::give_parts() {
    part_entries_ = 0;
    return std::exchange(parts_, {});
}

/// Resources that got a version, and had one before.
void ImportAppender::note_earlier(const population::LiveIndex& before) {
    FlatMap& newest = folder_.identity().newest;
    const auto note = [&](Key resource, LogPosition) {
        const std::uint64_t* const version = met_.find(resource);
        if (version != nullptr && added_.contains(*version) && newest.find(resource) == nullptr) {
            newest[resource] = *version;
        }
    };
    if (added_count_ > added_keys_max) {
        for_each_resource(before, note);
        return;
    }
    for (const auto& [type, keys] : added_keys_) {
        if (type != fhir::ResourceType::Patient) {
            const auto places = before.find_rows(type, keys);
            for (std::size_t i = 0; i < keys.size(); ++i) {
                if (places[i]) {
                    note(keys[i], 0);
                }
            }
            continue;
        }
        for (const Key key : keys) {
            const auto number = before.find_patient(key);
            if (number && before.patients().position[*number] != 0) {
                note(key, 0);
            }
        }
    }
}

void ImportAppender::keep_versions(const population::LiveIndex& before) {
    if (added_.size() == 0) {
        return;
    }
    note_earlier(before);
    FlatSet lost;
    for (const Place& place : places_) {
        lost.insert(place.version);
    }
    FlatSet& versions = folder_.identity().versions;
    if (lost.size() == 0 && versions.size() == 0) {
        versions = std::move(added_);
        return;
    }
    for (const std::uint64_t version : added_.members()) {
        if (lost.size() == 0 || !lost.contains(version)) {
            versions.insert(version);
        }
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
    if (!options_.keeps_refusals || knows_refusal(version)) {
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

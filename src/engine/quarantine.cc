#include "engine/quarantine.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/identity_state.h"
#include "engine/import_worker.h"
#include "engine/input.h"
#include "population/builder.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

class Collector final : public store::ScanVisitor {
  public:
    bool visit(const LogRecord& record) override {
        if (record.kind != RecordKind::Quarantine) {
            return true;
        }
        auto entry = read_quarantine(record.payload);
        if (!entry) {
            entries_.push_back(unreadable(record));
        } else {
            const auto [place, added] = places_.try_emplace(entry->id, entries_.size());
            if (added) {
                entries_.push_back(std::move(*entry));
            } else {
                entries_[place->second].resolved = entry->resolved;
            }
        }
        return true;
    }
    bool damaged(LogPosition, const Error&) override { return true; }

    /// What stands for an entry that cannot be read itself: it is shown, not passed over.
    static QuarantineEntry unreadable(const LogRecord& record) {
        QuarantineEntry entry;
        entry.id = named_hash("quarantine", {"unreadable", std::to_string(record.position)});
        entry.reason =
            "this record of the quarantine cannot be read itself; import the files of "
            "that day again";
        entry.code = ErrorCode::Damaged;
        entry.at = record.ingested_at;
        return entry;
    }

    std::vector<QuarantineEntry> take() { return std::move(entries_); }

  private:
    std::vector<QuarantineEntry> entries_;
    std::map<Digest, std::size_t> places_;
};

/// The line an entry came from, as its file is now; a whole document where it is not NDJSON.
std::string read_again(const QuarantineEntry& entry, const Files& files) {
    const auto input = find_input(files, {entry.where.file});
    if (!input || input->size() != 1) {
        return {};
    }
    ChunkReader reader(files, *input);
    for (auto next = reader.next(); next && *next; next = reader.next()) {
        const Chunk& chunk = **next;
        if (!chunk.file->lines) {
            return std::string(chunk.text);
        }
        std::string_view rest = chunk.text;
        for (std::uint64_t line = chunk.first_line; !rest.empty(); ++line) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            if (line == entry.where.line) {
                return std::string(rest.substr(0, end));
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return {};
}

/// Tries entries of one feed again with the import's own reader.
class Retry {
  public:
    Retry(DataFolder& folder, const Files& files, Instant now)
        : folder_(folder), files_(files), now_(now) {}

    Result<> run(const QuarantineEntry& entry, RetryReport& report) {
        ++report.tried;
        // What was refused for its content alone may have become readable by a newer version of
        // this program; what changed in its file is taken as it is now.
        for (const std::string& text : {read_again(entry, files_), entry.content}) {
            if (text.empty()) {
                continue;
            }
            const auto done = take(entry, text);
            if (!done) {
                return pass_on(done);
            }
            if (*done) {
                ++report.resolved;
                return {};
            }
        }
        return {};
    }

  private:
    /// Whether the text could be read and is stored.
    Result<bool> take(const QuarantineEntry& entry, const std::string& text) {
        const InputFile file{entry.where.file, text.size(), false, false};
        Chunk chunk;
        chunk.file = &file;
        chunk.first_line = entry.where.line;
        chunk.text = text;
        const BodyTopics topics(entry.source);
        const WorkerContext context{entry.source, topics, folder_.identity().versions,
                                    folder_.store().codec(), now_};
        ImportWorker worker(0, context);
        ReadyChunk ready = worker.process(chunk);
        if (ready.failure) {
            return std::unexpected(*ready.failure);
        }
        if (!ready.refused.empty() || ready.bodies.empty()) {
            return false;
        }
        if (const auto stored = store_bodies(entry, ready, worker.part()); !stored) {
            return pass_on(stored);
        }
        return true;
    }

    Result<> store_bodies(const QuarantineEntry& entry, const ReadyChunk& ready,
                          population::IndexPart& part) {
        std::vector<store::Append> records;
        std::vector<const ReadyBody*> bodies;
        for (const ReadyBody& body : ready.bodies) {
            if (body.sealed_size != 0) {
                records.push_back(
                    {body.record,
                     std::string_view(ready.sealed).substr(body.sealed_from, body.sealed_size)});
                bodies.push_back(&body);
            }
        }
        QuarantineEntry resolved = entry;
        resolved.resolved = true;
        resolved.content.clear();
        const std::string payload = write_quarantine(resolved);
        store::Append mark;
        mark.record.kind = RecordKind::Quarantine;
        mark.record.topic = "quarantine";
        mark.record.occurred_at = now_;
        mark.record.recorded_at = now_;
        mark.record.ingested_at = now_;
        mark.record.payload = payload;
        records.push_back(mark);
        if (const auto appended = folder_.append(records); !appended) {
            return appended;
        }
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            part.set_position(bodies[i]->entry, records[i].record.position);
            folder_.identity().versions.insert(bodies[i]->version);
        }
        const std::vector<const population::IndexPart*> parts = {&part};
        auto merged = population::merge(parts, folder_.index().get());
        if (!merged) {
            return pass_on(merged);
        }
        folder_.set_index(std::move(*merged));
        return {};
    }

    DataFolder& folder_;
    const Files& files_;
    Instant now_;
};

}  // namespace

Result<std::vector<QuarantineEntry>> list_quarantine(const DataFolder& folder, bool with_resolved) {
    Collector collector;
    if (const auto scanned = folder.scan_events(collector); !scanned) {
        return pass_on(scanned);
    }
    std::vector<QuarantineEntry> entries = collector.take();
    if (!with_resolved) {
        std::erase_if(entries, [](const QuarantineEntry& entry) { return entry.resolved; });
    }
    return entries;
}

Result<RetryReport> retry_quarantine(DataFolder& folder, const Files& files, const Clock& clock) {
    const auto entries = list_quarantine(folder);
    if (!entries) {
        return pass_on(entries);
    }
    RetryReport report;
    Retry retry(folder, files, clock.now());
    for (const QuarantineEntry& entry : *entries) {
        if (const auto done = retry.run(entry, report); !done) {
            return pass_on(done);
        }
    }
    if (const auto saved = folder.save_snapshots(); !saved) {
        return pass_on(saved);
    }
    return report;
}

}  // namespace parcours::engine

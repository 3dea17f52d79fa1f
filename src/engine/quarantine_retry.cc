#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/import_worker.h"
#include "engine/input.h"
#include "engine/quarantine.h"
#include "engine/writer_steps.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

class TextView final : public FileView {
  public:
    explicit TextView(std::string_view text) : text_(text) {}
    [[nodiscard]] std::string_view bytes() const override { return text_; }

  private:
    std::string_view text_;
};

/// The kept contents of entries, each a document by the name of its entry.
class KeptContents final : public Files {
  public:
    void add(const std::string& name, std::string_view content) { texts_[name] = content; }

    [[nodiscard]] Kind kind(const std::string& path) const override {
        return texts_.contains(path) ? Kind::File : Kind::Missing;
    }
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string&) const override {
        return std::vector<std::string>{};
    }
    [[nodiscard]] Result<std::unique_ptr<FileView>> view(const std::string& path) const override {
        const auto found = texts_.find(path);
        if (found == texts_.end()) {
            return fail(ErrorCode::NotFound, "this entry of the quarantine keeps no content");
        }
        return std::make_unique<TextView>(found->second);
    }
    [[nodiscard]] Result<> write(const std::string&, std::string_view) const override {
        return fail(ErrorCode::ReadOnly, "what is in quarantine is kept as it came");
    }

  private:
    std::map<std::string, std::string_view> texts_;
};

/// What reading a file again has given.
struct FileOutcome {
    std::set<std::uint64_t> wanted;   ///< the lines that entries name
    std::set<std::uint64_t> given;    ///< those of them that gave a resource
    std::set<std::uint64_t> refused;  ///< those of them in which something was refused
    bool lines = true;
    bool gave = false;    ///< any resource
    bool clean = true;    ///< nothing was refused
    bool broken = false;  ///< it cannot be read as a whole

    void take(const ReadyChunk& chunk) {
        lines = chunk.file->lines;
        for (const ReadyBody& body : chunk.bodies) {
            gave = true;
            if (wanted.contains(body.line)) {
                given.insert(body.line);
            }
        }
        for (const QuarantineEntry& entry : chunk.refused) {
            clean = false;
            broken = broken || entry.whole_file;
            if (wanted.contains(entry.where.line)) {
                refused.insert(entry.where.line);
            }
        }
    }

    [[nodiscard]] bool resolves(const QuarantineEntry& entry) const {
        if (entry.whole_file) {
            return gave && !broken;
        }
        const bool there = lines ? given.contains(entry.where.line) : gave && !broken;
        return there && !refused.contains(entry.where.line);
    }
};

/// Retries the open entries of one feed.
class Retry {
  public:
    Retry(DataFolder& folder, const Files& files, const Clock& clock, std::string source,
          const WriterSteps& steps)
        : folder_(folder),
          files_(files),
          clock_(clock),
          source_(std::move(source)),
          steps_(steps) {}

    Result<std::uint64_t> run(std::vector<const QuarantineEntry*> entries) {
        std::vector<const QuarantineEntry*> resolved;
        for (const auto attempt : {&Retry::read_contents, &Retry::read_files}) {
            const auto done = (this->*attempt)(entries);
            if (!done) {
                return pass_on(done);
            }
            resolved.clear();
            std::ranges::copy_if(entries, std::back_inserter(resolved), *done);
            if (const auto marked = mark(resolved); !marked) {
                return pass_on(marked);
            }
            count_ += resolved.size();
            std::erase_if(entries, *done);
        }
        return count_;
    }

  private:
    using Resolves = std::function<bool(const QuarantineEntry*)>;

    static std::string name_of(const QuarantineEntry& entry) { return entry.id.to_hex() + ".json"; }

    Result<Resolves> read_contents(const std::vector<const QuarantineEntry*>& entries) {
        KeptContents contents;
        std::map<std::string, FileOutcome> outcomes;
        for (const QuarantineEntry* entry : entries) {
            if (!entry->content.empty()) {
                contents.add(name_of(*entry), entry->content);
                outcomes[name_of(*entry)];
            }
        }
        if (const auto read = read_again(contents, outcomes, false); !read) {
            return pass_on(read);
        }
        return [outcomes = std::move(outcomes)](const QuarantineEntry* entry) {
            const auto found = outcomes.find(name_of(*entry));
            return found != outcomes.end() && found->second.gave && found->second.clean;
        };
    }

    Result<Resolves> read_files(const std::vector<const QuarantineEntry*>& entries) {
        std::map<std::string, FileOutcome> outcomes;
        for (const QuarantineEntry* entry : entries) {
            const std::string& path = entry->where.file;
            if (files_.kind(path) == Files::Kind::File && find_input(files_, {path})) {
                outcomes[path].wanted.insert(entry->where.line);
            }
        }
        if (const auto read = read_again(files_, outcomes, true); !read) {
            return pass_on(read);
        }
        return [outcomes = std::move(outcomes)](const QuarantineEntry* entry) {
            const auto found = outcomes.find(entry->where.file);
            return found != outcomes.end() && found->second.resolves(*entry);
        };
    }

    /// Imports what `outcomes` names and tells what each gave.
    Result<> read_again(const Files& files, std::map<std::string, FileOutcome>& outcomes,
                        bool keeps_refusals) {
        if (outcomes.empty()) {
            return {};
        }
        ImportOptions options;
        options.source = source_;
        options.keeps_refusals = keeps_refusals;
        options.brings_back = false;
        options.steps = steps_;
        options.watch = [&outcomes](const ReadyChunk& chunk) {
            outcomes.at(chunk.file->path).take(chunk);
        };
        for (const auto& [path, outcome] : outcomes) {
            options.paths.push_back(path);
        }
        const auto report =
            import_files(folder_, files, clock_, options, [](const ImportProgress&) {});
        return report ? Result<>{} : pass_on(report);
    }

    /// Says in the log that entries are resolved; what was read for them is in it already.
    Result<> mark(const std::vector<const QuarantineEntry*>& entries) {
        std::vector<store::Append> records;
        std::deque<std::string> payloads;
        const Instant now = clock_.now();
        for (const QuarantineEntry* entry : entries) {
            QuarantineEntry resolved = *entry;
            resolved.resolved = true;
            resolved.content.clear();
            store::Append& append = records.emplace_back();
            append.record.kind = RecordKind::Quarantine;
            append.record.topic = "quarantine";
            append.record.occurred_at = now;
            append.record.recorded_at = now;
            append.record.ingested_at = now;
            append.record.payload = payloads.emplace_back(write_quarantine(resolved));
        }
        if (records.empty()) {
            return {};
        }
        if (const auto appended = steps_.carry_out([&] { return folder_.append(records); });
            !appended) {
            return appended;
        }
        for (const QuarantineEntry* entry : entries) {
            folder_.identity().resolved.insert(refusal_hash(entry->id));
        }
        return {};
    }

    DataFolder& folder_;
    const Files& files_;
    const Clock& clock_;
    std::string source_;
    const WriterSteps& steps_;
    std::uint64_t count_ = 0;
};

}  // namespace

Result<RetryReport> retry_quarantine(DataFolder& folder, const Files& files, const Clock& clock,
                                     const WriterSteps& steps) {
    const auto entries = list_quarantine(folder);
    if (!entries) {
        return pass_on(entries);
    }
    RetryReport report;
    report.tried = entries->size();
    std::map<std::string, std::vector<const QuarantineEntry*>> feeds;
    for (const QuarantineEntry& entry : *entries) {
        if (!entry.source.empty()) {  // else the entry itself could not be read
            feeds[entry.source].push_back(&entry);
        }
    }
    for (auto& [source, open] : feeds) {
        const auto resolved = Retry(folder, files, clock, source, steps).run(std::move(open));
        if (!resolved) {
            return pass_on(resolved);
        }
        report.resolved += *resolved;
    }
    if (const auto saved = folder.save_snapshots(); !saved) {
        return pass_on(saved);
    }
    return report;
}

}  // namespace parcours::engine

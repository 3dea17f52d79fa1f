#include "engine/ledger_snapshot.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/archive_reader.h"
#include "engine/archive_writer.h"
#include "engine/blob_stream.h"
#include "engine/data_folder.h"
#include "engine/enrolment_table.h"
#include "engine/ledger.h"
#include "engine/ledger_fields.h"
#include "engine/message_lists.h"
#include "engine/number_bytes.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

constexpr std::uint64_t snapshot_magic = 0x5041'5243'4C45'4447U;

/// Written only where the log has grown by this much: folding so few events again costs less.
constexpr LogPosition snapshot_growth_min = 1'000;

/// What a snapshot stands for, and where it lies.
struct Manifest {
    std::uint64_t log_id = 0;
    LogPosition position = 1;       ///< the log from there on is not in it
    std::uint64_t last_record = 0;  ///< tells the record before from any other
    Instant last_event_at;
    std::uint64_t generation = 0;
    std::vector<BlobPart> parts;
};

/// Two generations take turns, so that one is whole while the other is written.
std::string stream_name(std::uint64_t generation) {
    return std::string(ledger_blob) + (generation % 2 == 0 ? ".a" : ".b");
}

std::string manifest_bytes(const Manifest& manifest) {
    std::string bytes;
    for (const std::uint64_t number :
         {snapshot_magic, ledger_snapshot_format, manifest.log_id, manifest.position,
          manifest.last_record,
          static_cast<std::uint64_t>(manifest.last_event_at.time_since_epoch().count()),
          manifest.generation}) {
        append_number(bytes, number);
    }
    for (const BlobPart& part : manifest.parts) {
        append_number(bytes, part.size);
        append_number(bytes, part.checksum);
    }
    append_number(bytes, fast_hash(bytes));
    return bytes;
}

std::optional<Manifest> read_manifest(const store::Store& store) {
    const auto blob = store.get_blob(ledger_blob);
    if (!blob || !*blob || (*blob)->size() < sizeof(std::uint64_t)) {
        return std::nullopt;
    }
    const std::string_view bytes = std::string_view(**blob);
    const std::string_view said = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
    if (NumberReader(bytes.substr(said.size())).next() != fast_hash(said)) {
        return std::nullopt;
    }
    NumberReader reader(said);
    if (reader.next() != snapshot_magic || reader.next() != ledger_snapshot_format) {
        return std::nullopt;
    }
    Manifest manifest;
    manifest.log_id = reader.next();
    manifest.position = reader.next();
    manifest.last_record = reader.next();
    manifest.last_event_at = Instant{Instant::duration{static_cast<std::int64_t>(reader.next())}};
    manifest.generation = reader.next();
    while (!reader.at_end()) {
        const std::uint64_t size = reader.next();
        manifest.parts.push_back({size, reader.next()});
    }
    return manifest;
}

/// A log that was put back to an earlier state and went on otherwise has another record there.
std::uint64_t record_hash(const store::Store& store, LogPosition position) {
    std::string buffer;
    const auto record = store.read(position, buffer);
    return record ? fast_hash(record->payload, record->patient ^ position) : 0;
}

bool is_of(const Manifest& manifest, const DataFolder& folder) {
    return manifest.position > 1 && manifest.position <= folder.end() &&
           manifest.log_id == folder.log_id() &&
           manifest.last_record == record_hash(folder.store(), manifest.position - 1);
}

}  // namespace

struct LedgerSnapshot::Content {
    Manifest manifest;
    std::shared_ptr<EnrolmentTable> enrolment_table;
    std::shared_ptr<MessageTable> message_table;
    std::shared_ptr<TaskTable> task_table;
    EnrolmentTable::Shared enrolments;
    MessageTable::Shared messages;
    TaskTable::Shared tasks;
    DigestMap<std::uint32_t> provider_ids;
    PeopleAt patients_at;
    Notices notices;
    std::string rest;

    /// All but what is kept beside, and what follows from enrolments, messages and tasks.
    template <class Archive, class Of>
    static void plain(Archive& archive, Of& ledger) {
        archive(ledger.launched_, ledger.paused_, ledger.waiting_, ledger.attempting_,
                ledger.untold_, ledger.choices_, ledger.addresses_, ledger.cohorts_,
                ledger.answers_, ledger.virtual_run_, ledger.reach_, ledger.live_work_,
                ledger.totals_, ledger.lists_.campaigns, ledger.steps_, ledger.traffic_);
    }

    static std::string rest_of(const Ledger& ledger) {
        ArchiveWriter archive;
        plain(archive, ledger);
        return std::move(archive.bytes());
    }

    static bool read_rest(std::string_view bytes, Ledger& ledger) {
        ArchiveReader archive(bytes);
        archive(ledger.provider_ids_, ledger.patients_at_, ledger.notices_);
        plain(archive, ledger);
        return archive.good() && archive.at_end();
    }

    /// Messages and tasks, and the lists that follow from them.
    static bool read_tables(BlobStreamReader& reader, Ledger& ledger) {
        const bool messages = ledger.messages_->read(reader, [&](const MessageState& state) {
            if (state.number != ledger.messages_->size()) {
                return false;
            }
            // The lists know it as new, and then as what became of it.
            MessageState planned;
            planned.message = state.message;
            planned.number = state.number;
            const MessageLists::Before before = MessageLists::look(planned);
            ledger.lists_.messages.add(planned);
            ledger.lists_.messages.change(state, before);
            ledger.follow_sent(state);
            return true;
        });
        return messages && ledger.tasks_->read(reader, [&](const TaskState& state) {
            ledger.lists_.tasks.add(state);
            return true;
        });
    }

    explicit Content(Ledger& ledger)
        : enrolment_table(ledger.enrolments_),
          message_table(ledger.messages_),
          task_table(ledger.tasks_),
          enrolments(enrolment_table->share()),
          messages(message_table->share()),
          tasks(task_table->share()),
          provider_ids(ledger.provider_ids_),
          patients_at(ledger.patients_at_),
          notices(ledger.notices_),
          rest(rest_of(ledger)) {}
    Content(const Content&) = delete;
    Content& operator=(const Content&) = delete;
    ~Content() {
        enrolment_table->unshare();
        message_table->unshare();
        task_table->unshare();
    }

    template <class Sink>
    void write(const Sink& sink) const {
        enrolments.write(sink);
        messages.write(sink);
        tasks.write(sink);
        // What has no order is put into one here, and not while the ledger waits.
        ArchiveWriter hashes;
        hashes(provider_ids, patients_at, notices);
        std::string size;
        append_number(size, hashes.bytes().size() + rest.size());
        sink(size);
        sink(hashes.bytes());
        sink(rest);
    }
};

LedgerSnapshot::LedgerSnapshot(Ledger& ledger, const DataFolder& folder)
    : content_(std::make_unique<Content>(ledger)) {
    Manifest& manifest = content_->manifest;
    manifest.log_id = folder.log_id();
    manifest.position = folder.end();
    manifest.last_record = record_hash(folder.store(), manifest.position - 1);
    manifest.last_event_at = ledger.reach().last_event_at;
}

LedgerSnapshot::~LedgerSnapshot() = default;

Result<> LedgerSnapshot::save(store::Store& store) const {
    Manifest manifest = content_->manifest;
    if (const auto before = read_manifest(store)) {
        manifest.generation = before->generation + 1;
    }
    BlobStreamWriter stream(store, stream_name(manifest.generation));
    content_->write([&stream](std::string_view bytes) { stream.write(bytes); });
    auto parts = stream.finish();
    if (!parts) {
        return pass_on(parts);
    }
    manifest.parts = std::move(*parts);
    return store.put_blob(ledger_blob, manifest_bytes(manifest));
}

std::string LedgerSnapshot::bytes_of(Ledger& ledger) {
    std::string bytes;
    Content(ledger).write([&bytes](std::string_view some) { bytes += some; });
    return bytes;
}

LogPosition LedgerSnapshot::load(const DataFolder& folder, Ledger& ledger, Instant until) {
    auto manifest = read_manifest(folder.store());
    if (!manifest || manifest->last_event_at > until || !is_of(*manifest, folder)) {
        return 1;
    }
    BlobStreamReader reader(folder.store(), stream_name(manifest->generation),
                            std::move(manifest->parts));
    Ledger read;
    if (!read.enrolments_->read(reader) || !Content::read_tables(reader, read)) {
        return 1;
    }
    const std::string rest = reader.text(reader.number());
    if (!reader.good() || reader.left() != 0 || !Content::read_rest(rest, read)) {
        return 1;
    }
    ledger = std::move(read);
    return manifest->position;
}

LogPosition saved_ledger_end(const DataFolder& folder) {
    const auto manifest = read_manifest(folder.store());
    return manifest && is_of(*manifest, folder) ? manifest->position : 1;
}

Result<> save_ledger(DataFolder& folder, Ledger& ledger) {
    if (folder.append_failed()) {
        return {};  // what memory holds may be ahead of the log
    }
    const LogPosition saved = saved_ledger_end(folder);
    if (folder.end() == 1 || (saved > 1 && folder.end() - saved < snapshot_growth_min)) {
        return {};
    }
    return LedgerSnapshot(ledger, folder).save(folder.store());
}

}  // namespace parcours::engine

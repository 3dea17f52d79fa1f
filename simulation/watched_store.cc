#include "simulation/watched_store.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/error.h"
#include "engine/events.h"
#include "record/log.h"
#include "simulation/disk.h"
#include "simulation/doom.h"
#include "simulation/world.h"
#include "store/blob.h"
#include "store/store.h"

namespace parcours::simulation {
namespace {

/// Of an event, for who reads a trace.
constexpr std::size_t shown_bytes = 700;

/// What a commit is about, as far as the moment of a death is concerned.
struct About {
    bool intent = false;
    bool result = false;
};

About look(std::span<const store::Append> records) {
    About about;
    for (const store::Append& one : records) {
        about.result = about.result || one.record.topic == engine::AttemptEnded::topic;
        about.intent =
            about.intent || (one.record.topic == engine::Transition::topic &&
                             one.record.payload.find("\"messages\":[{") != std::string_view::npos);
    }
    return about;
}

class Watched final : public store::Store {
  public:
    Watched(std::unique_ptr<store::Store> inner, Disk& disk, World& world)
        : inner_(std::move(inner)), disk_(disk), world_(world) {}

    Result<> append(std::span<const store::Append> records, std::uint64_t epoch) override {
        const About about = look(records);
        if (dies(about.intent   ? Point::BeforeIntent
                 : about.result ? Point::BeforeResult
                                : Point::Append)) {
            return gone();
        }
        if (world_.commits_refused && world_.chance(0.4)) {
            return fail(ErrorCode::Unavailable, "the simulated store is too busy");
        }
        const auto appended = inner_->append(records, epoch);
        if (disk_.was_cut()) {
            world_.doom.kill();
        }
        if (world_.doom.dead()) {
            return gone();
        }
        if (!appended) {
            return appended;
        }
        // A commit whose caller hears nothing of it is told to the invariants by the next start.
        if (lies_ > 0 && --lies_ == 0) {
            world_.struck(Fault::CutAfterCommit);
            return fail(ErrorCode::Unavailable, "the simulated line was cut after the commit");
        }
        if (dies(about.intent ? Point::AfterIntent : Point::Appended)) {
            return gone();
        }
        for (const store::Append& one : records) {
            tell_of(one);
        }
        return {};
    }
    Result<LogPosition> end() const override { return inner_->end(); }
    Result<> scan(LogPosition from, LogPosition to, store::ScanVisitor& visitor) const override {
        return inner_->scan(from, to, visitor);
    }
    Result<LogRecord> read(LogPosition position, std::string& buffer) const override {
        if (world_.reads_fail) {
            return fail(ErrorCode::Unavailable, "the simulated disk does not answer");
        }
        return inner_->read(position, buffer);
    }
    Result<> put_blob(std::string_view name, std::string_view bytes) override {
        return dies(Point::Blob) ? gone() : inner_->put_blob(name, bytes);
    }
    Result<std::optional<std::string>> get_blob(std::string_view name) const override {
        return inner_->get_blob(name);
    }
    Result<std::optional<store::BlobMapping>> map_blob(std::string_view name) const override {
        return inner_->map_blob(name);
    }
    Result<std::uint64_t> acquire_lease(std::string_view owner) override {
        return inner_->acquire_lease(owner);
    }
    store::BlobCodec& codec() override { return inner_->codec(); }

  private:
    /// What was sealed ahead of time is read back.
    void tell_of(const store::Append& one) {
        std::string buffer;
        if (one.sealed.empty()) {
            tell(one.record, world_);
        } else if (const auto record = inner_->read(one.record.position, buffer)) {
            tell(*record, world_);
        } else {
            world_.find("nothing-lost", "what was just written cannot be read");
        }
    }
    bool dies(Point point) { return world_.doom.visit(point); }
    static std::unexpected<Error> gone() {
        return fail(ErrorCode::Unavailable, "the simulated program is dead");
    }

    std::unique_ptr<store::Store> inner_;
    Disk& disk_;
    World& world_;
    std::uint64_t& lies_ = world_.commits_until_lie;
};

}  // namespace

void tell(const LogRecord& record, World& world) {
    Recorded recorded{record, std::nullopt, world.now};
    if (record.kind == RecordKind::Event) {
        auto event = engine::read_event(record.topic, record.payload);
        if (event) {
            recorded.event = std::move(*event);
        } else {
            world.find("readable", "an event cannot be read: " + event.error().message);
        }
    }
    if (world.history.is_shown() && record.kind == RecordKind::Event) {
        world.history.remark(world.now, fmt::format("    {} {} {}", record.position, record.topic,
                                                    record.payload.substr(0, shown_bytes)));
    }
    world.history.count(record.topic);
    world.history.count(record.payload);
    ++world.records;
    world.records_known = record.position;
    world.tell([&recorded](Invariant& one) { one.recorded(recorded); });
}

std::unique_ptr<store::Store> watch(std::unique_ptr<store::Store> store, Disk& disk, World& world) {
    return std::make_unique<Watched>(std::move(store), disk, world);
}

}  // namespace parcours::simulation

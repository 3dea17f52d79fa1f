#include "synth/synth.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "synth/chart.h"
#include "synth/export_files.h"
#include "synth/family.h"
#include "synth/life.h"
#include "synth/sheet.h"
#include "synth/volume.h"

namespace parcours::synth {
namespace {

constexpr std::uint64_t families_per_chunk = 64;

/// Some families in a row, and how many of their members are to be written.
struct Chunk {
    std::uint64_t number = 0;
    std::uint64_t first_family = 0;
    std::vector<std::size_t> members;
    std::uint64_t patients = 0;
};

/// What a worker made of a chunk.
struct Written {
    std::array<Piece, type_count> pieces;
    std::array<std::uint64_t, type_count> counts{};
    std::uint64_t patients = 0;
};

/// Deals out chunks to workers and takes back what they wrote. A worker waits when it is far
/// ahead of the writer, so that memory stays bounded.
class Workshop {
  public:
    Workshop(const Setting& setting, std::uint64_t patients, bool gzip, std::uint64_t ahead_max)
        : setting_(setting), patients_left_(patients), gzip_(gzip), ahead_max_(ahead_max) {}

    /// Runs until there is nothing left to do or `stop` is called.
    void work();
    /// The next chunk in order; nothing at the end.
    std::optional<Written> take();
    void stop();

  private:
    std::optional<Chunk> next_chunk();
    [[nodiscard]] Written write(const Chunk& chunk) const;

    const Setting& setting_;
    std::uint64_t patients_left_;
    const bool gzip_;
    const std::uint64_t ahead_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, Written> done_;
    std::uint64_t dealt_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t next_family_ = 0;
    bool stopped_ = false;
};

std::optional<Chunk> Workshop::next_chunk() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || dealt_ < taken_ + ahead_max_; });
    if (stopped_ || patients_left_ == 0) {
        return std::nullopt;
    }
    Chunk chunk;
    chunk.number = dealt_++;
    chunk.first_family = next_family_;
    while (chunk.members.size() < families_per_chunk && patients_left_ > 0) {
        const std::uint64_t whole = family_size(setting_.seed, next_family_++);
        const std::uint64_t size = std::min(whole, patients_left_);
        patients_left_ -= size;
        chunk.patients += size;
        chunk.members.push_back(static_cast<std::size_t>(size));
    }
    return chunk;
}

Written Workshop::write(const Chunk& chunk) const {
    Sheet sheet;
    if (chunk.number == 0) {
        write_practice(sheet, setting_);
    }
    for (std::size_t i = 0; i < chunk.members.size(); ++i) {
        Family family = invent_family(setting_, chunk.first_family + i);
        // The last family may be larger than the room that is left; nobody refers to who is not
        // there.
        family.members.resize(chunk.members[i]);
        for (std::size_t member = 0; member < family.members.size(); ++member) {
            write_life(sheet, setting_, family, member);
        }
    }
    Written written;
    written.patients = chunk.patients;
    written.counts = sheet.counts;
    for (std::size_t i = 0; i < type_count; ++i) {
        written.pieces[i] = make_piece(std::move(sheet.lines[i]), gzip_);
    }
    return written;
}

void Workshop::work() {
    while (const std::optional<Chunk> chunk = next_chunk()) {
        Written written = write(*chunk);
        const std::scoped_lock lock(mutex_);
        done_.emplace(chunk->number, std::move(written));
        changed_.notify_all();
    }
}

std::optional<Written> Workshop::take() {
    std::unique_lock lock(mutex_);
    const auto ready = [&] {
        return done_.contains(taken_) || (patients_left_ == 0 && taken_ == dealt_);
    };
    changed_.wait(lock, ready);
    const auto found = done_.find(taken_);
    if (found == done_.end()) {
        return std::nullopt;
    }
    Written written = std::move(found->second);
    done_.erase(found);
    ++taken_;
    changed_.notify_all();
    return written;
}

void Workshop::stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

Result<> validate(const Options& options) {
    if (options.patients == 0 || options.patients > 100'000'000) {
        return fail(ErrorCode::Usage, "The number of patients has to be from 1 to 100000000.");
    }
    if (!(options.density >= 10 && options.density <= 100)) {
        return fail(ErrorCode::Usage,
                    "The density has to be from 10 to 100 resources a patient on average.");
    }
    const int year = static_cast<int>(std::chrono::year_month_day{options.until}.year());
    if (year < 1990 || year > 2200) {
        return fail(ErrorCode::Usage, "The last day of history has to lie between 1990 and 2200.");
    }
    if (options.out.empty()) {
        return fail(ErrorCode::Usage, "Name the folder to write to with --out.");
    }
    if (options.threads == 0 || options.threads > 64) {
        return fail(ErrorCode::Usage, "The number of threads has to be from 1 to 64.");
    }
    return {};
}

Setting setting_of(const Options& options) {
    Setting setting;
    setting.seed = options.seed;
    setting.until = options.until.time_since_epoch().count();
    setting.volume = volume_for(options.density);
    setting.practitioners =
        static_cast<std::size_t>(std::clamp<std::uint64_t>(options.patients / 1500, 12, 600));
    return setting;
}

Result<> append_all(ExportFiles& files, const Written& written, Summary& summary) {
    for (std::size_t i = 0; i < type_count; ++i) {
        const Type type = static_cast<Type>(i);
        if (const auto appended = files.append(type, written.pieces[i]); !appended) {
            return appended;
        }
        if (written.counts[i] > 0) {
            summary.by_type[std::string(type_name(type))] += written.counts[i];
            summary.resources += written.counts[i];
        }
    }
    summary.patients += written.patients;
    return {};
}

}  // namespace

Result<Summary> write_population(const Options& options,
                                 const std::function<void(std::uint64_t)>& progress) {
    if (const auto valid = validate(options); !valid) {
        return pass_on(valid);
    }
    auto files = ExportFiles::open(options.out, options.gzip);
    if (!files) {
        return pass_on(files);
    }
    const Setting setting = setting_of(options);
    Workshop workshop(setting, options.patients, options.gzip, 4ULL * options.threads);
    std::vector<std::jthread> workers;
    workers.reserve(options.threads);
    for (unsigned i = 0; i < options.threads; ++i) {
        workers.emplace_back([&workshop] { workshop.work(); });
    }
    Summary summary;
    Result<> state;
    while (state) {
        const std::optional<Written> written = workshop.take();
        if (!written) {
            break;
        }
        state = append_all(*files, *written, summary);
        if (progress) {
            progress(summary.patients);
        }
    }
    workshop.stop();
    workers.clear();
    if (state) {
        state = files->close();
    }
    if (!state) {
        return pass_on(state);
    }
    summary.bytes = files->bytes();
    return summary;
}

}  // namespace parcours::synth

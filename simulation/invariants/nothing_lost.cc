// P1.

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "record/log.h"
#include "simulation/invariant.h"
#include "store/store.h"

namespace parcours::simulation {
namespace {

std::uint64_t fingerprint(const LogRecord& record) {
    return fast_hash(record.payload, fast_hash(record.topic, record.patient));
}

/// Compares what the disk has with what was durable.
class Compare final : public store::ScanVisitor {
  public:
    explicit Compare(const std::vector<std::uint64_t>& known) : known_(known) {}
    bool visit(const LogRecord& record) override {
        const std::size_t place = seen_++;
        if (place < known_.size() && known_[place] != fingerprint(record)) {
            wrong_ = fmt::format("record {} is not what was written", record.position);
        }
        return true;
    }
    bool damaged(LogPosition position, const Error& error) override {
        wrong_ = fmt::format("record {} is damaged: {}", position, error.message);
        return true;
    }
    [[nodiscard]] std::string wrong() const {
        return !wrong_.empty() ? wrong_
               : seen_ < known_.size()
                   ? fmt::format("{} records were durable, {} are left", known_.size(), seen_)
                   : std::string();
    }

  private:
    const std::vector<std::uint64_t>& known_;
    std::size_t seen_ = 0;
    std::string wrong_;
};

class NothingLost final : public Invariant {
  public:
    [[nodiscard]] std::string_view name() const override { return "nothing-lost"; }
    [[nodiscard]] std::string_view sentence() const override {
        return "what was durable once, and every notice that was acknowledged, is there after "
               "every start, unchanged";
    }
    void recorded(const Recorded& one) override { known_.push_back(fingerprint(one.record)); }
    void acknowledged(std::string_view notice, std::string_view, std::string_view, bool) override {
        if (!notice.empty()) {
            notices_.emplace(notice);
        }
    }
    void started(const Running& running) override {
        Compare compare(known_);
        const auto scanned = running.folder.store().scan(1, running.folder.end(), compare);
        expect(scanned.has_value(), "the log cannot be read");
        expect(compare.wrong().empty(), compare.wrong());
        for (const std::string& notice : notices_) {
            expect(running.runner.ledger().notices().knows(notice),
                   fmt::format("the notice {} was acknowledged and is not known", notice));
        }
    }

  private:
    std::vector<std::uint64_t> known_;
    std::set<std::string> notices_;
};

}  // namespace

std::unique_ptr<Invariant> make_nothing_lost() {
    return std::make_unique<NothingLost>();
}

}  // namespace parcours::simulation

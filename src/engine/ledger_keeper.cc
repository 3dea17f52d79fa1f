#include "engine/ledger_keeper.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "engine/data_folder.h"
#include "engine/journal.h"
#include "engine/ledger_snapshot.h"
#include "record/log.h"

namespace parcours::engine {

void LedgerKeeper::work(DataFolder& folder, Journal& journal) {
    if (writing_.valid()) {
        if (writing_.wait_for(std::chrono::seconds{0}) == std::future_status::ready) {
            stop();
        }
        return;
    }
    if (last_ == 0) {
        last_ = saved_ledger_end(folder);
    }
    const LogPosition end = folder.end();
    if (end < last_ + std::max(growth_min, last_ / 8)) {
        return;
    }
    snapshot_ = journal.snapshot_ledger();
    if (snapshot_ == nullptr) {
        return;
    }
    last_ = end;
    writing_ =
        std::async(std::launch::async, [this, &folder] { return snapshot_->save(folder.store()); });
}

void LedgerKeeper::stop() {
    if (writing_.valid()) {
        (void)writing_.get();  // the one before counts on where it failed
        snapshot_.reset();
    }
}

}  // namespace parcours::engine

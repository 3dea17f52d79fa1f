// Of `Service`: how the engine goes over to another version of the practice.

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/practice_versions.h"
#include "engine/runner.h"
#include "engine/service.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "practice/folder.h"

namespace parcours::engine {
namespace {

/// The version that ran before anything was published, so that one can go back to it.
Result<> keep_first(PracticeVersions& versions, store::Store& store,
                    const practice::FileMap& running, Instant now) {
    if (!versions.all().empty()) {
        return {};
    }
    const auto added = versions.add(
        store,
        {0, practice_digest(running), now, "parcours", "what ran before the first publication", 0},
        own_files(running));
    return added ? Result<>{} : pass_on(added);
}

Error mistakes_error(const std::vector<Error>& mistakes) {
    return {ErrorCode::InvalidInput,
            "the practice would have " + std::to_string(mistakes.size()) +
                (mistakes.size() == 1 ? " mistake" : " mistakes") + "; nothing was published",
            mistakes.front().where};
}

}  // namespace

Result<practice::FileMap> change_files(const practice::FileMap& own, const PracticeChange& change) {
    practice::FileMap files = change.whole ? practice::FileMap{} : own;
    for (const std::string& path : change.removed) {
        if (files.erase(path) == 0) {
            return fail(ErrorCode::NotFound,
                        "the clinic has no file \"" + path + "\" of its own that could be removed");
        }
    }
    return own_files(practice::overlay(files, change.files));
}

Result<PracticeVersion> Service::publish_practice(const PracticeChange& change,
                                                  std::vector<Error>& mistakes) {
    if (intake_.takes_in()) {
        return fail(ErrorCode::Unavailable,
                    "records are being taken in for the practice as it is; publish again when that "
                    "has ended");
    }
    const practice::FileMap& running = clinic_->folder.files;
    if (practice_digest(running) != change.base) {
        return fail(ErrorCode::Conflict,
                    "the practice was changed after what this change was decided on");
    }
    const auto own = change_files(own_files(running), change);
    if (!own) {
        return pass_on(own);
    }
    practice::FileMap files = practice::overlay(practice::built_in_files(), *own);
    mistakes = check_clinic(files, clinic_->folder.imported);
    if (!mistakes.empty()) {
        return std::unexpected(mistakes_error(mistakes));
    }
    const Digest digest = practice_digest(files);
    auto clinic = make_clinic(std::move(files), clinic_->folder.imported);
    if (!clinic) {
        return pass_on(clinic);
    }
    // What waits to be written belongs to the engine that ends here.
    if (const auto gone = let_go(); !gone) {
        return pass_on(gone);
    }
    auto next = try_out(*clinic);
    if (!next) {
        return fail(ErrorCode::Conflict,
                    "the engine cannot go over to this practice; nothing was published: " +
                        next.error().message,
                    next.error().where);
    }
    const Instant now = around_.clock.now();
    auto versions = PracticeVersions::load(folder_->store());
    if (!versions) {
        return pass_on(versions);
    }
    if (const auto kept = keep_first(*versions, folder_->store(), running, now); !kept) {
        return pass_on(kept);
    }
    auto added = versions->add(folder_->store(), {0, digest, now, change.by, change.note, 0}, *own);
    if (!added) {
        return pass_on(added);
    }
    if (const auto changed = change_over(std::move(*clinic), std::move(*next)); !changed) {
        return pass_on(changed);
    }
    return added;
}

/// An engine on a clinic, of which everything that could keep it from starting has been tried:
/// nothing is written, and nothing has changed where this fails.
Result<std::unique_ptr<Runner>> Service::try_out(const std::shared_ptr<const Clinic>& clinic) {
    if (const auto map = position::CompiledMap::compile(clinic->map, clinic->folder.value_sets,
                                                        folder_->index()->dictionary());
        !map) {
        return pass_on(map);
    }
    auto runner = new_runner(clinic);
    if (runner) {
        if (const auto tried = (*runner)->try_cohorts(around_.clock.now()); !tried) {
            return pass_on(tried);
        }
    }
    return runner;
}

/// As between two starts of the program: campaigns that are new or changed are launched, people in
/// flight finish those that they are in, and everybody is looked at again.
Result<> Service::change_over(std::shared_ptr<const Clinic> clinic,
                              std::unique_ptr<Runner> runner) {
    clinic_ = std::move(clinic);
    {
        const std::unique_lock lock(mutex_);
        runner_.swap(runner);
    }
    Result<> made = started_ ? start() : Result<>{};
    if (made) {
        made = publish();
    }
    if (!made) {
        fatal_ = made.error();
    }
    return made;
}

}  // namespace parcours::engine

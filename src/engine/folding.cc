#include "engine/folding.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/index_growth.h"
#include "engine/intake_lane.h"
#include "population/live_index.h"

namespace parcours::engine {
namespace {

/// How long what is written waits in layers before it is folded, however little it is.
constexpr std::chrono::hours age_max{1};

}  // namespace

/// What a fold starts from. Both are taken together: what shows more records than the index has
/// would speak of patients whom the folded one does not know.
struct Folding::Begun {
    std::shared_ptr<const Published> published;
    std::shared_ptr<const population::LiveIndex> index;
};

/// All layers in one, with what shows it.
struct Folding::Folded {
    std::shared_ptr<const population::LiveIndex> from;
    std::shared_ptr<const population::LiveIndex> index;
    std::shared_ptr<const Published> shown;
};

void Folding::work(Instant now) {
    if (!lane_.work() && !lane_.busy()) {
        begin(now);
    }
}

void Folding::begin(Instant now) {
    auto published = parts_.published();  // first: the index is never behind it
    const auto index = folder_->index();
    if (index->layers().size() == 1) {
        since_.reset();
        return;
    }
    since_ = since_.value_or(now);
    if (now - *since_ <= age_max && !should_fold(*index)) {
        return;
    }
    since_ = now;
    IntakeLane::Task task;
    task.run = [this, begun = Begun{std::move(published), index}](IntakeLane::Beside& beside) {
        return fold(beside, begun);
    };
    task.end = [](const Result<>&) {};
    // Only a process that stops takes nothing more.
    if (lane_.put(std::move(task))) {
        lane_.work();
    }
}

void Folding::stop() {
    lane_.stop();
}

Result<> Folding::fold(IntakeLane::Beside& beside, const Begun& begun) {
    const auto folded = std::make_shared<Folded>();
    folded->from = begun.index;
    auto index = folded->from->fold(nullptr, [&beside] { return beside.stop_asked(); });
    if (!index || beside.stop_asked()) {
        return index ? Result<>{} : pass_on(index);
    }
    folded->index = std::move(*index);
    if (const auto kept = folder_->keep_base(folded->index->base()); !kept) {
        return kept;
    }
    if (beside.stop_asked()) {
        return {};
    }
    if (begun.published != nullptr) {
        auto shown = parts_.show(folded->index, *begun.published);
        if (!shown) {
            return pass_on(shown);
        }
        folded->shown = std::move(*shown);
    }
    // Between two intakes: what came meanwhile is put on top.
    return beside.by_writer([&]() -> Result<> {
        IntakeLane::Task task;
        task.run = [this, folded](IntakeLane::Beside& lane) { return adopt(lane, *folded); };
        task.end = [](const Result<>&) {};
        return parts_.put(std::move(task));
    });
}

Result<> Folding::adopt(IntakeLane::Beside& beside, const Folded& folded) {
    const auto present = folder_->index();
    if (present->base() != folded.from->base() || beside.stop_asked()) {
        return {};  // it was made anew meanwhile, or nobody will look at it
    }
    const auto known = static_cast<std::ptrdiff_t>(folded.from->parts().size());
    population::LiveIndex::Parts since(present->parts().begin() + known, present->parts().end());
    auto next = folded.index;
    if (!since.empty()) {
        auto added = population::LiveIndex::add(*next, std::move(since));
        if (!added) {
            return pass_on(added);
        }
        next = std::move(*added);
    }
    folder_->set_index(std::move(next));
    return parts_.renew(beside, present.get(), folded.shown.get());
}

}  // namespace parcours::engine

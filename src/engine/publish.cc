#include "engine/publish.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/directory.h"
#include "engine/published.h"
#include "engine/quarantine.h"
#include "engine/standings.h"
#include "engine/surroundings.h"
#include "fhir/resource_type.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/standings.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

/// Whom was merged into whom.
std::unordered_map<population::PatientNumber, std::vector<Key>> merged_keys(
    const population::LiveIndex& index) {
    std::unordered_map<population::PatientNumber, std::vector<Key>> merged;
    for (const auto& [number, survivor] : index.merged()) {
        merged[survivor].push_back(index.patients().key[number]);
    }
    return merged;
}

void note_rows(const population::IndexLayer& layer, Instant now,
               std::map<fhir::ResourceType, Feed>& feeds) {
    for (const population::Table& table : layer.index->tables()) {
        Feed& feed = feeds[table.type];
        layer.each_row(table, [&](std::uint32_t row) {
            const Instant at = table.occurred[row];
            feed.newest = at <= now ? std::max(feed.newest, at) : feed.newest;
        });
    }
}

/// When the newest record of each type happened, of those that have happened. Over what is known
/// of the first layer (`before` may be null) only later ones are looked at: what a correction takes
/// back counts until layers are folded.
std::map<fhir::ResourceType, Feed> newest_of_feeds(const population::LiveIndex& index,
                                                   const Published* before, Instant now) {
    std::map<fhir::ResourceType, Feed> feeds;
    const bool known = before != nullptr && before->index->base() == index.base();
    if (known) {
        feeds = before->feeds;
    } else {
        note_rows(index.layers().front(), now, feeds);
    }
    for (const population::IndexLayer& layer : index.layers().subspan(1)) {
        note_rows(layer, now, feeds);
    }
    for (auto& [type, feed] : feeds) {
        feed.records = index.row_count(type);
    }
    return feeds;
}

Result<> put_quarantine(const DataFolder& folder, const Published* before, Published& out) {
    out.quarantine_until = folder.end();
    if (before != nullptr) {
        const auto more = has_quarantined(folder, before->quarantine_until);
        if (!more) {
            return pass_on(more);
        }
        if (!*more) {
            out.quarantine = before->quarantine;
            return {};
        }
    }
    auto entries = list_quarantine(folder);
    if (!entries) {
        return pass_on(entries);
    }
    out.quarantine = std::make_shared<const std::vector<QuarantineEntry>>(std::move(*entries));
    return {};
}

std::shared_ptr<const Directory> stored_directory(const DataFolder& folder) {
    const auto blob = folder.store().get_blob(directory_blob);
    // A snapshot is never the truth: a damaged one is made anew from the log.
    return blob && *blob ? Directory::from_bytes(**blob).value_or(nullptr) : nullptr;
}

}  // namespace

Result<std::shared_ptr<const position::CompiledMap>> make_map(
    const std::shared_ptr<const Clinic>& clinic, const population::LiveIndex& index,
    const Published* before) {
    const bool same_clinic = before != nullptr && before->clinic == clinic;
    if (same_clinic && before->index->shared_dictionary() == index.shared_dictionary()) {
        return before->compiled;
    }
    if (same_clinic &&
        before->index->dictionary().concept_count() <= index.dictionary().concept_count() &&
        before->index->base() == index.base()) {  // the dictionary has only grown
        auto map = std::make_shared<position::CompiledMap>(*before->compiled);
        map->update(clinic->folder.value_sets, index.dictionary());
        return map;
    }
    auto map =
        position::CompiledMap::compile(clinic->map, clinic->folder.value_sets, index.dictionary());
    if (!map) {
        return pass_on(map);
    }
    return std::make_shared<const position::CompiledMap>(std::move(*map));
}

Result<std::shared_ptr<const Published>> make_published(
    const DataFolder& folder, std::shared_ptr<const population::LiveIndex> index,
    std::shared_ptr<const Clinic> clinic, const Published* before, const Surroundings& around) {
    auto map = make_map(clinic, *index, before);
    if (!map) {
        return pass_on(map);
    }
    auto next = std::make_shared<Published>();
    next->clinic = std::move(clinic);
    next->index = std::move(index);
    next->compiled = std::move(*map);
    if (const auto put = put_quarantine(folder, before, *next); !put) {
        return pass_on(put);
    }
    const auto known = before != nullptr ? before->directory : stored_directory(folder);
    next->directory = Directory::make(folder, *next->index, known, around.executor);
    const Instant now = around.clock.now();
    const bool same_map = before != nullptr && before->clinic == next->clinic;
    next->standings = same_map ? make_present_after(*before, *next, around, now)
                               : make_present(*next, around, now);
    next->merged = merged_keys(*next->index);
    next->feeds = newest_of_feeds(*next->index, before, now);
    return next;
}

Result<std::shared_ptr<const Published>> make_requarantined(const DataFolder& folder,
                                                            const Published& before) {
    auto next = std::make_shared<Published>(before);
    if (const auto put = put_quarantine(folder, &before, *next); !put) {
        return pass_on(put);
    }
    return next;
}

std::shared_ptr<const position::Standings> make_present(const Published& record,
                                                        const Surroundings& around, Instant as_of) {
    return make_standings(*record.index, record.map(), as_of, around.executor);
}

std::shared_ptr<const position::Standings> make_present_after(const Published& before,
                                                              const Published& record,
                                                              const Surroundings& around,
                                                              Instant as_of) {
    const EarlierStandings earlier{*before.standings, *before.index};
    return make_standings(*record.index, record.map(), as_of, around.executor, &earlier);
}

Result<> keep_published(DataFolder& folder, const Published& record) {
    return folder.store().put_blob(directory_blob, record.directory->to_bytes());
}

std::vector<Key> Published::keys_of(population::PatientNumber number) const {
    std::vector<Key> keys = {index->patients().key[number]};
    if (const auto found = merged.find(number); found != merged.end()) {
        keys.insert(keys.end(), found->second.begin(), found->second.end());
    }
    return keys;
}

}  // namespace parcours::engine

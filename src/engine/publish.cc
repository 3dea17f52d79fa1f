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
#include "population/index.h"
#include "position/compiled_map.h"
#include "position/standings.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

/// Whom was merged into whom.
std::unordered_map<population::PatientNumber, std::vector<Key>> merged_keys(
    const population::Index& index) {
    std::unordered_map<population::PatientNumber, std::vector<Key>> merged;
    const population::Patients& patients = index.patients();
    for (population::PatientNumber number = 0; number < patients.count; ++number) {
        if (patients.survivor[number] != number) {
            merged[patients.survivor[number]].push_back(patients.key[number]);
        }
    }
    return merged;
}

/// When the newest record of each type happened, of those that have happened.
std::map<fhir::ResourceType, Feed> newest_of_feeds(const population::Index& index, Instant now) {
    std::map<fhir::ResourceType, Feed> feeds;
    for (const population::Table& table : index.tables()) {
        Feed& feed = feeds[table.type];
        feed.records = table.key.size();
        for (std::size_t row = 0; row < feed.records; ++row) {
            const Instant at = table.occurred[row];
            feed.newest = at <= now ? std::max(feed.newest, at) : feed.newest;
        }
    }
    return feeds;
}

std::shared_ptr<const Directory> stored_directory(const DataFolder& folder) {
    const auto blob = folder.store().get_blob(directory_blob);
    // A snapshot is never the truth: a damaged one is made anew from the log.
    return blob && *blob ? Directory::from_bytes(**blob).value_or(nullptr) : nullptr;
}

}  // namespace

Result<std::shared_ptr<const Published>> make_published(const DataFolder& folder,
                                                        std::shared_ptr<const Clinic> clinic,
                                                        const Published* before,
                                                        const Surroundings& around) {
    auto index = folder.index();
    auto map =
        position::CompiledMap::compile(clinic->map, clinic->folder.value_sets, index->dictionary());
    if (!map) {
        return pass_on(map);
    }
    auto quarantine = list_quarantine(folder);
    if (!quarantine) {
        return pass_on(quarantine);
    }
    auto next =
        std::make_shared<Published>(Published{std::move(clinic), std::move(index), std::move(*map),
                                              nullptr, nullptr, std::move(*quarantine)});
    const auto known = before != nullptr ? before->directory : stored_directory(folder);
    next->directory = Directory::make(folder, *next->index, known, around.executor);
    const Instant now = around.clock.now();
    const bool same_map = before != nullptr && before->clinic == next->clinic;
    next->standings = same_map ? make_present_after(*before, *next, around, now)
                               : make_present(*next, around, now);
    next->merged = merged_keys(*next->index);
    next->feeds = newest_of_feeds(*next->index, now);
    return next;
}

Result<std::shared_ptr<const Published>> make_requarantined(const DataFolder& folder,
                                                            const Published& before) {
    auto quarantine = list_quarantine(folder);
    if (!quarantine) {
        return pass_on(quarantine);
    }
    auto next = std::make_shared<Published>(before);
    next->quarantine = std::move(*quarantine);
    return next;
}

std::shared_ptr<const position::Standings> make_present(const Published& record,
                                                        const Surroundings& around, Instant as_of) {
    return make_standings(*record.index, record.map, as_of, around.executor);
}

std::shared_ptr<const position::Standings> make_present_after(const Published& before,
                                                              const Published& record,
                                                              const Surroundings& around,
                                                              Instant as_of) {
    const EarlierStandings earlier{*before.standings, *before.index};
    return make_standings(*record.index, record.map, as_of, around.executor, &earlier);
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

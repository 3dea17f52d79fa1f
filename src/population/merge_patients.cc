#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "population/merge_steps.h"
#include "population/part_rows.h"
#include "population/patients.h"
#include "record/identity.h"

namespace parcours::population {
namespace {

constexpr PatientNumber not_before = UINT32_MAX;

/// A patient of the merged index: where its current version and its name come from.
struct Person {
    Key key = 0;
    PatientNumber previous = not_before;
    const PartPatient* newer = nullptr;  ///< replaces the previous version where set
    std::uint32_t part = 0;              ///< that names it, where there is no previous
    std::uint32_t name = 0;
};

struct Named {
    Key key = 0;
    std::uint32_t part = 0;
    std::uint32_t name = 0;
};

/// Every patient that a stored entry is or refers to, each once.
std::vector<Named> collect_names(Parts parts) {
    std::vector<Named> names;
    for (std::uint32_t part = 0; part < parts.size(); ++part) {
        const PartRows& rows = *parts[part];
        std::vector<bool> used(rows.names.size(), rows.keeps_names);
        const auto use = [&rows, &used](Key key) {
            if (key != 0) {
                used[rows.name_of.find(key)] = true;
            }
        };
        for (const PartRow& row : rows.rows) {
            if (row.fact.position != 0) {
                use(row.owner);
            }
        }
        for (const PartPatient& patient : rows.patients) {
            if (patient.fact.position != 0) {
                use(patient.fact.key);
                use(patient.fact.replaced_by);
            }
        }
        for (std::uint32_t name = 0; name < used.size(); ++name) {
            if (used[name]) {
                names.push_back({rows.names[name].key, part, name});
            }
        }
    }
    std::ranges::sort(names, {}, &Named::key);
    const auto doubles = std::ranges::unique(names, {}, &Named::key);
    names.erase(doubles.begin(), doubles.end());
    return names;
}

/// Previous patients and new names in the order of keys.
std::vector<Person> join(const Patients& previous, const std::vector<Named>& names,
                         std::vector<PatientNumber>& renumbered) {
    std::vector<Person> people;
    people.reserve(previous.count + names.size());
    renumbered.resize(previous.count);
    std::size_t next = 0;
    const auto add_new_until = [&](Key limit, bool inclusive) {
        for (; next < names.size() && (names[next].key < limit || inclusive); ++next) {
            people.push_back(
                {names[next].key, not_before, nullptr, names[next].part, names[next].name});
        }
    };
    for (PatientNumber old = 0; old < previous.count; ++old) {
        const Key key = previous.key[old];
        add_new_until(key, false);
        if (next < names.size() && names[next].key == key) {
            ++next;
        }
        renumbered[old] = static_cast<PatientNumber>(people.size());
        people.push_back({key, old, nullptr, 0, 0});
    }
    add_new_until(0, true);
    return people;
}

VersionMark version_of(const Patients& previous, const Person& person) {
    if (person.newer != nullptr) {
        return person.newer->version;
    }
    if (person.previous == not_before) {
        return {};
    }
    return {previous.last_updated[person.previous], previous.version[person.previous],
            previous.position[person.previous]};
}

/// Lets the versions of the parts replace one another in the order of the log.
void choose_versions(Parts parts, const Patients& previous, std::vector<Person>& people) {
    std::vector<const PartPatient*> versions;
    for (const PartRows* part : parts) {
        for (const PartPatient& patient : part->patients) {
            if (patient.fact.position != 0) {
                versions.push_back(&patient);
            }
        }
    }
    std::ranges::sort(versions, {}, [](const PartPatient* one) { return one->fact.position; });
    for (const PartPatient* version : versions) {
        Person& person = *std::ranges::lower_bound(people, version->fact.key, {}, &Person::key);
        const VersionMark current = version_of(previous, person);
        if (current.position == 0 || version->version.newer_than(current)) {
            person.newer = version;
        }
    }
}

std::uint8_t flags_of(const PartPatient& patient) {
    const PatientFact& fact = patient.fact;
    return static_cast<std::uint8_t>(
        patient.shape | (fact.deceased_flag ? Patients::flag_deceased : 0) |
        (fact.active ? 0 : Patients::flag_inactive) |
        ((fact.gender & Patients::gender_mask) << Patients::gender_shift));
}

/// The columns that come from the current version of each Patient resource.
class Filler {
  public:
    Filler(const Patients& previous, const std::vector<Person>& people, Arena& arena)
        : previous_(previous), people_(people), arena_(arena) {}

    /// `get` reads the value off a version; `absent` stands where none has arrived.
    template <class T, class Get>
    Column<T> fill(Column<T> Patients::* column, T absent, Get get) const {
        return arena_.column<T>(people_.size(), [&](std::size_t i) -> T {
            const Person& person = people_[i];
            if (person.newer != nullptr) {
                return static_cast<T>(get(*person.newer));
            }
            return person.previous == not_before ? absent : (previous_.*column)[person.previous];
        });
    }

  private:
    const Patients& previous_;
    const std::vector<Person>& people_;
    Arena& arena_;
};

void fill_facts(Patients& out, const Filler& filler) {
    using P = PartPatient;
    out.position = filler.fill(&Patients::position, LogPosition{0},
                               [](const P& p) { return p.fact.position; });
    out.birth = filler.fill(&Patients::birth, no_time, [](const P& p) { return p.fact.birth; });
    out.birth_precision = filler.fill(&Patients::birth_precision, Precision::Day,
                                      [](const P& p) { return p.birth_precision; });
    out.deceased =
        filler.fill(&Patients::deceased, no_time, [](const P& p) { return p.fact.deceased; });
    out.deceased_precision = filler.fill(&Patients::deceased_precision, Precision::Day,
                                         [](const P& p) { return p.deceased_precision; });
    out.deceased_offset = filler.fill(&Patients::deceased_offset, Table::no_offset,
                                      [](const P& p) { return p.deceased_offset; });
    out.flags =
        filler.fill(&Patients::flags, std::uint8_t{0}, [](const P& p) { return flags_of(p); });
    out.replaced_by =
        filler.fill(&Patients::replaced_by, Key{0}, [](const P& p) { return p.fact.replaced_by; });
    out.recorded =
        filler.fill(&Patients::recorded, no_time, [](const P& p) { return p.fact.recorded; });
    out.last_updated = filler.fill(&Patients::last_updated, no_time,
                                   [](const P& p) { return p.version.last_updated; });
    out.version = filler.fill(&Patients::version, std::uint64_t{0},
                              [](const P& p) { return p.version.number; });
}

/// Where the facts of a patient are shown: at the end of its chain of merges, as far as those
/// patients have arrived. A circle of merges is no merge.
PatientNumber find_survivor(const Patients& patients, PatientNumber start) {
    constexpr int chain_max = 64;
    PatientNumber current = start;
    for (int step = 0; step < chain_max; ++step) {
        const Key next_key = patients.replaced_by[current];
        const auto next = next_key == 0 ? std::nullopt : patients.find(next_key);
        if (!next || patients.position[*next] == 0) {
            return current;
        }
        current = *next;
    }
    return start;
}

std::vector<std::string> join_sources(Parts parts, const Patients& previous) {
    std::vector<std::string> sources = previous.sources;
    for (const PartRows* part : parts) {
        sources.insert(sources.end(), part->sources.begin(), part->sources.end());
    }
    std::ranges::sort(sources);
    const auto doubles = std::ranges::unique(sources);
    sources.erase(doubles.begin(), doubles.end());
    return sources;
}

std::pair<std::string_view, std::string_view> name_of(Parts parts, const Patients& previous,
                                                      const Person& person) {
    if (person.previous != not_before) {
        return {previous.source_name(person.previous), previous.id(person.previous)};
    }
    const PartRows& part = *parts[person.part];
    const PatientName& name = part.names[person.name];
    return {part.sources[name.source],
            std::string_view(part.ids).substr(name.id_begin, name.id_length)};
}

Result<> fill_names(Parts parts, const Patients& previous, const std::vector<Person>& people,
                    Arena& arena, Patients& out) {
    out.sources = join_sources(parts, previous);
    std::size_t bytes = 0;
    out.id_offset = arena.column<std::uint32_t>(people.size() + 1, [&](std::size_t i) {
        const std::size_t begin = bytes;
        if (i < people.size()) {
            bytes = begin + name_of(parts, previous, people[i]).second.size();
        }
        return static_cast<std::uint32_t>(begin);
    });
    if (bytes > std::numeric_limits<std::uint32_t>::max()) {
        return fail(ErrorCode::Limit,
                    "the ids of all patients together exceed 4 GB; import fewer "
                    "patients into one data folder");
    }
    const std::span<char> ids = arena.make<char>(bytes);
    std::size_t at = 0;
    for (const Person& person : people) {
        const std::string_view id = name_of(parts, previous, person).second;
        std::ranges::copy(id, ids.begin() + static_cast<std::ptrdiff_t>(at));
        at += id.size();
    }
    out.ids = Column<char>(std::span<const char>(ids));
    out.source = arena.column<std::uint16_t>(people.size(), [&](std::size_t i) {
        const auto source = name_of(parts, previous, people[i]).first;
        return static_cast<std::uint16_t>(std::ranges::lower_bound(out.sources, source) -
                                          out.sources.begin());
    });
    return {};
}

}  // namespace

Result<Patients> merge_patients(Parts parts, const Patients& previous, Arena& arena,
                                std::vector<PatientNumber>& renumbered) {
    std::vector<Person> people = join(previous, collect_names(parts), renumbered);
    if (people.size() >= no_patient) {
        return fail(ErrorCode::Limit, "more than 4 billion patients in one index");
    }
    choose_versions(parts, previous, people);
    Patients out;
    out.count = static_cast<std::uint32_t>(people.size());
    out.key = arena.column<Key>(people.size(), [&](std::size_t i) { return people[i].key; });
    fill_facts(out, Filler(previous, people, arena));
    if (auto named = fill_names(parts, previous, people, arena, out); !named) {
        return pass_on(named);
    }
    out.survivor = arena.column<PatientNumber>(people.size(), [&](std::size_t i) {
        return find_survivor(out, static_cast<PatientNumber>(i));
    });
    return out;
}

}  // namespace parcours::population

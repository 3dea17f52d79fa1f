#include "http/api/patient_filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/standings.h"
#include "http/api/backend.h"
#include "http/api/evaluate_cohort.h"
#include "population/cohort.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::http::api {
namespace {

using population::PatientNumber;
using position::ConcernStanding;
using position::PatientStanding;
using position::Standings;

/// What a list asks for, read and checked.
struct Wanted {
    std::optional<Stage> stage;
    std::optional<std::uint8_t> concern;
    std::string_view state;
    std::string_view from;  ///< of `moved`; names of stages, empty for any
    std::string_view to;
    bool moved = false;
    bool moved_in_month = false;
};

Result<> read_moved(std::string_view text, Wanted& wanted) {
    const std::size_t first = text.find(':');
    const std::size_t second = text.find(':', first == std::string_view::npos ? 0 : first + 1);
    const auto is_stage = [](std::string_view name) { return name.empty() || find_stage(name); };
    if (first != std::string_view::npos && second != std::string_view::npos) {
        wanted.from = text.substr(0, first);
        wanted.to = text.substr(first + 1, second - first - 1);
        const std::string_view days = text.substr(second + 1);
        wanted.moved = true;
        wanted.moved_in_month = days == "30";
        if (is_stage(wanted.from) && is_stage(wanted.to) && (days == "7" || days == "30")) {
            return {};
        }
    }
    return fail(ErrorCode::Usage,
                "\"moved\" is FROM:TO:DAYS with 7 or 30 days, such as help:care:7 or :care:30");
}

Result<Wanted> read_wanted(const Request& request, const Standings& standings) {
    Wanted wanted;
    if (const auto stage = request.find_query("stage"); stage && !stage->empty()) {
        wanted.stage = find_stage(*stage);
        if (!wanted.stage) {
            return fail(ErrorCode::Usage,
                        "\"stage\" must be awareness, help, care, treatment, lifestyle or ongoing");
        }
    }
    if (const auto concern = request.find_query("concern"); concern && !concern->empty()) {
        wanted.concern = standings.find_concern(*concern);
        if (!wanted.concern) {
            return fail(ErrorCode::Usage, "the map has no such \"concern\"; see /api/v1/practice");
        }
    }
    wanted.state = request.find_query("state").value_or("");
    constexpr std::array<std::string_view, 9> states = {
        "",     "overdue",  "lost",       "in-hospital",    "palliative",
        "left", "deceased", "registered", "suspected-death"};
    if (std::ranges::find(states, wanted.state) == states.end()) {
        return fail(ErrorCode::Usage,
                    "\"state\" must be overdue, lost, in-hospital, palliative, left, deceased, "
                    "registered or suspected-death");
    }
    if (const auto moved = request.find_query("moved"); moved && !moved->empty()) {
        if (const auto read = read_moved(*moved, wanted); !read) {
            return pass_on(read);
        }
    }
    return wanted;
}

bool named(std::string_view name, std::int8_t stage) {
    return name.empty() ||
           (stage != position::no_stage && stage_name(static_cast<Stage>(stage)) == name);
}

bool moved_so(const Wanted& wanted, std::int8_t before, Stage now) {
    return before != position::no_stage && before != static_cast<std::int8_t>(now) &&
           named(wanted.from, before) && named(wanted.to, static_cast<std::int8_t>(now));
}

/// Whether a patient whose standing counts by `position` (null: by none) is asked for.
bool fits_state(const Wanted& wanted, const PatientStanding& patient,
                std::span<const ConcernStanding> positions, const ConcernStanding* position) {
    if (wanted.state == "deceased") {
        return patient.deceased;
    }
    if (!patient.counted || wanted.state.empty()) {
        return patient.counted;
    }
    if (patient.status == CareStatus::Left) {
        return wanted.state == "left";
    }
    if (wanted.state == "overdue") {
        return wanted.concern || wanted.stage
                   ? position != nullptr && position->overdue
                   : std::ranges::any_of(positions, &ConcernStanding::overdue);
    }
    if (wanted.state == "lost") {
        return position != nullptr && position->lost;
    }
    if (wanted.state == "in-hospital") {
        return patient.in_hospital;
    }
    if (wanted.state == "suspected-death") {
        return patient.suspected_death;
    }
    return wanted.state == care_status_name(patient.status);
}

bool fits(const Wanted& wanted, const Standings& standings, PatientNumber number) {
    const PatientStanding& patient = standings.patients[number];
    const auto positions = standings.of(number);
    const ConcernStanding* position = positions.empty() ? nullptr : &positions.front();
    if (wanted.concern) {
        const auto found = std::ranges::find(positions, *wanted.concern, &ConcernStanding::concern);
        if (found == positions.end()) {
            return false;
        }
        position = &*found;
    }
    if (wanted.stage && (position == nullptr || position->stage != *wanted.stage)) {
        return false;
    }
    if (wanted.moved) {
        if (position == nullptr) {
            return false;
        }
        const std::int8_t before =
            wanted.concern ? (wanted.moved_in_month ? position->month_ago : position->week_ago)
                           : (wanted.moved_in_month ? patient.month_ago : patient.week_ago);
        if (!moved_so(wanted, before, position->stage)) {
            return false;
        }
    }
    return fits_state(wanted, patient, positions, position);
}

/// The patients who are in a campaign now, one or any, at one step or any.
std::unordered_set<PatientNumber> in_campaign(const Backend& backend,
                                              const population::LiveIndex& index,
                                              std::string_view campaign, std::string_view step) {
    std::unordered_set<PatientNumber> numbers;
    const auto reading = backend.service.ledger();
    for (const engine::EnrolmentView enrolment : reading.ledger.enrolments()) {
        if ((campaign.empty() || enrolment.campaign() == campaign) && !enrolment.ended() &&
            (step.empty() || enrolment.step() == step)) {
            if (const auto number = index.find_patient(enrolment.patient())) {
                numbers.insert(index.patients().survivor[*number]);
            }
        }
    }
    return numbers;
}

Result<> keep_cohort(const Backend& backend, const engine::Published& record,
                     const Request& request, Instant as_of, std::vector<PatientNumber>& patients) {
    const auto text = request.find_query("cohort");
    if (!text || text->empty()) {
        return {};
    }
    const auto moment = asked_moment(backend, request);
    if (!moment) {
        return pass_on(moment);
    }
    const std::string cohort(*text);
    // Without a moment the list is of now, and so is what is kept live.
    auto members = *moment ? std::nullopt : find_live_members(backend, record, cohort);
    if (!members) {
        auto found = find_members(backend, record, cohort, as_of);
        if (!found) {
            return pass_on(found);
        }
        members = std::move(*found);
    }
    std::erase_if(patients, [&](PatientNumber number) { return !members->patients->test(number); });
    return {};
}

std::int32_t since_of(const Standings& standings, const Wanted& wanted, PatientNumber number) {
    for (const ConcernStanding& position : standings.of(number)) {
        if (!wanted.concern || position.concern == *wanted.concern) {
            return position.since_day;
        }
    }
    return position::no_day;
}

/// What a list is sorted by, as a number: the smaller, the earlier.
Result<std::function<std::int64_t(PatientNumber)>> sort_key(const engine::Published& record,
                                                            const Standings& standings,
                                                            const Wanted& wanted,
                                                            std::string_view sort) {
    const std::int64_t sign = sort.starts_with('-') ? -1 : 1;
    const std::string_view by = sign < 0 ? sort.substr(1) : sort;
    if (by.empty() || by == "name") {
        return [&record, sign](PatientNumber number) {
            return sign * record.directory->name_rank(number);
        };
    }
    if (by == "since") {
        return [&standings, &wanted, sign](PatientNumber number) {
            return sign * std::int64_t{since_of(standings, wanted, number)};
        };
    }
    if (by == "age") {
        // The younger, the later born; those of unknown age come last either way.
        return [&record, sign](PatientNumber number) {
            const Instant birth = record.index->patients().birth[number];
            return birth == no_time ? std::numeric_limits<std::int64_t>::max()
                                    : -sign * std::int64_t{birth.time_since_epoch().count()};
        };
    }
    return fail(ErrorCode::Usage,
                "\"sort\" must be name, since or age, with - before it for the other way");
}

/// Puts the first `rows` in their order, equals by number, so that every page has the same order;
/// the rest stay behind them in none: a page of fifty costs no sort of everybody.
void sort_first(std::size_t rows, const std::function<std::int64_t(PatientNumber)>& key,
                std::vector<PatientNumber>& patients) {
    std::vector<std::pair<std::int64_t, PatientNumber>> keyed;
    keyed.reserve(patients.size());
    for (const PatientNumber number : patients) {
        keyed.emplace_back(key(number), number);
    }
    const auto end = keyed.begin() + static_cast<std::ptrdiff_t>(std::min(rows, keyed.size()));
    std::ranges::nth_element(keyed, end);
    std::ranges::sort(keyed.begin(), end);
    std::ranges::transform(keyed, patients.begin(),
                           &std::pair<std::int64_t, PatientNumber>::second);
}

}  // namespace

Result<FilteredPatients> filter_patients(const Backend& backend, const engine::Published& record,
                                         const Request& request, std::size_t rows) {
    const auto standings = asked_standings(backend, record, request);
    if (!standings) {
        return pass_on(standings);
    }
    const auto wanted = read_wanted(request, **standings);
    if (!wanted) {
        return pass_on(wanted);
    }
    const auto key =
        sort_key(record, **standings, *wanted, request.find_query("sort").value_or(""));
    if (!key) {
        return pass_on(key);
    }
    FilteredPatients found;
    found.as_of = (*standings)->as_of;
    found.patients = record.directory->search(*record.index, request.find_query("q").value_or(""));
    const bool by_standing =
        wanted->stage || wanted->concern || !wanted->state.empty() || wanted->moved;
    std::erase_if(found.patients, [&](PatientNumber number) {
        return number >= (*standings)->patients.size() ||
               (by_standing && !fits(*wanted, **standings, number));
    });
    const std::string_view campaign = request.find_query("campaign").value_or("");
    const std::string_view step = request.find_query("step").value_or("");
    if (!campaign.empty() || !step.empty()) {
        const auto inside = in_campaign(backend, *record.index, campaign, step);
        std::erase_if(found.patients,
                      [&](PatientNumber number) { return !inside.contains(number); });
    }
    if (const auto kept = keep_cohort(backend, record, request, found.as_of, found.patients);
        !kept) {
        return pass_on(kept);
    }
    sort_first(rows, *key, found.patients);
    return found;
}

}  // namespace parcours::http::api

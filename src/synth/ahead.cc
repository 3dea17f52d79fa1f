#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/life.h"

namespace parcours::synth {
namespace {

constexpr std::array<Code, 4> services = {
    snomed("183519002", "Referral to cardiology service"),
    snomed("183524004", "Referral to psychiatry service"),
    snomed("183523005", "Referral to gastroenterology service"),
    snomed("306206005", "Referral to service")};

void book_ahead(Chart& chart, const std::vector<Course>& courses) {
    Chance& chance = chart.chance();
    const Day until = chart.setting().until;
    const Code* reason = nullptr;
    if (!courses.empty() && chance.holds(0.7)) {
        reason = &courses[static_cast<std::size_t>(
                              chance.between(0, static_cast<std::int64_t>(courses.size()) - 1))]
                      .row->ailment.code;
    }
    const Moment created = start_of(until - chance.between(1, 45)) + 840;
    const double draw = chance.unit();
    if (draw < 0.80) {
        const Day day =
            until + (chance.holds(0.5) ? chance.between(1, 45) : chance.between(46, 178));
        book(chart, "booked", chart.office_hour(day), created,
             reason != nullptr ? "FOLLOWUP" : "ROUTINE", reason);
    } else if (draw < 0.87) {
        book(chart, "cancelled", chart.office_hour(until + chance.between(2, 60)), created,
             "ROUTINE", reason);
    } else {
        book(chart, draw < 0.94 ? "proposed" : "waitlist", 0, created, "ROUTINE", reason);
    }
}

const Code& service_for(Chart& chart, const Course& course) {
    switch (course.row->disease) {
        case Disease::HeartFailure:
        case Disease::CoronaryDisease:
        case Disease::AtrialFibrillation:
            return services[0];
        case Disease::Depression:
        case Disease::Anxiety:
            return services[1];
        default:
            return chart.chance().holds(0.3) ? services[2] : services[3];
    }
}

}  // namespace

void live_ahead(Chart& chart, const std::vector<Course>& courses) {
    const Person& person = chart.person();
    for (const Course& course : courses) {
        const Moment authored = course.problem.onset > start_of(person.from)
                                    ? course.problem.onset + minutes_per_day
                                    : start_of(person.from + 70);
        if (course.row->followed && day_of(authored) < person.to - 3 && chart.documented(0.1)) {
            refer(chart, service_for(chart, course), authored, chart.chance().holds(0.65),
                  &course.problem);
        }
    }
    if (person.died || person.left) {
        return;
    }
    if (chart.documented(courses.size() > 1 ? 0.55 : 0.2)) {
        book_ahead(chart, courses);
    }
}

}  // namespace parcours::synth

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "synth/chart.h"

namespace parcours::synth {

/// A lasting disease under way in a chart.
struct Course {
    const Affliction* affliction = nullptr;
    const DiseaseRow* row = nullptr;
    Problem problem;
    std::size_t first = 0;  ///< the first of the row's drugs that is still taken
    std::size_t line = 0;   ///< how many of the row's drugs have been started
    Moment last_supply = 0;
};

/// Writes everything the export holds about one person.
void write_life(Sheet& sheet, const Setting& setting, const Family& family, std::size_t member);

/// The Patient resource, links between duplicates, guardians and consents.
void write_patient(Sheet& sheet, const Setting& setting, const Family& family, std::size_t member);
void write_guardian(Chart& chart);
void write_consents(Chart& chart);

/// Check-ups with what is measured, asked and vaccinated there.
void live_check_ups(Chart& chart, Day last);
/// The vaccinations due at this visit.
void vaccinate_due(Chart& chart, const Visit& visit, bool first);
/// Screening of colon, breast and cervix, with results both ways.
void live_screening(Chart& chart, Day last);
/// Smoking, alcohol, housing, food, transport, education; family history; allergies.
void ask_social(Chart& chart, const Visit& visit, bool first);

/// Opens the lasting diseases: gives their courses in order of onset.
[[nodiscard]] std::vector<Course> open_courses(Chart& chart);
/// Follow-up visits, monitoring, renewals and changes of treatment.
void follow_courses(Chart& chart, std::vector<Course>& courses);
/// Cancers from finding to treatment, surveillance and remission.
void live_cancers(Chart& chart);
/// Infections and injuries.
void live_episodes(Chart& chart);
/// Stays in hospital, observation and emergencies, with readmissions.
void live_hospital(Chart& chart, const std::vector<Course>& courses);
/// What lasting diabetes brings about: eyes, nerves, kidneys.
void live_complications(Chart& chart, const std::vector<Course>& courses);
/// Stays under way at the end of history, and admissions planned after it.
void live_hospital_now(Chart& chart, const std::vector<Course>& courses);
/// Pregnancies: births of the family's children, losses, and those under way.
void live_pregnancies(Chart& chart, std::size_t member);
/// Calls, messages, web visits and questionnaires.
void live_contacts(Chart& chart, const std::vector<Course>& courses);
/// Appointments beyond the end of history, referrals under way.
void live_ahead(Chart& chart, const std::vector<Course>& courses);
/// The last months and death; and what is still recorded afterwards by mistake. Gives the day on
/// which prevention ends: the beginning of palliative care, else the end of the record.
[[nodiscard]] Day live_ending(Chart& chart);

/// A message from the patient that asks to be left alone, in the patient's language.
void say_stop(Chart& chart, Moment when);

/// One appointment. `reason` may be null; `start` 0 leaves the time open (proposed, waitlist).
void book(Chart& chart, std::string_view status, Moment start, Moment created,
          std::string_view kind, const Code* reason);
/// A referral: `done` when its visit took place.
void refer(Chart& chart, const Code& service, Moment authored, bool done, const Problem* reason);

/// Height, weight, body mass index and blood pressure as they fit age, disease and treatment.
void measure_body(Chart& chart, const Visit& visit, double share);
void measure_pressure(Chart& chart, const Visit& visit);
/// Laboratory values that belong to a lasting disease, and a general panel.
void measure_disease(Chart& chart, const Visit& visit, const Course& course);
void measure_lipids(Chart& chart, const Visit& visit);
void measure_metabolic(Chart& chart, const Visit& visit);

/// The status of an old or running prescription; some old ones were never closed.
[[nodiscard]] std::string_view supply_status(Chart& chart, Moment authored, int supply_days);

}  // namespace parcours::synth

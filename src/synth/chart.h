#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synth/chance.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/sheet.h"

namespace parcours::synth {

/// A visit or stay that was written; other resources refer to it.
struct Visit {
    Id id;
    Moment start = 0;
    Moment end = 0;
};

/// What is said of a visit.
struct VisitPlan {
    std::string_view kind = "AMB";  ///< class: AMB, EMER, IMP, OBSENC, VR, HH
    const Code* type = nullptr;
    Moment start = 0;
    std::int64_t minutes = 30;
    const Code* reason = nullptr;
    Id diagnosis;  ///< of a Condition
    std::string_view status = "finished";
    std::string_view discharge;  ///< NUBC code, for stays
};

/// A Condition that was written.
struct Problem {
    Id id;
    const Ailment* ailment = nullptr;
    Moment onset = 0;
    std::optional<Moment> abated;
};

/// What is said of a problem.
struct ProblemPlan {
    const Ailment* ailment = nullptr;
    Moment onset = 0;
    Moment recorded = 0;
    std::optional<Moment> abated;
    std::string_view clinical;  ///< empty: from `abated` as of the end of the record
    Visit visit;
};

/// Writes the resources of one person. Everything it writes is dated no earlier than the person's
/// birth and takes its ids from the person's key, in the order of writing.
class Chart {
  public:
    Chart(Sheet& sheet, const Setting& setting, const Family& family, const Person& person);

    [[nodiscard]] const Person& person() const { return person_; }
    [[nodiscard]] const Family& family() const { return family_; }
    [[nodiscard]] const Setting& setting() const { return setting_; }
    [[nodiscard]] Chance& chance() { return chance_; }

    /// True with probability `share` times the volume of documentation.
    bool documented(double share) { return chance_.holds(share * setting_.volume); }
    /// A gap between visits in days, shorter where more is documented.
    std::int64_t gap(std::int64_t days);
    /// A moment in office hours of a working day, at or after `day`, outside stays in hospital
    /// where there is room for that before the end of the record.
    Moment office_hour(Day day);
    /// Remembers a stay: office hours are then kept out of it.
    void admit(const Visit& stay) { stays_.push_back(stay); }
    /// Whether somebody is in hospital at some time from `start` to `end`.
    [[nodiscard]] bool in_hospital(Moment start, Moment end) const;
    /// A moment at any hour of `day`.
    Moment any_hour(Day day) { return start_of(day) + chance_.between(0, 1439); }

    Id new_id();
    Visit visit(const VisitPlan& plan);
    Problem problem(const ProblemPlan& plan);
    /// `value` in units of 10^-decimals of the measure. `flag`: H, L, N, A, POS, NEG or empty.
    Id observe(const Measure& measure, std::int64_t value, const Visit& visit,
               std::string_view flag = {});
    /// A finding with a coded value; only `value.display` is written as text where it has no code.
    void note(const Code& code, std::string_view category, const Code& value, const Visit& visit);
    void blood_pressure(std::int64_t systolic, std::int64_t diastolic, const Visit& visit);
    /// `ended` stops it; `renewal` names it a later request of the same ingredient.
    void prescribe(const Drug& drug, const Visit& visit, const Problem* reason,
                   std::string_view status);
    void operate(const Code& code, const Visit& visit, std::int64_t minutes, const Problem* reason);
    void vaccinate(const Code& code, Moment when, const Visit& visit);
    /// Writes a plan; `end` only where it has one. Gives its id.
    Id plan_care(const Code& category, Moment start, std::optional<Moment> end,
                 const Problem* problem, Id goal, Id team, std::string_view activity = {});
    Id aim(std::string_view text, Moment start, bool achieved, const Problem* problem);
    Id team(Moment start, const Problem* problem);

    /// A line without a subject, with a new id.
    Line open(Type type, Moment updated);
    /// A line about the patient, opened and with its subject; close it with `end`.
    Line about(Type type, Id id, Moment updated, std::string_view key = "subject");
    /// "Patient/…", as references write it.
    [[nodiscard]] const std::string& subject() const { return subject_; }
    [[nodiscard]] Id doctor() const { return doctor_; }

  private:
    Sheet& sheet_;
    const Setting& setting_;
    const Family& family_;
    const Person& person_;
    Chance chance_;
    std::string subject_;
    Id doctor_;
    std::uint64_t made_ = 0;
    std::vector<Visit> stays_;
};

/// Ids of the practice's own resources.
[[nodiscard]] Id practitioner_id(std::uint64_t seed, std::size_t number);
[[nodiscard]] Id organization_id(std::uint64_t seed, std::size_t number);
[[nodiscard]] Id location_id(std::uint64_t seed);

/// Writes organisations, the location and the practitioners. Gives nothing back; they are dated
/// ten years before `until`.
void write_practice(Sheet& sheet, const Setting& setting);

}  // namespace parcours::synth

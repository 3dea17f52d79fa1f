#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "synth/calendar.h"
#include "synth/codes.h"

namespace parcours::synth {

/// The resource types an export holds, in the order of their files.
enum class Type : std::uint8_t {
    AllergyIntolerance,
    Appointment,
    CarePlan,
    CareTeam,
    Communication,
    Condition,
    Consent,
    DiagnosticReport,
    Encounter,
    FamilyMemberHistory,
    Goal,
    Immunization,
    Location,
    MedicationRequest,
    Observation,
    Organization,
    Patient,
    Practitioner,
    Procedure,
    QuestionnaireResponse,
    RelatedPerson,
    ServiceRequest
};
inline constexpr std::size_t type_count = 22;

/// "Patient".
[[nodiscard]] std::string_view type_name(Type type);

/// NDJSON lines of some families, kept apart by type.
struct Sheet {
    std::array<std::string, type_count> lines;
    std::array<std::uint64_t, type_count> counts{};

    void clear();
};

/// The logical id of a resource: 16 hexadecimal digits in the export. Zero means "none".
struct Id {
    std::uint64_t value = 0;

    explicit operator bool() const { return value != 0; }
};

/// Appends an id as it stands in the export.
void append_id(std::string& out, Id id);

/// True for types whose resources are written once and not changed later: they go without
/// meta.lastUpdated, which nothing would ever compare.
[[nodiscard]] bool written_once(Type type);

/// One resource being written. The constructor opens it and `end` closes it; in between every
/// call adds one member. Keys and texts come from tables and need no escaping.
class Line {
  public:
    Line(Sheet& sheet, Type type, Id id, Moment updated);

    /// JSON as it is, with its leading comma where it is a member.
    Line& raw(std::string_view json);
    /// "key":"text".
    Line& text(std::string_view key, std::string_view value);
    Line& moment(std::string_view key, Moment value);
    Line& day(std::string_view key, Day value);
    Line& period(std::string_view key, Moment start, Moment end);
    Line& open_period(std::string_view key, Moment start);
    /// A CodeableConcept of one coding; the array form where FHIR wants several.
    Line& concept_of(std::string_view key, const Code& code);
    Line& concepts(std::string_view key, const Code& code);
    Line& reference(std::string_view key, Type type, Id id);
    /// [{"reference":…}].
    Line& references(std::string_view key, Type type, Id id);
    /// "key":12.3 from a value in units of 10^-decimals.
    Line& decimal(std::string_view key, std::int64_t value, int decimals);
    Line& whole(std::string_view key, std::int64_t value);
    Line& coding(const Code& code);
    void end();

    [[nodiscard]] std::string& out() { return out_; }

  private:
    std::string& out_;
};

/// Appends a decimal number from a value in units of 10^-decimals.
void append_decimal(std::string& out, std::int64_t value, int decimals);

/// Appends one coding: {"system":…,"code":…,"display":…}.
void append_coding(std::string& out, const Code& code);

}  // namespace parcours::synth

#pragma once

#include <cstdint>
#include <string_view>

namespace parcours::fhir {

/// Every status code that R4 uses in the clinical types we read: `status`, `clinicalStatus`,
/// `verificationStatus`, `lifecycleStatus`, `achievementStatus`. One byte in a column.
enum class Status : std::uint8_t {
    None,   ///< the resource has none
    Other,  ///< a code that is none of these
    Active,
    Inactive,
    Recurrence,
    Relapse,
    Remission,
    Resolved,
    Unconfirmed,
    Provisional,
    Differential,
    Confirmed,
    Refuted,
    EnteredInError,
    Planned,
    Arrived,
    Triaged,
    InProgress,
    OnLeave,
    Finished,
    Cancelled,
    Preparation,
    NotDone,
    OnHold,
    Stopped,
    Completed,
    Unknown,
    Registered,
    Partial,
    Preliminary,
    Final,
    Amended,
    Corrected,
    Appended,
    Draft,
    Revoked,
    Ended,
    Proposed,
    Pending,
    Booked,
    Fulfilled,
    Noshow,
    CheckedIn,
    Waitlist,
    Accepted,
    Rejected,
    Achieved,
    Improving,
    Worsening,
    NoChange,
    NotAchieved,
    Sustaining,
    NoProgress,
    NotAttainable,
    Suspended,
    Ready,
    Requested,
    Received,
    Failed,
    Current,
    Superseded,
    Available,
    Intended,
    NotTaken
};

/// Whether a resource of this `status` (clinicalStatus …) and `verification` says that it was never
/// true of this patient: entered in error, so that everything any version of it said is taken back.
[[nodiscard]] constexpr bool is_retracted(Status status, Status verification) {
    return status == Status::EnteredInError || verification == Status::EnteredInError;
}

/// The code systems that R4 binds a Condition's clinicalStatus and verificationStatus to.
inline constexpr std::string_view clinical_status_system =
    "http://terminology.hl7.org/CodeSystem/condition-clinical";
inline constexpr std::string_view verification_status_system =
    "http://terminology.hl7.org/CodeSystem/condition-ver-status";

/// The status of that code; `Other` for one not listed, `None` for an empty one.
[[nodiscard]] Status find_status(std::string_view code);

/// The code as FHIR writes it; empty for None and Other.
[[nodiscard]] std::string_view status_code(Status status);

}  // namespace parcours::fhir

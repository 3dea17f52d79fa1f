#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace parcours::engine::testing {

// FHIR resources of invented people, each readable in one line of a story.

/// A Patient; `json` gives the resource. Without more: an adult of 1990 who speaks English.
class PatientRecord {
  public:
    explicit PatientRecord(std::string id) : id_(std::move(id)) {}
    PatientRecord& born(std::string_view date);
    PatientRecord& speaks(std::string_view language);
    PatientRecord& email(std::string_view address);
    PatientRecord& mobile(std::string_view number);
    PatientRecord& guardian(std::string_view name, std::string_view email, std::string_view phone);
    PatientRecord& lives_in(std::string_view state);  ///< of the United States
    /// `written`: the day when somebody wrote it down.
    PatientRecord& died(std::string_view date, std::string_view written = {});
    PatientRecord& left(std::string_view date);
    PatientRecord& merged_into(std::string_view other);
    operator std::string() const;  // NOLINT(google-explicit-constructor): a story reads better

  private:
    std::string id_;
    std::string born_ = "1990-04-02";
    std::string language_ = "en";
    std::string telecom_;
    std::string contacts_;
    std::string more_;
};

[[nodiscard]] inline PatientRecord patient(std::string id) {
    return PatientRecord(std::move(id));
}

/// A booked Appointment, made on 2026-01-05 and known since; `status` and `start` may change.
[[nodiscard]] std::string appointment(std::string_view id, std::string_view patient,
                                      std::string_view start, std::string_view status = "booked");
[[nodiscard]] std::string condition(std::string_view id, std::string_view patient,
                                    std::string_view snomed, std::string_view onset,
                                    std::string_view recorded = {});
[[nodiscard]] std::string visit(std::string_view id, std::string_view patient,
                                std::string_view date);
/// An HbA1c in per cent.
[[nodiscard]] std::string hba1c(std::string_view id, std::string_view patient,
                                std::string_view effective, std::string_view issued = {});
/// A stool test with an interpretation: "N", "A", or none.
[[nodiscard]] std::string stool_test(std::string_view id, std::string_view patient,
                                     std::string_view effective, std::string_view interpretation);
[[nodiscard]] std::string procedure(std::string_view id, std::string_view patient,
                                    std::string_view snomed, std::string_view performed);
/// A Consent: "deny" or "permit"; empty channel or topic: every.
[[nodiscard]] std::string consent(std::string_view id, std::string_view patient,
                                  std::string_view type, std::string_view channel,
                                  std::string_view topic, std::string_view date);

inline constexpr std::string_view diabetes = "44054006";
inline constexpr std::string_view colonoscopy = "73761001";

}  // namespace parcours::engine::testing

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "record/engagement.h"

namespace parcours::engine {

/// The result of an enrolment whose patient's record was merged into another one.
inline constexpr std::string_view merged_result = "merged";

/// Moves enrolments on: asks `campaign::advance` and writes down what follows. One thread.
class Stepper {
  public:
    Stepper(PatientReader& patients, Conditions& conditions, Releases& releases, Ledger& ledger,
            Journal& journal)
        : patients_(patients),
          conditions_(conditions),
          releases_(releases),
          ledger_(ledger),
          journal_(journal) {}

    /// Gives an enrolment one input. Nothing is written where nothing follows. A defect of its
    /// patient's record or of its release is given to a person and holds up nobody else.
    Result<> feed(const Enrolment& enrolment, const campaign::Input& input, Instant now);

    /// Takes away a timer that moved nothing, so that one enrolment never holds up the others.
    void drop_timer(Enrolment enrolment, Instant now);

    /// A person closed the task that a problem was given to: what could not be done is tried again.
    Result<> try_again(const Enrolment& enrolment, Instant now);
    /// Writes down a move that was made outside of a campaign's own steps.
    void write(const campaign::Advance& advance, const PatientView& patient, Instant now);

    /// Tells enrolments what became of their messages.
    Result<> tell_results(Instant now);
    /// … and of the webhooks they called.
    Result<> tell_calls(Instant now);

  private:
    Result<> tell(MessageState state, Instant now);
    /// What the present step waited for and has: what a hold or a problem kept from being acted on.
    [[nodiscard]] std::optional<campaign::Input> find_done(const Enrolment& enrolment) const;
    Result<bool> hear_again(const Enrolment& enrolment, Instant now);
    Result<bool> start_again(const Enrolment& enrolment, Transition& transition);
    void hold_contact(const Enrolment& enrolment, const PatientView& patient,
                      const campaign::Input& input, Instant now);
    Result<> try_feed(const Enrolment& enrolment, const campaign::Input& input, Instant now);
    void miss(Enrolment enrolment, const campaign::Happened& event, const std::string& problem,
              Instant now);
    [[nodiscard]] bool may_have_missed(const Enrolment& enrolment);
    void give_to_person(Enrolment enrolment, const std::string& problem, Instant now);

    PatientReader& patients_;
    Conditions& conditions_;
    Releases& releases_;
    Ledger& ledger_;
    Journal& journal_;
};

}  // namespace parcours::engine

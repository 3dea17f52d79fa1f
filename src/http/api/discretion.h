#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/ledger_state.h"
#include "engine/outbox.h"
#include "engine/published.h"
#include "http/api/backend.h"
#include "http/message.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/patient_card.h"

namespace parcours::http::api {

/// What whoever asks must not see: sensitive matters (docs/safety.md, rule 12) without the
/// permission sensitive.read, and how to find a patient who is not safe (rule 10) without
/// hidden-address.read. Borrows the record. One request.
class Discretion {
  public:
    Discretion(const Backend& backend, const Request& request, const engine::Published& record);

    [[nodiscard]] bool may_see_concern(std::string_view concern) const;
    [[nodiscard]] bool may_see_campaign(std::string_view campaign) const;
    /// The headline that may be seen: null where there is none.
    [[nodiscard]] const Position* headline(const std::vector<Position>& positions) const;

    /// Whether the addresses of a patient are hidden. Asks the ledger: not while it is being read.
    [[nodiscard]] bool hides_address(population::PatientNumber number,
                                     const PatientCard& card) const;
    /// Takes phones, e-mail and home address off.
    static void hide_address(PatientCard& card);

    /// The same without what it is about, where that must not be seen.
    [[nodiscard]] engine::TaskState masked(engine::TaskState task) const;
    /// … and without the address that is hidden. Asks the ledger: not while it is being read.
    [[nodiscard]] engine::OutboxEntry masked(engine::OutboxEntry entry) const;

    /// Lists must not be asked for what may not be seen: `concern` and `campaign` of the
    /// query, and `step` without its campaign. Errors: Usage.
    [[nodiscard]] Result<> allow_question(const Request& request) const;

    /// In the place of what is not shown.
    static constexpr std::string_view mask = "a sensitive matter";

  private:
    const Backend& backend_;
    const engine::Published& record_;
    bool sees_sensitive_ = false;
    bool sees_hidden_ = false;
    bool closes_tasks_ = false;
};

}  // namespace parcours::http::api

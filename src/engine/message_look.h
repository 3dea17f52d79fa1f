#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/channels.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/find_by_address.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "outreach/budget.h"
#include "outreach/gate.h"
#include "outreach/recipient.h"
#include "outreach/render.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::engine {

/// Everything that was found out about a message for one look of the gate.
struct Considered {
    MessagePointer state;
    std::optional<Enrolment> enrolment;
    const LoadedCampaign* campaign = nullptr;
    const Clinic* clinic = nullptr;  ///< of the release: what is said
    /// Of the clinic as it is now: hours and budgets hold for everybody, whenever they came in.
    const outreach::GateRules* rules = nullptr;
    std::shared_ptr<const PatientView> patient;
    std::vector<ContactChoice> choices;
    std::vector<outreach::SentMessage> sent;
    std::vector<Key> person;  ///< every record that the patient has
    std::optional<outreach::SafeContact> safe;
    const practice::Content* content = nullptr;
    outreach::Recipient recipient;
    std::string language;
    outreach::Variables variables;  ///< with which it is put into words
    outreach::Rendered rendered;
    std::optional<std::string> line;  ///< the same in one line, where it may be joined
    std::optional<Instant> about;     ///< the start of the enrolment's appointment
    outreach::GateInput input;
};

/// Why a text is too long for a channel, in words; nothing where it is not.
[[nodiscard]] std::optional<std::string> find_too_long(std::string_view channel,
                                                       const std::string& text);

/// Finds out for the gate, against committed truth, all that it looks at. One thread.
class MessageLook {
  public:
    MessageLook(PatientReader& patients, Conditions& conditions, Releases& releases, Ledger& ledger,
                const Channels& channels)
        : patients_(patients),
          conditions_(conditions),
          releases_(releases),
          ledger_(ledger),
          channels_(channels) {}

    /// Completes what is known of `considered.state` by what one channel adds; what a channel
    /// before it needed as well is kept. Errors: what could not be found out.
    Result<> gather(Considered& considered, const std::string& channel, Instant now);

    void use(FindByAddress find) { find_by_address_ = std::move(find); }
    [[nodiscard]] const PatientReader& patients() const { return patients_; }
    /// Whose record has an address; nobody where it was not told how to find them.
    [[nodiscard]] std::vector<Key> find_by_address(const std::string& channel,
                                                   const std::string& address) const {
        return find_by_address_ ? find_by_address_(patients_, channel, address)
                                : std::vector<Key>();
    }

  private:
    Result<> gather_once(Considered& considered, Instant now);
    void gather_sent(Considered& considered) const;
    void leave_out_same(Considered& considered) const;
    void find_wording(Considered& considered, const std::string& channel) const;
    [[nodiscard]] outreach::Finding find_not_for(const Considered& considered);
    [[nodiscard]] outreach::Finding find_feed(const Considered& considered, Instant now) const;
    [[nodiscard]] bool is_shared(const Considered& considered, const std::string& channel) const;
    void keep_discreet(Considered& considered, const std::string& channel,
                       practice::Wording& wording) const;
    [[nodiscard]] outreach::Finding find_still(const Considered& considered);
    [[nodiscard]] std::optional<Instant> last_same(const Considered& considered) const;

    PatientReader& patients_;
    Conditions& conditions_;
    Releases& releases_;
    Ledger& ledger_;
    const Channels& channels_;
    FindByAddress find_by_address_;
};

}  // namespace parcours::engine

// Linked into the test of planted mistakes only: the linker turns calls of the named functions of
// the product into calls of these (--wrap, CMakeLists.txt), which may call the real ones.

#include "simulation/tests/planted.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "channel/channel.h"
#include "channel/email/smtp_dialogue.h"
#include "channel/http_post.h"
#include "channel/sms/twilio.h"
#include "engine/data_folder.h"
#include "engine/hold_events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/revocation.h"
#include "engine/runner.h"
#include "engine/stepper.h"
#include "engine/timer_queue.h"
#include "engine/traffic.h"
#include "outreach/gate.h"
#include "outreach/zones.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "record/log.h"
#include "record/patient_profile.h"
#include "store/store.h"

namespace parcours::simulation {
namespace {

Bug the_bug = Bug::None;

bool is(Bug bug) {
    return the_bug == bug;
}

/// Passes on all but what stands at one place.
class AllButLast final : public store::ScanVisitor {
  public:
    AllButLast(store::ScanVisitor& inner, LogPosition last) : inner_(inner), last_(last) {}
    [[nodiscard]] bool wants(const LogRecord& head) const override { return inner_.wants(head); }
    bool visit(const LogRecord& record) override {
        return record.position == last_ || inner_.visit(record);
    }
    bool damaged(LogPosition position, const Error& error) override {
        return inner_.damaged(position, error);
    }

  private:
    store::ScanVisitor& inner_;
    LogPosition last_;
};

}  // namespace

Bug& planted() {
    return the_bug;
}

using Visit = std::function<bool(const engine::TimerQueue::Timer&)>;

// clang-format off: the symbols stand on lines of their own
Result<> real_flush(engine::Journal* self)
    asm("__real__ZN8parcours6engine7Journal5flushEv");
Result<> planted_flush(engine::Journal* self)
    asm("__wrap__ZN8parcours6engine7Journal5flushEv");
void real_visit_due(const engine::TimerQueue* self, Instant now, const Visit& visit)
    asm("__real__ZNK8parcours6engine10TimerQueue9visit_dueENSt6chrono10time_pointINS2_3_V212system_clockENS2_8durationIlSt5ratioILl1ELl1000000EEEEEERKSt8functionIFbRKSt4pairISA_NS_6DigestEEEE");
void planted_visit_due(const engine::TimerQueue* self, Instant now, const Visit& visit)
    asm("__wrap__ZNK8parcours6engine10TimerQueue9visit_dueENSt6chrono10time_pointINS2_3_V212system_clockENS2_8durationIlSt5ratioILl1ELl1000000EEEEEERKSt8functionIFbRKSt4pairISA_NS_6DigestEEEE");
void real_drop_told(engine::Ledger* self)
    asm("__real__ZN8parcours6engine6Ledger9drop_toldEv");
void planted_drop_told(engine::Ledger* self)
    asm("__wrap__ZN8parcours6engine6Ledger9drop_toldEv");
Result<> real_scan_events(const engine::DataFolder* self, store::ScanVisitor& visitor, LogPosition begin)
    asm("__real__ZNK8parcours6engine10DataFolder11scan_eventsERNS_5store11ScanVisitorEm");
Result<> planted_scan_events(const engine::DataFolder* self, store::ScanVisitor& visitor, LogPosition begin)
    asm("__wrap__ZNK8parcours6engine10DataFolder11scan_eventsERNS_5store11ScanVisitorEm");
void real_revoke(const engine::Ledger& ledger, engine::Journal& journal, const std::string& channel, const std::string& address, const std::string& source, Instant now, const engine::MoreBehind& more)
    asm("__real__ZN8parcours6engine6revokeERKNS0_6LedgerERNS0_7JournalERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEESD_SD_NSt6chrono10time_pointINSE_3_V212system_clockENSE_8durationIlSt5ratioILl1ELl1000000EEEEEERKSt6vectorImSaImEE");
void planted_revoke(const engine::Ledger& ledger, engine::Journal& journal, const std::string& channel, const std::string& address, const std::string& source, Instant now, const engine::MoreBehind& more)
    asm("__wrap__ZN8parcours6engine6revokeERKNS0_6LedgerERNS0_7JournalERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEESD_SD_NSt6chrono10time_pointINSE_3_V212system_clockENSE_8durationIlSt5ratioILl1ELl1000000EEEEEERKSt6vectorImSaImEE");
Result<> real_happened(engine::Runner* self, Key patient, const campaign::Happened& event, Instant now)
    asm("__real__ZN8parcours6engine6Runner8happenedEmRKNS_8campaign8HappenedENSt6chrono10time_pointINS6_3_V212system_clockENS6_8durationIlSt5ratioILl1ELl1000000EEEEEE");
Result<> planted_happened(engine::Runner* self, Key patient, const campaign::Happened& event, Instant now)
    asm("__wrap__ZN8parcours6engine6Runner8happenedEmRKNS_8campaign8HappenedENSt6chrono10time_pointINS6_3_V212system_clockENS6_8durationIlSt5ratioILl1ELl1000000EEEEEE");
void real_hold(engine::Traffic* self, const engine::Held& event)
    asm("__real__ZN8parcours6engine7Traffic5applyERKNS0_4HeldE");
void planted_hold(engine::Traffic* self, const engine::Held& event)
    asm("__wrap__ZN8parcours6engine7Traffic5applyERKNS0_4HeldE");
outreach::PatientZone real_zone(const PatientProfile& profile, const outreach::Zone& clinic, std::string_view country)
    asm("__real__ZN8parcours8outreach17find_patient_zoneERKNS_14PatientProfileERKNS0_4ZoneESt17basic_string_viewIcSt11char_traitsIcEE");
outreach::PatientZone planted_zone(const PatientProfile& profile, const outreach::Zone& clinic, std::string_view country)
    asm("__wrap__ZN8parcours8outreach17find_patient_zoneERKNS_14PatientProfileERKNS0_4ZoneESt17basic_string_viewIcSt11char_traitsIcEE");
Decision real_decide(const outreach::GateInput& input, const outreach::GateRules& rules, Instant now)
    asm("__real__ZN8parcours8outreach6decideERKNS0_9GateInputERKNS0_9GateRulesENSt6chrono10time_pointINS7_3_V212system_clockENS7_8durationIlSt5ratioILl1ELl1000000EEEEEE");
Decision planted_decide(const outreach::GateInput& input, const outreach::GateRules& rules, Instant now)
    asm("__wrap__ZN8parcours8outreach6decideERKNS0_9GateInputERKNS0_9GateRulesENSt6chrono10time_pointINS7_3_V212system_clockENS7_8durationIlSt5ratioILl1ELl1000000EEEEEE");
channel::AttemptResult real_judge_sms(const channel::HttpAnswer& answer, std::string_view to, Instant now)
    asm("__real__ZN8parcours7channel19judge_twilio_answerERKNS0_10HttpAnswerESt17basic_string_viewIcSt11char_traitsIcEENSt6chrono10time_pointINS8_3_V212system_clockENS8_8durationIlSt5ratioILl1ELl1000000EEEEEE");
channel::AttemptResult planted_judge_sms(const channel::HttpAnswer& answer, std::string_view to, Instant now)
    asm("__wrap__ZN8parcours7channel19judge_twilio_answerERKNS0_10HttpAnswerESt17basic_string_viewIcSt11char_traitsIcEENSt6chrono10time_pointINS8_3_V212system_clockENS8_8durationIlSt5ratioILl1ELl1000000EEEEEE");
channel::AttemptResult real_judge_mail(const channel::SmtpDialogue* self, bool finished, std::string_view failure, std::string_view address)
    asm("__real__ZNK8parcours7channel12SmtpDialogue5judgeEbSt17basic_string_viewIcSt11char_traitsIcEES5_");
channel::AttemptResult planted_judge_mail(const channel::SmtpDialogue* self, bool finished, std::string_view failure, std::string_view address)
    asm("__wrap__ZNK8parcours7channel12SmtpDialogue5judgeEbSt17basic_string_viewIcSt11char_traitsIcEES5_");
// clang-format on

Result<> planted_flush(engine::Journal* self) {
    static unsigned calls = 0;
    ++calls;
    const bool skipped =
        (is(Bug::SendFirst) && calls % 3 != 0) || (is(Bug::AcknowledgeFirst) && calls % 40 != 0);
    return skipped ? Result<>{} : real_flush(self);
}

void planted_visit_due(const engine::TimerQueue* self, Instant now, const Visit& visit) {
    real_visit_due(self, is(Bug::EarlyTimers) ? now + std::chrono::hours{1} : now, visit);
}

void planted_drop_told(engine::Ledger* self) {
    real_drop_told(self);
    while (is(Bug::ToldIsForgotten) && !self->untold().empty()) {
        self->told();
    }
}

Result<> planted_scan_events(const engine::DataFolder* self, store::ScanVisitor& visitor,
                             LogPosition begin) {
    if (!is(Bug::LastIsForgotten)) {
        return real_scan_events(self, visitor, begin);
    }
    AllButLast some(visitor, self->end() - 1);
    return real_scan_events(self, some, begin);
}

void planted_revoke(const engine::Ledger& ledger, engine::Journal& journal,
                    const std::string& channel, const std::string& address,
                    const std::string& source, Instant now, const engine::MoreBehind& more) {
    if (!is(Bug::StopIsForgotten)) {
        real_revoke(ledger, journal, channel, address, source, now, more);
    }
}

Result<> planted_happened(engine::Runner* self, Key patient, const campaign::Happened& event,
                          Instant now) {
    return is(Bug::ReplyIsUnheard) ? Result<>{} : real_happened(self, patient, event, now);
}

void planted_hold(engine::Traffic* self, const engine::Held& event) {
    if (!is(Bug::HoldIsForgotten)) {
        real_hold(self, event);
    }
}

outreach::PatientZone planted_zone(const PatientProfile& profile, const outreach::Zone& clinic,
                                   std::string_view country) {
    return is(Bug::ZoneIsForgotten) ? outreach::PatientZone{} : real_zone(profile, clinic, country);
}

Decision planted_decide(const outreach::GateInput& input, const outreach::GateRules& rules,
                        Instant now) {
    outreach::GateInput seen = input;
    if (is(Bug::GateIsBlind)) {
        seen.suppression = {};
        seen.choices = {};
    }
    return real_decide(seen, rules, now);
}

channel::AttemptResult planted_judge_sms(const channel::HttpAnswer& answer, std::string_view to,
                                         Instant now) {
    auto result = real_judge_sms(answer, to, now);
    if (is(Bug::TimeOutIsRefusal) && result.outcome == channel::Outcome::Unknown) {
        result.outcome = channel::Outcome::Later;
    }
    return result;
}

channel::AttemptResult planted_judge_mail(const channel::SmtpDialogue* self, bool finished,
                                          std::string_view failure, std::string_view address) {
    auto result = real_judge_mail(self, finished, failure, address);
    if (is(Bug::MailIsBelieved) && !finished) {
        result.outcome = channel::Outcome::Accepted;
    }
    return result;
}

}  // namespace parcours::simulation

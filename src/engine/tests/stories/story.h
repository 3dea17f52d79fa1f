#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "engine/played_clinic.h"
#include "engine/runner.h"
#include "practice/folder.h"
#include "record/identity.h"

namespace parcours::engine::testing {

/// What reads out as a story is asserted on as lines of text.
using Lines = std::vector<std::string>;

/// How the provider behaves: asked at each hand-off. May throw `Crash`, after which providers take
/// everything.
using Provider = PlayedClinic::Provider;
using Crash = PlayedCrash;

/// The built-in practice with these of its campaigns only, and further files laid over it.
[[nodiscard]] practice::FileMap practice_with(const std::set<std::string>& campaigns,
                                              const practice::FileMap& more = {});

/// A campaign for every adult (cohort, campaign, and a content of its name in all languages), of
/// one message: `send` is what follows `send: NAME, ` and leads to `done` or `no`.
[[nodiscard]] practice::FileMap one_message(const std::string& name, const std::string& send,
                                            int priority = 50);

/// A clinic at work: a data folder, the built-in practice, the engine driven as `parcours work`
/// drives it, on a clock that the story sets. Days and times are those of the clinic (New York)
/// where no zone is named.
class Story {
  public:
    /// Begins at midnight of `day`, with the engine not yet at work: what is recorded before the
    /// first `run_until` is what the clinic has when it starts.
    Story(std::string_view day, practice::FileMap files);
    ~Story();
    Story(const Story&) = delete;
    Story& operator=(const Story&) = delete;

    /// A resource comes in from the EHR, now.
    Story& record(const std::string& resource);
    Story& record(const Lines& resources);
    /// Works until a moment ("2026-03-05", "2026-03-05 14:00"), and does all that is due then.
    void run_until(std::string_view moment);
    /// The same on a virtual clock from now on, in one run; for stories of records that have dates.
    void rehearse_until(std::string_view moment);
    /// The program is not running until a moment, and starts again then.
    void outage_until(std::string_view moment);
    /// The program ends and starts again, now.
    void restart();

    /// What providers answer from now on; nothing: they take everything.
    void provider(Provider provider);
    /// Something comes back on a channel.
    void comes_back(const std::string& channel, channel::Inbound inbound);
    /// A reply in words.
    void reply(const std::string& channel, const std::string& from, const std::string& text);
    /// A person puts a patient into a campaign, now: "at STEP", or why not.
    std::string enrol(const std::string& campaign, const std::string& patient,
                      const std::string& by = "Ann", const std::string& about = {});
    /// Somebody writes down what a patient told, now; "" or what is wrong with it.
    std::string tell(const std::string& patient,
                     std::vector<std::pair<std::string, std::string>> answers,
                     const std::string& form = {});
    void pause(const std::string& campaign, bool paused);
    /// Something is done to the engine itself, now.
    void act(const std::function<Result<>(Runner&, Instant)>& act);
    /// A person closes the patient's only open task.
    void close_task(const std::string& patient, const std::string& outcome);

    /// Everything taken by a provider: "2026-03-07 10:00 email appointment-soon".
    [[nodiscard]] Lines said(const std::string& patient);
    /// How often a provider was handed each message of the patient: "sms ping 2".
    [[nodiscard]] Lines handed_over(const std::string& patient);
    /// What came of each message that was not said: "appointment-soon: too-late".
    [[nodiscard]] Lines unsaid(const std::string& patient);
    /// The reasons of the decisions of the patient's last message, one a rung or look.
    [[nodiscard]] Lines decisions(const std::string& patient);
    /// The addresses, words and languages of what was said last.
    [[nodiscard]] Attempted last_attempt(const std::string& patient);
    /// Open tasks: "call navigators screening-call".
    [[nodiscard]] Lines tasks(const std::string& patient);
    /// The patient's enrolments, oldest first: "appointment-reminder: at one-day" or "… ended
    /// cancelled".
    [[nodiscard]] Lines enrolments(const std::string& patient);
    /// Why the last enrolment ended, in words.
    [[nodiscard]] std::string ended_because(const std::string& patient);
    [[nodiscard]] const Ledger& ledger();
    [[nodiscard]] Key key_of(const std::string& patient) const;
    [[nodiscard]] Instant moment(std::string_view text) const;

  private:
    void start();
    [[nodiscard]] std::string local(Instant at) const;
    [[nodiscard]] std::vector<OutboxEntry> outbox(const std::string& patient);

    std::string path_;
    std::shared_ptr<const Clinic> clinic_;
    std::unique_ptr<PlayedClinic> played_;
};

}  // namespace parcours::engine::testing

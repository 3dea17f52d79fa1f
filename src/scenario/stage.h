#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/clinic.h"
#include "engine/played_clinic.h"
#include "outreach/zones.h"
#include "practice/folder.h"
#include "record/identity.h"
#include "scenario/chart.h"
#include "scenario/happening.h"
#include "scenario/person.h"
#include "scenario/phrase.h"
#include "scenario/report.h"
#include "scenario/scenario.h"

namespace parcours::scenario {

struct Saying;

/// Something that must happen, once, at its minute.
struct Claim {
    Location where;
    Instant at;
    std::string line;  ///< as the scenario says it
    std::function<bool(const Happening&)> fits;
    /// What might have been meant by it, where nothing fits in its minute.
    std::function<bool(const Happening&)> resembles;
};

/// Where a scenario is played: a clinic at work, its people, and what is expected. Sentences act on
/// it (`saying.h`). One thread.
class Stage {
  public:
    /// Makes the clinic of a scenario: the built-in practice, `under` laid over it, then what
    /// the scenario says. Reads every sentence. Errors: what is wrong with the scenario, at its
    /// place.
    static Result<std::unique_ptr<Stage>> make(const Scenario& scenario,
                                               const practice::FileMap& under,
                                               engine::PlayedClinic::OpenStore open_store);
    /// Once. Errors: a sentence that cannot be carried out; those of the engine.
    Result<Report> play();

    // For sentences.
    [[nodiscard]] engine::PlayedClinic& clinic() { return *clinic_; }
    [[nodiscard]] Chart& chart() { return chart_; }
    /// Who is named. Errors: InvalidInput, nobody has the name.
    Result<Person*> person(const Slots& slots, std::string_view slot = "patient");
    /// The same, introduced where the name is new.
    Person& introduce(const std::string& name);
    [[nodiscard]] static Key key_of(const Person& person);
    [[nodiscard]] Instant now() const { return clinic_->now(); }
    /// In the zone that is given, else the scenario's. Errors: InvalidInput.
    Result<Instant> moment(const Words& words) const;
    Result<Instant> moment(const Slots& slots, std::string_view slot) const;
    /// "2026-03-07 10:00" in the scenario's zone.
    [[nodiscard]] std::string local(Instant at) const;
    /// Sees that all that was said has happened. Errors: the program does not run.
    Result<> settle();
    Result<> stop_program();
    Result<> start_program();
    [[nodiscard]] const practice::FileMap* find_version(std::string_view name) const;
    /// Errors: mistakes of the scenario's files, at their place in the scenario.
    Result<std::shared_ptr<const engine::Clinic>> make_clinic(const practice::FileMap& files) const;
    /// What a provider answers from now on; nothing: it takes everything.
    void answer(const std::string& channel, std::optional<channel::AttemptResult> result);
    /// The program dies at the next hand-off on a channel.
    void crash_on(const std::string& channel) { crashing_.insert(channel); }
    /// That something happens now; the sentence that says so is filled in.
    void claim(Claim claim);
    /// An expectation that is not met now.
    void miss(const Slots& slots, std::string happened);

  private:
    struct Act {
        const Saying* saying = nullptr;
        Slots slots;
        std::string text;
    };
    struct Moment {
        Instant at;
        Location where;
        std::vector<Act> acts;
    };

    explicit Stage(const Scenario& scenario) : scenario_(scenario) {}
    Result<> read_scenes();
    Result<> play_moment(const Moment& moment, bool first);
    void judge(const std::vector<Happening>& happenings);
    [[nodiscard]] std::string name_of(Key patient) const;

    channel::AttemptResult provide(const std::string& channel, const channel::Outbound& message);

    const Scenario& scenario_;
    std::map<std::string, practice::FileMap, std::less<>> versions_;  ///< the first has no name
    outreach::Zone zone_;
    std::unique_ptr<engine::PlayedClinic> clinic_;
    std::map<std::string, Person, std::less<>> people_;
    Chart chart_;
    std::vector<Moment> moments_;
    std::string said_;  ///< the sentence that acts
    Location place_;    ///< … and where it stands
    std::vector<Claim> claims_;
    std::vector<Miss> misses_;
    std::map<std::string, channel::AttemptResult, std::less<>> answers_;
    std::set<std::string> crashing_;
    bool off_ = false;
};

}  // namespace parcours::scenario

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/digest_hash.h"
#include "engine/events.h"
#include "record/identity.h"

namespace parcours::engine {

/// What is known of a provider from the hand-offs on its channel.
struct ChannelRun {
    std::uint32_t failures = 0;  ///< in a row, up to now
    Instant failed_at;           ///< the last of them
    Instant since;               ///< the first of them
    std::string detail;          ///< of the last, in the provider's words
};

/// What leaves, over all patients: holds, paces, the run of each channel, what went to an address.
/// A part of the ledger, and like it a pure fold of the log's events. One thread.
class Traffic {
  public:
    void apply(const Decided& event);
    void apply(const Attempted& event);
    void apply(const AttemptEnded& event, const std::string& channel);
    void apply(const Held& event);
    void apply(const OutageNoted& event) { outage_ = event; }
    void apply(const FeedHeard& event) { feeds_[event.source] = event.at; }
    /// A new virtual run: of all that was done only what people hold is still so.
    void forget();

    /// Who holds a channel, or `Held::everything`, and why; null where it is not held.
    [[nodiscard]] const Held* find_hold(std::string_view what) const;
    [[nodiscard]] bool all_held() const { return find_hold(Held::everything) != nullptr; }
    /// By what is held.
    [[nodiscard]] const std::map<std::string, Held, std::less<>>& holds() const { return holds_; }
    /// The last time that the program did not run while something fell due.
    [[nodiscard]] const std::optional<OutageNoted>& outage() const { return outage_; }
    /// Whether what late timers plan at this moment fell due in it.
    [[nodiscard]] bool follows_outage(Instant at) const;

    /// When a feed was last heard of; nothing where it never was.
    [[nodiscard]] std::optional<Instant> last_heard(std::string_view source) const;

    /// Until when a flow is used up; long ago where nothing of it was used.
    [[nodiscard]] Instant flow_until(std::string_view flow) const;
    [[nodiscard]] ChannelRun run_of(std::string_view channel) const;
    /// How many hand-offs a channel had in the quarters of an hour from that of `since` on; of the
    /// last two days.
    [[nodiscard]] std::uint32_t handed_since(std::string_view channel, Instant since) const;
    /// How many hand-offs to an address were for others than `patient`, since then and within the
    /// last two days.
    [[nodiscard]] std::uint32_t others_at(const std::string& address, Key patient,
                                          Instant since) const;
    /// The messages that left within one, at its last hand-off.
    [[nodiscard]] const std::vector<Digest>& parts_of(const Digest& message) const;

    [[nodiscard]] std::size_t address_count() const { return at_address_.size(); }

    template <class Archive, class Self>
    static void fields(Archive& archive, Self& self) {
        archive(self.holds_, self.outage_, self.feeds_, self.flows_, self.runs_, self.quarters_,
                self.at_address_, self.at_address_max_, self.parts_);
    }

  private:
    void drop_old_addresses(Instant now);
    struct HandedOver {
        Instant at;
        Key patient = 0;
        template <class Archive, class Self>
        static void fields(Archive& archive, Self& self) {
            archive(self.at, self.patient);
        }
    };

    std::map<std::string, Held, std::less<>> holds_;
    std::optional<OutageNoted> outage_;
    std::map<std::string, Instant, std::less<>> feeds_;
    std::map<std::string, Instant, std::less<>> flows_;
    std::map<std::string, ChannelRun, std::less<>> runs_;
    /// By channel.
    std::map<std::string, std::map<Instant, std::uint32_t>, std::less<>> quarters_;
    std::unordered_map<std::string, std::vector<HandedOver>> at_address_;
    std::size_t at_address_max_ = 0;  ///< grown beyond this, old ones are dropped
    std::unordered_map<Digest, std::vector<Digest>, DigestHash> parts_;
};

}  // namespace parcours::engine

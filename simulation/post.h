#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "channel/encoding.h"
#include "simulation/machine.h"
#include "simulation/world.h"

namespace parcours::simulation {

/// What providers and patients send back, in the protocols of the real adapters. Who is not
/// answered asks again.
class Post {
  public:
    Post(World& world, Machine& machine) : world_(world), machine_(machine) {}

    /// The state of a text message, after a while. `sid` is the provider's id.
    void sms_status(const std::string& message, const std::string& sid, const std::string& to,
                    const std::string& state, int error, Duration wait);
    void sms_reply(const std::string& from, const std::string& words, bool stop, Duration wait);
    /// A delivery report by mail: "failed" or "delayed".
    void mail_report(const std::string& message, const std::string& to, const std::string& action,
                     Duration wait);
    void mail_reply(const std::string& message, const std::string& from, const std::string& words,
                    Duration wait);
    /// To the unsubscribe address that stood in the mail.
    void mail_unsubscribe(const std::string& from, const std::string& mailbox, Duration wait);

    static constexpr std::string_view token = "the token of the simulated gateway";
    static constexpr std::string_view url = "https://clinic.example.org/callback/sms";

  private:
    struct Letter {
        Machine::Callback callback;
        std::string notice;   ///< as the engine names it
        std::string address;  ///< that does not want to hear more, where `stop`
        bool stop = false;
        bool forged = false;
        int tries = 0;
    };
    void send(Letter letter, Duration wait);
    void deliver(Letter letter);
    void sms(const std::string& at, const channel::FormFields& fields, Letter letter,
             Duration wait);
    std::string next_id(const char* kind);

    World& world_;
    Machine& machine_;
    std::uint64_t count_ = 0;
};

}  // namespace parcours::simulation

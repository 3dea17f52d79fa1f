#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "channel/tests/peer.h"
#include "support/program.h"

namespace parcours::testing {

/// What a provider of the tests got, and how it behaves. Safe for several threads.
class Provider {
  public:
    /// How far a hand-off has come when `at` is asked.
    enum class Phase { Request, Taken, Answered };
    struct Got {
        std::string message;  ///< our message id
        std::string to;
        bool taken = false;  ///< it came whole
    };
    /// Called at each phase of each hand-off; may kill, wait or throw nothing. Set before use.
    std::function<void(Phase phase, const Got& got)> at;
    /// What an SMS gateway answers with; empty: closes the connection without a word.
    std::function<std::string(const Got& got)> answer;
    /// How a provider behaves otherwise than it should, by moments of a conversation. What gives
    /// true has dealt with the connection, which is then over. Set before use.
    struct Conduct {
        std::function<bool(channel::testing::PeerConnection&)> greet;  ///< before a word was said
        std::function<bool(channel::testing::PeerConnection&)> mid_data;            ///< of a mail
        std::function<bool(channel::testing::PeerConnection&, const Got&)> answer;  ///< it is taken
    };
    Conduct sms_conduct;
    Conduct mail_conduct;

    /// The gateway's base address for SMS (HTTP) and the mail server's (SMTP).
    [[nodiscard]] std::string sms_url() const { return sms_.url("http"); }
    [[nodiscard]] std::string smtp_url() const { return smtp_.url("smtp"); }
    /// Everything that came whole, in order.
    [[nodiscard]] std::vector<Got> taken() const;
    /// The bodies of mails, in order.
    [[nodiscard]] std::vector<std::string> mails() const;
    [[nodiscard]] std::size_t count(const std::string& to) const;

  private:
    void serve_sms(channel::testing::PeerConnection& connection);
    void serve_smtp(channel::testing::PeerConnection& connection);
    void note(Got got);
    void tell(Phase phase, const Got& got) const;

    mutable std::mutex mutex_;
    std::vector<Got> taken_;
    std::vector<std::string> mails_;
    channel::testing::Peer sms_{[this](auto& connection, std::size_t) { serve_sms(connection); }};
    channel::testing::Peer smtp_{[this](auto& connection, std::size_t) { serve_smtp(connection); }};
};

/// What an honest gateway answers when it took a message.
[[nodiscard]] std::string http_created(const std::string& message);

/// Writes a practice folder whose channels are those of the provider: contact at any hour, a large
/// budget, and a campaign that sends everybody an SMS, then an e-mail, and after a reply another
/// SMS. Gives its path.
std::string write_practice(const TemporaryFolder& folder, const Provider& provider);

/// The phone number of a test patient: one of the 900 that North America keeps for
/// fiction and that its plan still knows.
[[nodiscard]] std::string phone_of(std::size_t patient);

/// Writes Patient.ndjson of so many adults, with phone and e-mail, and gives its path.
std::string write_patients(const TemporaryFolder& folder, std::size_t count);

/// A reply that the gateway calls back with: body and signature for `parcours receive sms`.
struct Callback {
    std::string body;
    std::string signature;
};
[[nodiscard]] Callback make_reply(std::size_t patient, const std::string& id,
                                  const std::string& text);
/// What becomes of a message in the end: "delivered", "failed"…; by the gateway's id of it.
[[nodiscard]] Callback make_receipt(const std::string& id, const std::string& state,
                                    const std::string& to);
inline constexpr const char* callback_url = "https://clinic.example.org/sms";

/// Runs `parcours receive sms` with a reply or receipt.
Ended receive_reply(const std::string& data, const std::string& practice, const Callback& callback,
                    const ProgramOptions& options = {});

}  // namespace parcours::testing

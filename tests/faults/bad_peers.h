#pragma once

#include <atomic>
#include <cstddef>

#include "support/clinic.h"

namespace parcours::testing {

/// Gateways that are slow, break off or lie, each in its turn: every other message meets the next
/// of their vices; those between are served honestly, so that the channel is not left alone as
/// broken. Lives as long as the provider that it spoils.
class BadPeers {
  public:
    explicit BadPeers(Provider& provider);

    /// Of text messages: drips its answer for longer than the time-out; never answers; goes away in
    /// the middle of its answer; 200 and nothing that makes sense; answers twice; took one for
    /// somebody else; answers without end; sends elsewhere; goes away before a word was said.
    static constexpr std::size_t sms_count = 9;
    /// Of a mail: 421 in the middle of it; takes it and resets; takes it and is silent; begins an
    /// answer of several lines and goes away; says 250 and goes away.
    static constexpr std::size_t mail_count = 5;

    [[nodiscard]] std::size_t text_messages() const { return sms_; }
    [[nodiscard]] std::size_t mails() const { return mails_; }
    /// The second one is not greeted; the fourth is greeted without end.
    [[nodiscard]] std::size_t mail_connections() const { return connections_; }

  private:
    using Connection = channel::testing::PeerConnection;
    bool greet_sms(Connection& connection);
    bool answer_sms(Connection& connection, const Provider::Got& got);
    bool greet_mail(Connection& connection);
    bool cut_mail(Connection& connection);
    bool answer_mail(Connection& connection) const;

    // Each written by one thread of the provider only.
    std::atomic<std::size_t> sms_ = 0;
    std::atomic<std::size_t> mails_ = 0;
    std::atomic<std::size_t> connections_ = 0;
    std::size_t sms_vice_ = sms_count;  ///< of this message; none: the count
    std::size_t mail_vice_ = mail_count;
};

}  // namespace parcours::testing

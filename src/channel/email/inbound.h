#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "channel/channel.h"

namespace parcours::channel {

/// How mails to us are recognised.
struct InboundMailOptions {
    std::string unsubscribe_mailbox = "unsubscribe";  ///< before "+TOKEN@"
    std::string domain;                               ///< of our Message-IDs
};

/// The largest mail that is read, and the most text that is kept of a reply, in bytes.
inline constexpr std::size_t inbound_mail_size_max = std::size_t{10} * 1024 * 1024;
inline constexpr std::size_t reply_size_max = 20000;

/// Reads one mail that a mail server handed over (an alias or pipe):
/// - a mail to "unsubscribe+TOKEN@…" is an Unsubscribe with the token, to be verified by
///   unsubscribe.h; without a token it is one by its sender alone, for a person to look at;
/// - a delivery report (RFC 3464) gives a notice for each recipient: Bounced (failed), Delayed,
///   Delivered, with the status as detail and the message id out of the returned headers;
/// - an automatic answer (RFC 3834) gives nothing;
/// - anything else is a Reply: the words the person wrote, the subject where there are none; an
///   Unsubscribe where they are a STOP word.
/// `event_id` is the mail's Message-ID, else a hash of its bytes. Errors: InvalidInput for what is
/// no mail, Limit for one that is too large.
[[nodiscard]] Result<std::vector<Inbound>> read_inbound_mail(std::string_view mail,
                                                             const InboundMailOptions& options);

}  // namespace parcours::channel

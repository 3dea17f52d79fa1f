#include "channel/email/smtp.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <curl/curl.h>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/email/inbound.h"
#include "channel/email/mime_writer.h"
#include "channel/email/smtp_dialogue.h"

namespace parcours::channel {
namespace {

/// What libcurl's callbacks share during one transfer.
struct Handover {
    SmtpDialogue dialogue;
    std::string_view unsent;
};

int on_debug(CURL* /*handle*/, curl_infotype type, char* bytes, std::size_t size, void* context) {
    auto& dialogue = static_cast<Handover*>(context)->dialogue;
    if (type == CURLINFO_HEADER_OUT) {
        dialogue.command_sent({bytes, size});
    } else if (type == CURLINFO_HEADER_IN) {
        dialogue.reply_received({bytes, size});
    }
    return 0;
}

/// Gives libcurl the body. When nothing is left, libcurl writes the final dot next: that call is
/// the last moment at which we know that the server cannot have accepted the mail.
std::size_t on_read(char* room, std::size_t item_size, std::size_t items, void* context) {
    auto& handover = *static_cast<Handover*>(context);
    const std::size_t size = std::min(item_size * items, handover.unsent.size());
    if (size == 0) {
        handover.dialogue.dot_handed_over();
        return 0;
    }
    std::memcpy(room, handover.unsent.data(), size);
    handover.unsent.remove_prefix(size);
    return size;
}

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

Mail make_mail(const SmtpOptions& options, const Outbound& message, Instant now) {
    return {.from = options.from,
            .from_name = options.from_name,
            .reply_to = options.reply_to,
            .to = message.to,
            .to_name = message.to_name,
            .subject = message.subject,
            .text = message.text,
            .html = message.html,
            .language = message.language,
            .message_id = message.message_id,
            .domain = options.domain,
            .unsubscribe_uri = message.unsubscribe_uri,
            .date = now};
}

}  // namespace

SmtpChannel::SmtpChannel(SmtpOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

AttemptResult SmtpChannel::send(const Outbound& message) {
    const auto wire = write_mail(make_mail(options_, message, clock_.now()));
    if (!wire) {
        return {.outcome = Outcome::Refused,
                .detail = wire.error().message,
                .bad_address = !is_mail_address(message.to)};
    }
    AttemptResult result = hand_over(*wire, message);
    if (result.outcome == Outcome::Accepted || result.outcome == Outcome::Unknown) {
        result.provider_id = message.message_id + '@' + options_.domain;
    }
    return result;
}

AttemptResult SmtpChannel::hand_over(const std::string& wire, const Outbound& message) {
    Handover handover{.unsent = wire};
    const std::unique_ptr<curl_slist, FreeList> recipients(
        curl_slist_append(nullptr, ('<' + message.to + '>').c_str()));
    const std::string sender = '<' + options_.bounces_to + '>';
    const std::string url = options_.url + '/' + options_.domain;

    transfer_.start(url, "smtp,smtps", options_.ca_file, options_.connect_timeout,
                    options_.timeout);
    // libcurl's total time-out does not bound the farewell, which would wait for two minutes.
    transfer_.set(
        CURLOPT_SERVER_RESPONSE_TIMEOUT,
        static_cast<long>(std::chrono::ceil<std::chrono::seconds>(options_.timeout).count()));
    transfer_.set(
        CURLOPT_USE_SSL,
        static_cast<long>(options_.tls == SmtpTls::None ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!options_.username.empty()) {
        transfer_.set(CURLOPT_USERNAME, options_.username.c_str());
        transfer_.set(CURLOPT_PASSWORD, options_.password.c_str());
    }
    transfer_.set(CURLOPT_MAIL_FROM, sender.c_str());
    transfer_.set(CURLOPT_MAIL_RCPT, recipients.get());
    transfer_.set(CURLOPT_UPLOAD, 1L);
    // No INFILESIZE: with it libcurl writes the dot without asking on_read once more.
    transfer_.set(CURLOPT_READFUNCTION, &on_read);
    transfer_.set(CURLOPT_READDATA, &handover);
    transfer_.set(CURLOPT_DEBUGFUNCTION, &on_debug);
    transfer_.set(CURLOPT_DEBUGDATA, &handover);
    transfer_.set(CURLOPT_VERBOSE, 1L);
    const CURLcode code = transfer_.run();
    return handover.dialogue.judge(code == CURLE_OK, transfer_.failure(code), message.to);
}

Result<std::vector<Inbound>> SmtpChannel::receive(std::string_view /*url*/, std::string_view body,
                                                  std::string_view /*signature*/) {
    return read_inbound_mail(
        body, {.unsubscribe_mailbox = options_.unsubscribe_mailbox, .domain = options_.domain});
}

}  // namespace parcours::channel

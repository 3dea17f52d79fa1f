#include "channel/email/inbound.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "channel/channel.h"
#include "channel/email/mime_reader.h"
#include "channel/email/mime_writer.h"
#include "channel/email/reply_text.h"
#include "channel/encoding.h"
#include "channel/keywords.h"
#include "channel/unsubscribe.h"

namespace parcours::channel {
namespace {

constexpr std::size_t id_length = 32;
constexpr std::size_t recipients_max = 50;

/// The address in "Name <name@example.org>" or alone; empty where there is none.
std::string find_address(std::string_view header) {
    const std::size_t open = header.rfind('<');
    const std::size_t close = header.find('>', open == std::string_view::npos ? 0 : open);
    const std::string_view address =
        open != std::string_view::npos && close != std::string_view::npos
            ? header.substr(open + 1, close - open - 1)
            : trim(header);
    return is_mail_address(address) ? std::string(address) : std::string();
}

bool is_message_id(std::string_view id) {
    return id.size() == id_length && from_hex(id).has_value();
}

/// The last of our Message-IDs ("<ID@DOMAIN>") in a header; empty where there is none.
std::string find_our_id(std::string_view header, std::string_view domain) {
    const std::string lowered = to_lower_ascii(header);
    const std::string tail = '@' + to_lower_ascii(domain);
    std::string found;
    for (std::size_t at = lowered.find(tail); at != std::string::npos;
         at = lowered.find(tail, at + 1)) {
        const bool long_enough = at >= id_length;
        if (long_enough &&
            is_message_id(std::string_view(lowered).substr(at - id_length, id_length))) {
            found = lowered.substr(at - id_length, id_length);
        }
    }
    return found;
}

/// What stands between "+" and "@" behind the unsubscribe mailbox; nothing where the mail was not
/// sent to that mailbox.
std::optional<std::string> find_token(std::string_view header, std::string_view mailbox) {
    const std::string lowered = to_lower_ascii(header);
    const std::string wanted = to_lower_ascii(mailbox);
    for (std::size_t at = lowered.find(wanted); at != std::string::npos;
         at = lowered.find(wanted, at + 1)) {
        const bool starts =
            at == 0 || std::string_view(" <,\t:\"").find(lowered[at - 1]) != std::string_view::npos;
        const std::string_view after = std::string_view(lowered).substr(at + wanted.size());
        if (starts && after.starts_with('@')) {
            return "";
        }
        const std::size_t end = after.find('@');
        if (starts && after.starts_with('+') && end != std::string_view::npos) {
            return std::string(after.substr(1, end - 1));
        }
    }
    return std::nullopt;
}

std::optional<std::string> find_token(const MailHeaders& headers, std::string_view mailbox) {
    constexpr std::array<std::string_view, 6> recipients{
        "delivered-to", "x-original-to", "envelope-to", "to", "cc", "x-delivered-to"};
    std::optional<std::string> found;
    for (const auto& [name, value] : headers) {
        if (std::ranges::find(recipients, name) == recipients.end()) {
            continue;
        }
        const auto token = find_token(value, mailbox);
        if (token && (!found || found->empty())) {
            found = token;
        }
    }
    return found;
}

Inbound make_unsubscribe(const std::string& token, const std::string& from) {
    Inbound wish{.kind = Inbound::Kind::Unsubscribe, .from = from};
    if (const auto message = find_token_message(token)) {
        wish.message_id = *message;
        wish.token = token;
    } else {
        wish.detail = "no readable token: known by the sender's address alone";
    }
    return wish;
}

/// "rfc822; name@example.org" → the address.
std::string read_recipient(std::string_view field) {
    const std::size_t semicolon = field.find(';');
    return find_address(semicolon == std::string_view::npos ? field
                                                            : trim(field.substr(semicolon + 1)));
}

/// RFC 3463: 5.1.x is the address, 5.2.1 a closed mailbox.
bool is_address_status(std::string_view status) {
    return status.starts_with("5.1.") || status.starts_with("5.2.1");
}

std::optional<Inbound> read_recipient_report(const MailHeaders& fields) {
    const std::string action = to_lower_ascii(find_header(fields, "action"));
    Inbound notice{.from = read_recipient(find_header(fields, "final-recipient"))};
    if (notice.from.empty()) {
        notice.from = read_recipient(find_header(fields, "original-recipient"));
    }
    const std::string_view status = find_header(fields, "status");
    notice.detail = clean_words(action + ' ' + std::string(status) + ' ' +
                                    std::string(find_header(fields, "diagnostic-code")),
                                notice.from);
    if (action == "failed") {
        notice.kind = Inbound::Kind::Bounced;
        notice.bad_address = is_address_status(status);
    } else if (action == "delayed") {
        notice.kind = Inbound::Kind::Delayed;
    } else if (action == "delivered") {
        notice.kind = Inbound::Kind::Delivered;
    } else {
        return std::nullopt;
    }
    return notice;
}

/// Our id out of the returned mail or its headers.
std::string find_returned_id(const MimePart& report, std::string_view domain) {
    for (const std::string_view type :
         {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}) {
        const MimePart* returned = find_part(report, type);
        if (returned == nullptr) {
            continue;
        }
        std::string_view text = returned->body;
        const MailHeaders headers = take_headers(text);
        const std::string_view ours = find_header(headers, "x-parcours-message");
        if (is_message_id(ours)) {
            return to_lower_ascii(ours);
        }
        return find_our_id(find_header(headers, "message-id"), domain);
    }
    return {};
}

std::vector<Inbound> read_report(const MimePart& mail, const MimePart& status,
                                 std::string_view domain) {
    std::vector<Inbound> notices;
    const std::string message_id = find_returned_id(mail, domain);
    std::string_view text = status.body;
    while (!text.empty() && notices.size() < recipients_max) {
        const std::size_t before = text.size();
        if (auto notice = read_recipient_report(take_headers(text))) {
            notice->message_id = message_id;
            notices.push_back(std::move(*notice));
        }
        if (text.size() == before) {
            break;
        }
    }
    return notices;
}

bool is_automatic(const MailHeaders& headers) {
    const std::string submitted = to_lower_ascii(find_header(headers, "auto-submitted"));
    const std::string precedence = to_lower_ascii(find_header(headers, "precedence"));
    const bool bulk = precedence == "bulk" || precedence == "auto_reply" || precedence == "junk";
    return (!submitted.empty() && submitted != "no") || bulk ||
           !find_header(headers, "x-autoreply").empty() ||
           !find_header(headers, "x-autorespond").empty() ||
           find_header(headers, "return-path") == "<>";
}

std::string read_words(const MimePart& mail) {
    std::string text;
    if (const MimePart* plain = find_part(mail, "text/plain")) {
        text = strip_quoted(decode_text(*plain, reply_size_max));
    } else if (const MimePart* html = find_part(mail, "text/html")) {
        text = strip_quoted(html_to_text(decode_text(*html, reply_size_max)));
    }
    if (text.empty()) {
        text = decode_words(find_header(mail.headers, "subject"));
    }
    return text;
}

Inbound read_reply(const MimePart& mail, const std::string& from, std::string_view domain) {
    Inbound reply{.from = from, .text = read_words(mail)};
    reply.message_id = find_our_id(find_header(mail.headers, "in-reply-to"), domain);
    if (reply.message_id.empty()) {
        reply.message_id = find_our_id(find_header(mail.headers, "references"), domain);
    }
    reply.kind = recognise_keyword(reply.text) == Keyword::Stop ? Inbound::Kind::Unsubscribe
                                                                : Inbound::Kind::Reply;
    return reply;
}

std::vector<Inbound> read_any(const MimePart& mail, const InboundMailOptions& options) {
    const std::string from = find_address(find_header(mail.headers, "from"));
    if (const auto token = find_token(mail.headers, options.unsubscribe_mailbox)) {
        return {make_unsubscribe(*token, from)};
    }
    if (const MimePart* status = find_part(mail, "message/delivery-status")) {
        return read_report(mail, *status, options.domain);
    }
    if (is_automatic(mail.headers)) {
        return {};
    }
    return {read_reply(mail, from, options.domain)};
}

}  // namespace

Result<std::vector<Inbound>> read_inbound_mail(std::string_view mail,
                                               const InboundMailOptions& options) {
    if (mail.size() > inbound_mail_size_max) {
        return fail(ErrorCode::Limit, "a mail is larger than the 10 MiB that are read");
    }
    const MimePart parsed = parse_mime(mail);
    if (find_header(parsed.headers, "from").empty() &&
        find_header(parsed.headers, "received").empty() &&
        find_header(parsed.headers, "date").empty()) {
        return fail(ErrorCode::InvalidInput,
                    "this is no mail: it has none of the headers From, Date and Received");
    }
    std::vector<Inbound> notices = read_any(parsed, options);
    std::string event_id(trim(find_header(parsed.headers, "message-id")));
    event_id = event_id.empty() ? content_hash(mail).to_hex() : clean_words(event_id, {});
    for (std::size_t i = 0; i < notices.size(); ++i) {
        notices[i].event_id = i == 0 ? event_id : event_id + '#' + std::to_string(i);
        notices[i].provider_id =
            notices[i].message_id.empty() ? "" : notices[i].message_id + '@' + options.domain;
    }
    return notices;
}

}  // namespace parcours::channel

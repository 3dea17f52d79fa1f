#include "engine/leaving.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "channel/channel.h"
#include "channel/unsubscribe.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/message_look.h"
#include "outreach/email_page.h"
#include "outreach/gate.h"
#include "outreach/recipient.h"
#include "practice/config.h"

namespace parcours::engine {
namespace {

/// How to stop messages: for readers and, all ways together, for mail programs.
struct UnsubscribeLinks {
    std::string shown;
    std::string header;
};

UnsubscribeLinks unsubscribe_links(const Considered& considered, std::string_view secret) {
    const practice::Config& config = considered.clinic->folder.config;
    const std::size_t at = config.reply_to.find('@');
    const auto token = channel::make_unsubscribe_token(
        secret, considered.state->message.id.to_hex(), considered.recipient.key.to_hex());
    if (!token) {
        return {};
    }
    UnsubscribeLinks links;
    // Mail programs follow nothing but https with one click (RFC 8058).
    if (config.public_url.starts_with("https://")) {
        links.shown = config.public_url + "/unsubscribe/" + *token;
        links.header = links.shown;
    }
    if (at != std::string::npos) {
        const std::string mail = "mailto:unsubscribe+" + *token + config.reply_to.substr(at);
        links.header += (links.header.empty() ? "" : " ") + mail;
        links.shown = links.shown.empty() ? mail : links.shown;
    }
    return links;
}

}  // namespace

Leaving prepare(const Considered& considered, std::uint32_t rung, const Outlet& outlet,
                Instant now) {
    const MessageState& state = *considered.state;
    const std::string& channel = outlet.channel;
    const practice::Config& config = considered.clinic->folder.config;
    Leaving out;
    out.message = state.message;
    out.rung = rung;
    out.rung_attempt = (rung == state.rung ? state.rung_attempts : 0) + 1;
    out.last_moment = outreach::last_moment(state.message, *considered.rules);
    channel::Outbound& outbound = out.outbound;
    outbound.message_id = state.message.id.to_hex();
    outbound.to = considered.recipient.address;
    outbound.to_name = considered.recipient.name;
    outbound.language = considered.language;
    outbound.attempt = state.attempts + 1;
    outbound.text = considered.rendered.text;
    if (channel == "email") {
        const UnsubscribeLinks links = unsubscribe_links(considered, outlet.secret);
        const outreach::EmailFrame frame{considered.language, config.name, config.address,
                                         config.phone, links.shown};
        outbound.subject = considered.rendered.subject;
        outbound.text = outreach::make_email_text(considered.rendered, frame);
        if (!considered.rendered.html.empty()) {
            outbound.html = outreach::make_email_html(considered.rendered, frame);
        }
        outbound.unsubscribe_uri = links.header;
    }
    Attempted& attempt = out.attempt;
    attempt.message = state.message.id;
    attempt.patient = state.message.patient;
    attempt.number = outbound.attempt;
    attempt.channel = channel;
    attempt.adapter = outlet.adapter;
    attempt.to = outbound.to;
    attempt.to_whom =
        considered.recipient.who == outreach::Recipient::Who::Guardian ? "guardian" : "patient";
    attempt.suppression_version = considered.input.suppression.version;
    attempt.language = considered.language;
    attempt.subject = outbound.subject;
    attempt.text = outbound.text;
    attempt.at = now;
    attempt.about = considered.about;
    return out;
}

void add_part(Leaving& leaving, const Considered& part, std::uint32_t rung) {
    const MessageState& state = *part.state;
    LeavingMessage out;
    out.message = state.message;
    out.rung = rung;
    out.rung_attempt = (rung == state.rung ? state.rung_attempts : 0) + 1;
    out.last_moment = outreach::last_moment(state.message, *part.rules);
    out.attempt = leaving.attempt;  // the same words to the same address
    out.attempt.message = state.message.id;
    out.attempt.number = state.attempts + 1;
    out.attempt.about = part.about;
    out.attempt.joined_into = leaving.message.id;
    leaving.parts.push_back(std::move(out));
}

}  // namespace parcours::engine

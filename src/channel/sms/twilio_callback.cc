#include "channel/sms/twilio_callback.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "channel/channel.h"
#include "channel/encoding.h"
#include "channel/keywords.h"
#include "channel/signature.h"

namespace parcours::channel {
namespace {

/// The same address with the scheme's own port written out, or left out.
std::string with_port_toggled(std::string_view url) {
    const bool tls = url.starts_with("https://");
    const std::string_view port = tls ? ":443" : ":80";
    const std::size_t host = tls ? 8 : 7;
    const std::size_t end =
        std::min(url.find_first_of("/?", std::min(host, url.size())), url.size());
    const std::string_view authority = url.substr(0, end);
    if (authority.ends_with(port)) {
        return std::string(authority.substr(0, authority.size() - port.size())) +
               std::string(url.substr(end));
    }
    return std::string(authority) + std::string(port) + std::string(url.substr(end));
}

bool is_signed(std::string_view auth_token, std::string_view url, const FormFields& fields,
               std::string_view signature) {
    const bool as_called =
        equal_in_constant_time(signature, sign_twilio_callback(auth_token, url, fields));
    const bool toggled = equal_in_constant_time(
        signature, sign_twilio_callback(auth_token, with_port_toggled(url), fields));
    return as_called || toggled;
}

/// Our message id out of the URL that we handed over; empty where it carries none.
std::string find_message_id(std::string_view url) {
    const std::size_t query = url.find('?');
    if (query == std::string_view::npos) {
        return {};
    }
    const auto fields = parse_form(url.substr(query + 1));
    if (!fields) {
        return {};
    }
    const std::string_view id = find_field(*fields, callback_message_field);
    const auto bytes = from_hex(id);
    return bytes && bytes->size() == 16 ? to_lower_ascii(id) : std::string();
}

long to_code(std::string_view text) {
    long code = 0;
    std::from_chars(text.data(), text.data() + text.size(), code);
    return code;
}

std::vector<Inbound> read_status(const FormFields& fields, std::string_view state,
                                 std::string_view url) {
    Inbound notice{.provider_id = std::string(find_field(fields, "MessageSid")),
                   .message_id = find_message_id(url),
                   .from = std::string(find_field(fields, "To"))};
    const std::string_view error = find_field(fields, "ErrorCode");
    notice.event_id = notice.provider_id + ':' + std::string(state);
    notice.detail = clean_words(
        std::string(state) + (error.empty() ? "" : " " + std::string(error)), notice.from);
    if (state == "delivered" || state == "read") {
        notice.kind = Inbound::Kind::Delivered;
    } else if (state == "failed" || state == "undelivered" || state == "canceled") {
        notice.kind = Inbound::Kind::Failed;
        notice.bad_address = is_twilio_bad_address(to_code(error));
    } else {
        return {};
    }
    return {std::move(notice)};
}

std::vector<Inbound> read_reply(const FormFields& fields) {
    Inbound reply{.provider_id = std::string(find_field(fields, "MessageSid")),
                  .from = std::string(find_field(fields, "From")),
                  .text = std::string(find_field(fields, "Body"))};
    reply.event_id = reply.provider_id;
    const bool stopped = find_field(fields, "OptOutType") == "STOP" ||
                         recognise_keyword(reply.text) == Keyword::Stop;
    reply.kind = stopped ? Inbound::Kind::Unsubscribe : Inbound::Kind::Reply;
    return {std::move(reply)};
}

}  // namespace

std::string sign_twilio_callback(std::string_view auth_token, std::string_view url,
                                 FormFields fields) {
    std::ranges::sort(fields);
    const auto repeated = std::ranges::unique(fields);
    fields.erase(repeated.begin(), repeated.end());
    std::string signed_text(url);
    for (const auto& [name, value] : fields) {
        signed_text += name + value;
    }
    return to_base64(hmac_sha1(auth_token, signed_text));
}

bool is_twilio_bad_address(long code) {
    // Twilio's error dictionary: not a valid number, cannot receive SMS, not a mobile number;
    // unknown or landline handset.
    constexpr std::array<long, 8> codes{21211, 21214, 21217, 21407, 21421, 21614, 30005, 30006};
    return std::ranges::find(codes, code) != codes.end();
}

Result<std::vector<Inbound>> read_twilio_callback(std::string_view auth_token, std::string_view url,
                                                  std::string_view body,
                                                  std::string_view signature) {
    if (body.size() > callback_size_max) {
        return fail(ErrorCode::Limit, "a callback of the SMS gateway is larger than 64 KiB");
    }
    const auto fields = parse_form(body);
    if (!fields) {
        return pass_on(fields);
    }
    if (auth_token.empty() || !is_signed(auth_token, url, *fields, signature)) {
        return fail(ErrorCode::Conflict,
                    "a callback of the SMS gateway is not signed with the configured auth_token; "
                    "check the token and the public address that the gateway calls");
    }
    if (find_field(*fields, "MessageSid").empty()) {
        return fail(ErrorCode::InvalidInput, "a callback of the SMS gateway names no MessageSid");
    }
    const std::string_view state = find_field(*fields, "MessageStatus");
    if (!state.empty()) {
        return read_status(*fields, state, url);
    }
    if (find_field(*fields, "From").empty()) {
        return fail(ErrorCode::InvalidInput,
                    "a callback of the SMS gateway holds neither MessageStatus nor From");
    }
    return read_reply(*fields);
}

}  // namespace parcours::channel

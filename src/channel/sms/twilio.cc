#include "channel/sms/twilio.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/encoding.h"
#include "channel/http_post.h"
#include "channel/sms/twilio_callback.h"

namespace parcours::channel {
namespace {

/// "+" and 8 to 15 digits (E.164).
bool is_phone_number(std::string_view to) {
    return to.size() >= 9 && to.size() <= 16 && to.front() == '+' && to[1] != '0' &&
           std::ranges::all_of(to.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

std::string write_request(const TwilioOptions& options, const Outbound& message) {
    FormFields fields{{"To", message.to}, {"Body", message.text}};
    if (options.from.empty()) {
        fields.emplace_back("MessagingServiceSid", options.messaging_service);
    } else {
        fields.emplace_back("From", options.from);
    }
    if (!options.callback_url.empty()) {
        fields.emplace_back("StatusCallback", options.callback_url + '?' +
                                                  std::string(callback_message_field) + '=' +
                                                  percent_encode(message.message_id));
    }
    return write_form(fields);
}

AttemptResult refuse(std::string detail, bool bad_address) {
    return {.outcome = Outcome::Refused, .detail = std::move(detail), .bad_address = bad_address};
}

}  // namespace

TwilioChannel::TwilioChannel(TwilioOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

AttemptResult TwilioChannel::send(const Outbound& message) {
    if (!is_phone_number(message.to)) {
        return refuse("the number is not of the form +33123456789 (E.164)", true);
    }
    if (message.text.empty() || !is_utf8(message.text)) {
        return refuse("the text is empty or not UTF-8", false);
    }
    if (count_characters(message.text) > text_length_max) {
        return refuse("the text is longer than the 1,600 characters that the gateway takes", false);
    }
    const HttpAnswer answer = poster_.post(
        {.url = options_.url + "/2010-04-01/Accounts/" + options_.account_sid + "/Messages.json",
         .content_type = "application/x-www-form-urlencoded",
         .body = write_request(options_, message),
         .username = options_.account_sid,
         .password = options_.auth_token,
         .ca_file = options_.ca_file,
         .connect_timeout = options_.connect_timeout,
         .timeout = options_.timeout});
    return judge_twilio_answer(answer, message.to, clock_.now());
}

Result<std::vector<Inbound>> TwilioChannel::receive(std::string_view url, std::string_view body,
                                                    std::string_view signature) {
    return read_twilio_callback(options_.auth_token, url, body, signature);
}

}  // namespace parcours::channel

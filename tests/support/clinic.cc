#include "support/clinic.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/core.h>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "channel/encoding.h"
#include "channel/sms/twilio_callback.h"

namespace parcours::testing {
namespace {

using channel::testing::PeerConnection;

constexpr std::string_view token = "test-token";

/// Reads one HTTP request's body; false where the connection ended first.
bool read_request(PeerConnection& connection, std::string& body) {
    std::size_t length = 0;
    std::string line;
    while (connection.read_line(line)) {
        if (line.empty()) {
            body = connection.read_bytes(length);
            return body.size() == length;
        }
        const std::string lowered = to_lower_ascii(line);
        if (lowered.starts_with("content-length:")) {
            length = std::stoul(lowered.substr(15));
        }
    }
    return false;
}

}  // namespace

std::string http_created(const std::string& message) {
    const std::string body =
        fmt::format(R"({{"sid":"SM{}","status":"queued"}})", message.substr(0, 32));
    return fmt::format(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        body.size(), body);
}

namespace {

std::string field_of(const std::string& form, std::string_view name) {
    const auto fields = channel::parse_form(form);
    return fields ? std::string(channel::find_field(*fields, name)) : std::string();
}

std::string after(const std::string& text, std::string_view mark, std::string_view until) {
    const std::size_t begin = text.find(mark);
    if (begin == std::string::npos) {
        return {};
    }
    const std::size_t from = begin + mark.size();
    return text.substr(from, text.find_first_of(until, from) - from);
}

}  // namespace

std::vector<Provider::Got> Provider::taken() const {
    const std::scoped_lock lock(mutex_);
    return taken_;
}

std::vector<std::string> Provider::mails() const {
    const std::scoped_lock lock(mutex_);
    return mails_;
}

std::size_t Provider::count(const std::string& to) const {
    const std::scoped_lock lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(taken_, to, &Got::to));
}

void Provider::note(Got got) {
    const std::scoped_lock lock(mutex_);
    taken_.push_back(std::move(got));
}

void Provider::tell(Phase phase, const Got& got) const {
    if (at) {
        at(phase, got);
    }
}

void Provider::serve_sms(PeerConnection& connection) {
    std::string body;
    if (sms_conduct.greet && sms_conduct.greet(connection)) {
        return;
    }
    while (read_request(connection, body)) {
        Got got{after(field_of(body, "StatusCallback"), "message=", "&"), field_of(body, "To")};
        tell(Phase::Request, got);
        got.taken = true;
        note(got);
        tell(Phase::Taken, got);
        if (sms_conduct.answer && sms_conduct.answer(connection, got)) {
            return;
        }
        const std::string words = answer ? answer(got) : http_created(got.message);
        if (words.empty()) {
            connection.reset();
            return;
        }
        connection.write(words);
        tell(Phase::Answered, got);
    }
}

void Provider::serve_smtp(PeerConnection& connection) {
    if (mail_conduct.greet && mail_conduct.greet(connection)) {
        return;
    }
    connection.write("220 test\r\n");
    Got got;
    std::string line;
    while (connection.read_line(line)) {
        if (line.starts_with("EHLO")) {
            connection.write("250-test\r\n250 8BITMIME\r\n");
        } else if (line.starts_with("RCPT TO:")) {
            got.to = after(line, "<", ">");
            connection.write("250 ok\r\n");
        } else if (line == "DATA") {
            connection.write("354 go on\r\n");
            if (mail_conduct.mid_data && mail_conduct.mid_data(connection)) {
                return;
            }
            std::string mail;
            while (connection.read_line(line) && line != ".") {
                mail += line + '\n';
            }
            if (line != ".") {
                return;
            }
            got.message = after(mail, "Message-ID: <", "@.");
            tell(Phase::Request, got);
            got.taken = true;
            note(got);
            {
                const std::scoped_lock lock(mutex_);
                mails_.push_back(mail);
            }
            tell(Phase::Taken, got);
            if (mail_conduct.answer && mail_conduct.answer(connection, got)) {
                return;
            }
            connection.write("250 ok queued\r\n");
            tell(Phase::Answered, got);
            got = {};
        } else {
            connection.write(line == "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
        }
    }
}

std::string write_practice(const TemporaryFolder& folder, const Provider& provider) {
    folder.write("P/practice.yaml",
                 fmt::format(R"(name: Test Practice
reply-to: hello@practice.example.org
phone: "+1 413 555 0100"
country: US
time-zone: America/New_York
language: en
languages: [en]
contact-hours: {{ from: "00:00", until: "24:00" }}
contact-budget: {{ per-day: 50, per-week: 50, per-month: 50 }}
after-outage: {{ per-minute: 0 }}
channels:
  sms: {{ adapter: twilio, url: "{}", account_sid: AC1, auth_token: {}, from: "+12125550100", callback_url: "{}", timeout_seconds: "2" }}
  email: {{ adapter: smtp, url: "{}", tls: none, from: hello@practice.example.org, timeout_seconds: "2" }}
)",
                             provider.sms_url(), token, callback_url, provider.smtp_url()));
    folder.write("P/cohorts/everyone.yaml",
                 "cohort: everyone\ntitle: { en: Everyone }\ncql: AgeInYears() >= 18\n");
    folder.write("P/campaigns/ping.yaml", R"(campaign: ping
title: { en: Ping }
purpose: operations
concern: general
topic: ping
priority: 50
enter: { cohort: everyone, again: never }
steps:
  first:  { send: ping-first, by: [sms], then: mail, else: mail }
  mail:   { send: ping-mail, by: [email], then: answer, else: answer }
  answer: { wait-for: reply, at-most: 30 days, then: second, else: done }
  second: { send: ping-second, by: [sms], then: done, else: done }
  done:   { end: completed }
)");
    for (const std::string name : {"first", "mail", "second"}) {
        folder.write("P/content/ping-" + name + ".en.md",
                     fmt::format("---\npurpose: operations\ntopic: ping\nsubject: Hello\n"
                                 "approved: {{ on: 2020-01-01, by: a test }}\n---\n"
                                 "Hello {{given_name}}, this is the {} message.\n",
                                 name));
    }
    return folder / "P";
}

std::string phone_of(std::size_t patient) {
    constexpr std::array<int, 9> areas = {413, 617, 508, 978, 774, 781, 857, 339, 351};
    return fmt::format("+1{}55501{:02}", areas.at(patient / 100), patient % 100);
}

std::string write_patients(const TemporaryFolder& folder, std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) {
        lines += fmt::format(
            R"({{"resourceType":"Patient","id":"p{0}","birthDate":"1996-05-04","name":[{{"given":["Given{0}"],"family":"Family{0}"}}],"communication":[{{"language":{{"coding":[{{"code":"en"}}]}}}}],"telecom":[{{"system":"phone","use":"mobile","value":"{1}"}},{{"system":"email","value":"p{0}@example.org"}}]}})"
            "\n",
            i, phone_of(i));
    }
    return folder.write("F/Patient.ndjson", lines);
}

Callback make_reply(std::size_t patient, const std::string& id, const std::string& text) {
    const channel::FormFields fields = {
        {"MessageSid", id}, {"From", phone_of(patient)}, {"To", "+12125550100"}, {"Body", text}};
    return {channel::write_form(fields),
            channel::sign_twilio_callback(token, callback_url, fields)};
}

Callback make_receipt(const std::string& id, const std::string& state, const std::string& to) {
    const channel::FormFields fields = {{"MessageSid", id}, {"MessageStatus", state}, {"To", to}};
    return {channel::write_form(fields),
            channel::sign_twilio_callback(token, callback_url, fields)};
}

Ended receive_reply(const std::string& data, const std::string& practice, const Callback& callback,
                    const ProgramOptions& options) {
    ProgramOptions with_input = options;
    with_input.input = callback.body;
    return run({"receive", "sms", "--data", data, "--practice", practice, "--url", callback_url,
                "--signature", callback.signature},
               with_input);
}

}  // namespace parcours::testing

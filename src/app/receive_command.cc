#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/options.h"
#include "app/requests.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string channel;
    std::string file = "-";
    std::string url;
    std::string signature;
};

constexpr std::size_t input_bytes_max = 10U << 20U;

Result<std::string> read_input(const std::string& file) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
        if (!opened) {
            return fail(ErrorCode::NotFound,
                        fmt::format("cannot read \"{}\"; check the path", file));
        }
    }
    std::istream& in = file == "-" ? std::cin : opened;
    std::string text;
    char buffer[65'536];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (text.size() > input_bytes_max) {
            return fail(ErrorCode::Limit, "more than 10 MB came in; that is no reply or receipt");
        }
    }
    return text;
}

/// Bytes that are no UTF-8 become "?": the request to the worker is JSON.
std::string as_utf8(std::string text) {
    if (!is_utf8(text)) {
        for (char& c : text) {
            c = static_cast<unsigned char>(c) < 0x80 ? c : '?';
        }
    }
    return text;
}

/// What a mail server takes as "try again later" (sysexits: EX_TEMPFAIL), so that no STOP bounces.
constexpr int exit_try_again = 75;

bool may_pass(ErrorCode code) {
    return code == ErrorCode::Locked || code == ErrorCode::Unavailable ||
           code == ErrorCode::NoSpace || code == ErrorCode::ReadOnly ||
           code == ErrorCode::Internal || code == ErrorCode::Damaged;
}

Result<int> run(const Options& options) {
    auto body = read_input(options.file);
    if (!body) {
        return pass_on(body);
    }
    std::string request;
    JsonWriter(request)
        .begin_object()
        .member("command", "receive")
        .member("channel", options.channel)
        .member("url", options.url)
        .member("signature", options.signature)
        .member("body", as_utf8(std::move(*body)))
        .end_object();
    const auto answer = perform(options.common, request);
    if (!answer && may_pass(answer.error().code)) {
        fmt::print(stderr, "parcours: {}\n", answer.error().to_text());
        return exit_try_again;
    }
    if (!answer) {
        return pass_on(answer);
    }
    fmt::print("{}\n", *answer);
    return 0;
}

}  // namespace

Run declare_receive(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("channel", options->channel, "email or sms").required().one_of({"email", "sms"});
    app.add_option("file", options->file, "A mail or a callback's body; - is standard input")
        .show_default();
    app.add_option("--url", options->url, "sms: the address the provider called").type_name("URL");
    app.add_option("--signature", options->signature, "sms: the provider's signature header")
        .type_name("TEXT");
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    app.footer(
        "Takes in what came back: bounces, receipts, replies, STOP, unsubscribe. A mail server\n"
        "hands mails over by an alias:\n\n"
        "  hello:        \"|parcours receive email --data /var/lib/parcours\"\n"
        "  unsubscribe:  \"|parcours receive email --data /var/lib/parcours\"");
    return [options] { return run(*options); };
}

}  // namespace parcours::app

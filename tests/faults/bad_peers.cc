#include "faults/bad_peers.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>

#include "channel/tests/peer.h"
#include "support/clinic.h"

namespace parcours::testing {
namespace {

using channel::testing::PeerConnection;

/// Which vice a message meets; `count` for none.
std::size_t vice_of(std::size_t message, std::size_t count) {
    return message % 2 == 0 ? message / 2 % count : count;
}

/// Longer than the time-out of the tests' practice.
void drip(PeerConnection& connection, std::string_view bytes) {
    constexpr std::size_t drops_max = 30;
    for (std::size_t i = 0; i < drops_max; ++i) {
        connection.write(bytes.substr(i % bytes.size(), 1));
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
}

void flood(PeerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
    const std::string much(1 << 16, ' ');
    for (int i = 0; i < 64; ++i) {
        connection.write(much);
    }
}

constexpr std::string_view garbage =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>welcome</html>";

}  // namespace

BadPeers::BadPeers(Provider& provider) {
    provider.sms_conduct.greet = [this](Connection& connection) { return greet_sms(connection); };
    provider.sms_conduct.answer = [this](Connection& connection, const Provider::Got& got) {
        return answer_sms(connection, got);
    };
    provider.mail_conduct.greet = [this](Connection& connection) { return greet_mail(connection); };
    provider.mail_conduct.mid_data = [this](Connection& connection) {
        return cut_mail(connection);
    };
    provider.mail_conduct.answer = [this](Connection& connection, const Provider::Got&) {
        return answer_mail(connection);
    };
}

bool BadPeers::greet_sms(Connection& connection) {
    sms_vice_ = vice_of(sms_++, sms_count);
    if (sms_vice_ == 8) {
        connection.reset();
        return true;
    }
    return false;
}

bool BadPeers::answer_sms(Connection& connection, const Provider::Got& got) {
    const std::string honest = http_created(got.message);
    switch (sms_vice_) {
        case 0:
            drip(connection, honest);
            return true;
        case 1:
            connection.stall();
            return true;
        case 2:
            connection.write(std::string_view(honest).substr(0, honest.size() / 2));
            return true;
        case 3:
            connection.write(garbage);
            return true;
        case 4:
            connection.write(honest + honest);
            return true;
        case 5: {
            const std::string body = R"({"sid":"SMother","to":"+12125550199","status":"queued"})";
            connection.write("HTTP/1.1 201 Created\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\n\r\n" + body);
            return true;
        }
        case 6:
            flood(connection);
            return true;
        case 7:
            connection.write(
                "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
                "Content-Length: 0\r\n\r\n");
            return true;
        default:
            return false;
    }
}

bool BadPeers::greet_mail(Connection& connection) {
    const std::size_t number = connections_++;
    if (number == 1) {
        connection.stall();
    } else if (number == 3) {
        drip(connection, "220-\r\n");
    }
    return number == 1 || number == 3;
}

bool BadPeers::cut_mail(Connection& connection) {
    // The first one is served.
    const std::size_t number = mails_++;
    mail_vice_ = number % 2 == 1 ? number / 2 % mail_count : mail_count;
    if (mail_vice_ != 0) {
        return false;
    }
    std::string line;
    connection.read_line(line);
    connection.write("421 4.3.2 closing\r\n");
    return true;
}

bool BadPeers::answer_mail(Connection& connection) const {
    switch (mail_vice_) {
        case 1:
            connection.reset();
            return true;
        case 2:
            connection.stall();
            return true;
        case 3:
            connection.write("250-2.0.0 it is\r\n250-2.0.0 queued\r\n");
            return true;
        case 4:
            connection.write("250 2.0.0 queued\r\n");
            return true;
        default:
            return false;
    }
}

}  // namespace parcours::testing

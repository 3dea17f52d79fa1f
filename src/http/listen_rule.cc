#include "http/listen_rule.h"

#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours::http {

bool is_loopback(std::string_view address) {
    const std::string text(address);
    in_addr four{};
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
        return ntohl(four.s_addr) >> 24U == 127;
    }
    in6_addr six{};
    return inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::optional<std::string> address_bytes(std::string_view text) {
    const std::string address(text);
    std::array<char, sizeof(in6_addr)> bytes{};
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) {
        return std::string(bytes.data(), bytes.size());
    }
    std::array<char, sizeof(in_addr)> four{};
    if (inet_pton(AF_INET, address.c_str(), four.data()) != 1) {
        return std::nullopt;
    }
    return std::string(10, '\0') + "\xFF\xFF" + std::string(four.data(), four.size());
}

Result<> may_listen(const ListenCase& wanted) {
    if (is_loopback(wanted.address)) {
        return {};
    }
    std::string missing;
    if (!wanted.tls && !wanted.proxies) {
        missing +=
            "set --tls-certificate and --tls-key, or name the address of the proxy that does "
            "TLS by --behind-proxy";
    }
    if (wanted.staff_count == 0) {
        missing += missing.empty() ? "" : ", and ";
        missing += "add somebody who can log in: parcours user add NAME --role administrator";
    }
    if (missing.empty()) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                fmt::format("{} can be reached from other computers, and patients' records would "
                            "lie open there: {}; or listen at 127.0.0.1",
                            wanted.address, missing));
}

}  // namespace parcours::http

#include "app/listen_address.h"

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours::app {

Result<ListenAddress> read_listen_address(std::string_view text) {
    const auto wrong = [&] {
        return fail(ErrorCode::Usage, "--listen: \"" + std::string(text) +
                                          "\" is no address with a port; write it as "
                                          "127.0.0.1:8080 or [::1]:8080");
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return wrong();
    }
    std::string_view address = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    } else if (address.find(':') != std::string_view::npos) {
        return wrong();
    }
    ListenAddress read;
    read.address = address == "localhost" ? "127.0.0.1" : std::string(address);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), read.port);
    if (error != std::errc{} || end != port.data() + port.size() || port.empty()) {
        return wrong();
    }
    return read;
}

std::string host_of_url(std::string_view url) {
    const std::size_t begin = url.find("://");
    if (begin == std::string_view::npos) {
        return {};
    }
    url.remove_prefix(begin + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const std::size_t closing = url.find(']');
    const std::size_t end =
        closing == std::string_view::npos ? url.find(':') : std::size_t{closing + 1};
    return std::string(url.substr(0, end));
}

std::string host_of_address(const std::string& address) {
    return address.find(':') == std::string::npos ? address : '[' + address + ']';
}

}  // namespace parcours::app

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

}  // namespace parcours::app

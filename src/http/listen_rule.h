#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"

namespace parcours::http {

/// What decides whether an address may be listened at.
struct ListenCase {
    std::string_view address;
    bool tls = false;             ///< a certificate and a key are configured
    std::size_t staff_count = 0;  ///< people who can log in
};

/// Whether the address is one that only this computer reaches: 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(std::string_view address);

/// Loopback may always be listened at; any other address only by TLS and when somebody can log in.
/// Patients' records never lie open on a network. Errors: InvalidInput, which says what to set.
[[nodiscard]] Result<> may_listen(const ListenCase& wanted);

}  // namespace parcours::http

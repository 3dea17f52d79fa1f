#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "base/error.h"
#include "http/link.h"
#include "http/server.h"

namespace parcours::http {

/// What the plain links of one I/O thread share: idle connections need no buffer of their own.
using Scratch = std::array<char, 64UL * 1024>;

/// A connection without TLS. Borrows the scratch.
[[nodiscard]] std::shared_ptr<Link> make_plain_link(boost::asio::ip::tcp::socket socket,
                                                    std::string peer, Scratch& scratch);

/// What connections by TLS share: the certificate and its key.
using SecureContext = std::shared_ptr<boost::asio::ssl::context>;

/// TLS 1.2 and later, HTTP/1.1. Errors: InvalidInput (a file cannot be used, or they do not belong
/// together).
Result<SecureContext> make_secure_context(const TlsFiles& files);

/// A connection by TLS.
[[nodiscard]] std::shared_ptr<Link> make_secure_link(boost::asio::ip::tcp::socket socket,
                                                     std::string peer, SecureContext context);

}  // namespace parcours::http

#pragma once

#include <chrono>
#include <cstddef>

#include "http/request_reader.h"

namespace parcours::http {

/// What the server grants to those who connect. Everything is bounded.
struct Limits {
    using Milliseconds = std::chrono::milliseconds;

    RequestReader::Limits request;
    /// At most so many connections; when all are taken, the one that idles longest goes.
    std::size_t connections_max = 20'000;
    /// From one address; loopback and named reverse proxies are free of it.
    std::size_t connections_per_peer_max = 2'000;
    /// Requests that wait for a worker; more are answered 503.
    std::size_t queue_max = 1'024;
    /// Bodies larger than this are read only after the sender has shown who it is.
    std::size_t large_body_bytes = 64UL * 1024;
    /// All bodies in memory together; more are answered 503.
    std::size_t buffered_body_bytes_max = 512UL * 1024 * 1024;
    /// A body may take `body_time` and a second for each so many bytes that have come.
    std::size_t body_bytes_per_second_min = 4UL * 1024;
    /// Of a connection's answers the system holds about so many that are not on their way yet, so
    /// that those who ask for much and read nothing cost little.
    std::size_t unsent_bytes_max = 128UL * 1024;

    Milliseconds header_time{10'000};  ///< from a connection's or a head's first byte to its last
    Milliseconds body_time{30'000};
    Milliseconds idle_time{60'000};       ///< between two requests
    Milliseconds write_time{30'000};      ///< for each 64 kB of an answer
    Milliseconds linger_time{2'000};      ///< for the other side to read the last answer
    Milliseconds heartbeat_time{15'000};  ///< between signs of life of a stream
    Milliseconds drain_time{25'000};      ///< for what is under way when the server stops
    Milliseconds tick_time{100};          ///< how exactly all of these are kept
};

}  // namespace parcours::http

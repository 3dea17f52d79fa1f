#include "simulation/history.h"

#include <fmt/format.h>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"

namespace parcours::simulation {

void History::note(Instant at, std::string_view what) {
    count(what);
    digest_ ^= static_cast<std::uint64_t>(at.time_since_epoch().count());
    remark(at, what);
}

void History::remark(Instant at, std::string_view what) {
    if (show_) {
        show_(fmt::format("{}  {}", format_instant(at), what));
    }
}

void History::count(std::string_view bytes) {
    digest_ = fast_hash(bytes, digest_ + 1);
}

std::string History::digest() const {
    return fmt::format("{:016x}", digest_);
}

}  // namespace parcours::simulation

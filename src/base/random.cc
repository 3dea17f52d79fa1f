#include "base/random.h"

#include <cstdint>
#include <sodium/randombytes.h>

namespace parcours {

std::uint64_t SystemRandom::next() {
    std::uint64_t number = 0;
    randombytes_buf(&number, sizeof number);
    return number;
}

}  // namespace parcours

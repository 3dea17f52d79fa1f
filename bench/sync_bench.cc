// What the disk allows: how long a 4 kB append takes until it is durable, one after another.
//   sync_bench FOLDER [SECONDS]
// One JSON object on standard output.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <unistd.h>

#include "load/samples.h"
#include "load/socket.h"
#include "usage.h"

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(
            count, arguments,
            "sync_bench FOLDER [SECONDS]\n"
            "How long a 4 kB append takes until it is durable on FOLDER's disk.")) {
        return 0;
    }
    using namespace parcours::bench;
    if (count < 2) {
        fmt::print(stderr, "sync_bench: name a folder on the disk to measure\n");
        return 2;
    }
    const double seconds = count > 2 ? std::atof(arguments[2]) : 2;
    const std::string path = std::string(arguments[1]) + "/sync-bench";
    const Descriptor file(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    const std::string block(4096, 'x');
    Samples samples;
    const auto begin = now_ns();
    while (static_cast<double>(now_ns() - begin) < seconds * 1e9) {
        const auto from = now_ns();
        if (::write(file.get(), block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
            ::fdatasync(file.get()) != 0) {
            fmt::print(stderr, "sync_bench: cannot write {}\n", path);
            return 1;
        }
        samples.add(now_ns() - from);
    }
    std::remove(path.c_str());
    fmt::print("{{\"per_second\":{:.0f},\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"max_ms\":{:.3f}}}\n",
               static_cast<double>(samples.count()) / seconds, samples.percentile_ms(0.5),
               samples.percentile_ms(0.99), samples.percentile_ms(1));
    return 0;
}

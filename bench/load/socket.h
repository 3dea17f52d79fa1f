#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace parcours::bench {

/// An open descriptor, closed with its owner.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    void reset();

  private:
    int number_ = -1;
};

/// Connects to a port of 127.0.0.1; the socket does not block afterwards. `receive_bytes` other
/// than 0 makes its window small. Not open where nobody listens.
[[nodiscard]] Descriptor connect_to(std::uint16_t port, int receive_bytes = 0);

/// Sends what the socket takes at once; how many bytes, or -1 where the other side is gone.
[[nodiscard]] std::int64_t send_some(const Descriptor& socket, std::string_view bytes);

/// Nanoseconds of a clock that never goes back.
[[nodiscard]] std::int64_t now_ns();

/// Raises the limit of open files as far as the system lets it.
void raise_file_limit();

}  // namespace parcours::bench

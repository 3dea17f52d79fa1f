#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace parcours::simulation {

/// Everything that happened in a run, in order: a digest of it, and lines for who wants to read.
class History {
  public:
    using Show = std::function<void(std::string_view line)>;
    explicit History(Show show) : show_(std::move(show)) {}

    void note(Instant at, std::string_view what);
    /// Shows what is not the same in every run, such as the name of a file.
    void remark(Instant at, std::string_view what);
    /// Takes in what nobody would read.
    void count(std::string_view bytes);
    /// Whether lines are read: else they need not be made.
    [[nodiscard]] bool is_shown() const { return show_ != nullptr; }
    /// 16 hexadecimal digits.
    [[nodiscard]] std::string digest() const;

  private:
    Show show_;
    std::uint64_t digest_ = 0;
};

}  // namespace parcours::simulation

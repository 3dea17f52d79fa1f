#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace parcours::app {

/// How text may be drawn where standard output goes.
struct Style {
    bool colour = false;  ///< a terminal that shows colours, and NO_COLOR is not set

    [[nodiscard]] std::string bold(std::string_view text) const;
    [[nodiscard]] std::string dim(std::string_view text) const;
    [[nodiscard]] std::string alert(std::string_view text) const;
    [[nodiscard]] std::string good(std::string_view text) const;
};

/// The style of standard output.
[[nodiscard]] Style output_style();

/// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "1.4 GB".
[[nodiscard]] std::string byte_size(std::uint64_t bytes);
/// Columns a text takes on a terminal: two for wide East Asian characters.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// The text padded with spaces to `width` columns; longer text is cut with "…".
[[nodiscard]] std::string fit(std::string_view text, std::size_t width);
[[nodiscard]] std::string fit_right(std::string_view text, std::size_t width);

/// A table that sizes its columns by their content. Right-aligned columns hold numbers.
class Table {
  public:
    explicit Table(std::vector<std::string> headings, std::vector<bool> right = {});
    void add(std::vector<std::string> cells);
    [[nodiscard]] std::string draw(const Style& style) const;
    [[nodiscard]] bool empty() const { return rows_.empty(); }

  private:
    std::vector<std::string> headings_;
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

/// Progress of long work on standard error, where that is a terminal: share done, rate, remaining
/// time; drawn at most ten times a second.
class ProgressBar {
  public:
    ProgressBar(std::string doing, std::string unit);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// `share` in [0, 1]; `count` of units so far.
    void update(double share, std::uint64_t count);
    /// Takes the bar off the terminal. To be called before anything else is written.
    void finish();

  private:
    std::string doing_;
    std::string unit_;
    bool shown_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point last_;
};

/// Seconds of wall clock since it was made: how long a command took.
class Stopwatch {
  public:
    Stopwatch() : started_(std::chrono::steady_clock::now()) {}
    [[nodiscard]] double seconds() const;

  private:
    std::chrono::steady_clock::time_point started_;
};

}  // namespace parcours::app

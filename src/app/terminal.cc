#include "app/terminal.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace parcours::app {
namespace {

std::string painted(bool colour, std::string_view code, std::string_view text) {
    return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

/// Bytes of the UTF-8 sequence that starts with `lead`.
std::size_t sequence_size(unsigned char lead) {
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/// Wide characters are, roughly, those of three bytes from U+1100 on that East Asian scripts use
/// (Unicode UAX 11), and the pictographs of four bytes.
std::size_t character_width(std::string_view sequence) {
    if (sequence.size() == 4) {
        return 2;
    }
    if (sequence.size() != 3) {
        return 1;
    }
    const unsigned code = (static_cast<unsigned>(sequence[0]) & 0x0FU) << 12U |
                          (static_cast<unsigned>(sequence[1]) & 0x3FU) << 6U |
                          (static_cast<unsigned>(sequence[2]) & 0x3FU);
    const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                      (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                      (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60);
    return wide ? 2 : 1;
}

std::string clock_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds);
    return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                        : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

std::string Style::bold(std::string_view text) const {
    return painted(colour, "1", text);
}

std::string Style::dim(std::string_view text) const {
    return painted(colour, "2", text);
}

std::string Style::alert(std::string_view text) const {
    return painted(colour, "31", text);
}

std::string Style::good(std::string_view text) const {
    return painted(colour, "32", text);
}

Style output_style() {
    return {::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr};
}

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

std::string byte_size(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 5> units = {"B", "kB", "MB", "GB", "TB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (size >= 1000 && unit + 1 < units.size()) {
        size /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units.at(unit));
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = sequence_size(static_cast<unsigned char>(text[at]));
        width += character_width(text.substr(at, size));
        at += size;
    }
    return width;
}

std::string fit(std::string_view text, std::size_t width) {
    const std::size_t whole = display_width(text);
    if (whole <= width) {
        return std::string(text) + std::string(width - whole, ' ');
    }
    std::size_t used = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t size = sequence_size(static_cast<unsigned char>(text[at]));
        const std::size_t wide = character_width(text.substr(at, size));
        if (used + wide + 1 > width) {
            break;
        }
        used += wide;
        at += size;
    }
    return std::string(text.substr(0, at)) + "…" + std::string(width - used - 1, ' ');
}

std::string fit_right(std::string_view text, std::size_t width) {
    const std::size_t whole = display_width(text);
    return whole < width ? std::string(width - whole, ' ') + std::string(text) : std::string(text);
}

Table::Table(std::vector<std::string> headings, std::vector<bool> right)
    : headings_(std::move(headings)), right_(std::move(right)) {
    right_.resize(headings_.size());
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(headings_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::draw(const Style& style) const {
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < headings_.size(); ++column) {
        std::size_t width = display_width(headings_[column]);
        for (const auto& row : rows_) {
            width = std::max(width, display_width(row[column]));
        }
        widths.push_back(std::min<std::size_t>(width, 72));
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string text;
        for (std::size_t column = 0; column < cells.size(); ++column) {
            text += column == 0 ? "" : "  ";
            text += right_[column] ? fit_right(cells[column], widths[column])
                                   : fit(cells[column], widths[column]);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    };
    std::string out = style.dim(line(headings_)) + "\n";
    for (const auto& row : rows_) {
        out += line(row) + "\n";
    }
    return out;
}

ProgressBar::ProgressBar(std::string doing, std::string unit)
    : doing_(std::move(doing)),
      unit_(std::move(unit)),
      shown_(::isatty(STDERR_FILENO) != 0),
      started_(std::chrono::steady_clock::now()),
      last_(started_) {}

ProgressBar::~ProgressBar() {
    finish();
}

void ProgressBar::finish() {
    if (drawn_) {
        std::fputs("\r\x1b[K", stderr);
        std::fflush(stderr);
        drawn_ = false;
    }
}

void ProgressBar::update(double share, std::uint64_t count) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - last_ < std::chrono::milliseconds{100}) {
        return;
    }
    last_ = now;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const double bounded = std::clamp(share, 0.0, 1.0);
    constexpr std::size_t width = 24;
    const auto filled = static_cast<std::size_t>(bounded * width);
    std::string bar;
    for (std::size_t i = 0; i < width; ++i) {
        bar += i < filled ? "█" : "░";
    }
    const double rate = seconds > 0 ? static_cast<double>(count) / seconds : 0;
    const std::string remaining =
        bounded > 0.01 ? clock_text(seconds * (1 - bounded) / bounded) + " left" : "";
    fmt::print(stderr, "\r\x1b[K{} {} {:3.0f} %  {} {}  {}/s  {}", doing_, bar, bounded * 100,
               grouped(count), unit_, grouped(static_cast<std::uint64_t>(rate)), remaining);
    std::fflush(stderr);
}

double Stopwatch::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

}  // namespace parcours::app

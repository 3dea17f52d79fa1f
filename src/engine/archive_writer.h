#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/archive.h"
#include "engine/digest_map.h"
#include "engine/timer_queue.h"

namespace parcours::engine {

/// Writes values one after the other. Equal values give equal bytes: what has no order is sorted.
class ArchiveWriter {
  public:
    static constexpr bool reads = false;

    template <class... Values>
    void operator()(const Values&... values) {
        (write(values), ...);
    }
    [[nodiscard]] std::string& bytes() { return bytes_; }

  private:
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) {
            bytes_ += static_cast<char>((value & 0x7FU) | 0x80U);
        }
        bytes_ += static_cast<char>(value);
    }
    template <class Value>
        requires std::integral<Value> || std::is_enum_v<Value>
    void write(const Value& value) {
        number(static_cast<std::uint64_t>(value));
    }
    void write(const Instant& at) { distance(at.time_since_epoch().count()); }
    void write(const CivilDate& date) { distance(date.time_since_epoch().count()); }
    void distance(std::int64_t signed_value) {
        const auto value = static_cast<std::uint64_t>(signed_value);
        number(value << 1U ^ (0 - (value >> 63U)));  // small numbers of both signs stay short
    }
    void write(const std::string& text) {
        number(text.size());
        bytes_ += text;
    }
    void write(const Digest& id) {
        bytes_.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
    }
    template <class One, class Other>
    void write(const std::pair<One, Other>& pair) {
        (*this)(pair.first, pair.second);
    }
    template <class Value>
    void write(const std::optional<Value>& value) {
        number(value ? 1 : 0);
        if (value) {
            write(*value);
        }
    }
    void write(const TimerQueue& queue) { all(queue.all()); }
    template <class Value>
    void write(const DigestMap<Value>& values) {
        all(values.sorted());
    }
    template <class Value>
    void write(const std::vector<Value>& values) {
        all(values);
    }
    template <class Value>
    void write(const std::deque<Value>& values) {
        all(values);
    }
    template <class... Of>
    void write(const std::set<Of...>& values) {
        all(values);
    }
    template <class... Of>
    void write(const std::map<Of...>& values) {
        all(values);
    }
    template <class... Of>
    void write(const std::unordered_map<Of...>& values) {
        using Entry = typename std::unordered_map<Of...>::value_type;
        std::vector<const Entry*> sorted;
        sorted.reserve(values.size());
        for (const Entry& entry : values) {
            sorted.push_back(&entry);
        }
        std::ranges::sort(sorted, {},
                          [](const Entry* entry) -> const auto& { return entry->first; });
        number(sorted.size());
        for (const Entry* const entry : sorted) {
            write(*entry);
        }
    }
    template <class Values>
    void all(const Values& values) {
        number(values.size());
        for (const auto& value : values) {
            write(value);
        }
    }
    template <class Value>
        requires std::is_class_v<Value>
    void write(const Value& value) {
        visit_fields(*this, value);
    }

    std::string bytes_;
};

}  // namespace parcours::engine

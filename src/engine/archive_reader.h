#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "engine/archive.h"
#include "engine/digest_map.h"
#include "engine/timer_queue.h"

namespace parcours::engine {

/// Reads what an `ArchiveWriter` wrote into values that are as new. Of other bytes it makes
/// something, no more than the bytes can hold, and is not good.
class ArchiveReader {
  public:
    static constexpr bool reads = true;

    explicit ArchiveReader(std::string_view bytes) : rest_(bytes) {}

    template <class... Values>
    void operator()(Values&... values) {
        (read(values), ...);
    }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    /// How many of something follow; each takes a byte or more.
    std::size_t count() {
        const std::uint64_t value = number();
        if (value > rest_.size()) {
            good_ = false;
            return 0;
        }
        return value;
    }

  private:
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) {
                return value;
            }
        }
        good_ = false;
        return 0;
    }
    std::string_view take(std::size_t size) {
        const std::string_view taken = rest_.substr(0, size);
        good_ = good_ && taken.size() == size;
        rest_.remove_prefix(taken.size());
        return taken;
    }
    template <class Value>
        requires std::integral<Value> || std::is_enum_v<Value>
    void read(Value& value) {
        const std::uint64_t read = number();
        value = static_cast<Value>(read);
        good_ = good_ && static_cast<std::uint64_t>(value) == read;
    }
    void read(Instant& at) { at = Instant{Instant::duration{distance()}}; }
    void read(CivilDate& date) {
        date = CivilDate{CivilDate::duration{static_cast<CivilDate::rep>(distance())}};
    }
    std::int64_t distance() {
        const std::uint64_t value = number();
        return static_cast<std::int64_t>(value >> 1U ^ (0 - (value & 1U)));
    }
    void read(std::string& text) { text = take(count()); }
    void read(Digest& id) {
        const std::string_view bytes = take(id.bytes.size());
        std::ranges::copy(bytes, id.bytes.begin());
    }
    template <class One, class Other>
    void read(std::pair<One, Other>& pair) {
        (*this)(pair.first, pair.second);
    }
    template <class Value>
    void read(std::optional<Value>& value) {
        bool there = false;
        read(there);
        if (there) {
            read(value.emplace());
        }
    }
    void read(TimerQueue& queue) {
        for (std::size_t left = count(); left > 0 && good_; --left) {
            TimerQueue::Timer timer;
            read(timer);
            queue.set(timer.second, timer.first);
        }
    }
    template <class Value>
    void read(DigestMap<Value>& values) {
        for (std::size_t left = count(); left > 0 && good_; --left) {
            std::pair<Digest, Value> one;
            read(one);
            values.try_emplace(one.first, one.second);
        }
    }
    template <class Values>
        requires requires(Values& values) { values.emplace_back(); }
    void read(Values& values) {
        for (std::size_t left = count(); left > 0 && good_; --left) {
            read(values.emplace_back());
        }
    }
    template <class Value, class... Of>
    void read(std::set<Value, Of...>& values) {
        for (std::size_t left = count(); left > 0 && good_; --left) {
            Value value{};
            read(value);
            values.insert(values.end(), std::move(value));
        }
    }
    template <class Map>
        requires requires { typename Map::mapped_type; }
    void read(Map& values) {
        for (std::size_t left = count(); left > 0 && good_; --left) {
            typename Map::key_type key{};
            read(key);
            read(values[std::move(key)]);
        }
    }
    template <class Value>
        requires(std::is_class_v<Value> && !requires { typename Value::mapped_type; } &&
                 !requires(Value& value) { value.emplace_back(); })
    void read(Value& value) {
        visit_fields(*this, value);
    }

    std::string_view rest_;
    bool good_ = true;
};

}  // namespace parcours::engine

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fhirpath/item.h"

namespace parcours::fhirpath {

/// Items in their order. A single one needs no heap, which is what most steps of a path give.
class Collection {
  public:
    Collection() = default;
    Collection(Collection&& other) noexcept { take(other); }
    Collection& operator=(Collection&& other) noexcept {
        if (this != &other) {
            take(other);
        }
        return *this;
    }
    Collection(const Collection& other) { append(other.items()); }
    Collection& operator=(const Collection& other) {
        if (this != &other) {
            clear();
            append(other.items());
        }
        return *this;
    }
    ~Collection() = default;

    void push(const Item& item) {
        if (size_ == capacity_) {
            grow(size_ + 1);
        }
        data()[size_++] = item;
    }
    /// Makes a node where it will be: a copy would wait for what was just written.
    void push_node(const JsonView& value, const JsonView& extra, fhir::TypeId type, bool object) {
        if (size_ == capacity_) {
            grow(size_ + 1);
        }
        std::construct_at(data() + size_++, value, extra, type, object);
    }
    void append(std::span<const Item> items) {
        if (size_ + items.size() > capacity_) {
            grow(size_ + items.size());
        }
        std::copy(items.begin(), items.end(), data() + size_);
        size_ += items.size();
    }
    void clear() { size_ = 0; }
    /// Keeps the first `count`.
    void truncate(std::size_t count) { size_ = std::min(size_, count); }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const Item& operator[](std::size_t at) const { return data()[at]; }
    [[nodiscard]] Item& operator[](std::size_t at) { return data()[at]; }
    [[nodiscard]] const Item* begin() const { return data(); }
    [[nodiscard]] const Item* end() const { return data() + size_; }
    [[nodiscard]] std::span<const Item> items() const { return {data(), size_}; }
    [[nodiscard]] std::span<Item> items() { return {data(), size_}; }

  private:
    [[nodiscard]] const Item* data() const { return heap_ ? heap_.get() : &first_; }
    [[nodiscard]] Item* data() { return heap_ ? heap_.get() : &first_; }

    void grow(std::size_t wanted) {
        const std::size_t capacity = std::max({wanted, capacity_ * 2, std::size_t{8}});
        auto bigger = std::make_unique_for_overwrite<Item[]>(capacity);
        std::copy(data(), data() + size_, bigger.get());
        heap_ = std::move(bigger);
        capacity_ = capacity;
    }
    void take(Collection& other) {
        heap_ = std::move(other.heap_);
        first_ = other.first_;
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 1);
    }

    Item first_;
    std::unique_ptr<Item[]> heap_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 1;
};

/// Owns what an evaluation made: texts, and JSON of elements that stand in no input.
class Arena {
  public:
    std::string_view keep(std::string text) { return texts_.emplace_front(std::move(text)); }
    /// Nothing where the text is not JSON.
    JsonView keep_json(std::string_view text);

  private:
    std::forward_list<std::string> texts_;
    std::forward_list<JsonDocument> documents_;
};

}  // namespace parcours::fhirpath

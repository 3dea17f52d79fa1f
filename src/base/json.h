#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours {

/// A value inside a `JsonDocument`; cheap to copy, valid while the document lives and is not
/// parsed again. Asking a value for what it is not gives "nothing", never an error.
class JsonView {
  public:
    /// Nothing: what a missing member reads as.
    JsonView() = default;

    [[nodiscard]] bool exists() const { return exists_; }
    explicit operator bool() const { return exists_; }
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_string() const;
    [[nodiscard]] bool is_number() const;
    [[nodiscard]] bool is_bool() const;
    [[nodiscard]] bool is_null() const;

    /// A member of an object, else nothing.
    [[nodiscard]] JsonView operator[](std::string_view name) const;
    /// The text of a string, else `otherwise`.
    [[nodiscard]] std::string_view text(std::string_view otherwise = {}) const;
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    [[nodiscard]] std::optional<std::uint64_t> natural() const;
    [[nodiscard]] std::optional<double> number() const;
    [[nodiscard]] std::optional<bool> boolean() const;
    /// A number as it was written, where its document kept that and the number alone does not tell
    /// it: zeros at the end ("1.50"), an exponent, more than 15 digits. Else empty.
    [[nodiscard]] std::string_view written() const;
    /// The elements of an array; empty for anything else. Elements of a missing array are none.
    [[nodiscard]] std::vector<JsonView> elements() const;
    /// The members of an object in their order; empty for anything else.
    [[nodiscard]] std::vector<std::pair<std::string_view, JsonView>> members() const;
    /// The value written as JSON without white space; numbers as `written`, where that is kept.
    [[nodiscard]] std::string to_json() const;

  private:
    friend class JsonDocument;
    friend struct JsonAccess;
    std::array<std::byte, 16> element_{};  // a simdjson::dom::element
    bool exists_ = false;
};

/// Parses JSON and owns the result; reuse one for many documents. Not for use by two threads.
class JsonDocument {
  public:
    /// Whether the text of numbers is kept where they do not tell it (`JsonView::written`).
    enum class Numbers : std::uint8_t { AsNumbers, AsWritten };

    JsonDocument();
    ~JsonDocument();
    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;

    /// Parses UTF-8 text; the text need not outlive the call. Errors: InvalidInput with the byte
    /// column where known; Limit for nesting deeper than `depth_max`.
    Result<JsonView> parse(std::string_view text, Numbers numbers = Numbers::AsNumbers);

    static constexpr std::size_t depth_max = 200;

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

/// The JSON of a text, number or truth that is a member of the object that a text begins with,
/// though the text may not parse as a whole (broken further on, nested too deep, a number too
/// large); empty where it is not found.
[[nodiscard]] std::string find_member(std::string_view text, std::string_view name);

/// Whether the bytes are UTF-8 throughout.
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace parcours

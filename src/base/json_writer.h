#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace parcours {

/// Appends one JSON document to a string, in the order it is told. Commas and escapes are its
/// business; matching `begin_`/`end_` calls and a `key` before each member are the caller's.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    /// Escapes control characters, quotes and backslashes; the text must be UTF-8.
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(bool truth);
    /// The shortest decimal that reads back the same; null for what is not finite.
    JsonWriter& value(double number);
    template <std::signed_integral T>
    JsonWriter& value(T number) {
        return integer(static_cast<std::int64_t>(number));
    }
    template <std::unsigned_integral T>
    JsonWriter& value(T number) {
        return natural(static_cast<std::uint64_t>(number));
    }
    JsonWriter& null();
    /// Text that is JSON already.
    JsonWriter& raw(std::string_view json);

    /// `key` and `value` in one.
    template <class T>
    JsonWriter& member(std::string_view name, const T& content) {
        return key(name).value(content);
    }

  private:
    JsonWriter& integer(std::int64_t number);
    JsonWriter& natural(std::uint64_t number);
    void separate();

    std::string& out_;
    bool need_comma_ = false;
};

}  // namespace parcours

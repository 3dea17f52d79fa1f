#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace parcours::http::api {

/// Words: an object of texts, whole numbers and truth values, each as it is written.
enum class BodyKind : std::uint8_t { Text, Boolean, Texts, Words };

/// A member that a JSON body may have.
struct BodyField {
    std::string_view name;
    BodyKind kind = BodyKind::Text;
    bool required = true;
    std::size_t length_max = 20'000;  ///< of a text, in bytes
};

/// The members of a JSON object that came, each of the kind that was asked for.
class BodyFields {
  public:
    using Words = std::vector<std::pair<std::string, std::string>>;
    using Value = std::variant<std::string, bool, std::vector<std::string>, Words>;

    [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
    /// Empty where it did not come.
    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] bool boolean(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;

    [[nodiscard]] Words words(std::string_view name) const;

    void set(std::string_view name, Value value) { values_[std::string(name)] = std::move(value); }

  private:
    std::map<std::string, Value, std::less<>> values_;
};

/// Reads the body of a request. Errors: InvalidInput, naming the member: another media type than
/// JSON, no object, a member that is unknown, missing, too long or of another kind.
Result<BodyFields> read_body(const Request& request, std::initializer_list<BodyField> fields);

}  // namespace parcours::http::api

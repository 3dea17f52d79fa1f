#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "practice/yaml.h"

namespace parcours::position {

/// Reads the members of one map of a journey map file, collecting every mistake.
class MapFields {
  public:
    MapFields(const practice::Node& node, std::vector<Error>& errors)
        : node_(node), errors_(errors) {}

    [[nodiscard]] const practice::Node* find(std::string_view key) const { return node_.find(key); }
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    /// "30 days"; zero where it is absent.
    [[nodiscard]] Duration duration(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const;
    /// Appends the error of a failed reading; hands on the value of a good one.
    template <class T>
    T take(Result<T> result) const {
        if (!result) {
            errors_.push_back(result.error());
            return T{};
        }
        return std::move(*result);
    }
    void refuse(const practice::Node& node, std::string message) const {
        errors_.push_back(practice::error_at(node, std::move(message)));
    }
    [[nodiscard]] std::vector<Error>& errors() const { return errors_; }

  private:
    const practice::Node& node_;
    std::vector<Error>& errors_;
};

}  // namespace parcours::position

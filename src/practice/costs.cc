#include "practice/costs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/config.h"
#include "practice/nearest.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr std::size_t decimals_max = 6;
constexpr std::size_t units_digits_max = 9;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "0.0079" in millionths: exact, unlike a binary number.
Result<std::int64_t> read_amount(const Node& node, std::string_view what) {
    const std::string& text = node.text();
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string units = text.substr(0, point);
    std::string decimals = point < text.size() ? text.substr(point + 1) : std::string();
    const bool right = node.is_scalar() && !units.empty() && units.size() <= units_digits_max &&
                       decimals.size() <= decimals_max && std::ranges::all_of(units, is_digit) &&
                       std::ranges::all_of(decimals, is_digit) &&
                       (point == text.size() || !decimals.empty());
    if (!right) {
        return refuse(node, std::string(what) +
                                " must be an amount such as 0.0079, with at most six decimals");
    }
    decimals.resize(decimals_max, '0');
    return std::stoll(units + decimals);
}

Result<std::string> read_currency(const Node& node) {
    const std::string& text = node.text();
    const bool right =
        text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!right) {
        return refuse(node, "currency must be three capitals of ISO 4217 such as USD, EUR or CNY");
    }
    return text;
}

template <class T>
void keep(Result<T> value, T& field, std::vector<Error>& errors) {
    if (value) {
        field = *std::move(value);
    } else {
        errors.push_back(value.error());
    }
}

Cost read_cost(const Node::Entry& entry, std::vector<Error>& errors) {
    Cost cost;
    if (!entry.value.is_map()) {
        errors.push_back(error_at(
            entry.value, "the cost of " + entry.key + " must be a map: { per-message: 0.01 }"));
        return cost;
    }
    std::ranges::move(unknown_keys(entry.value, {"per-message", "per-segment"}, "a cost"),
                      std::back_inserter(errors));
    if (const Node* const message = entry.value.find("per-message")) {
        keep(read_amount(*message, "per-message"), cost.message_millionths, errors);
    }
    if (const Node* const segment = entry.value.find("per-segment")) {
        if (entry.key == "sms") {
            keep(read_amount(*segment, "per-segment"), cost.segment_millionths, errors);
        } else {
            errors.push_back(error_at(*segment, "only sms has segments; use per-message"));
        }
    }
    return cost;
}

}  // namespace

Costs read_costs(const Node& node, std::vector<Error>& errors) {
    Costs costs;
    if (!node.is_map()) {
        errors.push_back(
            error_at(node, "costs must be a map: { currency: USD, sms: { per-segment: 0.0079 } }"));
        return costs;
    }
    std::vector<std::string> known = channel_names();
    known.insert(known.end(), {"currency", "call"});
    for (const Node::Entry& entry : node.entries()) {
        if (std::ranges::find(known, entry.key) == known.end()) {
            errors.push_back({ErrorCode::InvalidInput,
                              "costs know no \"" + entry.key + "\"" + suggest(entry.key, known),
                              entry.where});
        } else if (entry.key == "currency") {
            keep(read_currency(entry.value), costs.currency, errors);
        } else if (entry.key == "call") {
            keep(read_amount(entry.value, "call"), costs.call_millionths, errors);
        } else {
            costs.channels[entry.key] = read_cost(entry, errors);
        }
    }
    if (node.find("currency") == nullptr) {
        errors.push_back(error_at(node, "costs need a currency: add currency: USD"));
    }
    return costs;
}

}  // namespace parcours::practice

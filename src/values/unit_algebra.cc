#include "values/unit_algebra.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "values/temporal.h"

namespace parcours::values {
namespace {

struct Term {
    std::string symbol;
    int exponent = 0;
};

void add_term(std::vector<Term>& terms, std::string_view symbol, int exponent) {
    const auto known = std::ranges::find(terms, symbol, &Term::symbol);
    if (known != terms.end()) {
        known->exponent += exponent;
    } else {
        terms.push_back({std::string(symbol), exponent});
    }
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "s-2" is s and -2; "10*9" and "[in_i]" are wholes.
void take_term(std::vector<Term>& terms, std::string_view text, int sign) {
    std::size_t end = text.size();
    while (end > 0 && is_digit(text[end - 1])) {
        --end;
    }
    const bool negative = end > 1 && text[end - 1] == '-';
    const std::size_t symbol_end = negative ? end - 1 : end;
    const bool has_exponent = end < text.size() && text.size() - end <= 2 && symbol_end > 0 &&
                              text.find('*') == std::string_view::npos;
    int exponent = 1;
    if (has_exponent) {
        exponent = std::stoi(std::string(text.substr(end))) * (negative ? -1 : 1);
        text = text.substr(0, symbol_end);
    }
    if (text != "1" && !text.empty()) {
        add_term(terms, text, exponent * sign);
    }
}

// A unit with parentheses or annotations is one term.
void take_unit(std::vector<Term>& terms, std::string_view unit, int sign) {
    const auto calendar = find_precision(unit);
    if (calendar || unit.find_first_of("(){}") != std::string_view::npos) {
        add_term(terms, unit, sign);
        return;
    }
    int direction = sign;
    while (true) {
        const std::size_t end = unit.find_first_of("./");
        take_term(terms, unit.substr(0, end), direction);
        if (end == std::string_view::npos) {
            return;
        }
        direction = unit[end] == '/' ? -sign : sign;
        unit.remove_prefix(end + 1);
    }
}

std::string to_text(const std::vector<Term>& terms) {
    std::string over;
    std::string under;
    for (const Term& term : terms) {
        if (term.exponent > 0) {
            over += (over.empty() ? "" : ".") + term.symbol +
                    (term.exponent == 1 ? "" : std::to_string(term.exponent));
        } else if (term.exponent < 0) {
            under +=
                "/" + term.symbol + (term.exponent == -1 ? "" : std::to_string(-term.exponent));
        }
    }
    return over.empty() && under.empty() ? "1" : (over.empty() ? "1" : over) + under;
}

std::string combined(std::string_view left, std::string_view right, int sign) {
    std::vector<Term> terms;
    take_unit(terms, left, 1);
    take_unit(terms, right, sign);
    return to_text(terms);
}

}  // namespace

std::string multiply_units(std::string_view left, std::string_view right) {
    return combined(left, right, 1);
}

std::string divide_units(std::string_view left, std::string_view right) {
    return combined(left, right, -1);
}

}  // namespace parcours::values

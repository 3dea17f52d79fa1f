// Timing phrases: what stands between two operands, as in `starts 3 days or less before end of`.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/lexer.h"
#include "cql/parser_state.h"
#include "values/temporal.h"

namespace parcours::cql {

using Relation = TimingSyntax::Relation;
using Boundary = TimingSyntax::Boundary;
using Offset = TimingSyntax::Offset;

std::optional<Precision> Parser::at_precision(std::size_t ahead) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::Word ? values::find_precision(token.text) : std::nullopt;
}

bool Parser::at_timing() const {
    for (const std::string_view word :
         {"starts", "ends", "occurs", "same", "includes", "during", "included", "before", "after",
          "within", "meets", "overlaps"}) {
        if (at_word(word)) {
            return true;
        }
    }
    if (at_word("properly")) {
        return !at_word("between", 1);
    }
    if (at_word("on")) {
        return at_word("or", 1);
    }
    if (at_words({"less", "than"}) || at_words({"more", "than"})) {
        return true;
    }
    const bool number = peek().kind == TokenKind::Integer || peek().kind == TokenKind::Decimal;
    return number && (at_precision(1).has_value() || peek(1).kind == TokenKind::String);
}

Result<> Parser::timing(TimingSyntax& out) {
    if (at_word("starts") || at_word("ends") || at_word("occurs")) {
        const std::string word = take().text;
        out.left = word == "starts" ? Boundary::Start
                   : word == "ends" ? Boundary::End
                                    : Boundary::Occurs;
        const bool phrase_follows =
            at_timing() && !at_word("starts") && !at_word("ends") && !at_word("occurs");
        if (!phrase_follows) {
            if (out.left == Boundary::Occurs) {
                return unexpected("a relation such as before, after or during after 'occurs'");
            }
            out.relation = out.left == Boundary::Start ? Relation::Starts : Relation::Ends;
            out.left = Boundary::None;
            timing_precision_of(out);
            return {};
        }
    }
    out.properly = take_word("properly");
    return timing_relation(out);
}

Result<> Parser::timing_relation(TimingSyntax& out) {
    if (take_word("same")) {
        return timing_same(out);
    }
    if (take_word("includes")) {
        out.relation = Relation::Includes;
        timing_precision_of(out);
        timing_right(out);
        return {};
    }
    if (at_word("during") || at_word("included")) {
        out.relation = Relation::IncludedIn;
        out.during = take().text == "during";
        if (!out.during) {
            if (auto word = expect_word("in", "after 'included'"); !word) {
                return word;
            }
        }
        timing_precision_of(out);
        return {};
    }
    if (take_word("within")) {
        out.relation = Relation::Within;
        if (auto amount = timing_quantity(out); !amount) {
            return amount;
        }
        if (auto word = expect_word("of", "after the length of time"); !word) {
            return word;
        }
        timing_right(out);
        return {};
    }
    if (at_word("meets") || at_word("overlaps")) {
        const bool meets = take().text == "meets";
        out.relation = meets ? Relation::Meets : Relation::Overlaps;
        if (take_word("before")) {
            out.relation = meets ? Relation::MeetsBefore : Relation::OverlapsBefore;
        } else if (take_word("after")) {
            out.relation = meets ? Relation::MeetsAfter : Relation::OverlapsAfter;
        }
        timing_precision_of(out);
        return {};
    }
    return timing_before_after(out);
}

// `same day as`, `same or before`, `same day or after`
Result<> Parser::timing_same(TimingSyntax& out) {
    out.relation = Relation::Same;
    if (const auto precision = at_precision(); precision) {
        out.precision = precision;
        take();
    }
    if (take_word("as")) {
        out.same = TimingSyntax::Same::As;
    } else if (take_words({"or", "before"})) {
        out.same = TimingSyntax::Same::OrBefore;
    } else if (take_words({"or", "after"})) {
        out.same = TimingSyntax::Same::OrAfter;
    } else {
        return unexpected("'as', 'or before' or 'or after' after 'same'");
    }
    timing_right(out);
    return {};
}

Result<> Parser::timing_quantity(TimingSyntax& out) {
    if (peek().kind != TokenKind::Integer && peek().kind != TokenKind::Decimal) {
        return unexpected("a length of time such as 3 days");
    }
    out.amount = take().text;
    if (!at_precision() && peek().kind != TokenKind::String) {
        return unexpected("a unit such as days or months");
    }
    const Token unit = take();
    const auto precision =
        unit.kind == TokenKind::Word ? values::find_precision(unit.text) : std::nullopt;
    out.unit = precision ? std::string(precision_name(*precision)) : unit.text;
    return {};
}

Result<> Parser::timing_offset(TimingSyntax& out) {
    if (at_words({"less", "than"}) || at_words({"more", "than"})) {
        out.offset = take().text == "less" ? Offset::LessThan : Offset::MoreThan;
        take();
        return timing_quantity(out);
    }
    if (peek().kind == TokenKind::Integer || peek().kind == TokenKind::Decimal) {
        if (auto amount = timing_quantity(out); !amount) {
            return amount;
        }
        out.offset = Offset::Exactly;
        if (take_words({"or", "more"})) {
            out.offset = Offset::OrMore;
        } else if (take_words({"or", "less"})) {
            out.offset = Offset::OrLess;
        }
    }
    return {};
}

Result<> Parser::timing_before_after(TimingSyntax& out) {
    if (auto offset = timing_offset(out); !offset) {
        return offset;
    }
    out.or_on = take_words({"on", "or"});
    if (!at_word("before") && !at_word("after")) {
        return unexpected("'before' or 'after'");
    }
    out.relation = take().text == "before" ? Relation::Before : Relation::After;
    if (take_words({"or", "on"})) {
        out.or_on = true;
    }
    timing_precision_of(out);
    timing_right(out);
    return {};
}

void Parser::timing_precision_of(TimingSyntax& out) {
    if (at_precision() && at_word("of", 1)) {
        out.precision = at_precision();
        at_ += 2;
    }
}

// `before start X`; but in `before start of X` the boundary belongs to the operand.
void Parser::timing_right(TimingSyntax& out) {
    if ((at_word("start") || at_word("end")) && !at_word("of", 1)) {
        out.right = take().text == "start" ? Boundary::Start : Boundary::End;
    }
}

}  // namespace parcours::cql

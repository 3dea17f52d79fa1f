#include "http/fhir/compiled.h"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "http/fhir/parameters.h"
#include "http/fhir/query.h"
#include "http/fhir/values.h"
#include "record/patient_card.h"

namespace parcours::http::facade {
namespace {

/// Systems of plain codes, which the resource itself does not name.
constexpr std::string_view implied_systems = "http://hl7.org/fhir/";

bool is_plain_code(Matching matching) {
    return matching == Matching::Status || matching == Matching::Member ||
           matching == Matching::Gender || matching == Matching::Active ||
           matching == Matching::Deceased;
}

std::optional<Range> range_at(const JsonView& resource, std::string_view member) {
    if (member.empty()) {
        return std::nullopt;
    }
    const auto date = parse_date_time(resource[member].text());
    return date ? std::optional(range_of(*date)) : std::nullopt;
}

std::optional<Range> period_of(const JsonView& period) {
    const auto start = parse_date_time(period["start"].text());
    const auto end = parse_date_time(period["end"].text());
    if (!start && !end) {
        return std::nullopt;
    }
    return Range{start ? start->start : Instant::min(), end ? end->end() : Instant::max()};
}

/// What the members of a date say; nothing where the resource has none that can be read.
std::optional<Range> dated(const Parameter& parameter, const JsonView& resource) {
    for (const std::string_view member : {parameter.point, parameter.other_point}) {
        if (const auto range = range_at(resource, member)) {
            return range;
        }
    }
    return parameter.period.empty() ? std::nullopt : period_of(resource[parameter.period]);
}

/// Whether one of a person's contact points is one of the texts, as phones and mails compare.
bool telecom_fits(const Compiled& criterion, const JsonView& telecom) {
    const bool phone = criterion.parameter->matching == Matching::Phone;
    return std::ranges::any_of(telecom.elements(), [&](const JsonView& point) {
        const std::string_view system = point["system"].text();
        const bool right = phone ? system == "phone" || system == "sms" : system == "email";
        if (!right || point["use"].text() == "old") {
            return false;
        }
        const std::string_view value = point["value"].text();
        const std::string told = phone ? digits_of(value) : fold_for_search(value);
        return !told.empty() && std::ranges::find(criterion.texts, told) != criterion.texts.end();
    });
}

bool text_fits(const Compiled& criterion, std::string_view text) {
    if (text.empty()) {
        return false;
    }
    if (criterion.modifier == "exact") {
        return std::ranges::find(criterion.texts, text) != criterion.texts.end();
    }
    const std::string folded = fold_for_search(text);
    return std::ranges::any_of(criterion.texts, [&](const std::string& wanted) {
        return criterion.modifier == "contains" ? folded.find(wanted) != std::string::npos
                                                : folded.starts_with(wanted);
    });
}

bool name_fits(const Compiled& criterion, const JsonView& name) {
    const Matching matching = criterion.parameter->matching;
    if (matching != Matching::Given && text_fits(criterion, name["family"].text())) {
        return true;
    }
    if (matching == Matching::Name && text_fits(criterion, name["text"].text())) {
        return true;
    }
    return matching != Matching::Family &&
           std::ranges::any_of(name["given"].elements(), [&](const JsonView& given) {
               return text_fits(criterion, given.text());
           });
}

bool boolean_fits(const Compiled& criterion, std::optional<bool> truth) {
    return truth && std::ranges::any_of(criterion.tokens, [&](const Token& token) {
               return token.matches("", *truth ? "true" : "false");
           });
}

bool is_deceased(const JsonView& patient) {
    return patient["deceasedDateTime"] || patient["deceasedBoolean"].boolean().value_or(false);
}

/// As the values compare: phones by their digits, texts without accents and case.
std::string comparable(const Criterion& criterion, std::string_view value) {
    const Matching matching = criterion.parameter->matching;
    const std::string text = unescape(value);
    if (matching == Matching::Phone) {
        return digits_of(text);
    }
    const bool folds = matching == Matching::Email || parameter_type(matching) == "string";
    return folds && criterion.modifier != "exact" ? fold_for_search(text) : text;
}

}  // namespace

bool Compiled::date_fits(const Range& target) const {
    return std::ranges::any_of(dates, [&](const DateValue& date) { return date.matches(target); });
}

bool Compiled::holds(const JsonView& resource) const {
    switch (parameter->matching) {
        case Matching::Id:
            return std::ranges::find(texts, resource["id"].text()) != texts.end();
        case Matching::Patient:
            return true;
        case Matching::LastUpdated: {
            const auto at = parse_date_time(resource["meta"]["lastUpdated"].text());
            return at && date_fits({at->start, at->start + std::chrono::milliseconds{1}});
        }
        case Matching::Date:
        case Matching::Birthdate: {
            const auto range = dated(*parameter, resource);
            return range && date_fits(*range);
        }
        case Matching::Identifier:
            return std::ranges::any_of(
                resource["identifier"].elements(), [this](const JsonView& one) {
                    return std::ranges::any_of(tokens, [&](const Token& token) {
                        return token.matches(one["system"].text(), one["value"].text());
                    });
                });
        case Matching::Name:
        case Matching::Family:
        case Matching::Given:
            return std::ranges::any_of(resource["name"].elements(), [this](const JsonView& name) {
                return name_fits(*this, name);
            });
        case Matching::Uri:
            return std::ranges::find(texts, resource[parameter->member].text()) != texts.end();
        case Matching::Text:
            return text_fits(*this, resource[parameter->member].text());
        case Matching::Phone:
        case Matching::Email:
            return telecom_fits(*this, resource["telecom"]);
        case Matching::Active:
            return boolean_fits(*this, resource["active"].boolean());
        case Matching::Deceased:
            return boolean_fits(*this, is_deceased(resource));
        default:
            return has_coding(resource[parameter->member], tokens);
    }
}

Result<Compiled> compile(const Criterion& criterion) {
    Compiled out;
    out.parameter = criterion.parameter;
    out.modifier = criterion.modifier;
    const std::string_view type = parameter_type(criterion.parameter->matching);
    for (const std::string& value : criterion.values) {
        out.texts.push_back(comparable(criterion, value));
        if (type == "date") {
            const auto date = parse_date_value(criterion.parameter->name, value);
            if (!date) {
                return pass_on(date);
            }
            out.dates.push_back(*date);
        } else if (type == "token") {
            Token token = parse_token(value);
            if (is_plain_code(criterion.parameter->matching) && token.system &&
                token.system->starts_with(implied_systems)) {
                token.system.reset();
            }
            out.tokens.push_back(std::move(token));
        }
    }
    return out;
}

Result<std::vector<Compiled>> compile(const std::vector<Criterion>& criteria) {
    std::vector<Compiled> out;
    for (const Criterion& criterion : criteria) {
        auto compiled = compile(criterion);
        if (!compiled) {
            return pass_on(compiled);
        }
        out.push_back(std::move(*compiled));
    }
    return out;
}

}  // namespace parcours::http::facade

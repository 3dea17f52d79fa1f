#include "synth/sheet.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "synth/calendar.h"
#include "synth/codes.h"

namespace parcours::synth {
namespace {

constexpr std::array<std::string_view, type_count> type_names = {"AllergyIntolerance",
                                                                 "Appointment",
                                                                 "CarePlan",
                                                                 "CareTeam",
                                                                 "Communication",
                                                                 "Condition",
                                                                 "Consent",
                                                                 "DiagnosticReport",
                                                                 "Encounter",
                                                                 "FamilyMemberHistory",
                                                                 "Goal",
                                                                 "Immunization",
                                                                 "Location",
                                                                 "MedicationRequest",
                                                                 "Observation",
                                                                 "Organization",
                                                                 "Patient",
                                                                 "Practitioner",
                                                                 "Procedure",
                                                                 "QuestionnaireResponse",
                                                                 "RelatedPerson",
                                                                 "ServiceRequest"};

std::size_t index_of(Type type) {
    return static_cast<std::size_t>(type);
}

void append_key(std::string& out, std::string_view key) {
    out += ",\"";
    out += key;
    out += "\":";
}

void append_reference(std::string& out, Type type, Id id) {
    out += R"({"reference":")";
    out += type_name(type);
    out += '/';
    append_id(out, id);
    out += "\"}";
}

}  // namespace

std::string_view type_name(Type type) {
    return type_names[index_of(type)];
}

void Sheet::clear() {
    for (std::string& text : lines) {
        text.clear();
    }
    counts.fill(0);
}

void append_id(std::string& out, Id id) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    char text[16];
    std::uint64_t left = id.value;
    for (std::size_t i = sizeof text; i-- > 0;) {
        text[i] = hexadecimal[left & 15U];
        left >>= 4U;
    }
    out.append(text, sizeof text);
}

void append_coding(std::string& out, const Code& code) {
    out += R"({"system":")";
    out += system_url(code.system);
    out += R"(","code":")";
    out += code.code;
    if (!code.display.empty()) {
        out += R"(","display":")";
        out += code.display;
    }
    out += "\"}";
}

void append_decimal(std::string& out, std::int64_t value, int decimals) {
    char digits[24];
    std::int64_t scale = 1;
    for (int i = 0; i < decimals; ++i) {
        scale *= 10;
    }
    if (value < 0) {
        out += '-';
        value = -value;
    }
    const auto whole_end = std::to_chars(digits, digits + sizeof digits, value / scale);
    out.append(digits, whole_end.ptr);
    if (decimals > 0) {
        out += '.';
        for (std::int64_t unit = scale / 10; unit > 0; unit /= 10) {
            out += static_cast<char>('0' + value / unit % 10);
        }
    }
}

bool written_once(Type type) {
    return type == Type::Observation || type == Type::Immunization || type == Type::Procedure ||
           type == Type::FamilyMemberHistory || type == Type::Encounter ||
           type == Type::Communication || type == Type::DiagnosticReport ||
           type == Type::QuestionnaireResponse;
}

Line::Line(Sheet& sheet, Type type, Id id, Moment updated) : out_(sheet.lines[index_of(type)]) {
    ++sheet.counts[index_of(type)];
    out_ += R"({"resourceType":")";
    out_ += type_name(type);
    out_ += R"(","id":")";
    append_id(out_, id);
    out_ += '"';
    if (!written_once(type)) {
        out_ += R"(,"meta":{"lastUpdated":")";
        append_moment(out_, updated);
        out_ += "\"}";
    }
}

Line& Line::raw(std::string_view json) {
    out_ += json;
    return *this;
}

Line& Line::text(std::string_view key, std::string_view value) {
    append_key(out_, key);
    out_ += '"';
    out_ += value;
    out_ += '"';
    return *this;
}

Line& Line::moment(std::string_view key, Moment value) {
    append_key(out_, key);
    out_ += '"';
    append_moment(out_, value);
    out_ += '"';
    return *this;
}

Line& Line::day(std::string_view key, Day value) {
    append_key(out_, key);
    out_ += '"';
    append_day(out_, value);
    out_ += '"';
    return *this;
}

Line& Line::period(std::string_view key, Moment start, Moment end) {
    append_key(out_, key);
    out_ += R"({"start":")";
    append_moment(out_, start);
    out_ += R"(","end":")";
    append_moment(out_, end);
    out_ += "\"}";
    return *this;
}

Line& Line::open_period(std::string_view key, Moment start) {
    append_key(out_, key);
    out_ += R"({"start":")";
    append_moment(out_, start);
    out_ += "\"}";
    return *this;
}

Line& Line::coding(const Code& code) {
    append_coding(out_, code);
    return *this;
}

Line& Line::concept_of(std::string_view key, const Code& code) {
    append_key(out_, key);
    out_ += R"({"coding":[)";
    append_coding(out_, code);
    out_ += "]}";
    return *this;
}

Line& Line::concepts(std::string_view key, const Code& code) {
    append_key(out_, key);
    out_ += R"([{"coding":[)";
    append_coding(out_, code);
    out_ += "]}]";
    return *this;
}

Line& Line::reference(std::string_view key, Type type, Id id) {
    append_key(out_, key);
    append_reference(out_, type, id);
    return *this;
}

Line& Line::references(std::string_view key, Type type, Id id) {
    append_key(out_, key);
    out_ += '[';
    append_reference(out_, type, id);
    out_ += ']';
    return *this;
}

Line& Line::decimal(std::string_view key, std::int64_t value, int decimals) {
    append_key(out_, key);
    append_decimal(out_, value, decimals);
    return *this;
}

Line& Line::whole(std::string_view key, std::int64_t value) {
    return decimal(key, value, 0);
}

void Line::end() {
    out_ += "}\n";
}

}  // namespace parcours::synth

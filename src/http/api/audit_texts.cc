#include "http/api/audit_texts.h"

#include <cstddef>
#include <fmt/format.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/audit.h"
#include "base/utf8.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t text_max = access::audit_text_bytes_max;
/// A question that leaves room for patients beside it, and how much is repeated of a longer one.
constexpr std::size_t short_question_max = text_max / 2;
constexpr std::size_t beginning_max = text_max / 8;
/// "(12 of 34) "
constexpr std::size_t counting_max = 24;

std::vector<std::string> pieces_of(std::string_view question) {
    std::vector<std::string_view> pieces;
    while (!question.empty()) {
        pieces.push_back(cut_utf8(question, text_max - counting_max));
        question.remove_prefix(pieces.back().size());
    }
    std::vector<std::string> texts;
    for (const std::string_view piece : pieces) {
        texts.push_back(fmt::format("({} of {}) {}", texts.size() + 1, pieces.size(), piece));
    }
    return texts;
}

}  // namespace

std::vector<std::string> question_texts(std::string_view question) {
    const std::string clean = to_valid_utf8(question);
    return clean.size() <= text_max ? std::vector{clean} : pieces_of(clean);
}

std::vector<std::string> list_texts(std::string_view question,
                                    std::span<const std::string> patients) {
    std::vector<std::string> texts;
    std::string head = to_valid_utf8(question);
    if (head.size() > short_question_max) {
        texts = question_texts(head);
        head = std::string(cut_utf8(head, beginning_max)) + "…";
        if (patients.empty()) {
            return texts;
        }
    }
    head += ':';
    std::string text = head;
    for (const std::string& patient : patients) {
        if (text.size() + 1 + patient.size() > text_max && text.size() > head.size()) {
            texts.push_back(text);
            text = head;
        }
        text.append(" ").append(patient);
    }
    texts.push_back(text);
    return texts;
}

}  // namespace parcours::http::api

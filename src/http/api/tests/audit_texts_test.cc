#include "http/api/audit_texts.h"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "access/audit.h"

namespace parcours::http::api {
namespace {

void expect_kept_whole(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        access::AuditEntry entry;
        entry.detail = {{"what", text}};
        access::make_writable(entry);
        EXPECT_EQ(entry.detail.front().second, text) << "an entry cuts it";
    }
}

/// The pieces of a long question, put together again.
std::string joined(const std::vector<std::string>& texts) {
    std::string whole;
    for (const std::string& text : texts) {
        if (text.starts_with('(')) {
            whole += text.substr(text.find(") ") + 2);
        }
    }
    return whole;
}

bool names(const std::vector<std::string>& texts, const std::string& patient) {
    return std::ranges::any_of(texts, [&](const std::string& text) {
        return (text + ' ').find(' ' + patient + ' ') != std::string::npos;
    });
}

TEST(AuditTexts, NameEveryPatientHoweverLongTheirIds) {
    for (const std::size_t id_bytes : {5U, 64U, 256U}) {
        std::vector<std::string> patients;
        for (int i = 0; i < 200; ++i) {
            const std::string number = std::to_string(i);
            patients.push_back(number + std::string(id_bytes - number.size(), 'x'));
        }
        for (const std::size_t question_bytes : {10U, 900U, 1'100U, 12'000U}) {
            const std::string question(question_bytes, 'q');
            const auto texts = list_texts(question, patients);
            expect_kept_whole(texts);
            for (const std::string& patient : patients) {
                EXPECT_TRUE(names(texts, patient)) << patient;
            }
            if (question_bytes > 1'000) {
                EXPECT_EQ(joined(texts.front().starts_with('(') ? texts : question_texts(question)),
                          question_bytes > access::audit_text_bytes_max ? question : "");
            }
        }
    }
}

TEST(AuditTexts, KeepALongQuestionWhole) {
    std::string question;
    while (question.size() < 20'000) {
        question += "exists [Condition: \"Diabète\"] or ";
    }
    const auto texts = question_texts(question);
    EXPECT_GT(texts.size(), 1U);
    expect_kept_whole(texts);
    EXPECT_EQ(joined(texts), question);
    EXPECT_EQ(joined(list_texts(question, {})), question);
}

TEST(AuditTexts, AShortQuestionIsOneEntry) {
    EXPECT_EQ(question_texts("AgeInYears() > 40"), std::vector<std::string>{"AgeInYears() > 40"});
    EXPECT_EQ(list_texts("/api/v1/patients", {}), std::vector<std::string>{"/api/v1/patients:"});
    const std::vector<std::string> two = {"p1", "p2"};
    EXPECT_EQ(list_texts("/x", two), std::vector<std::string>{"/x: p1 p2"});
}

}  // namespace
}  // namespace parcours::http::api

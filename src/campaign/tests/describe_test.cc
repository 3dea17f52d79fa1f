#include "campaign/describe.h"

#include <gtest/gtest.h>
#include <string>

#include "campaign/definition.h"
#include "campaign/read.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

Campaign read(const std::string& text) {
    return read_campaign(practice::parse_yaml(text, "campaigns/try.yaml").value()).value();
}

TEST(Describe, ReadsACampaignAloud) {
    const Campaign campaign = read(
        "campaign: recall\n"
        "title: { en: Recall }\n"
        "purpose: operations\n"
        "concern: diabetes\n"
        "priority: 60\n"
        "evidence: { effect: \"12 points\", source: \"A study\" }\n"
        "enter: { cohort: due, again: after 6 months }\n"
        "holdout: 5 %\n"
        "success: |\n"
        "  exists\n"
        "    [Observation]\n"
        "exit: [ left-care, { when: 'true', as: gone } ]\n"
        "steps:\n"
        "  write: { send: letter, by: [email, sms], still: not success, not-after: 2 days, else: "
        "call }\n"
        "  pause: { wait: 7 days, until: \"mon-fri 10:00-16:00\" }\n"
        "  answer: { wait-for: success, at-most: 10 days, then: sort, else: call }\n"
        "  call: { task: call, queue: navigators, due: 2 days, script: words, outcomes: { ok: done "
        "} }\n"
        "  sort: { branch: [ { if: 'a = 1', then: done } ] }\n"
        "  done: { end: completed }\n");
    EXPECT_EQ(describe(campaign),
              "Recall (recall): operations, topic diabetes, priority 60.\n"
              "Evidence: 12 points (A study).\n"
              "Patients come in when they are in the cohort \"due\"; again 6 months after they "
              "left.\n"
              "5 % of them are not contacted, to measure the difference.\n"
              "Wanted: ‹exists [Observation]›. As soon as it is so, wherever they stand: sort.\n"
              "It ends at once for a patient who has died; or has left care; or ‹true› (as "
              "\"gone\").\n"
              "  1. write: Send \"letter\" by e-mail, else SMS, if still: not success, not later "
              "than 2 days after it is due. Then: pause. If it cannot be sent: call.\n"
              "  2. pause: Wait 7 days, then until mon,tue,wed,thu,fri 10:00-16:00, where the "
              "patient lives. Then: answer.\n"
              "  3. answer: Wait for success, at most 10 days. When it comes: sort. Otherwise: "
              "call.\n"
              "  4. call: Give \"navigators\" a task: call, with the script \"words\", to be done "
              "within 2 days. Outcome \"ok\": done.\n"
              "  5. sort: If ‹a = 1›: done. Otherwise: done.\n"
              "  6. done: End as \"completed\".\n");
}

TEST(Describe, NamesDatesAndWhatHappensWhenTheyMove) {
    const Campaign campaign = read(
        "campaign: r\ntitle: { en: R }\npurpose: direct-care\n"
        "enter: { event: appointment.booked, key: appointment }\nsteps:\n"
        "  early: { wait: 3 days before appointment, at: \"10:00\", passed: done }\n"
        "  late: { wait: on appointment, moved: early, else: done }\n"
        "  done: { end: completed }\n");
    const std::string text = describe(campaign);
    EXPECT_NE(text.find("once for each appointment."), std::string::npos) << text;
    EXPECT_NE(text.find("Wait until 3 days before appointment, at 10:00 that day, where the "
                        "patient lives. Then: late. If that has passed already: done."),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("If the date moves: early. If there is no date: done."), std::string::npos)
        << text;
}

TEST(Describe, SuccessLeadsWhereItLeadsFromEveryStep) {
    const std::string text =
        describe(read("campaign: r\ntitle: { en: R }\npurpose: operations\nenter: { by: hand }\n"
                      "success: { when: 'true', then: result }\nsteps:\n"
                      "  two-weeks: { wait-for: success, at-most: 14 days, else: remind }\n"
                      "  remind: { send: words, by: [sms] }\n"
                      "  last: { wait-for: success, at-most: 14 days, then: no, else: no }\n"
                      "  no: { end: no-answer }\n"
                      "  result: { wait-for: 'false', at-most: 1 day, then: done, else: done }\n"
                      "  done: { end: completed }\n"));
    EXPECT_NE(text.find("When it comes: result. Otherwise: remind."), std::string::npos) << text;
    EXPECT_NE(text.find("When it comes: result. Otherwise: no."), std::string::npos) << text;
    EXPECT_EQ(text.find("When it comes: remind"), std::string::npos) << text;
}

TEST(Describe, SpeaksOfTheDayItself) {
    const std::string text = describe(read(
        "campaign: r\ntitle: { en: R }\npurpose: direct-care\n"
        "enter: { event: appointment.booked, key: appointment }\nsteps:\n"
        "  call: { task: call, queue: desk, at-most: on appointment, outcomes: { ok: visit }, "
        "else: visit }\n"
        "  sort: { task: review, queue: desk, at-most: 3 days before appointment, outcomes: { ok: "
        "visit }, else: visit }\n"
        "  visit: { wait: on appointment }\n"
        "  done: { end: completed }\n"));
    EXPECT_NE(text.find("Wait until the appointment, where"), std::string::npos) << text;
    EXPECT_NE(text.find("If it is not done by the appointment: visit."), std::string::npos) << text;
    EXPECT_NE(text.find("If it is not done by 3 days before appointment: visit."),
              std::string::npos)
        << text;
}

}  // namespace
}  // namespace parcours::campaign

// What the commands answer to people: reasons, moments, names, and refusals of values that say
// nothing.

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "support/clinic.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A diabetic with a phone number that nobody has, last tested never, and a visit.
constexpr const char* records =
    R"({"resourceType":"Patient","id":"anna","birthDate":"1990-04-02","name":[{"given":["Anna"],"family":"Example"}],"telecom":[{"system":"phone","use":"home","value":"555"}]}
{"resourceType":"Condition","id":"c1","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},"subject":{"reference":"Patient/anna"},"onsetDateTime":"2015-03-01","recordedDate":"2015-03-01","code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}}
{"resourceType":"Encounter","id":"v1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/anna"},"period":{"start":"2025-11-03T10:00:00Z","end":"2025-11-03T10:30:00Z"}}
)";

/// Whether a process has a handler for a signal.
bool catches(pid_t process, int signal) {
    std::ifstream status(fmt::format("/proc/{}/status", process));
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("SigCgt:")) {
            return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1U) != 0;
        }
    }
    return false;
}

class Answers : public ::testing::Test {
  protected:
    void import_records() {
        folder.write("F/all.ndjson", records);
        ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    }
    void work_in_february() {
        const Ended ended =
            command({"work", "--virtual", "--from", "2026-02-15", "--until", "2026-03-20"});
        ASSERT_EQ(ended.code, 0) << ended.err;
    }
    [[nodiscard]] Ended command(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--data", data});
        return run(arguments);
    }
    /// One sentence on standard error that says what is wrong, nothing on standard output.
    static void expect_refused(const Ended& ended, ErrorCode code, const std::string& words) {
        EXPECT_EQ(ended.code, exit_code(code)) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr(words));
        EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
        EXPECT_LT(ended.err.size(), 400U) << ended.err;
        EXPECT_EQ(ended.out, "");
    }

    TemporaryFolder folder;
    std::string data = folder / "D";
};

TEST_F(Answers, NothingIsToldOfWhatHappensAfterTheMoment) {
    import_records();
    work_in_february();
    const std::string before = "2026-02-10";
    EXPECT_THAT(command({"why", "anna", "--as-of", before}).out,
                AllOf(Not(HasSubstr("Campaigns")), Not(HasSubstr("Messages considered"))));
    EXPECT_THAT(command({"why", "anna", "--as-of", before, "--json"}).last_line(),
                AllOf(HasSubstr("\"campaigns\":[]"), HasSubstr("\"messages\":[]")));
    EXPECT_THAT(command({"outbox", "--as-of", before, "--json"}).last_line(),
                HasSubstr("\"messages\":[]"));
    EXPECT_THAT(command({"task", "--as-of", before, "--json"}).last_line(),
                HasSubstr("\"tasks\":[]"));
    EXPECT_THAT(command({"why", "anna", "--as-of", "2026-03-20"}).out,
                AllOf(HasSubstr("diabetes-hba1c"), HasSubstr("Messages considered")));
}

TEST_F(Answers, WhatATaskNeedsIsInIt) {
    import_records();
    work_in_february();
    const Ended list = command({"task", "--json", "--as-of", "2026-03-20"});
    JsonDocument document;
    const auto parsed = document.parse(list.last_line());
    ASSERT_TRUE(parsed) << list.out;
    const auto tasks = (*parsed)["tasks"].elements();
    ASSERT_FALSE(tasks.empty()) << list.out;
    EXPECT_EQ(tasks.front()["name"].text(), "Anna Example");
    EXPECT_EQ(tasks.front()["overdue"].boolean(), true);
    const std::string id(tasks.front()["id"].text().substr(0, 12));
    EXPECT_THAT(command({"task", "--as-of", "2026-03-20"}).out,
                AllOf(HasSubstr("Anna Example"), HasSubstr("555"), HasSubstr("overdue")));
    EXPECT_THAT(command({"task", "--as-of", "2026-02-16"}).out, Not(HasSubstr("overdue")));
    const Ended sheet = command({"task", id, "--as-of", "2026-03-20"});
    EXPECT_EQ(sheet.code, 0) << sheet.err;
    EXPECT_THAT(sheet.out,
                AllOf(HasSubstr("Anna Example"), HasSubstr("1990-04-02"),
                      HasSubstr("Script hba1c-call"), HasSubstr("Anna?"),
                      HasSubstr("Outcomes: booked, declined"), HasSubstr("--close " + id)));
}

TEST_F(Answers, EachStepIsToldWithWhatCameOfIt) {
    import_records();
    work_in_february();
    EXPECT_THAT(command({"why", "anna", "--as-of", "2026-03-20"}).out,
                AllOf(HasSubstr("write          not sent: "), HasSubstr(" → call"),
                      HasSubstr("call           stands here"), HasSubstr(" UTC  not-sent")));
}

TEST_F(Answers, ASavedCohortCannotStandInForThePractices) {
    import_records();
    expect_refused(command({"cohort", "save", "diabetes-hba1c-due", "true"}), ErrorCode::Conflict,
                   "diabetes-hba1c-due");
    for (const char* const name : {"../x", "my name", "Diabetics", "-x"}) {
        EXPECT_EQ(command({"cohort", "save", "--", name, "true"}).code, exit_code(ErrorCode::Usage))
            << name;
    }
    expect_refused(command({"cohort", "count", "diabetes-hba1c-deu"}), ErrorCode::NotFound,
                   "diabetes-hba1c-due");
}

TEST_F(Answers, AFeedHasANameAndItsPatientsAreToldApart) {
    import_records();
    for (const char* const name : {"", "a/b", "a b"}) {
        EXPECT_EQ(run({"import", folder / "F", "--data", data, "--source", name}).code,
                  exit_code(ErrorCode::Usage))
            << '"' << name << '"';
    }
    ASSERT_EQ(run({"import", folder / "F", "--data", data, "--source", "hospital"}).code, 0);
    EXPECT_EQ(command({"cohort", "list", "true"}).out, "anna\nhospital/anna\n");
    EXPECT_EQ(command({"why", "hospital/anna"}).code, 0);
}

TEST_F(Answers, ValuesThatSayNothingAreRefusedAndTheRightOnesNamed) {
    import_records();
    expect_refused(command({"outbox", "--status", "snet"}), ErrorCode::Usage, "sent");
    expect_refused(run({"preview", "hba1c-due", "--language", "de"}), ErrorCode::Usage, "fr");
    expect_refused(run({"preview", "hba1c-due", "--channel", "fax"}), ErrorCode::Usage, "sms");
    EXPECT_EQ(run({"preview", "hba1c-due", "--language", "fr-CA", "--channel", "sms"}).code, 0);
    expect_refused(command({"why", "anna", "--timeline", "-3"}), ErrorCode::Usage, "timeline");
    expect_refused(command({"map", "--as-of", ""}), ErrorCode::Usage, "--as-of");
    expect_refused(run({"synth", "--patients", "0", "--out", folder / "S"}), ErrorCode::Usage,
                   "--patients");
    expect_refused(run({"map", "--data", ""}), ErrorCode::Usage, "--data");
}

TEST_F(Answers, WordsThatNothingIsEverCalledAreNamed) {
    import_records();
    expect_refused(command({"cohort", "count", "exists [Position] P where P.concern = 'diabets'"}),
                   ErrorCode::InvalidInput, "diabetes");
    expect_refused(command({"cohort", "count", "exists [Position] P where P.stage in {'car'}"}),
                   ErrorCode::InvalidInput, "care");
    expect_refused(command({"cohort", "count", "exists [Message] M where 'captured' = M.status"}),
                   ErrorCode::InvalidInput, "sent");
    EXPECT_EQ(command({"cohort", "count", "exists [Position] P where P.concern = 'diabetes'"}).code,
              0);
    folder.write("P/cohorts/sweet.yaml",
                 "cohort: sweet\ntitle: { en: S, fr: S, zh: S }\n"
                 "cql: exists [Position] P where P.concern = 'diabets'\n");
    EXPECT_THAT(run({"check", folder / "P"}).out,
                AllOf(HasSubstr("cohorts/sweet.yaml:3:44"), HasSubstr("1 mistake to mend")));
}

TEST_F(Answers, WhereTheDataFolderCannotBeAnotherIsAskedFor) {
    folder.write("F/p.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n");
    const Ended ended = run({"import", folder / "F", "--data", "/proc/x"});
    EXPECT_NE(ended.code, 0);
    EXPECT_THAT(ended.err,
                AllOf(HasSubstr("/proc/x"), HasSubstr("cannot be made"), HasSubstr("--data")));
}

TEST_F(Answers, WhoReadsDuringTheFirstImportIsToldSo) {
    folder.write("F/o.ndjson",
                 "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\"}\n");
    ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    EXPECT_THAT(command({"map"}).err, AllOf(HasSubstr("no patient"), Not(HasSubstr("process"))))
        << "nobody writes any more";
    folder.write("D/lock", fmt::format("{}\n", ::getpid()));
    EXPECT_THAT(command({"map"}).err, HasSubstr(fmt::format("process {} writes", ::getpid())));
    import_records();
    folder.write("D/lock", fmt::format("{}\n", ::getpid()));
    EXPECT_EQ(command({"map"}).err, "") << "there are patients to tell of";
}

TEST_F(Answers, LimitsHoldInJsonToo) {
    import_records();
    work_in_february();
    const Ended all = command({"outbox", "--json"});
    const Ended one = command({"outbox", "--json", "--limit", "1"});
    JsonDocument document;
    const auto parsed = document.parse(one.last_line());
    ASSERT_TRUE(parsed);
    EXPECT_EQ((*parsed)["messages"].elements().size(), 1U);
    const auto counts = [](const std::string& line) {
        return line.substr(0, line.find("messages"));
    };
    EXPECT_EQ(counts(all.last_line()), counts(one.last_line())) << "counts are of all";
}

TEST_F(Answers, ValueSetsAreListedWithTheirCodesAndWhoseTheyAre) {
    folder.write(
        "F/all.ndjson",
        records +
            std::string(R"({"resourceType":"ValueSet","id":"mine","url":"http://clinic/vs/mine",)"
                        R"("name":"Mine","status":"active","compose":{"include":[{"system":"s",)"
                        R"("concept":[{"code":"a"},{"code":"b"}]}]}})"
                        "\n"));
    ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    EXPECT_THAT(run({"valuesets"}).out, AllOf(HasSubstr("hba1c "), HasSubstr("built-in"),
                                              Not(HasSubstr("http://clinic/vs/mine"))));
    EXPECT_THAT(command({"valuesets"}).out,
                AllOf(HasSubstr("imported"), HasSubstr("http://clinic/vs/mine")));
    EXPECT_THAT(command({"valuesets", "hba1c"}).out,
                AllOf(HasSubstr("17856-6"), HasSubstr("http://loinc.org"), HasSubstr("4 codes")));
    EXPECT_THAT(command({"valuesets", "http://clinic/vs/mine", "--json"}).last_line(),
                AllOf(HasSubstr(R"("source":"imported")"), HasSubstr(R"("codes":2)"),
                      HasSubstr(R"({"system":"s","code":"b"})")));
    folder.write(
        "P/valuesets/ours.yaml",
        "valueset: ours\ntitle: { en: Ours, fr: Les nôtres, zh: 我们的 }\ncodes:\n  - system: "
        "http://loinc.org\n    codes: [ '1-8' ]\n");
    EXPECT_THAT(run({"valuesets", "--practice", folder / "P", "--json"}).last_line(),
                HasSubstr(R"("name":"ours","url":"","title":"Ours","source":"practice")"));
    expect_refused(run({"valuesets", "hba1"}), ErrorCode::NotFound, "did you mean");
}

TEST_F(Answers, OneIsNotSaidInThePlural) {
    import_records();
    const Ended again = run({"import", folder / "F", "--data", data});
    EXPECT_THAT(again.out, HasSubstr("1 patient in the data folder"));
    EXPECT_THAT(command({"cohort", "count", "true"}).out, HasSubstr("1 patient, of 1"));
}

TEST_F(Answers, AResourceInTwoVersionsIsOneResource) {
    folder.write("F/p.ndjson",
                 "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1980-01-01\"}\n"
                 "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1980-01-02\"}\n");
    EXPECT_THAT(run({"import", folder / "F", "--data", data}).out,
                HasSubstr("1 resource read, in 2 versions: 2 stored, 0 unchanged."));
}

TEST_F(Answers, AnAnswerThatCannotBeWrittenIsSaidSo) {
    import_records();
    ProgramOptions shell;
    shell.program = "/bin/sh";
    const Ended ended = run(
        {"-c", fmt::format("{} cohort list true --data {} > /dev/full", PARCOURS_PROGRAM, data)},
        shell);
    EXPECT_EQ(ended.code, 1);
    EXPECT_THAT(ended.err, HasSubstr("could not be written to standard output"));
}

TEST_F(Answers, AnUndatedPatientStandsSinceNoDay) {
    folder.write("F/p.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n");
    ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    EXPECT_THAT(command({"why", "p", "--as-of", "1960-01-01"}).out, Not(HasSubstr("1970")));
    EXPECT_THAT(command({"why", "p", "--json"}).last_line(), HasSubstr("\"since\":null"));
}

/// Runs a program on a terminal of its own and gives all that it writes there.
std::string run_on_terminal(const std::vector<std::string>& arguments) {
    std::vector<char*> words;
    std::string program = PARCOURS_PROGRAM;
    words.push_back(program.data());
    std::vector<std::string> copies = arguments;
    for (std::string& word : copies) {
        words.push_back(word.data());
    }
    words.push_back(nullptr);
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        ::execv(program.c_str(), words.data());
        ::_exit(127);
    }
    std::string out;
    char buffer[4096];
    for (ssize_t got = ::read(terminal, buffer, sizeof buffer); got > 0;
         got = ::read(terminal, buffer, sizeof buffer)) {
        out.append(buffer, static_cast<std::size_t>(got));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    EXPECT_EQ(status, 0) << out;
    return out;
}

TEST_F(Answers, TheProgressIsGoneBeforeTheAnswerComes) {
    // Work of less than a tenth of a second shows no bar: this takes several.
    ASSERT_EQ(run({"synth", "--patients", "4000", "--seed", "7", "--out", folder / "S"}).code, 0);
    const std::string out = run_on_terminal({"import", folder / "S", "--data", data});
    const std::size_t bar = out.rfind("Importing");
    ASSERT_NE(bar, std::string::npos) << "the work is too short to show a bar: " << out;
    const std::size_t answer = out.find(" read: ");
    ASSERT_NE(answer, std::string::npos) << out;
    EXPECT_LT(bar, answer);
    const std::size_t cleared = out.find("\r\x1b[K", bar);
    ASSERT_NE(cleared, std::string::npos) << out;
    EXPECT_LT(cleared, answer) << "they would share a line";
}

class FailedDelivery : public ::testing::Test {
  protected:
    /// Works until `holds`, then stops.
    template <class Holds>
    Ended work_until(Holds holds) {
        Program program({"work", "--data", data, "--practice", practice});
        EXPECT_TRUE(wait_until([&] { return holds(program.err()); })) << program.err();
        program.signal(SIGTERM);
        return program.wait();
    }
    void import_one() {
        practice = write_practice(folder, provider);
        write_patients(folder, 1);
        ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    }
    [[nodiscard]] std::string outbox() const {
        return run({"outbox", "--data", data, "--json"}).last_line();
    }

    TemporaryFolder folder;
    Provider provider;
    std::string data = folder / "D";
    std::string practice;
};

TEST_F(FailedDelivery, ARefusalIsToldInTheProvidersWords) {
    provider.answer = [](const Provider::Got&) {
        const std::string body = R"({"code":21614,"message":"is not a mobile number"})";
        return fmt::format(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
            "Content-Length: {}\r\n\r\n{}",
            body.size(), body);
    };
    import_one();
    work_until([&](const std::string&) { return !provider.mails().empty(); });
    EXPECT_THAT(outbox(),
                AllOf(HasSubstr("\"reason\":\"refused-by-provider\""),
                      HasSubstr("is not a mobile number"), HasSubstr("\"result\":\"refused\"")));
    const Ended why = run({"why", "p0", "--data", data, "--practice", practice});
    EXPECT_THAT(why.out,
                AllOf(HasSubstr("the provider refused it"), HasSubstr("is not a mobile number"),
                      HasSubstr("not sent: refused-by-provider (sms: ")));
    EXPECT_THAT(run({"outbox", "--data", data}).out, HasSubstr("is not a mobile number"));
}

TEST_F(FailedDelivery, AProviderThatIsNotThereIsToldWhileItIsTriedAgain) {
    import_one();
    // A port of this machine where nobody listens.
    folder.write("P/practice.yaml", R"(name: Test Practice
reply-to: hello@practice.example.org
phone: "+1 413 555 0100"
country: US
time-zone: America/New_York
language: en
languages: [en]
contact-hours: { from: "00:00", until: "24:00" }
channels:
  email: { adapter: smtp, url: "smtp://127.0.0.1:1", tls: none, from: hello@practice.example.org, timeout_seconds: "2" }
)");
    const Ended ended = work_until([](const std::string& err) {
        return err.find("email cannot be handed over") != std::string::npos;
    });
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(outbox(), AllOf(HasSubstr("\"reason\":\"provider-unavailable\""),
                                HasSubstr("\"result\":\"later\""), HasSubstr("retry_at")));
    EXPECT_THAT(run({"outbox", "--data", data}).out,
                AllOf(HasSubstr("could not be reached"), HasSubstr("tried again at")));
}

TEST_F(Answers, RecordsWithoutPatientsAreNoEmptyFolder) {
    folder.write(
        "F/visits.ndjson",
        R"({"resourceType":"Encounter","id":"v1","status":"finished","class":{"code":"AMB"},)"
        R"("subject":{"reference":"Patient/anna"},"period":{"start":"2025-11-03"}})"
        "\n");
    ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    EXPECT_THAT(command({"map"}).err, HasSubstr("an import was cut off"));
    import_records();
    EXPECT_EQ(command({"map"}).err, "");
}

TEST_F(Answers, AnImportThatIsCutOffIsCompletedByTheSameCommand) {
    folder.write("F/visits.ndjson", "{\"resourceType\":\"Observation\",\"id\":\"o\"}\n");
    const std::string pipe = folder / "F/zzz.ndjson";  // nobody writes to it: the import waits
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    Program import({"import", folder / "F", "--data", data});
    ASSERT_TRUE(wait_until([&] { return catches(import.id(), SIGTERM); }));
    import.signal(SIGTERM);
    const Ended ended = import.wait();
    EXPECT_EQ(ended.signal, SIGTERM);
    EXPECT_THAT(ended.err, HasSubstr("the import was cut off"));
    std::filesystem::remove(pipe);
    import_records();
    EXPECT_EQ(command({"map"}).err, "");
}

TEST_F(Answers, LongWorkThatIsCutOffSaysWhatIsLeft) {
    const std::string out = folder / "X";
    Program synth({"synth", "--patients", "50000000", "--out", out});
    ASSERT_TRUE(wait_until([&] { return catches(synth.id(), SIGTERM); }));
    synth.signal(SIGTERM);
    const Ended ended = synth.wait();
    EXPECT_EQ(ended.signal, SIGTERM);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("cut off"), HasSubstr(out)));
}

}  // namespace
}  // namespace parcours::testing

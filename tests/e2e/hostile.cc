#include "e2e/hostile.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "support/clinic.h"
#include "support/http_client.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

constexpr const char* password = "a walk along the river";

}  // namespace

std::size_t count_of(std::string_view part, std::string_view text) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size())) {
        ++found;
    }
    return found;
}

std::string printable(std::string_view bytes) {
    std::string out(bytes.substr(0, 300));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }, '.');
    return out;
}

void Hostile::SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    const std::string records = write_patients(*folder_, 20);
    ASSERT_EQ(run({"import", records, "--data", data()}).code, 0);
    ProgramOptions typed;
    typed.input = std::string(password) + "\n";
    for (const auto& [name, role] : {std::pair("ada", "administrator"), {"ray", "reader"}}) {
        ASSERT_EQ(run({"user", "add", name, "--role", role, "--data", data()}, typed).code, 0);
    }
    server_ = std::make_unique<Program>(std::vector<std::string>{
        "serve", "--data", data(), "--listen", "127.0.0.1:0", "--no-work"});
    port = served_port(*server_);
    ASSERT_NE(port, 0) << server_->err();
}

void Hostile::TearDownTestSuite() {
    const std::string log = server_->err();
    for (const std::string_view canary : {"Family", "Given", "@example.org", "55501", "1996-05"}) {
        EXPECT_EQ(log.find(canary), std::string::npos) << log;
    }
    EXPECT_EQ(log.find(password), std::string::npos) << log;
    EXPECT_EQ(count_of("failed:", log), 0U) << "a handler threw: " << log;
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->wait().code, 0);
    EXPECT_EQ(run({"audit", "verify", "--data", data()}).code, 0);
    server_.reset();
    folder_.reset();
}

Hostile::~Hostile() {
    EXPECT_EQ(http(port, "GET", "/healthz").status, 200) << "it lives on";
}

std::string Hostile::data() {
    return *folder_ / "data";
}

std::size_t Hostile::memory_max_mb() {
    std::ifstream status("/proc/" + std::to_string(server_->id()) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return static_cast<std::size_t>(std::atol(line.c_str() + 6)) / 1024;
        }
    }
    ADD_FAILURE() << "nothing is known of the server's memory";
    return 0;
}

Session Hostile::log_in(const std::string& name) {
    const HttpAnswer opened = http(port, "POST", "/api/v1/session", {},
                                   R"({"name":")" + name + R"(","password":")" + password + "\"}");
    EXPECT_EQ(opened.status, 200) << opened.body;
    const auto set = opened.headers.find("set-cookie");
    JsonDocument document;
    const auto answer = document.parse(opened.body);
    if (set == opened.headers.end() || !answer) {
        return {};
    }
    return {set->second.substr(0, set->second.find(';')), std::string((*answer)["csrf"].text())};
}

std::string Hostile::add_token(const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> command{"token",          "add",    name,  "--scope",
                                     "read,fhir.read", "--data", data()};
    command.insert(command.end(), more.begin(), more.end());
    const Ended made = run(command);
    EXPECT_EQ(made.code, 0) << made.err;
    return made.last_line();
}

void Hostile::expect_refused(const HttpAnswer& answer, int status, std::string_view what) {
    EXPECT_EQ(answer.status, status) << what << ": " << printable(answer.body);
    EXPECT_EQ(answer.body.find("Family"), std::string::npos) << what;
    const auto type = answer.headers.find("content-type");
    ASSERT_NE(type, answer.headers.end()) << what;
    EXPECT_TRUE(type->second == "application/problem+json" ||
                type->second.starts_with("application/fhir+json"))
        << what << ": " << type->second;
    JsonDocument document;
    EXPECT_TRUE(document.parse(answer.body)) << what << ": " << printable(answer.body);
}

void Hostile::expect_bad_body(const HttpAnswer& answer, std::string_view what) {
    constexpr std::array statuses{400, 413, 415, 422};
    EXPECT_NE(std::ranges::find(statuses, answer.status), statuses.end()) << what;
    expect_refused(answer, answer.status, what);
}

}  // namespace parcours::testing

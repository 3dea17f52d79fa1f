#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/executor.h"
#include "base/files.h"
#include "base/random.h"
#include "base/time.h"
#include "channel/encoding.h"
#include "channel/sms/twilio_callback.h"
#include "engine/import.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/import_jobs.h"
#include "http/callbacks/page.h"
#include "http/callbacks/routes.h"
#include "http/event_stream.h"
#include "http/head_rules.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::callbacks {
namespace {

constexpr std::string_view secret = "gateway-secret";
constexpr std::string_view origin = "https://clinic.example.org";

constexpr std::string_view practice = R"(name: Mill Lane & Sons
reply-to: hello@clinic.example.org
phone: "+44 20 7946 0123"
address: 1 Mill Lane
country: GB
public-url: https://clinic.example.org/
time-zone: UTC
language: en
languages: [en, fr, zh]
channels:
  email: { adapter: sandbox }
  sms: { adapter: twilio, url: "http://127.0.0.1:9", account_sid: AC1, auth_token: gateway-secret, from: "+15005550006" }
)";

/// Three people with diabetes and no HbA1c, who have nothing but an e-mail address.
std::string records() {
    std::string text;
    for (const auto& [n, language] : {std::pair("1", "en"), {"2", "fr"}, {"3", "en"}}) {
        text +=
            std::string(R"({"resourceType":"Patient","id":"p)") + n +
            R"(","name":[{"family":"Test","given":["Ada"]}],"birthDate":"1960-05-01","telecom":[{"system":"email","value":"p)" +
            n + R"(@example.org"}],"communication":[{"language":{"coding":[{"code":")" + language +
            R"("}]}}]})" + "\n" + R"({"resourceType":"Condition","id":"c)" + n +
            R"(","subject":{"reference":"Patient/p)" + n +
            R"("},"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]},"clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"confirmed"}]},"onsetDateTime":"2020-03-04"})" +
            "\n" + R"({"resourceType":"Encounter","id":"e)" + n +
            R"(","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p)" +
            n + R"("},"period":{"start":"2025-03-04T09:00:00Z"}})" + "\n";
    }
    return text;
}

/// A clinic whose text messages go by a gateway and whose mails stay here.
class Callbacks : public ::testing::Test {
  protected:
    Callbacks() {
        std::string name = "/tmp/parcours-callbacks-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        open_service();
    }
    ~Callbacks() override {
        service.reset();
        std::filesystem::remove_all(folder_);
    }

    Response ask(Method method, const std::string& target, const std::string& body = {},
                 const std::string& headers = {}) {
        auto read = read_head(std::string(method_name(method)) + " " + target +
                                  " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n" + headers + "\r\n",
                              {});
        EXPECT_TRUE(read) << target;
        Request request = std::move(read->request);
        request.body = body;
        request.peer = peer;
        if (auto refused = router.match(request)) {
            return std::move(*refused);
        }
        EXPECT_FALSE(request.route->access.permission()) << target;
        const auto answered = std::make_shared<std::optional<Response>>();
        request.route->handler(request,
                               [answered](Response response) { *answered = std::move(response); });
        EXPECT_TRUE(*answered || writer_waits) << target;
        return *answered ? std::move(**answered) : problem(202, "the writer has it");
    }
    void let_the_writer_work() {
        for (const api::WriterJob& job : std::exchange(waiting_, {})) {
            job(*service);
        }
    }

    Response call(const channel::FormFields& fields, const std::string& signature) {
        return ask(Method::Post, "/callbacks/sms?message=x", channel::write_form(fields),
                   "Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: " +
                       signature + "\r\n");
    }
    static std::string sign(const channel::FormFields& fields, std::string_view key = secret) {
        return channel::sign_twilio_callback(key, std::string(origin) + "/callbacks/sms?message=x",
                                             fields);
    }

    std::string peer = "127.0.0.1";
    bool writer_waits = false;

    /// The token of the mail that went to a patient.
    std::string token_of(const std::string& patient) {
        const auto record = service->published();
        const auto number = record->index->find_patients(patient).at(0);
        const Key key = record->index->patients().key[number];
        const auto mails = service->messages_of(std::span(&key, 1));
        if (!mails || mails->empty() || mails->front().attempts.empty()) {
            std::string why = mails && !mails->empty() ? mails->front().detail : "none planned";
            for (const auto& decided :
                 mails ? mails->front().decisions : std::vector<engine::Decided>{}) {
                why += "; " + decided.decision.channel + ": " + decided.decision.reason;
            }
            ADD_FAILURE() << patient << " got no mail: " << why;
            return "none";
        }
        const std::string text = mails->front().attempts.back().text;
        const std::string begin = std::string(origin) + "/unsubscribe/";
        const std::size_t at = text.find(begin);
        EXPECT_NE(at, std::string::npos) << text;
        return text.substr(at + begin.size(), 48);
    }

    bool has_stopped(const std::string& patient) {
        return service->ledger().ledger.address("email", patient + "@example.org").suppressed ||
               !choices(patient).empty();
    }
    std::vector<ContactChoice> choices(const std::string& patient) {
        const auto record = service->published();
        const auto number = record->index->find_patients(patient).at(0);
        return service->ledger().ledger.choices_of(record->index->patients().key[number]);
    }

    static std::string text_of(const Response& response) {
        return std::get<std::string>(response.body);
    }

    std::unique_ptr<engine::Service> service;
    Router router;
    VirtualClock clock{parse_instant("2026-03-02T10:00:00Z").value()};

  private:
    void open_service() {
        std::filesystem::copy(PARCOURS_SOURCE_DIR "/practice", folder_ + "/practice",
                              std::filesystem::copy_options::recursive);
        ASSERT_TRUE(files_.write(folder_ + "/practice/practice.yaml", practice));
        std::filesystem::create_directories(folder_ + "/in");
        ASSERT_TRUE(files_.write(folder_ + "/in/records.ndjson", records()));
        auto made = engine::DataFolder::open(folder_ + "/data", engine::DataFolder::Mode::Create);
        ASSERT_TRUE(made) << made.error().message;
        engine::ImportOptions options;
        options.paths = {folder_ + "/in"};
        ASSERT_TRUE(engine::import_files(**made, files_, clock, options,
                                         [](const engine::ImportProgress&) {}));
        made->reset();
        auto opened = engine::Service::open(
            {.data = folder_ + "/data",
             .practice = folder_ + "/practice",
             .sending = true,
             .publishing = true},
            {files_, clock, random_, executor_,
             [](const std::string&) { return std::optional<std::string>(); }});
        ASSERT_TRUE(opened) << opened.error().message;
        service = std::move(*opened);
        ASSERT_TRUE(service->start());
        // A day in which everybody may be written to.
        for (int hour = 0; hour < 24; ++hour) {
            for (int i = 0; i < 5; ++i) {
                ASSERT_TRUE(service->work());
            }
            clock.set(clock.now() + std::chrono::hours{1});
        }
        backend_ = std::make_unique<api::Backend>(
            api::Backend{*service,
                         [this](const api::WriterJob& job) {
                             waiting_.push_back(job);
                             if (!writer_waits) {
                                 let_the_writer_work();
                             }
                             return true;
                         },
                         [](const Request&, std::string_view, std::string_view, std::string_view) {
                             return Result<>{};
                         },
                         events_, [](const std::string&) { return std::nullopt; }, imports_});
        add_callback_routes(router, *backend_);
    }

    std::vector<api::WriterJob> waiting_;
    std::string folder_;
    SystemFiles files_;
    SerialExecutor executor_;
    SeededRandom random_{7};
    EventHub events_;
    api::ImportJobs imports_;
    std::unique_ptr<api::Backend> backend_;
};

const channel::FormFields reply{
    {"MessageSid", "SM9"}, {"From", "+33612345678"}, {"Body", "Is it open?"}};

TEST_F(Callbacks, TakesWhatIsSignedOnce) {
    const Response first = call(reply, sign(reply));
    EXPECT_EQ(first.status, 200) << text_of(first);
    EXPECT_NE(text_of(first).find("<Response></Response>"), std::string::npos);
    EXPECT_EQ(service->ledger().ledger.tasks().size(), 1U);
    // The gateway repeats itself, or somebody plays back what they heard.
    EXPECT_EQ(call(reply, sign(reply)).status, 200);
    EXPECT_EQ(service->ledger().ledger.tasks().size(), 1U);
}

TEST_F(Callbacks, RefusesWhatIsForged) {
    channel::FormFields other = reply;
    other[2].second = "STOP";
    const std::string good = sign(reply);
    std::string nearly = good;
    nearly[0] = nearly[0] == 'A' ? 'B' : 'A';
    EXPECT_EQ(call(reply, "").status, 403);
    EXPECT_EQ(call(reply, nearly).status, 403);
    EXPECT_EQ(call(reply, sign(reply, "another-secret")).status, 403);
    EXPECT_EQ(call(other, good).status, 403);
    EXPECT_EQ(call(reply, good + "\r\nX-Twilio-Signature: " + good).status, 403);
    // Another address than the one that was signed.
    EXPECT_EQ(ask(Method::Post, "/callbacks/sms", channel::write_form(reply),
                  "X-Twilio-Signature: " + good + "\r\n")
                  .status,
              403);
    EXPECT_EQ(ask(Method::Post, "/callbacks/sms", channel::write_form(reply)).status, 403);
    EXPECT_EQ(ask(Method::Get, "/callbacks/sms").status, 405);
    EXPECT_EQ(ask(Method::Post, "/callbacks/email", "From: x").status, 404);
    EXPECT_TRUE(service->ledger().ledger.tasks().empty());
}

TEST_F(Callbacks, RefusesSignedNonsense) {
    const channel::FormFields nonsense{{"Hello", "World"}};
    EXPECT_EQ(call(nonsense, sign(nonsense)).status, 400);
}

TEST_F(Callbacks, AsksBeforeItStopsAndStopsByPost) {
    const std::string target = "/unsubscribe/" + token_of("p1");
    const Response asked = ask(Method::Get, target);
    EXPECT_EQ(asked.status, 200);
    EXPECT_NE(text_of(asked).find("<form method=\"post\">"), std::string::npos);
    EXPECT_NE(text_of(asked).find("Mill Lane &amp; Sons"), std::string::npos);
    EXPECT_EQ(text_of(asked).find("p1@example.org"), std::string::npos);
    EXPECT_FALSE(has_stopped("p1")) << "scanners of mail follow links: GET must not stop anything";
    EXPECT_EQ(ask(Method::Post, target, "something=else").status, 200);
    EXPECT_FALSE(has_stopped("p1"));
    const Response done = ask(Method::Post, target, "confirm=yes");
    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(text_of(done).find("<form"), std::string::npos);
    EXPECT_TRUE(has_stopped("p1"));
    EXPECT_FALSE(has_stopped("p2"));
    const std::size_t before = choices("p1").size();
    EXPECT_EQ(ask(Method::Post, target, "confirm=yes").status, 200);
    EXPECT_EQ(choices("p1").size(), before);
}

TEST_F(Callbacks, StopsByOneClickOfAMailProgram) {
    EXPECT_EQ(
        ask(Method::Post, "/unsubscribe/" + token_of("p2"), "List-Unsubscribe=One-Click").status,
        200);
    EXPECT_TRUE(has_stopped("p2"));
    EXPECT_EQ(ask(Method::Post, "/unsubscribe/" + token_of("p3"),
                  "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
                  "One-Click\r\n--x--\r\n")
                  .status,
              200);
    EXPECT_TRUE(has_stopped("p3"));
}

TEST_F(Callbacks, OnlyWhatIsOursAndConfirmedGoesToTheWriter) {
    writer_waits = true;
    const std::string target = "/unsubscribe/" + token_of("p1");
    EXPECT_EQ(ask(Method::Post, "/unsubscribe/x", "confirm=yes").status, 404);
    EXPECT_EQ(ask(Method::Post, target, "something=else").status, 200);
    EXPECT_EQ(ask(Method::Post, target, "confirm=yes").status, 202) << "this one has";
    let_the_writer_work();
    EXPECT_TRUE(has_stopped("p1"));
}

TEST_F(Callbacks, ForgedTokensStopNobody) {
    std::string token = token_of("p1");
    token[40] = token[40] == 'a' ? 'b' : 'a';
    for (const std::string& bad : {token, token.substr(0, 20), std::string(48, 'a'),
                                   std::string("x"), std::string(4000, 'a')}) {
        EXPECT_EQ(ask(Method::Get, "/unsubscribe/" + bad).status, 404);
        EXPECT_EQ(ask(Method::Post, "/unsubscribe/" + bad, "confirm=yes").status, 404);
    }
    EXPECT_FALSE(has_stopped("p1"));
    EXPECT_TRUE(service->ledger().ledger.tasks().empty());
}

TEST_F(Callbacks, SpeaksThePatientsLanguageElseTheBrowsers) {
    EXPECT_NE(
        text_of(ask(Method::Get, "/unsubscribe/" + token_of("p2"), {}, "Accept-Language: zh\r\n"))
            .find("lang=\"fr\""),
        std::string::npos);
    EXPECT_NE(text_of(ask(Method::Get, "/unsubscribe/none", {},
                          "Accept-Language: de, zh-CN;q=0.8, en\r\n"))
                  .find("lang=\"zh\""),
              std::string::npos);
    EXPECT_EQ(choose_language("fr-CA", "zh"), "fr");
    EXPECT_EQ(choose_language("", "de;q=1, FR;q=0.5"), "fr");
    EXPECT_EQ(choose_language("", "fra, x"), "en");
    EXPECT_EQ(choose_language("", ""), "en");
}

TEST(UnsubscribePage, HasNothingInlineAndNothingOpen) {
    for (const std::string_view language : {"en", "fr", "zh"}) {
        for (const Saying saying : {Saying::Ask, Saying::Done, Saying::Unknown, Saying::Failed}) {
            const std::string page = make_page(saying, language, "<script>x</script>");
            EXPECT_EQ(page.find("<script"), std::string::npos);
            EXPECT_EQ(page.find("style="), std::string::npos);
            EXPECT_NE(page.find("<h1>"), std::string::npos);
            EXPECT_EQ(page.find("<form") != std::string::npos, saying == Saying::Ask);
        }
    }
}

TEST_F(Callbacks, ForgersAreSlowedDownByAddress) {
    const channel::FormFields fields{{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}};
    peer = "203.0.113.5";
    int judged = 0;
    while (judged < 100 && call(fields, sign(fields, "a guess")).status == 403) {
        ++judged;
    }
    EXPECT_EQ(judged, 20);
    const Response slowed = call(fields, sign(fields));
    EXPECT_EQ(slowed.status, 429) << "even signed";
    EXPECT_TRUE(slowed.headers.find("Retry-After"));
    peer = "203.0.113.6";
    EXPECT_NE(call(fields, sign(fields)).status, 429) << "the gateway is elsewhere";
    peer = "127.0.0.1";
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(call(fields, sign(fields, "a guess")).status, 403) << "a proxy may stand here";
    }
}

TEST_F(Callbacks, AForgersAttemptsAtOnceDoNotSlipThrough) {
    const channel::FormFields fields{{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}};
    peer = "203.0.113.5";
    EXPECT_EQ(call(fields, sign(fields, "a guess")).status, 403);
    writer_waits = true;
    int taken = 0;
    while (taken < 100 && call(fields, sign(fields, "a guess")).status == 202) {
        ++taken;
    }
    EXPECT_EQ(taken, 19);
    EXPECT_EQ(call(fields, sign(fields, "a guess")).status, 429);
    let_the_writer_work();
    EXPECT_EQ(call(fields, sign(fields)).status, 429) << "the forgeries count still";
}

TEST_F(Callbacks, AGatewayMayHaveManyUnderWay) {
    const channel::FormFields nonsense{{"Hello", "World"}};
    peer = "203.0.113.6";
    writer_waits = true;
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(call(reply, sign(reply)).status, 202) << i;
    }
    let_the_writer_work();
    writer_waits = false;
    // Whoever failed once is not blamed for what was signed, but is no callback.
    EXPECT_EQ(call(reply, sign(reply, "a guess")).status, 403);
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(call(nonsense, sign(nonsense)).status, 400) << i;
    }
}

}  // namespace
}  // namespace parcours::http::callbacks

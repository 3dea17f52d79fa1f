#include "http/api/tests/clinic_fixture.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/principal.h"
#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/import.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/described.h"
#include "http/api/system_routes.h"
#include "http/head_rules.h"
#include "http/problem.h"
#include "http/static_files.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::http::api::testing {
namespace {

constexpr std::string_view password = "a walk along the river";

/// Eight people with diabetes and no HbA1c, so that the shipped recall takes them in.
std::string records() {
    std::string text;
    for (int i = 1; i <= 8; ++i) {
        const std::string n = std::to_string(i);
        text += R"({"resourceType":"Patient","id":"p)" + n + R"(","name":[{"family":")" +
                (i == 1 ? "Müller" : "Test" + n) +
                R"(","given":["Zoë"]}],"gender":"female","birthDate":"1960-05-0)" + n +
                R"(","identifier":[{"value":"MRN-)" + n +
                R"("}],"telecom":[{"system":"email","value":"p)" + n +
                R"(@example.org"},{"system":"phone","value":"+1 212 555 010)" + n +
                R"("}],"communication":[{"language":{"coding":[{"code":"en"}]}}]})" + "\n";
        text +=
            R"({"resourceType":"Condition","id":"c)" + n +
            R"(","subject":{"reference":"Patient/p)" + n +
            R"("},"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006","display":"Diabetes"}]},"clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"confirmed"}]},"onsetDateTime":"2020-03-04"})" +
            "\n";
        text +=
            R"({"resourceType":"Encounter","id":"e)" + n +
            R"(","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p)" +
            n + R"("},"period":{"start":"2025-03-04T09:00:00Z","end":"2025-03-04T09:20:00Z"}})" +
            "\n";
    }
    return text + "{broken\n";
}

}  // namespace

ApiTest::ApiTest() {
    std::string name = "/tmp/parcours-api-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    make_record();
    open_service();
    open_access();
    add_routes();
}

void ApiTest::restart() {
    site.reset();
    service.reset();
    waiting.clear();
    open_service();
    add_routes();
}

std::map<std::string, std::string> ApiTest::replacing(const std::string& cohort) const {
    const bool is_there = service->ledger().ledger.cohorts().contains(cohort);
    return {{is_there ? "If-Match" : "If-None-Match", "*"}};
}

std::size_t ApiTest::events_in_log(std::string_view topic) const {
    class Count final : public store::ScanVisitor {
      public:
        explicit Count(std::string_view topic) : topic_(topic) {}
        bool visit(const LogRecord& record) override {
            count += record.kind == RecordKind::Event && record.topic == topic_ ? 1U : 0U;
            return true;
        }
        bool damaged(LogPosition, const Error&) override { return true; }
        std::size_t count = 0;

      private:
        std::string_view topic_;
    };
    Count counted(topic);
    EXPECT_TRUE(service->folder().scan_events(counted));
    return counted.count;
}

ApiTest::~ApiTest() {
    service.reset();
    std::filesystem::remove_all(folder_);
}

void ApiTest::make_record() {
    std::filesystem::create_directories(folder_ + "/in");
    ASSERT_TRUE(files_.write(folder_ + "/in/records.ndjson", records()));
    auto made = engine::DataFolder::open(folder_ + "/data", engine::DataFolder::Mode::Create);
    ASSERT_TRUE(made) << made.error().message;
    engine::ImportOptions options;
    options.paths = {folder_ + "/in"};
    ASSERT_TRUE(
        engine::import_files(**made, files_, clock, options, [](const engine::ImportProgress&) {}));
}

void ApiTest::open_service() {
    auto opened = engine::Service::open(
        {.data = folder_ + "/data", .practice = {}, .sending = true, .publishing = true},
        {files_, clock, random, executor,
         [](const std::string&) { return std::optional<std::string>(); }});
    ASSERT_TRUE(opened) << opened.error().message;
    service = std::move(*opened);
    ASSERT_TRUE(service->start());
    for (int i = 0; i < 50 && service->idle_ms(1) == 0; ++i) {
        ASSERT_TRUE(service->work());
    }
}

void ApiTest::open_access() {
    access::AccessOptions options;
    options.password = {.passes = 1, .memory_bytes = 8192};
    auto opened = access::Access::open(log, random, std::string(32, 's'), options);
    ASSERT_TRUE(opened) << opened.error().message;
    access = std::move(*opened);
    for (std::size_t i = 0; i < access::role_count; ++i) {
        const auto role = static_cast<access::Role>(i);
        ASSERT_TRUE(access->add_staff({.name = std::string(access::role_name(role)),
                                       .display = {},
                                       .role = role,
                                       .password = std::string(password),
                                       .identity = {}},
                                      {access::system_principal("test"), "", clock.now(), ""}));
    }
}

void ApiTest::add_routes() {
    Router router;
    backend = std::make_unique<Backend>(Backend{
        *service,
        [this](const WriterJob& job) {
            if (writer_waits) {
                waiting.push_back(job);
            } else {
                job(*service);
                service->intake().finish();
            }
            return true;
        },
        [this](const Request& request, std::string_view action, std::string_view patient,
               std::string_view detail) -> Result<> {
            if (!audit_works) {
                return fail(ErrorCode::Unavailable, "the audit cannot be written");
            }
            audited.emplace_back(action, patient);
            audited_detail = detail;
            audited_refetch = request.is_refetch;
            return {};
        },
        events,
        [this](const std::string& path) {
            return path.starts_with(folder_ + "/in") ? std::optional(path) : std::nullopt;
        },
        imports,
        [this](const access::Principal& caller) { return access->is_in(caller, clock.now()); }});
    access_backend = std::make_unique<AccessBackend>(
        AccessBackend{*access, clock, {}, [this](std::uint64_t sequence) {
                          return access::read_record(log.records.at(sequence - 1).payload);
                      }});
    add_system_routes(router, *backend);
    add_access_routes(router, *access_backend);
    add_map_routes(router, *backend);
    add_patient_routes(router, *backend);
    add_cohort_routes(router, *backend);
    add_campaign_routes(router, *backend);
    add_enrolment_routes(router, *backend);
    add_hold_routes(router, *backend);
    add_move_routes(router, *backend);
    add_work_routes(router, *backend);
    add_definition_routes(router, *backend);
    add_event_routes(router, *backend);
    add_import_routes(router, *backend);
    follow_description(router, *backend);
    site = std::make_unique<Site>(
        Site::Parts{std::move(router),
                    make_guard(*access, clock),
                    nullptr,
                    nullptr,
                    [this](std::string_view operation, std::string_view what) {
                        logged.push_back(std::string(operation) + ": " + std::string(what));
                    },
                    {}});
}

void ApiTest::log_in_as(access::Role role) {
    const auto opened =
        access->log_in({std::string(access::role_name(role)), std::string(password), {}},
                       "192.0.2.9", clock.now());
    ASSERT_TRUE(opened && opened->outcome == access::LogIn::Outcome::Open);
    cookie_ = opened->cookie;
    csrf = opened->principal.csrf;
}

void ApiTest::log_out() {
    cookie_.clear();
    csrf.clear();
}

void ApiTest::take_session(const Response& opened) {
    const std::string set(opened.headers.find("Set-Cookie").value_or(""));
    ASSERT_TRUE(set.starts_with("parcours=")) << set;
    cookie_ = set.substr(9, set.find(';') - 9);
    JsonDocument document;
    csrf = document.parse(text_of(opened)).value()["csrf"].text();
}

Response ApiTest::ask(const Ask& asked) {
    const auto answered = ask_without_waiting(asked);
    EXPECT_TRUE(*answered) << asked.target << " was not answered";
    return *answered ? std::move(**answered) : problem(500, "no answer");
}

std::shared_ptr<std::optional<Response>> ApiTest::ask_without_waiting(const Ask& asked) {
    auto answered = std::make_shared<std::optional<Response>>();
    std::string head = std::string(method_name(asked.method)) + " " + asked.target +
                       " HTTP/1.1\r\nHost: clinic.example.org\r\n";
    for (const auto& [name, value] : asked.headers) {
        head += name + ": " + value + "\r\n";
    }
    if (!asked.body.empty() && !asked.headers.contains("Content-Type")) {
        head += "Content-Type: application/json\r\n";
    }
    if (!cookie_.empty()) {
        head += "Cookie: parcours=" + cookie_ + "\r\n";
        if (asked.with_csrf) {
            head += "X-CSRF-Token: " + csrf + "\r\n";
        }
    }
    auto read = read_head(head + "\r\n", {});
    EXPECT_TRUE(read) << asked.target;
    if (!read) {
        return answered;
    }
    Request request = std::move(read->request);
    request.body = asked.body;
    request.peer = "192.0.2.9";
    Admission admission = site->admit(request);
    if (admission.answer) {
        *answered = std::move(*admission.answer);
        return answered;
    }
    site->handle(std::move(request),
                 [answered](Response response) { *answered = std::move(response); });
    return answered;
}

std::string ApiTest::text_of(const Response& response) {
    const auto* const text = std::get_if<std::string>(&response.body);
    return text == nullptr ? std::string() : *text;
}

}  // namespace parcours::http::api::testing

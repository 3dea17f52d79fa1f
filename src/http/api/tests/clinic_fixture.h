#pragma once

#include <cstddef>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/tests/memory_log.h"
#include "base/executor.h"
#include "base/files.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/api/guard.h"
#include "http/api/import_jobs.h"
#include "http/event_stream.h"
#include "http/message.h"
#include "http/router.h"
#include "http/site.h"

namespace parcours::http::api::testing {

/// One task after another, and something else before they begin.
class WatchedExecutor final : public Executor {
  public:
    void run(std::size_t count, const Task& task) override {
        if (before) {
            before();
        }
        serial_.run(count, task);
    }
    std::function<void()> before;

  private:
    SerialExecutor serial_;
};

/// A small clinic behind the API, without network and threads: what it answers to a request.
/// Patients p1 … p8 with diabetes since 2020, p1's name is Zoë Müller, her phone ends in 0101.
class ApiTest : public ::testing::Test {
  protected:
    ApiTest();
    ~ApiTest() override;

    /// Staff of that role, logged in.
    void log_in_as(access::Role role);
    void log_out();
    /// From now on with the session that an answer opened.
    void take_session(const Response& opened);

    struct Ask {
        Method method = Method::Get;
        std::string target;
        std::string body;
        std::map<std::string, std::string> headers;
        bool with_csrf = true;
    };
    Response ask(const Ask& asked);
    /// The same where the answer may come later: it is put there.
    std::shared_ptr<std::optional<Response>> ask_without_waiting(const Ask& asked);
    /// The header by which a saved cohort is replaced, or a new one is saved.
    [[nodiscard]] std::map<std::string, std::string> replacing(const std::string& cohort) const;
    /// As a process that ends and starts again.
    void restart();
    /// The events of a topic that stand in the log.
    std::size_t events_in_log(std::string_view topic) const;
    Response get(const std::string& target) { return ask({.target = target}); }

    static std::string text_of(const Response& response);
    /// What imports over the API may read.
    [[nodiscard]] std::string import_folder() const { return folder_ + "/in"; }

    EventHub events;
    ImportJobs imports;
    std::unique_ptr<Backend> backend;
    std::unique_ptr<AccessBackend> access_backend;
    std::unique_ptr<Site> site;
    std::unique_ptr<engine::Service> service;
    access::testing::MemoryLog log;
    std::unique_ptr<access::Access> access;
    /// What `audit` was asked to write: action and patient.
    std::vector<std::pair<std::string, std::string>> audited;
    std::string audited_detail;       ///< of the last
    bool audited_refetch = false;     ///< whether the last was asked by a page alone
    std::vector<std::string> logged;  ///< failures, each with its operation
    bool audit_works = true;
    /// Changes wait here for the writer where `writer_waits`.
    std::vector<WriterJob> waiting;
    bool writer_waits = false;
    std::string csrf;  ///< that of the session
    WatchedExecutor executor;
    VirtualClock clock{parse_instant("2026-03-02T10:00:00Z").value()};
    SeededRandom random{7};

  private:
    void make_record();
    void open_service();
    void open_access();
    void add_routes();

    std::string folder_;
    SystemFiles files_;
    std::string cookie_;
};

}  // namespace parcours::http::api::testing

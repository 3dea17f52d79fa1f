#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "http/application.h"
#include "http/message.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/static_files.h"

namespace parcours::http {

/// The application: routes behind a guard, and the files of a page.
class Site final : public Application {
  public:
    /// Finds out who asks and whether they may use `request.route`; sets `request.caller`. The
    /// refusal (401, 403, 429), or nothing. Called by workers, before the handler and before any
    /// body is parsed; open routes pass through it too, so that it may know the caller.
    using Guard = std::function<std::optional<Response>(Request& request)>;
    /// Where defects are told: the operation, and what was thrown or why it failed (of a status of
    /// 500 and more). For any thread.
    using Log = std::function<void(std::string_view operation, std::string_view what)>;

    struct Parts {
        Router router;
        Guard guard;                         ///< without one only open routes answer
        const StaticFiles* files = nullptr;  ///< those of the page, if any
        Metrics* metrics = nullptr;
        Log log;
        /// Gives answers that are problems another form, for the paths that want one.
        std::function<Response(const Request& request, Response response)> dress;
    };
    explicit Site(Parts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] const Router& router() const { return parts_.router; }

    [[nodiscard]] Admission admit(Request& head) override;
    [[nodiscard]] std::optional<Response> authorise(Request& head) override;
    void handle(Request request, Answer answer) override;
    void on_answered(const Exchange& exchange) override;
    void on_defect(std::string_view operation, std::string_view what) override;

  private:
    [[nodiscard]] Response dressed(const Request& request, Response response) const;

    Parts parts_;
};

}  // namespace parcours::http

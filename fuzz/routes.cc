// Requests to every route of the product, over a small clinic.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "fuzz/clinic.h"
#include "fuzz/target.h"
#include "http/message.h"

namespace parcours::fuzz {
namespace {

constexpr std::size_t changes_max = 2'000;

/// The clinic of one target, made anew after many changes: so it stays small and quick.
Clinic& fresh(std::unique_ptr<Clinic>& clinic) {
    if (!clinic || clinic->changes() > changes_max) {
        clinic.reset();
        clinic = std::make_unique<Clinic>();
    }
    return *clinic;
}

void judge(std::string_view asked, const Outcome& outcome) {
    const std::string fault = find_fault(asked, outcome);
    check(fault.empty(), fault);
}

/// Puts what only this run knows in the places that the seeds leave for it.
bool replace(std::string& text, std::string_view place, std::string_view with) {
    bool found = false;
    for (std::size_t at = text.find(place); at != std::string::npos;
         at = text.find(place, at + with.size())) {
        text.replace(at, place.size(), with);
        found = true;
    }
    return found;
}

}  // namespace

void feed_routes(std::string_view bytes) {
    static std::unique_ptr<Clinic> made;
    Clinic& clinic = fresh(made);
    if (const auto outcome = clinic.ask(clinic.read(bytes), true)) {
        judge(bytes, *outcome);
    }
}

void feed_callers(std::string_view bytes) {
    static std::unique_ptr<Clinic> made;
    Clinic& clinic = fresh(made);
    std::string text(bytes);
    const bool by_cookie = replace(text, "$COOKIE", clinic.cookie());
    const bool by_token = replace(text, "$TOKEN", clinic.token());
    const bool with_csrf = replace(text, "$CSRF", clinic.csrf());
    const WrittenRequest written = clinic.read(text);
    const auto outcome = clinic.ask(written, false);
    if (!outcome) {
        return;
    }
    judge(bytes, *outcome);
    const bool is_open = outcome->route == nullptr || !outcome->route->access.permission();
    const bool reads = written.method == "GET" || written.method == "HEAD";
    if (!is_open && outcome->response.status < 400) {
        check(by_cookie || by_token, "nobody gets in with nothing");
        check(reads || with_csrf || by_token, "a change carries the session's token");
    }
    if (outcome->response.status < 300 && !reads && !is_open) {
        made.reset();  // the session may be over, the password another
    }
}

}  // namespace parcours::fuzz

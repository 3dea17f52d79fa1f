// Logging in: by password and code, and by the word of a provider.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/access.h"
#include "access/access_candidate.h"
#include "access/access_state.h"
#include "access/audit.h"
#include "access/log_in.h"
#include "access/password.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "access/staff.h"
#include "access/totp.h"
#include "base/error.h"
#include "base/time.h"

namespace parcours::access {
namespace {

constexpr Duration wait_for_others = std::chrono::seconds(1);

LogIn waiting(Duration wait) {
    LogIn answer;
    answer.outcome = LogIn::Outcome::Wait;
    answer.wait = wait;
    return answer;
}

Principal principal_before_session(const Staff& staff) {
    Principal principal;
    principal.actor = {ActorKind::Staff, staff.id, staff.name};
    return principal;
}

}  // namespace

Result<LogIn> Access::log_in(const Credentials& given, std::string_view peer, Instant now) {
    Candidate candidate;
    candidate.key = staff_name(given.name).value_or(std::string());
    if (const auto wait = begin_attempt(candidate, peer, now)) {
        return waiting(*wait);
    }
    if (!judge(candidate, given.password)) {
        return refuse(candidate, candidate.known ? "password" : "unknown name", peer, now);
    }
    if (candidate.disabled) {
        return refuse(candidate, "disabled", peer, now);
    }
    return open_proved(candidate, totp_code_typed(given.code), peer, now);
}

std::optional<Duration> Access::begin_attempt(Candidate& candidate, std::string_view peer,
                                              Instant now) {
    const std::scoped_lock lock(mutex_);
    const Duration wait = std::max(names_.wait(candidate.key, now), peers_.wait(peer, now));
    if (wait > Duration::zero()) {
        return wait;
    }
    if (judging_ >= options_.judged_at_once_max) {
        return wait_for_others;
    }
    ++judging_;
    names_.count(candidate.key, now);
    peers_.count(peer, now);
    candidate.hash = hash_of_nobody_;
    if (const Staff* const staff = state_.find_staff(staff_id(candidate.key))) {
        candidate.known = true;
        candidate.id = staff->id;
        candidate.disabled = staff->disabled;
        candidate.hash = staff->password.empty() ? hash_of_nobody_ : staff->password;
    }
    return std::nullopt;
}

bool Access::judge(const Candidate& candidate, std::string_view password) {
    const bool fits = password_fits(candidate.hash, password);
    const std::scoped_lock lock(mutex_);
    --judging_;
    return fits && candidate.known;
}

Result<LogIn> Access::refuse(const Candidate& candidate, std::string_view reason,
                             std::string_view peer, Instant now) {
    AuditEntry entry;
    entry.at = now;
    entry.action = action::log_in_refused;
    // Of an unknown name nothing is kept: it may be a password in the wrong field.
    entry.who = candidate.known ? Actor{ActorKind::Staff, candidate.id, candidate.key}
                                : Actor{ActorKind::System, {}, "nobody known"};
    entry.detail = {{"reason", std::string(reason)}};
    entry.peer = peer;
    const auto written = writer_.append(std::move(entry));
    return written ? Result<LogIn>(LogIn{}) : pass_on(written);
}

Result<LogIn> Access::open_proved(const Candidate& candidate, std::string_view code,
                                  std::string_view peer, Instant now) {
    const std::scoped_lock changing(changes_);
    Staff staff;
    {
        const std::scoped_lock lock(mutex_);
        staff = *state_.find_staff(candidate.id);
    }
    if (staff.disabled || staff.password != candidate.hash) {
        return refuse(candidate, "changed meanwhile", peer, now);
    }
    std::optional<std::int64_t> step;
    if (!staff.totp.empty()) {
        if (code.empty()) {
            const std::scoped_lock lock(mutex_);
            names_.take_back(candidate.key);
            peers_.take_back(peer);
            LogIn answer;
            answer.outcome = LogIn::Outcome::CodeNeeded;
            return answer;
        }
        const auto secret = open_sealed(totp_key_, staff.totp, staff.name);
        if (!secret) {
            return pass_on(secret);
        }
        step = find_totp_step(*secret, code, now, staff.totp_step);
        if (!step) {
            return refuse(candidate, "code", peer, now);
        }
    }
    auto opened = open_session(staff, step, peer, now);
    if (opened) {
        const std::scoped_lock lock(mutex_);
        names_.forgive(candidate.key);
        peers_.take_back(peer);
    }
    return opened;
}

Result<LogIn> Access::open_session(const Staff& staff, std::optional<std::int64_t> totp_step,
                                   std::string_view peer, Instant now) {
    LogIn answer;
    answer.outcome = LogIn::Outcome::Open;
    answer.cookie = new_secret_text(random_);
    const Hash256 hash = secret_hash(answer.cookie);
    AuditFields kept{{"token", hash.to_hex()}};
    if (totp_step) {
        kept.emplace_back("totp_step", std::to_string(*totp_step));
    }
    const Occasion occasion{
        .by = principal_before_session(staff), .peer = std::string(peer), .now = now, .why = {}};
    const auto committed =
        commit(entry_of(occasion, action::session_open,
                        {{"staff", staff.id.to_hex()},
                         {"session", session_id(hash).to_hex()},
                         {"expires", format_instant(now + options_.session.whole)}},
                        std::move(kept)));
    if (!committed) {
        return pass_on(committed);
    }
    const std::scoped_lock lock(mutex_);
    answer.principal =
        principal_of(*state_.find_staff(staff.id), *state_.find_session(answer.cookie));
    return answer;
}

Result<LogIn> Access::log_in_by_identity(const ExternalIdentity& identity, std::string_view peer,
                                         Instant now) {
    const std::string key = identity.issuer + " " + identity.subject;
    const std::scoped_lock changing(changes_);
    std::optional<Staff> known;
    {
        const std::scoped_lock lock(mutex_);
        if (const Staff* const staff = state_.find_staff_by_identity(key)) {
            known = *staff;
        }
    }
    Candidate candidate;
    if (known) {
        candidate = {.key = known->name, .hash = {}, .id = known->id, .known = true};
    }
    if (known && known->disabled) {
        return refuse(candidate, "disabled", peer, now);
    }
    if (!known && !identity.role) {
        return refuse(candidate, "no role", peer, now);
    }
    const Occasion occasion{.by = system_principal("openid-connect"),
                            .peer = std::string(peer),
                            .now = now,
                            .why = "as the provider says"};
    const Role role = identity.role.value_or(known ? known->role : Role::Reader);
    const auto ready = known ? follow_role(*known, role, occasion)
                             : add_by_identity(identity, role, key, occasion);
    if (!ready) {
        return pass_on(ready);
    }
    return open_session(*ready, std::nullopt, peer, now);
}

Result<Staff> Access::follow_role(const Staff& known, Role role, const Occasion& occasion) {
    if (role != known.role) {
        if (const auto changed =
                commit_change(known, {.display = {}, .role = role, .disabled = {}}, occasion);
            !changed) {
            return pass_on(changed);
        }
    }
    return get_staff(known.name);
}

Result<Staff> Access::add_by_identity(const ExternalIdentity& identity, Role role,
                                      const std::string& key, const Occasion& occasion) {
    const NewStaff added{.name = identity.name,
                         .display = identity.display,
                         .role = role,
                         .password = {},
                         .identity = key};
    const auto id = commit_staff(added, {}, occasion);
    return id ? get_staff(identity.name) : pass_on(id);
}

}  // namespace parcours::access

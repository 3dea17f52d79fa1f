// Logging in: by password and code, and by the word of a provider.

#include <algorithm>
#include <chrono>
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
#include "access/recovery.h"
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
    return open_proved(candidate, given.code, peer, now);
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
    Proof proof;
    if (!staff.totp.empty()) {
        if (code.empty()) {
            const std::scoped_lock lock(mutex_);
            names_.take_back(candidate.key);
            peers_.take_back(peer);
            LogIn answer;
            answer.outcome = LogIn::Outcome::CodeNeeded;
            return answer;
        }
        const auto judged = judge_second(staff, code, now);
        if (!judged) {
            return pass_on(judged);
        }
        if (!*judged) {
            return refuse(candidate, "code", peer, now);
        }
        proof = **judged;
    }
    auto opened = open_session(staff, proof, peer, now);
    if (opened) {
        const std::scoped_lock lock(mutex_);
        names_.forgive(candidate.key);
        peers_.take_back(peer);
    }
    return opened;
}

Result<std::optional<Access::Proof>> Access::judge_second(const Staff& staff, std::string_view code,
                                                          Instant now) const {
    const auto secret = open_sealed(totp_key_, staff.totp, staff.name);
    if (!secret) {
        return pass_on(secret);
    }
    if (const auto step = find_totp_step(*secret, totp_code_typed(code), now, staff.totp_step)) {
        return Proof{.by = "password and code", .totp_step = *step};
    }
    const Hash256 typed = recovery_hash(staff.name, code);
    if (std::ranges::find(staff.recovery, typed) != staff.recovery.end()) {
        return Proof{.by = "password and recovery code", .totp_step = {}, .recovery = typed};
    }
    return std::nullopt;
}

Result<LogIn> Access::open_session(const Staff& staff, const Proof& proof, std::string_view peer,
                                   Instant now) {
    LogIn answer;
    answer.outcome = LogIn::Outcome::Open;
    answer.cookie = new_secret_text(random_);
    const Hash256 hash = secret_hash(answer.cookie);
    AuditFields kept{{"token", hash.to_hex()}};
    if (proof.totp_step) {
        kept.emplace_back("totp_step", std::to_string(*proof.totp_step));
    }
    if (proof.recovery) {
        kept.emplace_back("recovery", proof.recovery->to_hex());
    }
    const Occasion occasion{
        .by = principal_before_session(staff), .peer = std::string(peer), .now = now, .why = {}};
    const auto committed =
        commit(entry_of(occasion, action::session_open,
                        {{"staff", staff.id.to_hex()},
                         {"session", session_id(hash).to_hex()},
                         {"expires", format_instant(now + options_.session.whole)},
                         {"by", std::string(proof.by)}},
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
    const Occasion occasion{.by = system_principal("openid-connect"),
                            .peer = std::string(peer),
                            .now = now,
                            .why = "as the provider says"};
    if (!known) {
        auto found = find_or_add(identity, key, occasion);
        if (!found && found.error().code == ErrorCode::NotFound) {
            return refuse(candidate, "not known here", peer, now);
        }
        if (!found) {
            return pass_on(found);
        }
        known = std::move(*found);
    }
    const auto ready = follow_role(*known, identity.role.value_or(known->role), occasion);
    if (!ready) {
        return pass_on(ready);
    }
    return open_session(*ready, Proof{.by = action::by_provider, .totp_step = {}}, peer, now);
}

Result<Staff> Access::follow_role(const Staff& known, Role role, const Occasion& occasion) {
    if (role != known.role) {
        if (const auto changed =
                commit_change(known, {.display = {}, .role = role, .disabled = {}}, {}, occasion);
            !changed) {
            return pass_on(changed);
        }
    }
    return get_staff(known.name);
}

/// Somebody with a password is never taken for the same person by the name alone: whoever may
/// choose a name at the provider could become anybody here.
Result<Staff> Access::find_or_add(const ExternalIdentity& identity, const std::string& key,
                                  const Occasion& occasion) {
    const auto awaited = get_staff(identity.name);
    if (awaited && awaited->password.empty() && awaited->identity.empty() && !awaited->disabled) {
        if (const auto linked = commit(entry_of(
                occasion, action::staff_identity,
                {{"staff", awaited->id.to_hex()}, {"name", awaited->name}, {"identity", key}}));
            !linked) {
            return pass_on(linked);
        }
        return get_staff(identity.name);
    }
    if (!identity.may_add || !identity.role) {
        return fail(ErrorCode::NotFound, "nobody here has that identity");
    }
    const NewStaff added{.name = identity.name,
                         .display = identity.display,
                         .role = *identity.role,
                         .password = {},
                         .identity = key};
    const auto id = commit_staff(added, {}, occasion);
    return id ? get_staff(identity.name) : pass_on(id);
}

}  // namespace parcours::access

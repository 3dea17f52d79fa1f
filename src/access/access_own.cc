// What people change of themselves: password, second step, recovery codes.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/access_candidate.h"
#include "access/access_state.h"
#include "access/audit.h"
#include "access/log_in.h"
#include "access/principal.h"
#include "access/recovery.h"
#include "access/secret_bytes.h"
#include "access/staff.h"
#include "access/totp.h"
#include "base/error.h"

namespace parcours::access {

Result<LogIn> Access::prove_own(std::string_view password, const Occasion& occasion) {
    const auto staff = get_own(occasion);
    if (!staff) {
        return pass_on(staff);
    }
    LogIn answer;
    Candidate candidate;
    candidate.key = staff->name;
    if (const auto wait = begin_attempt(candidate, occasion.peer, occasion.now)) {
        answer.outcome = LogIn::Outcome::Wait;
        answer.wait = *wait;
        return answer;
    }
    if (!judge(candidate, password)) {
        return refuse(candidate, "password", occasion.peer, occasion.now);
    }
    answer.outcome = LogIn::Outcome::Open;
    const std::scoped_lock lock(mutex_);
    names_.take_back(candidate.key);
    peers_.take_back(occasion.peer);
    return answer;
}

Result<LogIn> Access::change_own_password(std::string_view old_password,
                                          std::string_view new_password, const Occasion& occasion) {
    auto proved = prove_own(old_password, occasion);
    if (!proved || proved->outcome != LogIn::Outcome::Open) {
        return proved;
    }
    if (same_secret(old_password, new_password)) {
        return fail(ErrorCode::InvalidInput, "the new password is the old one: choose another");
    }
    const auto hash = new_hash(occasion.by.actor.name, new_password);
    if (!hash) {
        return pass_on(hash);
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_own(occasion);
    if (!staff) {
        return pass_on(staff);
    }
    if (const auto changed = commit(entry_of(occasion, action::staff_password,
                                             {{"staff", staff->id.to_hex()}, {"name", staff->name}},
                                             {{"password", *hash}}));
        !changed) {
        return pass_on(changed);
    }
    return open_session(*staff, Proof{}, occasion.peer, occasion.now);
}

Result<TotpStart> Access::begin_totp(std::string_view password, const Occasion& occasion) {
    const auto proved = prove_own(password, occasion);
    if (!proved) {
        return pass_on(proved);
    }
    TotpStart start;
    start.outcome = proved->outcome;
    start.wait = proved->wait;
    if (proved->outcome == LogIn::Outcome::Open) {
        const std::string secret = random_bytes(random_, totp_secret_bytes);
        start.enrolment = {totp_secret_text(secret), totp_uri(secret, occasion.by.actor.name)};
        const std::scoped_lock lock(mutex_);
        unconfirmed_totp_[occasion.by.actor.id] = secret;
    }
    return start;
}

Result<LogIn> Access::confirm_totp(std::string_view code, const Occasion& occasion) {
    const std::scoped_lock changing(changes_);
    const auto staff = get_own(occasion);
    if (!staff) {
        return pass_on(staff);
    }
    std::string secret;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = unconfirmed_totp_.find(staff->id);
        if (found == unconfirmed_totp_.end()) {
            return fail(ErrorCode::Conflict, "nothing is to be confirmed: begin again");
        }
        secret = found->second;
    }
    const auto step = find_totp_step(secret, totp_code_typed(code), occasion.now, 0);
    if (!step) {
        return LogIn{};
    }
    const std::string sealed = seal(totp_key_, random_, secret, staff->name);
    const std::vector<std::string> codes = new_recovery_codes(random_);
    if (const auto committed = commit(
            entry_of(occasion, action::staff_totp, {{"staff", staff->id.to_hex()}, {"state", "on"}},
                     {{"totp", to_base64url(sealed)},
                      {"recovery", recovery_hashes_text(staff->name, codes)}}));
        !committed) {
        return pass_on(committed);
    }
    {
        const std::scoped_lock lock(mutex_);
        unconfirmed_totp_.erase(staff->id);
    }
    auto opened = open_session(*staff, Proof{.by = "password and code", .totp_step = step},
                               occasion.peer, occasion.now);
    if (opened) {
        opened->recovery_codes = codes;
    }
    return opened;
}

Result<LogIn> Access::remove_own_totp(std::string_view password, const Occasion& occasion) {
    auto proved = prove_own(password, occasion);
    if (!proved || proved->outcome != LogIn::Outcome::Open) {
        return proved;
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_own(occasion);
    if (!staff) {
        return pass_on(staff);
    }
    if (staff->totp.empty()) {
        return fail(ErrorCode::Conflict, "no second step is set up");
    }
    if (const auto committed = commit(entry_of(occasion, action::staff_totp,
                                               {{"staff", staff->id.to_hex()}, {"state", "off"}}));
        !committed) {
        return pass_on(committed);
    }
    return open_session(*staff, Proof{}, occasion.peer, occasion.now);
}

Result<LogIn> Access::renew_recovery(std::string_view password, const Occasion& occasion) {
    auto proved = prove_own(password, occasion);
    if (!proved || proved->outcome != LogIn::Outcome::Open) {
        return proved;
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_own(occasion);
    if (!staff) {
        return pass_on(staff);
    }
    if (staff->totp.empty()) {
        return fail(ErrorCode::Conflict, "set up the second step first");
    }
    proved->recovery_codes = new_recovery_codes(random_);
    if (const auto committed = commit(entry_of(
            occasion, action::staff_totp, {{"staff", staff->id.to_hex()}, {"state", "codes"}},
            {{"recovery", recovery_hashes_text(staff->name, proved->recovery_codes)}}));
        !committed) {
        return pass_on(committed);
    }
    return proved;
}

}  // namespace parcours::access

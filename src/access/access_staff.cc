// Staff: who there is, their passwords and second steps.

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
#include "access/staff.h"
#include "access/totp.h"
#include "base/error.h"
#include "base/hash.h"

namespace parcours::access {
namespace {

Result<> ask_for_user_manage(const Occasion& occasion) {
    if (!occasion.by.may(Permission::UserManage)) {
        return fail(ErrorCode::Conflict, "changing staff needs the permission user.manage");
    }
    return {};
}

}  // namespace

Result<Staff> Access::get_staff(std::string_view name) const {
    const auto kept = staff_name(name);
    if (!kept) {
        return pass_on(kept);
    }
    const std::scoped_lock lock(mutex_);
    const Staff* const staff = state_.find_staff(staff_id(*kept));
    if (staff == nullptr) {
        return fail(ErrorCode::NotFound, "nobody here logs in as \"" + *kept + "\"");
    }
    return *staff;
}

Result<Staff> Access::get_own(const Occasion& occasion) const {
    const std::scoped_lock lock(mutex_);
    const Staff* const staff = occasion.by.actor.kind == ActorKind::Staff
                                   ? state_.find_staff(occasion.by.actor.id)
                                   : nullptr;
    if (staff == nullptr || staff->disabled) {
        return fail(ErrorCode::Conflict, "this is for people who are logged in");
    }
    return *staff;
}

Result<Digest> Access::add_staff(const NewStaff& added, const Occasion& occasion) {
    if (const auto allowed = ask_for_user_manage(occasion); !allowed) {
        return pass_on(allowed);
    }
    std::string hash;
    if (!added.password.empty()) {
        const auto made = new_hash(added.name, added.password);
        if (!made) {
            return pass_on(made);
        }
        hash = *made;
    } else if (added.identity.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "somebody new needs a password, or an identity of OpenID Connect");
    }
    const std::scoped_lock changing(changes_);
    return commit_staff(added, hash, occasion);
}

Result<Digest> Access::commit_staff(const NewStaff& added, const std::string& hash,
                                    const Occasion& occasion) {
    const auto name = staff_name(added.name);
    if (!name) {
        return pass_on(name);
    }
    const auto display = display_name(added.display.empty() ? *name : added.display);
    if (!display) {
        return pass_on(display);
    }
    if (added.identity.size() > audit_text_bytes_max / 2) {
        return fail(ErrorCode::InvalidInput, "the identity is longer than any real one");
    }
    const Digest id = staff_id(*name);
    {
        const std::scoped_lock lock(mutex_);
        if (state_.find_staff(id) != nullptr) {
            return fail(ErrorCode::Conflict, "somebody here logs in as \"" + *name + "\" already");
        }
        if (state_.find_staff_by_identity(added.identity) != nullptr) {
            return fail(ErrorCode::Conflict, "somebody here has that identity already");
        }
    }
    AuditFields detail{{"staff", id.to_hex()},
                       {"name", *name},
                       {"display", *display},
                       {"role", std::string(role_name(added.role))}};
    if (!added.identity.empty()) {
        detail.emplace_back("identity", added.identity);
    }
    AuditFields kept;
    if (!hash.empty()) {
        kept.emplace_back("password", hash);
    }
    const auto committed =
        commit(entry_of(occasion, action::staff_add, std::move(detail), std::move(kept)));
    return committed ? Result<Digest>(id) : pass_on(committed);
}

Result<> Access::change_staff(std::string_view name, const StaffChange& change,
                              const Occasion& occasion) {
    if (const auto allowed = ask_for_user_manage(occasion); !allowed) {
        return allowed;
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_staff(name);
    return staff ? commit_change(*staff, change, occasion) : pass_on(staff);
}

Result<> Access::commit_change(const Staff& staff, const StaffChange& change,
                               const Occasion& occasion) {
    AuditFields detail{{"staff", staff.id.to_hex()}, {"name", staff.name}};
    if (change.display) {
        const auto display = display_name(*change.display);
        if (!display) {
            return pass_on(display);
        }
        detail.emplace_back("display", *display);
    }
    if (change.role) {
        detail.emplace_back("role", role_name(*change.role));
    }
    if (change.disabled) {
        detail.emplace_back("disabled", *change.disabled ? "yes" : "no");
    }
    const bool leaves = change.disabled.value_or(false) ||
                        change.role.value_or(Role::Administrator) != Role::Administrator;
    if (staff.role == Role::Administrator && !staff.disabled && leaves) {
        const std::scoped_lock lock(mutex_);
        if (state_.administrator_count() == 1) {
            return fail(ErrorCode::Conflict, "\"" + staff.name +
                                                 "\" is the last administrator: make somebody "
                                                 "else one first");
        }
    }
    return commit(entry_of(occasion, action::staff_change, std::move(detail)));
}

Result<std::string> Access::new_hash(std::string_view name, std::string_view password) {
    if (const auto good = judge_password(name, password); !good) {
        return pass_on(good);
    }
    return hash_password(password, options_.password, random_);
}

Result<> Access::commit_password(const Staff& staff, const std::string& hash,
                                 const Occasion& occasion) {
    return commit(entry_of(occasion, action::staff_password,
                           {{"staff", staff.id.to_hex()}, {"name", staff.name}},
                           {{"password", hash}}));
}

Result<> Access::set_password(std::string_view name, std::string_view password,
                              const Occasion& occasion) {
    if (const auto allowed = ask_for_user_manage(occasion); !allowed) {
        return allowed;
    }
    const auto hash = new_hash(name, password);
    if (!hash) {
        return pass_on(hash);
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_staff(name);
    return staff ? commit_password(*staff, *hash, occasion) : pass_on(staff);
}

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
    const auto hash = new_hash(occasion.by.actor.name, new_password);
    if (!hash) {
        return pass_on(hash);
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_own(occasion);
    if (!staff) {
        return pass_on(staff);
    }
    if (const auto changed = commit_password(*staff, *hash, occasion); !changed) {
        return pass_on(changed);
    }
    return open_session(*staff, std::nullopt, occasion.peer, occasion.now);
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
    if (const auto committed = commit(entry_of(occasion, action::staff_totp,
                                               {{"staff", staff->id.to_hex()}, {"state", "on"}},
                                               {{"totp", to_base64url(sealed)}}));
        !committed) {
        return pass_on(committed);
    }
    {
        const std::scoped_lock lock(mutex_);
        unconfirmed_totp_.erase(staff->id);
    }
    return open_session(*staff, step, occasion.peer, occasion.now);
}

Result<> Access::remove_totp(std::string_view name, const Occasion& occasion) {
    if (const auto allowed = ask_for_user_manage(occasion); !allowed) {
        return allowed;
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_staff(name);
    if (!staff) {
        return pass_on(staff);
    }
    return commit(
        entry_of(occasion, action::staff_totp,
                 {{"staff", staff->id.to_hex()}, {"name", staff->name}, {"state", "off"}}));
}

}  // namespace parcours::access

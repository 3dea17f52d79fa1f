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
    } else if (added.identity.empty() && !added.by_provider) {
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
    if (added.must_change) {
        detail.emplace_back("must_change", "yes");
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
    std::string hash;
    if (change.password) {
        const auto known = get_staff(name);  // before a costly hash is made for nobody
        if (!known) {
            return pass_on(known);
        }
        const auto made = new_hash(known->name, *change.password);
        if (!made) {
            return pass_on(made);
        }
        hash = *made;
    }
    const std::scoped_lock changing(changes_);
    const auto staff = get_staff(name);
    return staff ? commit_change(*staff, change, hash, occasion) : pass_on(staff);
}

Result<> Access::commit_change(const Staff& staff, const StaffChange& change,
                               const std::string& hash, const Occasion& occasion) {
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
    AuditFields kept;
    if (!hash.empty()) {
        detail.emplace_back("password", "new");
        detail.emplace_back("must_change", change.must_change ? "yes" : "no");
        kept.emplace_back("password", hash);
    }
    return commit(entry_of(occasion, action::staff_change, std::move(detail), std::move(kept)));
}

Result<std::string> Access::new_hash(std::string_view name, std::string_view password) {
    if (const auto good = judge_password(name, password); !good) {
        return pass_on(good);
    }
    return hash_password(password, options_.password, random_);
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

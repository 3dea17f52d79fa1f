#include "access/access.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "access/access_log.h"
#include "access/access_state.h"
#include "access/audit.h"
#include "access/audit_writer.h"
#include "access/log_in.h"
#include "access/password.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "access/staff.h"
#include "access/tokens.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

Result<std::unique_ptr<Access>> Access::open(AccessLog& log, Random& random,
                                             std::string_view secret, AccessOptions options) {
    constexpr std::size_t secret_bytes_min = 32;
    if (secret.size() < secret_bytes_min) {
        return fail(ErrorCode::InvalidInput,
                    "the secret of the data folder is too short: 32 bytes are needed");
    }
    AccessState state;
    const auto folded =
        log.scan(AccessLog::Which::Changes, [&state](std::string_view payload) -> Result<> {
            const auto entry = read_record(payload);
            return entry ? state.apply(*entry) : pass_on(entry);
        });
    if (!folded) {
        return pass_on(folded);
    }
    const auto uses = log.kept_uses();
    if (!uses) {
        return pass_on(uses);
    }
    state.take_uses(*uses);
    const auto last = log.last();
    if (!last) {
        return pass_on(last);
    }
    const std::optional<std::string>& record = *last;
    const auto head = record ? head_of(*record) : AuditHead{};
    if (!head) {
        return pass_on(head);
    }
    return std::unique_ptr<Access>(
        new Access(log, *head, random, secret, options, std::move(state)));
}

Access::Access(AccessLog& log, AuditHead head, Random& random, std::string_view secret,
               AccessOptions options, AccessState state)
    : options_(options),
      random_(random),
      csrf_key_(hmac_sha256(secret, "csrf")),
      totp_key_(hmac_sha256(secret, "totp")),
      hash_of_nobody_(hash_of_nobody(options.password, random)),
      log_(log),
      writer_(log, head),
      state_(std::move(state)),
      names_(options.name),
      peers_(options.peer) {}

void Access::note_use(AuditEntry used, std::string uses) {
    // Should it fail, the read that follows fails too: nothing is answered without the audit. What
    // is kept beside may be lost: then a session ends earlier.
    writer_.submit(std::move(used), [this, uses = std::move(uses)](const Result<AuditHead>& done) {
        if (done) {
            static_cast<void>(log_.keep_uses(uses));
        }
    });
}

std::optional<Principal> Access::authenticate_session(std::string_view cookie, Instant now,
                                                      Asking asking) {
    Principal principal;
    std::string uses;
    {
        const std::scoped_lock lock(mutex_);
        Session* const session = state_.find_session(cookie);
        if (session == nullptr || !is_live(*session, options_.session, now)) {
            return std::nullopt;
        }
        const Staff* const staff = state_.find_staff(session->staff);
        if (staff == nullptr || staff->disabled) {
            return std::nullopt;
        }
        principal = principal_of(*staff, *session);
        if (asking == Asking::ByItself) {
            return principal;
        }
        session->used_at = std::max(session->used_at, now);
        if (now - session->noted_at < options_.session.noted_every) {
            return principal;
        }
        session->noted_at = now;
        uses = state_.uses();
    }
    note_use(entry_of({.by = principal, .peer = {}, .now = now, .why = {}}, action::session_used,
                      {{"session", principal.credential.to_hex()}}),
             std::move(uses));
    return principal;
}

std::optional<Principal> Access::authenticate_bearer(std::string_view text, Instant now) {
    Principal principal;
    std::string uses;
    {
        const std::scoped_lock lock(mutex_);
        ApiToken* const token = state_.find_token(text);
        if (token == nullptr || !is_live(*token, now)) {
            return std::nullopt;
        }
        principal.actor = {ActorKind::Token, token->id, token->name};
        principal.display = token->name;
        principal.permissions = permissions_of(token->scopes);
        principal.credential = token->id;
        const bool first = !token->used_at;
        token->used_at = std::max(token->used_at.value_or(now), now);
        if (!first && now - token->noted_at < token_noted_every) {
            return principal;
        }
        token->noted_at = now;
        uses = state_.uses();
    }
    note_use(entry_of({.by = principal, .peer = {}, .now = now, .why = {}}, action::token_used,
                      {{"token", principal.credential.to_hex()}}),
             std::move(uses));
    return principal;
}

bool Access::is_in(const Principal& principal, Instant now) const {
    const std::scoped_lock lock(mutex_);
    if (principal.actor.kind == ActorKind::Token) {
        const auto token = state_.tokens().find(principal.credential);
        return token != state_.tokens().end() && is_live(token->second, now);
    }
    const auto session = state_.sessions().find(principal.credential);
    if (session == state_.sessions().end() || !is_live(session->second, options_.session, now)) {
        return false;
    }
    const Staff* const staff = state_.find_staff(session->second.staff);
    return staff != nullptr && !staff->disabled;
}

void Access::record(AuditEntry entry, AuditWriter::Done done) {
    check(!changes_state(entry.action), "changes are made by Access alone");
    writer_.submit(std::move(entry), std::move(done));
}

Result<AuditHead> Access::record(AuditEntry entry) {
    check(!changes_state(entry.action), "changes are made by Access alone");
    return writer_.append(std::move(entry));
}

Result<> Access::commit(AuditEntry entry) {
    make_writable(entry);
    const auto written = writer_.append(entry);
    if (!written) {
        return pass_on(written);
    }
    entry.sequence = written->sequence;
    const std::scoped_lock lock(mutex_);
    const auto folded = state_.apply(entry);
    check(folded.has_value(), "a change that was judged can be folded");
    return {};
}

Principal Access::principal_of(const Staff& staff, const Session& session) const {
    Duty duty = Duty::None;
    if (!session.by_provider) {
        const bool bare = staff.totp.empty() && options_.second_step_for.contains(staff.role);
        duty = staff.must_change ? Duty::NewPassword : bare ? Duty::SecondStep : Duty::None;
    }
    return {.actor = {ActorKind::Staff, staff.id, staff.name},
            .role = staff.role,
            .display = staff.display,
            .permissions = duty == Duty::None ? permissions_of(staff.role)
                                              : Permissions().add(Permission::SessionOwn),
            .duty = duty,
            .credential = session.id,
            .csrf = csrf_of(csrf_key_, session)};
}

std::vector<SessionSummary> Access::sessions(Instant now, std::optional<Digest> staff) const {
    std::vector<SessionSummary> all;
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, session] : state_.sessions()) {
        const Staff* const owner = state_.find_staff(session.staff);
        if (owner == nullptr || (staff && session.staff != *staff) ||
            !is_live(session, options_.session, now)) {
            continue;
        }
        all.push_back({.id = id,
                       .staff = session.staff,
                       .name = owner->name,
                       .peer = session.peer,
                       .opened_at = session.opened_at,
                       .used_at = session.used_at,
                       .expires_at = session.expires_at});
    }
    std::ranges::sort(all, [](const SessionSummary& left, const SessionSummary& right) {
        return std::tie(right.opened_at, right.id) < std::tie(left.opened_at, left.id);
    });
    return all;
}

Result<> Access::revoke_session(const Digest& id, const Occasion& occasion) {
    const std::scoped_lock changing(changes_);
    {
        const std::scoped_lock lock(mutex_);
        const auto found = state_.sessions().find(id);
        const bool own = found != state_.sessions().end() &&
                         occasion.by.actor.kind == ActorKind::Staff &&
                         found->second.staff == occasion.by.actor.id;
        if (found == state_.sessions().end() ||
            (!own && !occasion.by.may(Permission::UserManage))) {
            return fail(ErrorCode::NotFound, "there is no such session, or it is over");
        }
    }
    return commit(entry_of(occasion, action::session_close, {{"session", id.to_hex()}}));
}

Result<> Access::revoke_session(std::string_view handle, const Occasion& occasion) {
    std::optional<Digest> found;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [id, session] : state_.sessions()) {
            const bool reachable =
                occasion.by.may(Permission::UserManage) || session.staff == occasion.by.actor.id;
            if (reachable && session_handle(id) == handle) {
                found = id;
            }
        }
    }
    return revoke_session(found.value_or(Digest{}), occasion);
}

Result<> Access::log_out(const Occasion& occasion) {
    if (occasion.by.actor.kind != ActorKind::Staff) {
        return fail(ErrorCode::Conflict, "only somebody with a session can log out");
    }
    return revoke_session(occasion.by.credential, occasion);
}

std::vector<StaffSummary> Access::staff() const {
    std::vector<StaffSummary> all;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [id, staff] : state_.staff()) {
            all.push_back(summary_of(staff));
        }
    }
    std::ranges::sort(all, {}, &StaffSummary::name);
    return all;
}

std::vector<TokenSummary> Access::tokens() const {
    std::vector<TokenSummary> all;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [id, token] : state_.tokens()) {
            all.push_back(summary_of(token));
        }
    }
    std::ranges::sort(all, {}, &TokenSummary::name);
    return all;
}

Result<std::string> Access::add_token(const NewToken& added, const Occasion& occasion) {
    if (!occasion.by.may(Permission::TokenManage)) {
        return fail(ErrorCode::Conflict, "making a token needs the permission token.manage");
    }
    const auto name = display_name(added.name);
    if (!name) {
        return pass_on(name);
    }
    if (added.scopes.empty() || (added.expires_at && *added.expires_at <= occasion.now)) {
        return fail(ErrorCode::InvalidInput,
                    "a token needs a scope, and a time of expiry in the future or none");
    }
    const std::string text = new_token_text(random_);
    const Hash256 hash = secret_hash(text);
    AuditFields detail{
        {"token", token_id(hash).to_hex()}, {"name", *name}, {"scopes", scopes_text(added.scopes)}};
    if (added.expires_at) {
        detail.emplace_back("expires", format_instant(*added.expires_at));
    }
    const std::scoped_lock changing(changes_);
    const auto committed = commit(
        entry_of(occasion, action::token_add, std::move(detail), {{"token", hash.to_hex()}}));
    return committed ? Result<std::string>(text) : pass_on(committed);
}

Result<> Access::revoke_token(const Digest& id, const Occasion& occasion) {
    if (!occasion.by.may(Permission::TokenManage)) {
        return fail(ErrorCode::Conflict, "revoking a token needs the permission token.manage");
    }
    const std::scoped_lock changing(changes_);
    std::string name;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = state_.tokens().find(id);
        if (found == state_.tokens().end() || found->second.revoked) {
            return fail(ErrorCode::NotFound, "there is no such token, or it is revoked already");
        }
        name = found->second.name;
    }
    return commit(
        entry_of(occasion, action::token_revoke, {{"token", id.to_hex()}, {"name", name}}));
}

}  // namespace parcours::access

#include "access/access_state.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/audit.h"
#include "access/roles.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "access/staff.h"
#include "access/tokens.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"

namespace parcours::access {

/// One action and how it is folded.
struct FoldStep {
    std::string_view action;
    Result<> (AccessState::*apply)(const AuditEntry&);
    bool note = false;  ///< of a use, which is kept beside the entries too

    static const std::array<FoldStep, 11> all;
};

const std::array<FoldStep, 11> FoldStep::all{{
    {action::staff_add, &AccessState::add_staff},
    {action::staff_change, &AccessState::change_staff},
    {action::staff_password, &AccessState::change_password},
    {action::staff_totp, &AccessState::change_totp},
    {action::staff_identity, &AccessState::link_identity},
    {action::session_open, &AccessState::open_session},
    {action::session_close, &AccessState::close_session},
    {action::session_used, &AccessState::note_session, true},
    {action::token_add, &AccessState::add_token},
    {action::token_revoke, &AccessState::revoke_token},
    {action::token_used, &AccessState::note_token, true},
}};

namespace {

std::unexpected<Error> damaged(const AuditEntry& entry) {
    return fail(ErrorCode::Damaged,
                fmt::format("entry {} of the audit ({}) is not one that this program writes; "
                            "`parcours audit verify` tells more",
                            entry.sequence, entry.action));
}

std::optional<Digest> digest_field(const AuditEntry& entry, std::string_view name) {
    return digest_from_hex(find_field(entry.detail, name));
}

template <class Value>
Value* find_in(std::map<Digest, Value>& values, const std::optional<Digest>& id) {
    const auto found = id ? values.find(*id) : values.end();
    return found == values.end() ? nullptr : &found->second;
}

/// Hashes with a space between them; nothing where one of them is none.
std::optional<std::vector<Hash256>> hashes_of(std::string_view text) {
    std::vector<Hash256> hashes;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto hash = hash256_from_hex(text.substr(0, end));
        if (!hash) {
            return std::nullopt;
        }
        hashes.push_back(*hash);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return hashes;
}

}  // namespace

bool changes_state(std::string_view action) {
    return std::ranges::any_of(FoldStep::all, [action](const FoldStep& step) {
        return !step.note && step.action == action;
    });
}

Result<> AccessState::apply(const AuditEntry& entry) {
    for (const FoldStep& step : FoldStep::all) {
        if (step.action == entry.action) {
            return (this->*step.apply)(entry);
        }
    }
    return {};
}

const Staff* AccessState::find_staff(const Digest& id) const {
    const auto found = staff_.find(id);
    return found == staff_.end() ? nullptr : &found->second;
}

const Staff* AccessState::find_staff_by_identity(std::string_view identity) const {
    const auto found = std::ranges::find_if(staff_, [identity](const auto& entry) {
        return !identity.empty() && entry.second.identity == identity;
    });
    return found == staff_.end() ? nullptr : &found->second;
}

Session* AccessState::find_session(std::string_view secret) {
    const Hash256 hash = secret_hash(secret);
    Session* const session = find_in(sessions_, session_id(hash));
    return session != nullptr && same_secret(session->token.view(), hash.view()) ? session
                                                                                 : nullptr;
}

ApiToken* AccessState::find_token(std::string_view secret) {
    const Hash256 hash = secret_hash(secret);
    ApiToken* const token = find_in(tokens_, token_id(hash));
    return token != nullptr && same_secret(token->token.view(), hash.view()) ? token : nullptr;
}

std::size_t AccessState::administrator_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(staff_, [](const auto& entry) {
        return entry.second.role == Role::Administrator && !entry.second.disabled;
    }));
}

Staff* AccessState::named_staff(const AuditEntry& entry) {
    return find_in(staff_, digest_field(entry, "staff"));
}

void AccessState::close_sessions_of(const Digest& staff) {
    std::erase_if(sessions_, [&staff](const auto& entry) { return entry.second.staff == staff; });
}

Result<> AccessState::add_staff(const AuditEntry& entry) {
    const auto id = digest_field(entry, "staff");
    const auto role = role_from_name(find_field(entry.detail, "role"));
    if (!id || !role || staff_.contains(*id)) {
        return damaged(entry);
    }
    Staff& staff = staff_[*id];
    staff.id = *id;
    staff.name = find_field(entry.detail, "name");
    staff.display = find_field(entry.detail, "display");
    staff.role = *role;
    staff.identity = find_field(entry.detail, "identity");
    staff.password = find_field(entry.kept, "password");
    staff.must_change = find_field(entry.detail, "must_change") == "yes";
    staff.added_at = entry.at;
    return {};
}

Result<> AccessState::change_staff(const AuditEntry& entry) {
    Staff* const staff = named_staff(entry);
    const auto role = find_field(entry.detail, "role");
    if (staff == nullptr || (!role.empty() && !role_from_name(role))) {
        return damaged(entry);
    }
    const bool was_disabled = staff->disabled;
    const Role was = staff->role;
    staff->role = role_from_name(role).value_or(was);
    if (const auto display = find_field(entry.detail, "display"); !display.empty()) {
        staff->display = display;
    }
    if (const auto disabled = find_field(entry.detail, "disabled"); !disabled.empty()) {
        staff->disabled = disabled == "yes";
    }
    const auto password = find_field(entry.kept, "password");
    if (!password.empty()) {
        staff->password = password;
        staff->must_change = find_field(entry.detail, "must_change") == "yes";
    }
    if (staff->role != was || staff->disabled != was_disabled || !password.empty()) {
        close_sessions_of(staff->id);
    }
    return {};
}

Result<> AccessState::change_password(const AuditEntry& entry) {
    Staff* const staff = named_staff(entry);
    if (staff == nullptr) {
        return damaged(entry);
    }
    staff->password = find_field(entry.kept, "password");
    staff->must_change = false;
    close_sessions_of(staff->id);
    return {};
}

Result<> AccessState::change_totp(const AuditEntry& entry) {
    Staff* const staff = named_staff(entry);
    const auto sealed = from_base64url(find_field(entry.kept, "totp"));
    const auto recovery = hashes_of(find_field(entry.kept, "recovery"));
    if (staff == nullptr || !sealed || !recovery) {
        return damaged(entry);
    }
    staff->recovery = *recovery;
    if (find_field(entry.detail, "state") != "codes") {
        staff->totp = *sealed;
        close_sessions_of(staff->id);
    }
    return {};
}

Result<> AccessState::link_identity(const AuditEntry& entry) {
    Staff* const staff = named_staff(entry);
    const auto identity = find_field(entry.detail, "identity");
    if (staff == nullptr || identity.empty() || !staff->identity.empty()) {
        return damaged(entry);
    }
    staff->identity = identity;
    return {};
}

Result<> AccessState::open_session(const AuditEntry& entry) {
    Staff* const staff = named_staff(entry);
    const auto token = hash256_from_hex(find_field(entry.kept, "token"));
    const auto expires = parse_instant(find_field(entry.detail, "expires"));
    if (staff == nullptr || !token || !expires) {
        return damaged(entry);
    }
    make_room(staff->id, entry.at);
    const auto step = find_field(entry.kept, "totp_step");
    std::int64_t number = 0;
    std::from_chars(step.data(), step.data() + step.size(), number);
    staff->totp_step = std::max(staff->totp_step, number);
    if (const auto used = hash256_from_hex(find_field(entry.kept, "recovery"))) {
        std::erase(staff->recovery, *used);
    }
    const Digest id = session_id(*token);
    sessions_[id] = {.id = id,
                     .token = *token,
                     .staff = staff->id,
                     .peer = entry.peer,
                     .opened_at = entry.at,
                     .used_at = entry.at,
                     .noted_at = entry.at,
                     .expires_at = *expires,
                     .by_provider = find_field(entry.detail, "by") == action::by_provider};
    return {};
}

void AccessState::make_room(const Digest& staff, Instant now) {
    std::erase_if(sessions_, [now](const auto& entry) { return entry.second.expires_at <= now; });
    while (true) {
        std::size_t count = 0;
        const Session* oldest = nullptr;
        for (const auto& [id, session] : sessions_) {
            if (session.staff == staff) {
                ++count;
                oldest =
                    oldest == nullptr || session.opened_at < oldest->opened_at ? &session : oldest;
            }
        }
        if (count < sessions_per_person_max) {
            return;
        }
        sessions_.erase(Digest(oldest->id));
    }
}

Result<> AccessState::close_session(const AuditEntry& entry) {
    const auto id = digest_field(entry, "session");
    if (!id) {
        return damaged(entry);
    }
    sessions_.erase(*id);  // perhaps gone already: expired, or crowded out
    return {};
}

Result<> AccessState::note_session(const AuditEntry& entry) {
    note_use(digest_field(entry, "session").value_or(Digest{}), entry.at);
    return {};
}

Result<> AccessState::add_token(const AuditEntry& entry) {
    const auto hash = hash256_from_hex(find_field(entry.kept, "token"));
    auto scopes = parse_scopes(find_field(entry.detail, "scopes"));
    const auto expires = find_field(entry.detail, "expires");
    const auto expires_at = parse_instant(expires);
    if (!hash || !scopes || (!expires.empty() && !expires_at)) {
        return damaged(entry);
    }
    const Digest id = token_id(*hash);
    ApiToken& token = tokens_[id];
    token = {.id = id,
             .token = *hash,
             .name = std::string(find_field(entry.detail, "name")),
             .scopes = std::move(*scopes),
             .added_at = entry.at,
             .expires_at = std::nullopt,
             .used_at = std::nullopt,
             .noted_at = entry.at};
    if (expires_at) {
        token.expires_at = *expires_at;
    }
    return {};
}

Result<> AccessState::revoke_token(const AuditEntry& entry) {
    ApiToken* const token = find_in(tokens_, digest_field(entry, "token"));
    if (token == nullptr) {
        return damaged(entry);
    }
    token->revoked = true;
    return {};
}

Result<> AccessState::note_token(const AuditEntry& entry) {
    note_use(digest_field(entry, "token").value_or(Digest{}), entry.at);
    return {};
}

void AccessState::note_use(const Digest& id, Instant at) {
    if (Session* const session = find_in(sessions_, std::optional(id))) {
        session->used_at = std::max(session->used_at, at);
        session->noted_at = std::max(session->noted_at, at);
    }
    if (ApiToken* const token = find_in(tokens_, std::optional(id))) {
        token->used_at = std::max(token->used_at.value_or(at), at);
        token->noted_at = std::max(token->noted_at, at);
    }
}

std::string AccessState::uses() const {
    std::string text;
    const auto add = [&text](const Digest& id, Instant at) {
        text += id.to_hex() + ' ' + format_instant(at) + '\n';
    };
    for (const auto& [id, session] : sessions_) {
        add(id, session.used_at);
    }
    for (const auto& [id, token] : tokens_) {
        if (token.used_at && !token.revoked) {
            add(id, *token.used_at);
        }
    }
    return text;
}

void AccessState::take_uses(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto space = std::min(line.find(' '), line.size());
        const auto id = digest_from_hex(line.substr(0, space));
        const auto at = parse_instant(line.substr(std::min(space + 1, line.size())));
        if (id && at) {
            note_use(*id, *at);
        }
    }
}

}  // namespace parcours::access

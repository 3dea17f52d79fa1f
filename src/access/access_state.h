#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "access/audit.h"
#include "access/sessions.h"
#include "access/staff.h"
#include "access/tokens.h"
#include "base/error.h"
#include "base/hash.h"

namespace parcours::access {

/// What entries that change something are called. `detail` and, behind the stroke, `kept` hold what
/// is named; in brackets what may be missing.
namespace action {
// staff name display role [identity must_change] / [password]
inline constexpr std::string_view staff_add = "staff.add";
// staff name [display role disabled password must_change] / [password]
inline constexpr std::string_view staff_change = "staff.change";
inline constexpr std::string_view staff_password = "staff.password";  // staff name / password
// staff [name] state / [totp recovery]
inline constexpr std::string_view staff_totp = "staff.totp";
inline constexpr std::string_view staff_identity = "staff.identity";  // staff name identity
// staff session expires by / token [totp_step recovery]
inline constexpr std::string_view session_open = "session.open";
inline constexpr std::string_view session_close = "session.close";  // session
inline constexpr std::string_view session_used = "session.used";    // session
inline constexpr std::string_view token_add = "token.add";  // token name scopes [expires] / token
inline constexpr std::string_view token_revoke = "token.revoke";      // token name
inline constexpr std::string_view token_used = "token.used";          // token
inline constexpr std::string_view log_in_refused = "log-in.refused";  // changes nothing

/// How a session was opened (`by`) on the word of a provider.
inline constexpr std::string_view by_provider = "openid-connect";
}  // namespace action

/// Whether the state follows from entries of that action. Notes of use are not among them: one for
/// every minute of every session would make each start longer than the one before.
[[nodiscard]] bool changes_state(std::string_view action);

/// Staff, sessions and tokens: a fold of the audit's entries in their order. The same entries give
/// the same state, live or after a restart, except that last uses are kept beside them, and known
/// only as exactly as they were noted. Not safe for several threads.
class AccessState {
  public:
    /// Folds one entry; entries of other actions change nothing. What a change takes away from
    /// somebody takes effect at once: a new role, a new password, a new second step and being
    /// disabled close all their sessions. Errors: Damaged for an entry that this program would not
    /// have written.
    Result<> apply(const AuditEntry& entry);

    [[nodiscard]] const Staff* find_staff(const Digest& id) const;
    [[nodiscard]] const Staff* find_staff_by_identity(std::string_view identity) const;
    /// By what a browser or a program presents; nothing for a secret that is none of ours. Whether
    /// it is still live is the caller's to judge.
    [[nodiscard]] Session* find_session(std::string_view secret);
    [[nodiscard]] ApiToken* find_token(std::string_view secret);

    [[nodiscard]] const std::map<Digest, Staff>& staff() const { return staff_; }
    [[nodiscard]] const std::map<Digest, Session>& sessions() const { return sessions_; }
    [[nodiscard]] const std::map<Digest, ApiToken>& tokens() const { return tokens_; }

    /// When sessions and tokens were used last, as text, and the same taken back: what is not known
    /// any more, or cannot be read, is passed over, and no use becomes an earlier one.
    [[nodiscard]] std::string uses() const;
    void take_uses(std::string_view text);

    /// Administrators who can log in.
    [[nodiscard]] std::size_t administrator_count() const;

  private:
    Result<> add_staff(const AuditEntry& entry);
    Result<> change_staff(const AuditEntry& entry);
    Result<> change_password(const AuditEntry& entry);
    Result<> change_totp(const AuditEntry& entry);
    Result<> link_identity(const AuditEntry& entry);
    Result<> open_session(const AuditEntry& entry);
    Result<> close_session(const AuditEntry& entry);
    Result<> note_session(const AuditEntry& entry);
    void note_use(const Digest& id, Instant at);
    Result<> add_token(const AuditEntry& entry);
    Result<> revoke_token(const AuditEntry& entry);
    Result<> note_token(const AuditEntry& entry);
    Staff* named_staff(const AuditEntry& entry);
    void close_sessions_of(const Digest& staff);
    void make_room(const Digest& staff, Instant now);

    friend struct FoldStep;
    std::map<Digest, Staff> staff_;
    std::map<Digest, Session> sessions_;
    std::map<Digest, ApiToken> tokens_;
};

}  // namespace parcours::access

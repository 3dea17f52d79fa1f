#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_log.h"
#include "access/access_state.h"
#include "access/audit.h"
#include "access/audit_writer.h"
#include "access/log_in.h"
#include "access/principal.h"
#include "access/secret_bytes.h"
#include "access/throttle.h"
#include "access/totp.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

/// Who may come in, who is in, and what is written down of it. Every change is an entry of the
/// audit before it counts, and the state is a fold of those entries: a restart loses nothing.
/// Safe for several threads. What calls back in `record` must not call anything that changes.
///
/// Changes ask for the permission they need; a missing one is Conflict. All errors of the audit
/// mean that nothing changed and nothing may be answered.
class Access {
  public:
    /// Reads the log. `log` and `random` are borrowed and must outlive this. `secret` is 32 bytes
    /// or more that stay the same for the data folder: from it come the keys that seal second
    /// steps and make CSRF tokens. Errors: InvalidInput for a short secret, Damaged, the log's.
    static Result<std::unique_ptr<Access>> open(AccessLog& log, Random& random,
                                                std::string_view secret,
                                                AccessOptions options = {});

    /// Password, then, where one is set, the code. Growing delays by name and by peer.
    Result<LogIn> log_in(const Credentials& given, std::string_view peer, Instant now);
    /// For whom the provider vouches. A person who was added for it is known by name the first
    /// time, by the identity from then on; others are refused, unless `may_add`. A changed role is
    /// taken over. Errors: Conflict where somebody else has that name here.
    Result<LogIn> log_in_by_identity(const ExternalIdentity& identity, std::string_view peer,
                                     Instant now);
    Result<> log_out(const Occasion& occasion);
    /// Who presents this cookie. Nothing: unknown, over, or disabled. Without a person, no use.
    std::optional<Principal> authenticate_session(std::string_view cookie, Instant now,
                                                  Asking asking = Asking::ByPerson);
    /// The same of a token ("parcours_…").
    std::optional<Principal> authenticate_bearer(std::string_view token, Instant now);
    /// Whether the session or token by which somebody came in still lets them in: not a use of it.
    [[nodiscard]] bool is_in(const Principal& principal, Instant now) const;

    /// Errors: InvalidInput, Conflict for a name or identity that is taken. Gives the id.
    Result<Digest> add_staff(const NewStaff& added, const Occasion& occasion);
    /// All of it or nothing. A new role, a new password or being disabled ends all their sessions.
    /// Errors: NotFound, InvalidInput, Conflict for taking away the last administrator.
    Result<> change_staff(std::string_view name, const StaffChange& change,
                          const Occasion& occasion);
    /// By themselves; ends their sessions and opens a new one. A wrong old password: Refused.
    Result<LogIn> change_own_password(std::string_view old_password, std::string_view new_password,
                                      const Occasion& occasion);
    /// By themselves, who prove it by the password; counts once `confirm_totp` has a right code.
    /// A wrong password: Refused.
    Result<TotpStart> begin_totp(std::string_view password, const Occasion& occasion);
    /// Ends their sessions and opens a new one; gives the recovery codes. A wrong code: Refused.
    Result<LogIn> confirm_totp(std::string_view code, const Occasion& occasion);
    /// By themselves; ends their sessions and opens a new one. A wrong password: Refused.
    Result<LogIn> remove_own_totp(std::string_view password, const Occasion& occasion);
    /// The same; the codes before count no longer.
    Result<LogIn> renew_recovery(std::string_view password, const Occasion& occasion);
    /// By an administrator, for a lost telephone; ends all their sessions.
    Result<> remove_totp(std::string_view name, const Occasion& occasion);
    [[nodiscard]] std::vector<StaffSummary> staff() const;

    /// Live sessions, of one person or of all, the newest first.
    [[nodiscard]] std::vector<SessionSummary> sessions(Instant now,
                                                       std::optional<Digest> staff = {}) const;
    /// One's own, or with `user.manage` anybody's. Errors: NotFound, also for others' without it.
    Result<> revoke_session(const Digest& id, const Occasion& occasion);
    /// The same by `session_handle`.
    Result<> revoke_session(std::string_view handle, const Occasion& occasion);

    /// Gives the token's text, which cannot be read again. Errors: InvalidInput.
    Result<std::string> add_token(const NewToken& added, const Occasion& occasion);
    Result<> revoke_token(const Digest& id, const Occasion& occasion);
    [[nodiscard]] std::vector<TokenSummary> tokens() const;

    /// Writes an entry, such as of a read; answer only in `done`, and only if it was written.
    void record(AuditEntry entry, AuditWriter::Done done);
    Result<AuditHead> record(AuditEntry entry);  ///< the same, waiting
    /// Commits entries of all threads together until `stop`: in a thread of its own (a server).
    void serve() { writer_.serve(); }
    void stop() { writer_.stop(); }
    [[nodiscard]] AuditHead head() const { return writer_.head(); }

  private:
    struct Candidate;
    struct Proof;
    Access(AccessLog& log, AuditHead head, Random& random, std::string_view secret,
           AccessOptions options, AccessState state);
    Result<> commit(AuditEntry entry);
    void note_use(AuditEntry used, std::string uses);
    Result<LogIn> open_session(const Staff& staff, const Proof& proof, std::string_view peer,
                               Instant now);
    Result<std::optional<Proof>> judge_second(const Staff& staff, std::string_view code,
                                              Instant now) const;
    Result<LogIn> open_proved(const Candidate& candidate, std::string_view code,
                              std::string_view peer, Instant now);
    Result<LogIn> refuse(const Candidate& candidate, std::string_view reason, std::string_view peer,
                         Instant now);
    std::optional<Duration> begin_attempt(Candidate& candidate, std::string_view peer, Instant now);
    bool judge(const Candidate& candidate, std::string_view password);
    Result<LogIn> prove_own(std::string_view password, const Occasion& occasion);
    Result<Staff> follow_role(const Staff& known, Role role, const Occasion& occasion);
    Result<Staff> find_or_add(const ExternalIdentity& identity, const std::string& key,
                              const Occasion& occasion);
    Result<Digest> commit_staff(const NewStaff& added, const std::string& hash,
                                const Occasion& occasion);
    Result<> commit_change(const Staff& staff, const StaffChange& change, const std::string& hash,
                           const Occasion& occasion);
    Result<std::string> new_hash(std::string_view name, std::string_view password);
    Result<Staff> get_staff(std::string_view name) const;
    Result<Staff> get_own(const Occasion& occasion) const;
    [[nodiscard]] Principal principal_of(const Staff& staff, const Session& session) const;

    AccessOptions options_;
    SharedRandom random_;
    Hash256 csrf_key_;
    Hash256 totp_key_;
    std::string hash_of_nobody_;
    AccessLog& log_;
    AuditWriter writer_;

    /// One change at a time: held from judging it until it is durable and folded. Taken before
    /// `mutex_`, never after.
    std::mutex changes_;
    mutable std::mutex mutex_;  ///< guards what follows; never held while waiting
    AccessState state_;
    Throttle names_;
    PeerThrottle peers_;
    std::map<Digest, std::string> unconfirmed_totp_;  ///< ends with the program
    unsigned judging_ = 0;
};

}  // namespace parcours::access

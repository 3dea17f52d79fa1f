// What proves something: records of the audit, tokens, keys.

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "access/audit.h"
#include "access/id_token.h"
#include "access/principal.h"
#include "access/secret_bytes.h"
#include "access/tokens.h"
#include "access/web_keys.h"
#include "base/error.h"
#include "base/time.h"
#include "channel/encoding.h"
#include "fuzz/target.h"

namespace parcours::fuzz {
namespace {

const Instant now = parse_instant("2026-03-02T10:00:00Z").value();

/// Whatever text an entry holds, its record is read back, and no other record is.
void check_chain(std::string_view text) {
    const access::Occasion occasion{access::system_principal("test"),
                                    std::string(text.substr(0, 40)), now, std::string(text)};
    auto entry = access::entry_of(occasion, "patient.read", {{"q", std::string(text)}});
    entry.patient = text;
    access::AuditHead head;
    const std::string record = access::write_record(entry, head);
    const auto read = access::read_record(record);
    check(read.has_value(), "a record is read back");
    check(read->patient == entry.patient && read->why == entry.why && read->detail == entry.detail,
          "a record says what was written");
    std::string planted = record;
    planted[record.size() / 2] = planted[record.size() / 2] == 'x' ? 'y' : 'x';
    check(!access::read_record(planted), "an edited record is found");
}

}  // namespace

void feed_audit(std::string_view bytes) {
    std::ignore = access::read_record(bytes);
    std::ignore = access::parse_entry(bytes);
    std::ignore = access::head_of(bytes);
    if (const auto record = access::find_record(bytes)) {
        check(bytes.find(record->entry) != std::string_view::npos, "an entry lies in its record");
    }
    if (const auto head = access::parse_head(bytes)) {
        const auto again = access::parse_head(access::head_text(*head));
        check(again && *again == *head, "a head comes back");
    }
    check_chain(bytes);
}

void feed_tokens(std::string_view bytes) {
    static const auto keys = access::WebKeys::parse(
        R"({"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ES256","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
    check(keys.has_value(), "the key set of this target is one");
    const access::IdTokenTerms terms{
        .issuer = "https://login.example.org", .client_id = "parcours", .nonce = "n"};
    check(!access::judge_id_token(bytes, terms, *keys, now), "nobody has this key");
    std::ignore = access::id_token_key_id(bytes);
    std::ignore = access::WebKeys::parse(bytes);
    std::ignore = access::hash256_from_hex(bytes);
    if (const auto scopes = access::parse_scopes(bytes)) {
        const auto again = access::parse_scopes(access::scopes_text(*scopes));
        check(again && access::scopes_text(*again) == access::scopes_text(*scopes),
              "scopes come back");
    }
    if (const auto decoded = access::from_base64url(bytes)) {
        check(access::to_base64url(*decoded) == bytes, "base64url has one form");
    }
    if (const auto decoded = channel::from_base32(bytes)) {
        check(channel::from_base32(channel::to_base32(*decoded)) == *decoded, "base32 comes back");
    }
    if (const auto decoded = channel::from_base64(bytes)) {
        check(channel::from_base64(channel::to_base64(*decoded)) == *decoded, "base64 comes back");
    }
}

}  // namespace parcours::fuzz

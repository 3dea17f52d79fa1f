#include "access/tokens.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "access/secret_bytes.h"
#include "access/sessions.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {

std::string new_token_text(Random& random) {
    return "parcours_" + new_secret_text(random);
}

Digest token_id(const Hash256& token) {
    return named_hash("token", {token.view()});
}

bool is_live(const ApiToken& token, Instant now) {
    return !token.revoked && (!token.expires_at || now < *token.expires_at);
}

std::string scopes_text(const std::vector<Scope>& scopes) {
    std::string text;
    for (const Scope scope : scopes) {
        text += text.empty() ? "" : " ";
        text += scope_name(scope);
    }
    return text;
}

Result<std::vector<Scope>> parse_scopes(std::string_view text) {
    std::vector<Scope> scopes;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of(" ,", begin), text.size());
        const auto name = text.substr(begin, end - begin);
        begin = end + 1;
        if (name.empty()) {
            continue;
        }
        const auto scope = scope_from_name(name);
        if (!scope) {
            return fail(ErrorCode::InvalidInput,
                        "the scope \"" + std::string(name.substr(0, 40)) +
                            "\" is unknown: there are read, write, fhir.read, fhir.write and "
                            "import");
        }
        scopes.push_back(*scope);
    }
    if (scopes.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "a token needs a scope: read, write, fhir.read, fhir.write or import");
    }
    std::ranges::sort(scopes);
    const auto again = std::ranges::unique(scopes);
    scopes.erase(again.begin(), again.end());
    return scopes;
}

TokenSummary summary_of(const ApiToken& token) {
    return {.id = token.id,
            .name = token.name,
            .scopes = token.scopes,
            .added_at = token.added_at,
            .expires_at = token.expires_at,
            .used_at = token.used_at,
            .revoked = token.revoked};
}

}  // namespace parcours::access

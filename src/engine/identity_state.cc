#include "engine/identity_state.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "engine/number_bytes.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {

LogPosition IdentityState::chain(Key patient, LogPosition position) {
    if (patient == 0) {
        return 0;
    }
    LogPosition& head = heads[patient];
    const LogPosition previous = head;
    head = position;
    return previous;
}

std::uint64_t version_hash(Key resource, std::string_view content) {
    return fast_hash(content, resource);
}

std::string write_identity(const IdentityState& state) {
    std::string out;
    out.reserve(16 + state.versions.size() * 8 + state.heads.size() * 16);
    append_number(out, state.versions.size());
    append_number(out, state.heads.size());
    for (const std::uint64_t version : state.versions.members()) {
        append_number(out, version);
    }
    for (const auto& [patient, position] : state.heads) {
        append_number(out, patient);
        append_number(out, position);
    }
    return out;
}

Result<IdentityState> read_identity(std::string_view bytes) {
    NumberReader reader(bytes);
    const std::uint64_t version_count = reader.next();
    const std::uint64_t head_count = reader.next();
    if (version_count > bytes.size() / 8 || head_count > bytes.size() / 16 ||
        bytes.size() != 16 + version_count * 8 + head_count * 16) {
        return fail(ErrorCode::Damaged, "the stored identity table has the wrong size");
    }
    IdentityState state;
    state.versions.reserve(version_count);
    for (std::uint64_t i = 0; i < version_count; ++i) {
        state.versions.insert(reader.next());
    }
    state.heads.reserve(head_count);
    for (std::uint64_t i = 0; i < head_count; ++i) {
        const Key patient = reader.next();
        state.heads[patient] = reader.next();
    }
    return state;
}

}  // namespace parcours::engine

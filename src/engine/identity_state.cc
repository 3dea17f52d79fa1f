#include "engine/identity_state.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "engine/flat_map.h"
#include "engine/number_bytes.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

/// Tells this layout from others; a table in another one is made again from the log.
constexpr std::uint64_t identity_format = 0x5041'5243'4944'0003U;

}  // namespace

std::uint64_t version_hash(Key resource, std::string_view content) {
    return fast_hash(content, resource);
}

void for_each_resource(const population::LiveIndex& index,
                       const std::function<void(Key, LogPosition)>& use) {
    const population::LivePatients& patients = index.patients();
    for (std::uint32_t number = 0; number < index.patient_count(); ++number) {
        if (patients.position[number] != 0) {  // else only referred to
            use(patients.key[number], patients.position[number]);
        }
    }
    for (const population::IndexLayer& layer : index.layers()) {
        for (const population::Table& table : layer.index->tables()) {
            layer.each_row(table,
                           [&](std::uint32_t row) { use(table.key[row], table.position[row]); });
        }
    }
}

std::string write_identity(const IdentityState& state, const FlatMap& heads) {
    std::string out;
    out.reserve(40 + (state.versions.size() + state.resolved.size()) * 8 +
                (state.newest.size() + heads.size()) * 16);
    append_number(out, identity_format);
    append_number(out, state.versions.size());
    append_number(out, state.resolved.size());
    append_number(out, state.newest.size());
    append_number(out, heads.size());
    for (const std::uint64_t version : state.versions.members()) {
        append_number(out, version);
    }
    for (const std::uint64_t version : state.resolved) {
        append_number(out, version);
    }
    state.newest.each([&out](Key resource, std::uint64_t version) {
        append_number(out, resource);
        append_number(out, version);
    });
    heads.each([&out](Key patient, LogPosition position) {
        append_number(out, patient);
        append_number(out, position);
    });
    return out;
}

Result<IdentityState> read_identity(std::string_view bytes) {
    NumberReader reader(bytes);
    const std::uint64_t format = reader.next();
    const std::uint64_t version_count = reader.next();
    const std::uint64_t resolved_count = reader.next();
    const std::uint64_t newest_count = reader.next();
    const std::uint64_t head_count = reader.next();
    const std::uint64_t numbers = bytes.size() / 8;
    if (format != identity_format || version_count > numbers || resolved_count > numbers ||
        newest_count > numbers || head_count > numbers ||
        bytes.size() !=
            40 + (version_count + resolved_count + (newest_count + head_count) * 2) * 8) {
        return fail(ErrorCode::Damaged, "the stored identity table has the wrong size or format");
    }
    IdentityState state;
    state.versions.reserve(version_count);
    for (std::uint64_t i = 0; i < version_count; ++i) {
        state.versions.insert(reader.next());
    }
    for (std::uint64_t i = 0; i < resolved_count; ++i) {
        state.resolved.insert(reader.next());
    }
    for (std::uint64_t i = 0; i < newest_count; ++i) {
        const Key resource = reader.next();
        if (resource == 0) {
            return fail(ErrorCode::Damaged, "the stored identity table names no resource");
        }
        state.newest[resource] = reader.next();
    }
    state.heads.reserve(head_count);
    for (std::uint64_t i = 0; i < head_count; ++i) {
        const Key patient = reader.next();
        if (patient == 0) {
            return fail(ErrorCode::Damaged, "the stored identity table names no patient");
        }
        state.heads[patient] = reader.next();
    }
    return state;
}

}  // namespace parcours::engine

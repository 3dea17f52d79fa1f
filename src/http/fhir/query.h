#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "fhir/resource_type.h"
#include "http/fhir/parameters.h"
#include "http/message.h"
#include "record/identity.h"

namespace parcours::http::facade {

inline constexpr std::size_t page_entries = 50;
inline constexpr std::size_t page_entries_max = 500;

/// One parameter that narrows a search. Its values are alternatives; two criteria must both hold.
struct Criterion {
    const Parameter* parameter = nullptr;
    std::string modifier;             ///< "exact" or "contains" of texts; else empty
    std::vector<std::string> values;  ///< with their escapes
};

/// What orders the hits.
enum class SortBy : std::uint8_t { Nothing, Date, LastUpdated, Name };

/// The last hit of the page before: the next one begins behind it, whatever came meanwhile.
struct Cursor {
    std::int64_t order = 0;
    Key key = 0;
};

/// A search as it was asked for.
struct Query {
    fhir::ResourceType type = fhir::ResourceType::Basic;
    std::vector<Criterion> criteria;
    std::size_t count = page_entries;
    bool only_count = false;  ///< `_summary=count`
    SortBy sort = SortBy::Nothing;
    bool down = false;
    bool include_patient = false;
    std::optional<Cursor> cursor;
    std::vector<std::string> ignored;  ///< names that mean nothing here
    Pairs given;                       ///< all but the cursor, for links

    [[nodiscard]] const Criterion* find(Matching matching) const;
};

/// Reads a search from the query and, for POST, the form in the body. `_format`, `_pretty` and
/// `why` (for the audit) mean nothing to a search. Errors: Usage (a value or modifier that cannot
/// be used; a parameter that is not known where `Prefer: handling=strict`), InvalidInput (the
/// form).
Result<Query> read_query(fhir::ResourceType type, const Request& request);

/// The address of the page that begins behind `cursor`, or of this search from its beginning.
[[nodiscard]] std::string page_target(const Query& query, const std::optional<Cursor>& cursor);

}  // namespace parcours::http::facade

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/library_source.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "quality/evaluate.h"
#include "record/log.h"

namespace parcours::http::facade {

/// The CQL libraries that an operation may use: those of the practice, and `Library` resources of
/// the record that hold text/cql. One of the practice wins over one of the same name that came.
/// Reads the record's when they are first asked for. Borrows; for one request.
class LibraryShelf final : public cql::LibrarySource {
  public:
    LibraryShelf(const api::Backend& backend, const engine::Published& record)
        : backend_(backend), record_(record) {}

    [[nodiscard]] std::optional<std::string> find_library(std::string_view name,
                                                          std::string_view version) const override;
    [[nodiscard]] std::vector<std::string> library_names() const override;
    [[nodiscard]] std::string library_file(std::string_view name) const override;

    /// The library with the FHIR id. Errors: NotFound; InvalidInput, one that holds no CQL.
    [[nodiscard]] Result<quality::LibraryName> find_by_id(std::string_view id) const;
    /// The library that a canonical names: by its URL in the record, else by its name, which is the
    /// last part of the URL. Errors: NotFound, with the nearest name.
    [[nodiscard]] Result<quality::LibraryName> find_by_canonical(std::string_view canonical) const;

  private:
    struct Stored {
        std::string id;
        std::string url;
        std::string name;  ///< as its CQL says
        std::string version;
        std::string text;
    };
    [[nodiscard]] const std::vector<Stored>& stored() const;
    void read_stored(LogPosition position) const;

    const api::Backend& backend_;
    const engine::Published& record_;
    mutable std::optional<std::vector<Stored>> stored_;
};

/// The FHIR id of a library of the practice: its name, in the letters that ids may have.
[[nodiscard]] std::string library_id(std::string_view name);

}  // namespace parcours::http::facade

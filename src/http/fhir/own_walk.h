#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/fhir/own.h"
#include "record/identity.h"

namespace parcours::http::facade {

/// One of our own while the ledger stands still.
struct Seen {
    OwnItem item;
    Instant at;
    std::string_view status;
    std::function<void(JsonWriter& json)> write;
};

/// A walk through our own resources of a type, of some patients or all. Where it goes is settled
/// when it begins, so that it can stop at any place, let the ledger go, and go on. One thread.
class Walk {
  public:
    using Visit = std::function<void(const Seen& seen)>;

    /// Borrows the record.
    Walk(const engine::Published& record, const engine::Ledger& ledger, fhir::ResourceType type,
         const std::optional<std::vector<Key>>& patients);

    /// How many places it has; a patient's consents have one.
    [[nodiscard]] std::size_t size() const {
        return ids_.size() + patients_.size() + names_.size();
    }
    /// Shows what is at the places `from` up to `to`, as far as it is still there.
    void see(const engine::Ledger& ledger, std::size_t from, std::size_t to,
             const Visit& visit) const;

  private:
    void see_at(const engine::Ledger& ledger, std::size_t place, const Visit& visit) const;
    void see_message(const engine::MessageState& state, const Visit& visit) const;
    void see_task(const Task& task, const Visit& visit) const;
    void see_definition(const std::string& name, const Visit& visit) const;
    void see_consents(const engine::Ledger& ledger, Key patient, const Visit& visit) const;

    const engine::Published& record_;
    fhir::ResourceType type_;
    std::vector<Digest> ids_;         // of messages or tasks
    std::vector<Key> patients_;       // of consents
    std::vector<std::string> names_;  // of cohorts and definitions
};

}  // namespace parcours::http::facade

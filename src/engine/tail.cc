#include "engine/tail.h"

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "engine/identity_state.h"
#include "engine/quarantine.h"
#include "fhir/summary.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

/// "main/Observation" → "main".
std::string_view source_of(std::string_view topic) {
    return topic.substr(0, topic.rfind('/'));
}

class TailVisitor final : public store::ScanVisitor {
  public:
    explicit TailVisitor(const TailStarts& starts) : starts_(starts) {}

    bool visit(const LogRecord& record) override {
        if (record.kind != RecordKind::Body) {
            add_other(record);
        } else if (record.position >= starts_.index || record.position >= starts_.identity) {
            add_body(record);
        }
        if (record.position >= starts_.identity && record.patient != 0) {
            found.heads[record.patient] = record.position;
        }
        return true;
    }

    bool damaged(LogPosition position, const Error& error) override {
        found.damages.emplace_back(position, error);
        return true;
    }

    TailFindings found;

  private:
    void add_other(const LogRecord& record) {
        if (record.position >= starts_.events) {
            found.events.push_back(record.position);
        }
        if (record.kind != RecordKind::Quarantine || record.position < starts_.identity) {
            return;
        }
        if (const auto entry = read_quarantine(record.payload)) {
            found.refusals.push_back({refusal_hash(entry->id), entry->resolved});
        }
    }

    void add_body(const LogRecord& record) {
        const auto parsed = document_.parse(record.payload);
        if (!parsed || !fhir::summarise(*parsed, summary_)) {
            found.damages.emplace_back(
                record.position,
                Error{ErrorCode::Damaged, "a stored resource can no longer be read as FHIR", {}});
            return;
        }
        const std::string_view source = source_of(record.topic);
        if (record.position >= starts_.index) {
            found.part->add(source, summary_, *parsed, record.position);
        }
        if (starts_.versions) {
            const Key resource = resource_key(source, summary_.type, summary_.id);
            found.versions.push_back(
                {resource, version_hash(resource, record.payload), record.position});
        }
    }

    TailStarts starts_;
    JsonDocument document_;
    fhir::Summary summary_;
};

}  // namespace

Result<TailFindings> read_tail(const store::Store& store, LogPosition from, LogPosition to,
                               const TailStarts& starts) {
    TailVisitor visitor(starts);
    if (const auto scanned = store.scan(from, to, visitor); !scanned) {
        return pass_on(scanned);
    }
    return std::move(visitor.found);
}

}  // namespace parcours::engine

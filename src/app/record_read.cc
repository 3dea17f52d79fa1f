#include "app/record_read.h"

#include <expected>
#include <string_view>
#include <utility>

#include "access/access.h"
#include "base/error.h"
#include "base/time.h"
#include "http/message.h"
#include "http/receipts.h"

namespace parcours::app {
namespace {

Error unaudited(const Error& error) {
    return {ErrorCode::Unavailable, "the audit cannot be written: " + error.message, {}};
}

}  // namespace

Result<> record_read(access::Access& access, const Clock& clock, const http::Request& request,
                     std::string_view action, std::string_view patient, std::string_view detail) {
    access::Occasion occasion{*request.caller, request.peer, clock.now(), {}};
    occasion.why = request.find_query("why").value_or("");
    access::AuditFields fields;
    if (!detail.empty()) {
        fields.emplace_back("what", detail);
    }
    if (request.is_refetch) {
        fields.emplace_back("refetch", "yes");
    }
    access::AuditEntry entry = access::entry_of(occasion, action, std::move(fields));
    entry.patient = patient;
    if (const auto receipts = request.receipts) {
        receipts->expect();
        access.record(std::move(entry), [receipts](const Result<access::AuditHead>& written) {
            receipts->settle(written ? http::Receipts::Outcome()
                                     : http::Receipts::Outcome(unaudited(written.error())));
        });
        return {};
    }
    const auto written = access.record(std::move(entry));
    return written ? Result<>{} : std::unexpected(unaudited(written.error()));
}

}  // namespace parcours::app

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "record/engagement.h"

namespace parcours::engine {

/// A message with all that became of it: every look of the gate, every hand-off, every notice.
struct OutboxEntry {
    Message message;
    std::string_view status;       ///< as `status_name` says
    std::string reason;            ///< why not, where it was not sent
    std::string held;              ///< who holds it and why, where it rests
    std::optional<Instant> until;  ///< while it waits: when the gate looks again
    std::string detail;  ///< what providers said of hand-offs that failed, a line a channel
    std::vector<Decided> decisions;
    std::vector<Attempted> attempts;
    std::vector<AttemptEnded> results;
    std::vector<Received> notices;
    std::string patient_id;  ///< as "source/id" where the source is not "main"
};

/// All messages ever considered (on a virtual store: by the last run), in the order they were
/// planned. Where `patient` is given, only theirs. With `until` as it stood at that moment: what
/// happened later is left out.
Result<std::vector<OutboxEntry>> list_outbox(const DataFolder& folder,
                                             std::optional<Key> patient = {},
                                             Instant until = Instant::max());

/// A message as the ledger has it, before what became of it is read from the log.
[[nodiscard]] OutboxEntry begin_entry(const Ledger& ledger, const MessageState& state);

/// Messages as they were begun, with all that became of them, in the same order: read back along
/// their patients' timelines. With `until` what happened later is left out: begin them from the
/// ledger of that moment. For any thread; write modes of the folder only.
Result<std::vector<OutboxEntry>> read_messages(const DataFolder& folder,
                                               const population::LiveIndex& index,
                                               std::vector<OutboxEntry> entries,
                                               Instant until = Instant::max());

/// How staff name a patient: the FHIR id, with its source in front where that is not "main".
[[nodiscard]] std::string patient_name(const population::LiveIndex& index, Key patient);

}  // namespace parcours::engine

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "population/live_index.h"

namespace parcours::app {

/// Opens a data folder for reading and warns on standard error of damage met.
Result<std::unique_ptr<engine::DataFolder>> open_for_reading(const CommonOptions& options);
/// The practice as a command that only reads sees it: `--practice`, else what was published here.
Result<std::shared_ptr<const engine::Clinic>> load_clinic_for_reading(
    const CommonOptions& options, const engine::DataFolder& folder);
/// A data folder with the practice and all that was done, for a command that only reads.
struct OpenClinic {
    std::unique_ptr<engine::DataFolder> folder;
    std::shared_ptr<const engine::Clinic> clinic;
    engine::Ledger ledger;  ///< as it stood at the moment asked for
};
/// As `open_for_reading` and `load_clinic_for_reading`; what happened after `until` is left out.
Result<OpenClinic> open_clinic(const CommonOptions& options, Instant until = Instant::max());
Result<std::unique_ptr<engine::DataFolder>> open_for_writing(const CommonOptions& options);

/// The patient of an id as staff type it ("id" or "source/id"). Errors: NotFound, and Conflict
/// where several feeds know the id.
Result<population::PatientNumber> find_patient(const population::LiveIndex& index,
                                               std::string_view id);

/// A message with its decisions and attempts, as JSON.
void write_outbox_entry(JsonWriter& json, const engine::OutboxEntry& entry);

/// "2019-06-03 14:05 UTC", for people.
[[nodiscard]] std::string short_time(Instant instant);

/// "1 patient", "1,234 patients".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one,
                                  std::string_view several = {});

/// What others wrote, as it may stand in a line on a terminal: control characters become spaces.
[[nodiscard]] std::string one_line(std::string_view text);

/// A word of a command as a shell reads it: in quotes where it needs them.
[[nodiscard]] std::string shell_word(const std::string& word);

/// Refuses a word that is none of those known, naming the nearest. Errors: Usage.
Result<> must_be_one_of(std::string_view option, std::string_view given,
                        const std::vector<std::string>& known);

}  // namespace parcours::app
